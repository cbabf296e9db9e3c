import { queueOf, type ItemState, type NotificationLevel } from '@crossdock/core';

/** One message or delivery as the lists show it, and all that is needed to apply its next event. Times in ms since the epoch. */
export interface ItemRow {
  readonly id: string;
  readonly shard: number;
  readonly store: string;
  readonly state: ItemState;
  /** Version of the stream: the number of its events that are in here. */
  readonly version: number;
  /** The type name, e.g. `order:new`. */
  readonly message: string;
  readonly source: string | undefined;
  /** What it was made from. */
  readonly parent: string | undefined;
  /** The message at the root of the lineage. */
  readonly root: string;
  /** Deliveries only, as is the consumer. */
  readonly mapping: string | undefined;
  /** `integration.service`. */
  readonly consumer: string | undefined;
  readonly createdAt: number;
  readonly endedAt: number | undefined;
  /** When a failing or scheduled delivery is due. */
  readonly nextAt: number | undefined;
  readonly attempts: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly errorClass: string | undefined;
  readonly lastError: string | undefined;
}

/** A notification as the list shows it; its version is the number of its occurrences. */
export interface NotificationRow {
  readonly id: string;
  readonly shard: number;
  readonly store: string;
  readonly version: number;
  /** The message or delivery that it is about. */
  readonly about: string;
  readonly level: NotificationLevel;
  readonly subject: string;
  readonly description: string;
  readonly loggedOn: number;
  readonly lastUpdate: number;
  readonly origin: string;
  readonly referenceType: string | undefined;
  readonly referenceId: string | undefined;
  readonly referenceToken: string | undefined;
  /** JSON text. */
  readonly attributes: string | undefined;
}

/** Nothing more is to be expected of it, so it need not be kept in memory. */
export function isEnded(row: ItemRow): boolean {
  return queueOf[row.state] === 'archived';
}
