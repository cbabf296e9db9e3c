import type { Transaction } from '../ports/transaction.ts';
import type { MemoryUnitOfWork } from './memory-unit-of-work.ts';

/** A process as the in-memory database knows it: what it leases or owns is its own until it ends. */
export class MemoryWorker {
  readonly id: number;
  readonly #database: MemoryUnitOfWork;

  private constructor(id: number, database: MemoryUnitOfWork) {
    this.id = id;
    this.#database = database;
  }

  static async register(database: MemoryUnitOfWork): Promise<MemoryWorker> {
    const workers = database.table<'alive' | 'dead'>('worker');
    return await database.run((tx) => {
      const id = workers.entries(tx).length + 1;
      workers.set(tx, String(id), 'alive');
      return Promise.resolve(new MemoryWorker(id, database));
    });
  }

  async end(): Promise<void> {
    await this.#database.run((tx) => {
      this.#database.table('worker').set(tx, String(this.id), 'dead');
      return Promise.resolve();
    });
  }
}

/** Whether the worker of this number is there. */
export function isAlive(database: MemoryUnitOfWork, worker: number, tx?: Transaction): boolean {
  return database.table('worker').get(String(worker), tx) === 'alive';
}
