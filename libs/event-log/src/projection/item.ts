import { queueOf, type ListedItem, type ListedNotification } from '@crossdock/core';

/** One message or delivery as it is stored: what the lists show of it, and all that is needed to apply its next event. */
export interface ItemRow extends Omit<ListedItem, 'kind' | 'queue'> {
  readonly shard: number;
  /** Version of the stream: the number of its events that are in here. */
  readonly version: number;
  /** Failures in a row. */
  readonly failures: number;
}

/** A notification as it is stored; its version is the number of its occurrences. */
export interface NotificationRow extends Omit<ListedNotification, 'occurrences'> {
  readonly shard: number;
  readonly version: number;
}

/** Nothing more is to be expected of it, so it need not be kept in memory. */
export function isEnded(row: ItemRow): boolean {
  return queueOf[row.state] === 'archived';
}
