import type { Transaction } from './transaction.ts';

/** A delivery that waits for an attempt, or is having one. The row is the delivery's mutex. */
export interface DueDelivery {
  readonly delivery: string;
  readonly shard: number;
  readonly store: string;
  readonly endpoint: number;
  /** The message whose first event holds the payload. */
  readonly message: string;
  readonly mapping: string;
  /** Version of the delivery's stream. */
  readonly version: number;
  /** Number of the attempt that is under way, or of the last one. */
  readonly attempt: number;
  /** Failures in a row: what the retry schedule counts. */
  readonly failures: number;
  /** ms since the epoch; `Infinity` while the mapping is paused or disabled. */
  readonly dueAt: number;
}

/** What becomes of the row when an attempt ends: gone, or waiting again. */
export interface Settlement {
  readonly delivery: string;
  readonly attempt: number;
  readonly next?: { readonly version: number; readonly failures: number; readonly dueAt: number };
}

export interface ReadyEndpoint {
  readonly endpoint: number;
  readonly store: string;
}

/** Deliveries of a paused or disabled mapping wait without a time. */
export interface WaitingMapping {
  readonly store: string;
  readonly mapping: string;
  readonly endpoint: number;
}

/** How many deliveries wait for a mapping without a time. */
export interface WaitingCount {
  readonly count: number;
  /** There may be more: no more were counted. */
  readonly bounded: boolean;
}

export interface DueDeliveries {
  /** New rows. `leased` ones belong to this process at once, with attempt 1 under way. */
  insert(tx: Transaction, rows: readonly (DueDelivery & { readonly leased: boolean })[]): Promise<void>;
  /** Endpoints numbered above `after` that have something due and no closed gate, found by skipping through the index. */
  ready(now: number, after: number, limit: number): Promise<readonly ReadyEndpoint[]>;
  /** Leases due rows to this process, at most `limit` an endpoint; their `attempt` is the one to make. */
  claim(wanted: readonly { readonly endpoint: number; readonly limit: number }[], now: number): Promise<readonly DueDelivery[]>;
  /** Gives leases back unused: the attempt was not begun. */
  release(deliveries: readonly { readonly delivery: string; readonly attempt: number }[]): Promise<void>;
  /** Gives a lease back unused, to wait without a time. */
  postpone(row: DueDelivery): Promise<void>;
  /**
   * Ends attempts of this process. Returns the deliveries whose row was still this process's, for this attempt. It may assume
   * that of all of them, and have the unit of work repeated with `tx.repeated` where that was wrong.
   */
  settle(tx: Transaction, settlements: readonly Settlement[]): Promise<ReadonlySet<string>>;
  /** Locks one row for a person's verb. */
  lock(tx: Transaction, delivery: string): Promise<(DueDelivery & { readonly running: boolean }) | undefined>;
  /** Replaces or removes a locked row. */
  reschedule(tx: Transaction, row: DueDelivery): Promise<void>;
  remove(tx: Transaction, delivery: string): Promise<void>;
  /** Rows of one shard that are leased to dead processes, locked: each is a lost attempt. */
  takeOver(tx: Transaction, shard: number, limit: number): Promise<readonly DueDelivery[]>;
  /** Whether any process that leases rows is dead. */
  hasLostLeases(): Promise<boolean>;
  /** The mappings that deliveries wait for without a time. */
  waiting(): Promise<readonly WaitingMapping[]>;
  /** How many deliveries wait for each of these mappings, at most `most` counted for each. */
  countWaiting(mappings: readonly string[], most: number): Promise<ReadonlyMap<string, WaitingCount>>;
  /** Makes what waits for a mapping due now. */
  resume(mapping: WaitingMapping, now: number): Promise<void>;
  /** What this process leases and has leased for so long, ms. */
  leases(forMs: number): Promise<readonly { readonly delivery: string; readonly attempt: number }[]>;
  /** Which of these are leased now, and since when (ms). */
  running(deliveries: readonly string[]): Promise<ReadonlyMap<string, { readonly attempt: number; readonly since: number }>>;
  /** Closes an endpoint's gate until then: nothing is claimed for it, its rows stay where they are. */
  closeGate(endpoint: number, until: number): Promise<void>;
  openGate(endpoint: number): Promise<void>;
}
