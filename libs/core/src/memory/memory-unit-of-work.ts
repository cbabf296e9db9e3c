import type { UnitOfWork } from '../ports/transaction.ts';
import { MemoryTable } from './memory-table.ts';
import { MemoryTransaction } from './memory-transaction.ts';
import { StoreError } from './store-error.ts';

const MOST_RUNS = 6;

/** A database in memory. Its transactions run one after another; those who read without one see what was committed. */
export class MemoryUnitOfWork implements UnitOfWork {
  readonly #tables = new Map<string, MemoryTable<unknown>>();
  #last: Promise<unknown> = Promise.resolve();

  /** The table of this name: the same for all adapters on this database. */
  table<T>(name: string): MemoryTable<T> {
    const table = this.#tables.get(name) ?? new MemoryTable<unknown>();
    this.#tables.set(name, table);
    return table as MemoryTable<T>;
  }

  async run<T>(work: (tx: MemoryTransaction) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#repeat(work));
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  async #repeat<T>(work: (tx: MemoryTransaction) => Promise<T>): Promise<T> {
    for (let run = 1; ; run += 1) {
      const tx = new MemoryTransaction(run > 1);
      try {
        const value = await work(tx);
        tx.commit();
        return value;
      } catch (error) {
        if (run >= MOST_RUNS || !(error instanceof StoreError) || error.code !== 'append_conflict') throw error;
      }
    }
  }
}
