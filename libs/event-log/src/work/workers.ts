import { HubError } from '@crossdock/kit';
import type { Database } from '../database/database.ts';

export interface WorkerOptions {
  /** Shown to operators. */
  readonly name: string;
  readonly renewMs: number;
  /** A worker that has not renewed for so long is dead, and its leases are free. */
  readonly validMs: number;
  /** This process was ended by another, which holds its data directory. One that only stood still revives itself: what was taken over meanwhile is fenced by its owner and attempt. */
  onLost(): void;
  onProblem(error: unknown): void;
}

export const workerDefaults = { renewMs: 3_000, validMs: 10_000 } as const;

/** How soon a renewal that failed is tried again: a database that comes back must find it before its time is over. */
const RETRY_MS = 250;

/** This process as the database knows it: leases belong to it, and are good while it renews itself. */
export class Worker {
  readonly id: number;
  readonly #database: Database;
  readonly #options: WorkerOptions;
  #timer: NodeJS.Timeout | undefined;

  private constructor(id: number, database: Database, options: WorkerOptions) {
    this.id = id;
    this.#database = database;
    this.#options = options;
    this.#schedule(options.renewMs);
  }

  static async register(database: Database, options: WorkerOptions): Promise<Worker> {
    const [row] = await database.query<{ id: number }>(
      "insert into worker (name, alive_until) values ($1, clock_timestamp() + $2 * interval '1 millisecond') returning id",
      [options.name, options.validMs],
    );
    if (row === undefined) throw new HubError('internal_error', 'The worker could not be registered.');
    return new Worker(row.id, database, options);
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => void this.#renew(), ms);
    this.#timer.unref();
  }

  async #renew(): Promise<void> {
    try {
      const alive = await this.#database.query(
        "update worker set alive_until = clock_timestamp() + $2 * interval '1 millisecond' where id = $1 and alive_until > '-infinity' returning id",
        [this.id, this.#options.validMs],
      );
      if (alive.length === 0) return this.#options.onLost();
      this.#schedule(this.#options.renewMs);
    } catch (error) {
      this.#options.onProblem(error);
      this.#schedule(Math.min(RETRY_MS, this.#options.renewMs));
    }
  }

  /** Dies on purpose: what it still leases is free at once. */
  async retire(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#database.query("update worker set alive_until = '-infinity' where id = $1", [this.id]);
  }
}

/** Ends every worker: for a start that holds the data directory, and so knows that no other process is left. */
export async function endFormerWorkers(database: Database): Promise<void> {
  await database.query("update worker set alive_until = '-infinity' where alive_until > clock_timestamp()");
}
