/**
 * One database transaction, as a handler sees it: everything done with it happens, or nothing does.
 * Ports that write take it as their first argument.
 */
export interface Transaction {
  /** True when this run repeats another that met a newer event than it assumed: load states, assume none. */
  readonly repeated: boolean;
  /** Runs after a successful commit, never after a rollback. The work must not throw. */
  onCommit(work: () => void): void;
}

export interface UnitOfWork {
  /**
   * Runs `work` in one transaction and commits. Repeats the whole of it, a few times, when another writer was faster
   * (an append conflict, something assumed that had changed, a deadlock, a serialisation failure). Any other error rolls back and is thrown.
   */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}
