import type { HubEvent, NewEvent, Versioned } from '../message/hub-event.ts';
import type { MessageReceived } from '../message/events.ts';
import type { Transaction } from './transaction.ts';

/** An event with its place in the log: `position` is contiguous per shard, from 1. */
export interface StoredEvent<E extends HubEvent = HubEvent> extends Versioned<E> {
  readonly shard: number;
  readonly position: number;
}

/** The append-only truth. */
export interface EventLog {
  /**
   * Appends events, in their order, to one shard. If any of them has a (stream, version) that exists, nothing is
   * appended and the unit of work repeats with `tx.repeated`. Call it last in a transaction: it locks the shard.
   */
  append(tx: Transaction, shard: number, events: readonly NewEvent[]): Promise<void>;
  /** All events of these streams, by version. Streams that do not exist have no entry. */
  load(streams: readonly string[], tx?: Transaction): Promise<ReadonlyMap<string, readonly StoredEvent[]>>;
}

/** The way in for new messages: many callers, one durable batch. */
export interface Intake {
  /**
   * Resolves when the message is committed (`stored`), or when that cannot be promised: `overloaded` before anything was
   * tried, `unavailable` when the database did not confirm in time, `refused` when it cannot hold this very message.
   */
  receive(event: NewEvent<MessageReceived>): Promise<'stored' | 'overloaded' | 'unavailable' | 'refused'>;
}

/** Reads the log in order. */
export interface LogTail {
  readonly shards: readonly number[];
  /** The last position known to be committed. */
  head(shard: number): number;
  /** Incarnation of a shard's log: what was published of another one is none of this log's. */
  epoch(shard: number): number;
  /** Events after `after` without a gap, at most `limit`; none when there are none yet. */
  read(shard: number, after: number, limit: number): Promise<readonly StoredEvent[]>;
  /** Calls back when there may be something new in a shard. Returns the way to stop. */
  onAppend(listener: (shard: number) => void): () => void;
}

/** What came in with a message: facts, bytes, and the parsed copy that filters and validation work on. */
export interface Received {
  readonly event: MessageReceived;
  readonly shard: number;
  readonly at: number;
  readonly payload: Uint8Array;
  /** The payload parsed; computed once. */
  parsed(): unknown;
}

/** Reads first events by batch, through a bounded cache. */
export interface ReceivedMessages {
  get(ids: readonly string[]): Promise<ReadonlyMap<string, Received>>;
}
