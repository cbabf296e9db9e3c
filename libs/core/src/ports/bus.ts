import type { StoredEvent } from './event-log.ts';
import type { Transaction } from './transaction.ts';

/** An event as a consumer of a topic gets it. */
export interface LogRecord extends StoredEvent {
  readonly topic: string;
  /** Position of the topic's previous event in this shard: a consumer whose checkpoint is below it has missed one. */
  readonly previous: number;
}

/**
 * What became of one record. `done`: its outputs are in the transaction. `retry`: not now; it and all behind it come
 * again. `poison`: it will never work; it is parked with the reason, and the shard goes on.
 */
export type RecordOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly reason: string }
  | { readonly kind: 'poison'; readonly reason: string };

export const done: RecordOutcome = { kind: 'done' };
export const retry = (reason: string): RecordOutcome => ({ kind: 'retry', reason });
export const poison = (reason: string): RecordOutcome => ({ kind: 'poison', reason });

/**
 * Handles records of one topic and one shard, in order: one outcome per record. The caller owns the transaction and moves
 * the checkpoint in it. A throw rolls back; the batch is then bisected until the record at fault is alone.
 */
export type BatchHandler = (records: readonly LogRecord[], tx: Transaction) => Promise<readonly RecordOutcome[]>;

export interface Subscription {
  readonly group: string;
  readonly topic: string;
  readonly maxRecords: number;
  /** Records that the handler has nothing to do with: a batch of only such moves the checkpoint when it is convenient. */
  readonly isIrrelevant?: (record: LogRecord) => boolean;
  readonly handler: BatchHandler;
}

export interface ConsumerHealth {
  readonly group: string;
  readonly topic: string;
  readonly shard: number;
  readonly state: 'starting' | 'running' | 'standby' | 'stalled' | 'stopped';
  readonly checkpoint: number;
  readonly lag: number;
  /** Why it stalls, while it does. */
  readonly problem?: string;
}

/** Feeds subscriptions with records, whatever carries them. */
export interface LogConsumer {
  start(subscriptions: readonly Subscription[]): Promise<void>;
  /** Stops fetching, lets the running batches finish and commit, at most this long. */
  drain(deadlineMs: number): Promise<void>;
  health(): readonly ConsumerHealth[];
}

/** Where a consumer group stands in one shard of one topic. */
export interface CheckpointKey {
  readonly group: string;
  readonly topic: string;
  readonly shard: number;
}

export interface ParkedRecord extends CheckpointKey {
  readonly position: number;
  readonly stream: string;
  readonly version: number;
  readonly store: string | undefined;
  readonly reason: string;
  readonly parkedAt: number;
}

export interface Checkpoints {
  /** The position, 0 for a new key, whoever owns it: for consumers whose ownership is decided elsewhere. */
  position(key: CheckpointKey): Promise<number>;
  /** The position, and ownership of the key for this process until it stops renewing; `standby` while another owns it. */
  acquire(key: CheckpointKey): Promise<{ readonly kind: 'owned'; readonly position: number } | { readonly kind: 'standby' }>;
  release(key: CheckpointKey): Promise<void>;
  /**
   * Compare-and-set within the output transaction. When another owner moved it, or `next` is beyond the log, the
   * transaction fails with `checkpoint_moved`.
   */
  move(tx: Transaction, key: CheckpointKey, expected: number, next: number): Promise<void>;
  park(tx: Transaction, records: readonly ParkedRecord[]): Promise<void>;
}

/** A record on its way to a topic. */
export interface RecordToPublish extends LogRecord {
  /** Incarnation of the shard's log. */
  readonly epoch: number;
  /** The bytes that the message came in with, where the topic carries them. */
  readonly payload: Uint8Array | undefined;
}

/** Puts records on their topics. */
export interface RecordPublisher {
  /** Names the broker's cluster and its topics: when this changes, what was published before is gone. */
  identity(): Promise<string>;
  /**
   * Publishes records of one shard, in their order, to the partition that the shard is. Resolves when all are confirmed; when
   * it rejects, any prefix of them may have been published, and the same records are published again.
   */
  publish(shard: number, records: readonly RecordToPublish[]): Promise<void>;
}

/** How far topics are published: what a consumer that hears nothing compares its checkpoint with. */
export interface Publications {
  /** Position of the last event of this topic and shard that was confirmed; 0 before the first. */
  last(topic: string, shard: number): Promise<number>;
}

/** Something on a topic that is no record of ours, or that this version cannot read. Kept for a person to look at. */
export interface RejectedRecord {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** The broker's offset: text, as it may be beyond 2^53. */
  readonly offset: string;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The first bytes of the value, as text. */
  readonly excerpt: string;
  readonly bytes: number;
  readonly rejectedAt: number;
}

export interface RejectedRecords {
  /** Keeps them; those that are kept already (same group, topic, partition, offset) stay as they are. */
  add(records: readonly RejectedRecord[]): Promise<void>;
  /** Newest first, at most `limit`. */
  list(limit: number): Promise<readonly RejectedRecord[]>;
}
