import type { Transaction } from '../ports/transaction.ts';
import { memoryOf } from './memory-transaction.ts';

/** Rows by key. A transaction sees its own changes; everybody else sees them when it has committed. */
export class MemoryTable<T> {
  readonly #rows = new Map<string, T>();
  readonly #drafts = new WeakMap<Transaction, Map<string, T | undefined>>();

  get(key: string, tx?: Transaction): T | undefined {
    const draft = tx === undefined ? undefined : this.#drafts.get(tx);
    return draft?.has(key) === true ? draft.get(key) : this.#rows.get(key);
  }

  /** All rows, in no particular order. */
  entries(tx?: Transaction): readonly (readonly [string, T])[] {
    const draft = tx === undefined ? undefined : this.#drafts.get(tx);
    if (draft === undefined) return [...this.#rows];
    const entries: (readonly [string, T])[] = [...this.#rows].filter(([key]) => !draft.has(key));
    for (const [key, row] of draft) if (row !== undefined) entries.push([key, row]);
    return entries;
  }

  set(tx: Transaction, key: string, row: T): void {
    this.#draftOf(tx).set(key, row);
  }

  delete(tx: Transaction, key: string): void {
    this.#draftOf(tx).set(key, undefined);
  }

  #draftOf(tx: Transaction): Map<string, T | undefined> {
    const known = this.#drafts.get(tx);
    if (known !== undefined) return known;
    const draft = new Map<string, T | undefined>();
    this.#drafts.set(tx, draft);
    memoryOf(tx).atCommit(() => this.#apply(draft));
    return draft;
  }

  #apply(draft: ReadonlyMap<string, T | undefined>): void {
    for (const [key, row] of draft) {
      if (row === undefined) this.#rows.delete(key);
      else this.#rows.set(key, row);
    }
  }
}
