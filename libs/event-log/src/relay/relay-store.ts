import type { Publications } from '@crossdock/core';

/** Where the relay of a shard stands. */
export interface RelayPlace {
  /** Everything up to here is confirmed. */
  readonly position: number;
  /** Of the broker that it was published to; `undefined` before the first time. */
  readonly identity: string | undefined;
  /** Position of each topic's last published event; none for a topic without events. */
  readonly topics: ReadonlyMap<string, number>;
}

/** The right to publish a shard. It ends when somebody else acquires, or this process does so again. */
export interface RelayLease {
  readonly shard: number;
  /** Rises with each acquisition: what a former holder sends, or sent, is refused by it. */
  readonly token: number;
  /** Incarnation of the shard's log. */
  readonly epoch: number;
}

export type AcquiredRelay =
  | { readonly kind: 'held'; readonly lease: RelayLease; readonly place: RelayPlace }
  | { readonly kind: 'standby' };

/** Who holds a shard: this process (by the lease with that token), another one that lives, or nobody. */
export type RelayHolder = { readonly kind: 'self'; readonly token: number } | { readonly kind: 'other' } | { readonly kind: 'nobody' };

/** A step ahead: the new position, the topics that it concerns, and the broker where that is another one. */
export interface RelayMove {
  readonly position: number;
  readonly topics: ReadonlyMap<string, number>;
  readonly identity?: string;
}

/** Where a consumer group stands in a topic of one shard. */
export interface TopicCheckpoint {
  readonly group: string;
  readonly topic: string;
  readonly position: number;
}

/** What the relay remembers. One holder a shard, while its process lives. */
export interface RelayStore extends Publications {
  acquire(shard: number): Promise<AcquiredRelay>;
  /**
   * Compare-and-set: the lease must be the shard's last, its position must be `expected`, its log of the same incarnation and
   * at least so long. Answers false, and changes nothing, where one of them is not so.
   */
  move(lease: RelayLease, expected: number, to: RelayMove): Promise<boolean>;
  release(lease: RelayLease): Promise<void>;
  /** Who holds which shards, in one cheap query. Shards that nobody ever held are missing. */
  holders(): Promise<ReadonlyMap<number, RelayHolder>>;
  /** Where all consumer groups stand in this shard. */
  checkpoints(shard: number): Promise<readonly TopicCheckpoint[]>;
}
