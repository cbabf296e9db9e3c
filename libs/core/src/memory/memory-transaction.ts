import type { Transaction } from '../ports/transaction.ts';

/** What a transaction changes is kept aside until it commits. */
export class MemoryTransaction implements Transaction {
  readonly repeated: boolean;
  readonly #changes: (() => void)[] = [];
  readonly #afterwards: (() => void)[] = [];

  constructor(repeated: boolean) {
    this.repeated = repeated;
  }

  /** Makes a change when the transaction commits, before anything that `onCommit` was given. */
  atCommit(change: () => void): void {
    this.#changes.push(change);
  }

  onCommit(work: () => void): void {
    this.#afterwards.push(work);
  }

  commit(): void {
    for (const change of this.#changes) change();
    for (const work of this.#afterwards) work();
  }
}

/** The in-memory side of a transaction that was made by `MemoryUnitOfWork.run`. */
export function memoryOf(tx: Transaction): MemoryTransaction {
  if (tx instanceof MemoryTransaction) return tx;
  throw new TypeError('This transaction was not made by the in-memory adapter.');
}
