import type { LogTail, StoredEvent } from '@crossdock/core';
import { codeOf, messageOf } from '@crossdock/kit';
import type { Database } from '../database/database.ts';
import { Alarm } from './alarm.ts';
import type { ProjectedUpTo, ProjectionRows } from './projection-rows.ts';
import { RowCache } from './row-cache.ts';
import { ShardBatch } from './shard-batch.ts';

export interface ProjectorOptions {
  /** How long events are collected before their rows are written, ms: a message that ends meanwhile is written once. */
  readonly coalesceMs: number;
  /** The same when writing takes long, ms at most: the batches grow with the load. */
  readonly busyCoalesceMs: number;
  /** Events at most in one transaction. */
  readonly maxEvents: number;
  /** Rows of open messages and deliveries kept in memory, a shard. */
  readonly cachedRows: number;
  /** How often to look without having been told, ms. */
  readonly idleMs: number;
  /** How long another projector must have stood still before this one takes its place, ms. */
  readonly standbyMs: number;
  onProblem(error: unknown): void;
}

export interface ProjectorHealth {
  readonly shard: number;
  readonly state: 'starting' | 'running' | 'standby' | 'stalled' | 'stopped';
  readonly position: number;
  /** Events that are in the log and not in the projection. */
  readonly lag: number;
  /** Streams that could not be folded, even from their first event: the log itself is damaged there. */
  readonly damaged: number;
  /** Why it stalls, while it does. */
  readonly problem?: string;
}

/** How many times longer than the writing of the last batch the collecting of the next one takes. */
const REST = 4;
/** How often to fetch while collecting, ms: before the tail forgets what it has in memory. */
const FETCH_MS = 25;
const READ = 2_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Keeps one shard of the projection up to date. */
export class ShardProjector {
  readonly #database: Database;
  readonly #rows: ProjectionRows;
  readonly #tail: LogTail;
  readonly #shard: number;
  readonly #options: ProjectorOptions;
  readonly #batch: ShardBatch;
  readonly #cache: RowCache;
  /** Rings for something new. */
  readonly #news = new Alarm();
  /** Rings for the end only. */
  readonly #end = new Alarm();
  #stopping = false;
  #incarnation = 0;
  #events: StoredEvent[] = [];
  #firstAt = 0;
  #written: ProjectedUpTo = { position: 0, generation: 0 };
  #writeMs = 0;
  #retryMs = FIRST_RETRY_MS;
  #state: ProjectorHealth['state'] = 'starting';
  #problem: string | undefined;

  constructor(parts: { database: Database; rows: ProjectionRows; tail: LogTail; shard: number }, options: ProjectorOptions) {
    this.#database = parts.database;
    this.#rows = parts.rows;
    this.#tail = parts.tail;
    this.#shard = parts.shard;
    this.#options = options;
    this.#cache = new RowCache(options.cachedRows);
    this.#batch = new ShardBatch({ ...parts, cache: this.#cache, onProblem: (error) => options.onProblem(error) });
  }

  health(): ProjectorHealth {
    const { position } = this.#written;
    return {
      shard: this.#shard,
      state: this.#state,
      position,
      lag: Math.max(0, this.#tail.head(this.#shard) - position),
      damaged: this.#batch.damaged,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  /** There may be something new. */
  wake(): void {
    this.#news.ring();
  }

  /** What is in memory may belong to a database that is no more. */
  forget(): void {
    this.#incarnation += 1;
    this.wake();
  }

  /** Lets `run` end: what is in the log by now is still written. */
  stop(): void {
    this.#stopping = true;
    this.#news.ring();
    this.#end.ring();
  }

  async run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#load();
        await this.#follow();
      } catch (error) {
        if (codeOf(error) === 'projection_moved') await this.#moved();
        else await this.#stall(error);
      }
    }
    this.#state = 'stopped';
  }

  async #load(): Promise<void> {
    this.#cache.clear();
    this.#events = [];
    this.#written = await this.#rows.begin(this.#database, this.#shard);
  }

  async #stall(error: unknown): Promise<void> {
    this.#state = 'stalled';
    this.#problem = messageOf(error);
    this.#options.onProblem(error);
    await this.#pause(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #running(): void {
    this.#state = 'running';
    this.#problem = undefined;
    this.#retryMs = FIRST_RETRY_MS;
  }

  async #follow(): Promise<void> {
    const incarnation = this.#incarnation;
    for (;;) {
      const stopping = this.#stopping;
      await this.#collect();
      if (incarnation !== this.#incarnation) return;
      const left = this.#firstAt + this.#collectMs() - performance.now();
      if (this.#events.length > 0 && (stopping || left <= 0 || this.#events.length >= this.#options.maxEvents)) {
        await this.#write();
      } else if (stopping) {
        return;
      } else if (this.#events.length === 0) {
        this.#running();
        await this.#idle();
      } else {
        await this.#pause(Math.min(left, FETCH_MS));
      }
    }
  }

  #collectMs(): number {
    const { coalesceMs, busyCoalesceMs } = this.#options;
    return Math.max(coalesceMs, Math.min(busyCoalesceMs, this.#writeMs * REST));
  }

  /** Fetches what there is, while there is room. */
  async #collect(): Promise<void> {
    for (;;) {
      const room = this.#options.maxEvents - this.#events.length;
      if (room <= 0) return;
      const after = this.#events.at(-1)?.position ?? this.#written.position;
      const events = await this.#tail.read(this.#shard, after, Math.min(room, READ));
      if (events.length === 0) return;
      if (this.#events.length === 0) this.#firstAt = performance.now();
      for (const event of events) this.#events.push(event);
    }
  }

  async #write(): Promise<void> {
    const began = performance.now();
    this.#written = await this.#batch.write(this.#written, this.#events);
    this.#events = [];
    this.#writeMs = performance.now() - began;
    this.#running();
  }

  /** Somebody else wrote: a rebuild put other tables in place, or a second projector is at work. */
  async #moved(): Promise<void> {
    try {
      let seen = await this.#rows.begin(this.#database, this.#shard);
      if (seen.generation !== this.#written.generation) return;
      this.#state = 'standby';
      let wasBehind = false;
      while (!this.#stopping) {
        this.#written = seen;
        wasBehind = this.#tail.head(this.#shard) > seen.position;
        await this.#pause(this.#options.standbyMs);
        const now = await this.#rows.begin(this.#database, this.#shard);
        if (wasBehind && now.position === seen.position && now.generation === seen.generation) return;
        seen = now;
      }
    } catch (error) {
      await this.#stall(error);
    }
  }

  async #idle(): Promise<void> {
    if (this.#stopping || this.#tail.head(this.#shard) > this.#written.position) return;
    await this.#news.wait(this.#options.idleMs);
  }

  async #pause(ms: number): Promise<void> {
    if (!this.#stopping) await this.#end.wait(ms);
  }
}
