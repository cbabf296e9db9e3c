import type { Database } from '../database/database.ts';
import { readLog } from '../log/pg-log-tail.ts';
import type { ProjectedUpTo, ProjectionRows } from './projection-rows.ts';
import { RowCache } from './row-cache.ts';
import { ShardBatch } from './shard-batch.ts';

const CACHED_ROWS = 20_000;

/** Follows one shard of the log for the next schema. */
export class CatchUp {
  readonly shard: number;
  readonly #database: Database;
  readonly #batch: ShardBatch;
  #at: ProjectedUpTo;

  constructor(database: Database, rows: ProjectionRows, shard: number, at: ProjectedUpTo) {
    this.shard = shard;
    this.#database = database;
    this.#at = at;
    this.#batch = new ShardBatch({ database, rows, shard, cache: new RowCache(CACHED_ROWS), onProblem: () => undefined });
  }

  get position(): number {
    return this.#at.position;
  }

  /** Answers how many events it took. */
  async towards(head: number, pageEvents: number): Promise<number> {
    const began = this.#at.position;
    while (this.#at.position < head) {
      const events = await readLog(this.#database, this.shard, this.#at.position, Math.min(head, this.#at.position + pageEvents));
      if (events.length === 0) break;
      this.#at = await this.#batch.write(this.#at, events);
    }
    return this.#at.position - began;
  }
}
