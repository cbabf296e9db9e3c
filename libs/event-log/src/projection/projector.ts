import type { LogTail } from '@crossdock/core';
import type { Database } from '../database/database.ts';
import { ProjectionRows } from './projection-rows.ts';
import { LIVE } from './projection-tables.ts';
import { ShardProjector, type ProjectorHealth, type ProjectorOptions } from './shard-projector.ts';

export const projectorDefaults: Omit<ProjectorOptions, 'onProblem'> = {
  coalesceMs: 150,
  busyCoalesceMs: 500,
  maxEvents: 10_000,
  cachedRows: 20_000,
  idleMs: 1_000,
  standbyMs: 2_000,
};

/** Keeps the lists up to date with the log, every shard on its own. */
export class Projector {
  readonly #database: Database;
  readonly #tail: LogTail;
  readonly #shards: ReadonlyMap<number, ShardProjector>;
  #running: Promise<unknown> | undefined;
  #forget: readonly (() => void)[] = [];

  constructor(database: Database, tail: LogTail, options: ProjectorOptions) {
    this.#database = database;
    this.#tail = tail;
    const rows = new ProjectionRows(LIVE);
    this.#shards = new Map(tail.shards.map((shard) => [shard, new ShardProjector({ database, rows, tail, shard }, options)]));
  }

  start(): void {
    if (this.#running !== undefined) return;
    this.#forget = [
      this.#tail.onAppend((shard) => this.#shards.get(shard)?.wake()),
      this.#database.onConnectionLost(() => {
        for (const shard of this.#shards.values()) shard.forget();
      }),
    ];
    this.#running = Promise.all([...this.#shards.values()].map((shard) => shard.run()));
  }

  /** Writes what is in the log by now, and ends. */
  async stop(): Promise<void> {
    for (const shard of this.#shards.values()) shard.stop();
    await this.#running;
    for (const forget of this.#forget) forget();
  }

  health(): readonly ProjectorHealth[] {
    return [...this.#shards.values()].map((shard) => shard.health());
  }
}
