import type { LogTail, StoredEvent } from '@crossdock/core';
import type { Database } from '../database/database.ts';
import { eventColumns, eventOf, type EventRow } from './event-row.ts';
import { partitionOf } from './partitions.ts';
import { RecentEvents } from './recent-events.ts';

export interface LogTailOptions {
  /** How often to ask Postgres for what other processes appended, ms. */
  readonly pollMs: number;
  /** Events kept in memory, a shard. */
  readonly recentEvents: number;
  onProblem(error: unknown): void;
}

/** Between polls while the database does not answer. */
const PAUSE_MS = 500;

/** A shard as it is found. */
export interface ShardHead {
  readonly head: number;
  readonly epoch: number;
}

interface Shard {
  readonly epoch: number;
  readonly recent: RecentEvents;
  /** The last position known to be committed, by whomever. */
  head: number;
  /** What the previous poll found missing in `recent`: still missing at the next one, it is another process's. */
  missing: number | undefined;
  /** The head when a connection broke: a log that turns out shorter is of another incarnation. */
  doubted: number | undefined;
}

/** Reads the log in order: from memory what this process has just appended, from Postgres what it has not. */
export class PgLogTail implements LogTail {
  readonly #database: Database;
  readonly #options: LogTailOptions;
  readonly #shards = new Map<number, Shard>();
  readonly #listeners = new Set<(shard: number) => void>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  readonly #forget: () => void;

  constructor(database: Database, heads: ReadonlyMap<number, ShardHead>, options: LogTailOptions) {
    this.#database = database;
    this.#options = options;
    for (const [shard, { head, epoch }] of heads) {
      const recent = new RecentEvents(options.recentEvents, head);
      this.#shards.set(shard, { epoch, recent, head, missing: undefined, doubted: undefined });
    }
    this.#forget = database.onConnectionLost(() => this.#forgetAll());
    this.#schedule(options.pollMs);
  }

  get shards(): readonly number[] {
    return [...this.#shards.keys()];
  }

  head(shard: number): number {
    return this.#of(shard).head;
  }

  epoch(shard: number): number {
    return this.#of(shard).epoch;
  }

  #of(shard: number): Shard {
    const found = this.#shards.get(shard);
    if (found === undefined) throw new RangeError(`There is no shard ${shard}.`);
    return found;
  }

  /** Takes a batch that this process committed right after `base`. */
  publish(shard: number, base: number, events: readonly StoredEvent[]): void {
    const state = this.#of(shard);
    if (!state.recent.add(base, events)) return;
    state.head = Math.max(state.head, state.recent.high);
    this.#tell(shard);
  }

  #tell(shard: number): void {
    for (const listener of this.#listeners) listener(shard);
  }

  onAppend(listener: (shard: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async read(shard: number, after: number, limit: number): Promise<readonly StoredEvent[]> {
    const state = this.#of(shard);
    const recent = state.recent.after(after, limit);
    if (recent !== undefined && recent.length > 0) return recent;
    if (state.head <= after) return [];
    return await readLog(this.#database, shard, after, Math.min(state.head, after + limit));
  }

  /** What was read before a connection broke may be of another incarnation of the database: the log itself decides again. */
  #forgetAll(): void {
    for (const state of this.#shards.values()) {
      state.recent.restart(state.head);
      state.doubted = state.head;
    }
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#poll(), ms);
  }

  async #poll(): Promise<void> {
    try {
      for (const row of await this.#database.query<{ shard: number; last_position: number }>(heads))
        this.#noticed(row.shard, row.last_position);
      this.#schedule(this.#options.pollMs);
    } catch (error) {
      this.#options.onProblem(error);
      this.#schedule(PAUSE_MS);
    }
  }

  #noticed(shard: number, last: number): void {
    const state = this.#shards.get(shard);
    if (state === undefined) return;
    if (state.doubted !== undefined && last < state.doubted) {
      state.head = last;
      state.recent.restart(last);
    }
    state.doubted = undefined;
    const isNew = last > state.head;
    // What was asked before this process's last commit tells less than that.
    state.head = Math.max(state.head, last);
    if (last > state.recent.high) {
      if (state.missing === state.recent.high) state.recent.restart(last);
      state.missing = state.recent.high;
    }
    if (isNew) this.#tell(shard);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#forget();
  }
}

const heads = { name: 'log-heads', text: 'select shard, last_position from log_shard' };

/** Positions after `after` up to `to`, without a gap, from the partitions that have any of them. */
export async function readLog(database: Database, shard: number, after: number, to: number): Promise<readonly StoredEvent[]> {
  const days = await database.query<{ day: number }>(
    { name: 'log-days', text: 'select day from log_day where shard = $1 and last_position > $2 and first_position <= $3' },
    [shard, after, to],
  );
  const pages = await Promise.all(
    days.map(({ day }) =>
      database.query<EventRow>(
        `select ${eventColumns} from ${partitionOf(day)} where shard = $1 and position > $2 and position <= $3 order by position`,
        [shard, after, to],
      ),
    ),
  );
  const rows = pages.length === 1 ? (pages[0] ?? []) : pages.flat().sort((a, b) => a.position - b.position);
  return contiguous(rows, after).map(eventOf);
}

/** A day that got its first row of this range after the list of days was read leaves a hole: what lies behind it comes next time. */
function contiguous(rows: readonly EventRow[], after: number): readonly EventRow[] {
  const end = rows.findIndex((row, index) => row.position !== after + index + 1);
  return end === -1 ? rows : rows.slice(0, end);
}
