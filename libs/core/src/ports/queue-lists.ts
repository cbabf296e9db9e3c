import type { NotificationLevel } from '../delivery/events.ts';
import type { ItemState, QueueName } from '../queue/queue-state.ts';

/** How many messages and deliveries a store has where. Incoming + the four states of accepted + archived is all of them. */
export interface QueueCounts {
  readonly incoming: number;
  readonly archived: number;
  readonly pending: number;
  readonly failing: number;
  readonly scheduled: number;
  readonly parked: number;
}

/** A message or delivery as the lists show it. Times in ms since the epoch. */
export interface ListedItem {
  readonly id: string;
  readonly kind: 'message' | 'delivery';
  readonly queue: QueueName;
  readonly store: string;
  readonly state: ItemState;
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
  readonly errorClass: string | undefined;
  readonly lastError: string | undefined;
}

export interface QueueFilters {
  /** The type name. */
  readonly message?: string;
  /**
   * A state of the queue; also `retrying` for `failing`, in `incoming` `pending` for both of its states, and in `archived`
   * `all`. Without it, and without `source`, `archived` shows the completed ones.
   */
  readonly state?: string;
  /** Created at this time or later, ms. */
  readonly startDate?: number;
  /** Created at this time or earlier, ms. */
  readonly endDate?: number;
  /** This message or delivery, and what was made from it. */
  readonly messageId?: string;
  readonly mappingId?: string;
  readonly consumer?: string;
  readonly source?: string;
}

/** One page of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** From 1. */
  readonly page: number;
  /** At least 1. */
  readonly pages: number;
  /** Of the whole list. */
  readonly total: number;
  /** Only the newest part of the list was searched: older items may match, too. */
  readonly bounded: boolean;
}

export interface QueuePage extends Page<ListedItem> {
  /** Type names that occur in the newest part of the queue. */
  readonly availableMessages: readonly string[];
  readonly availableConsumers: readonly string[];
}

/** A notification as the list shows it. */
export interface ListedNotification {
  readonly id: string;
  readonly store: string;
  /** The message or delivery that it is about. */
  readonly about: string;
  readonly level: NotificationLevel;
  readonly subject: string;
  readonly description: string;
  readonly occurrences: number;
  readonly loggedOn: number;
  readonly lastUpdate: number;
  readonly origin: string;
  readonly referenceType: string | undefined;
  readonly referenceId: string | undefined;
  readonly referenceToken: string | undefined;
  /** JSON text. */
  readonly attributes: string | undefined;
}

export interface NotificationFilters {
  readonly level?: NotificationLevel;
  readonly referenceType?: string;
  readonly referenceId?: string;
  readonly referenceToken?: string;
}

/** The newest messages of some types, and whether older ones may be of them, too: only so many are searched. */
export interface NewestMessages {
  /** Newest first. */
  readonly messages: readonly { readonly id: string; readonly message: string; readonly createdAt: number }[];
  readonly bounded: boolean;
}

/** What the lists read. A little behind the log; a single message is read from the log itself. */
export interface QueueLists {
  counts(store: string): Promise<QueueCounts>;
  /** Throws `page_out_of_range` for a page that is no number from 1, or beyond the bound. */
  queue(store: string, queue: QueueName, filters: QueueFilters, page: number): Promise<QueuePage>;
  /** As `queue`. */
  notifications(store: string, filters: NotificationFilters, page: number): Promise<Page<ListedNotification>>;
  /** The newest messages of these types: those that were fit to be routed, or all that came in and were not archived by hand. */
  newestMessages(store: string, types: readonly string[], limit: number, which?: 'routable' | 'all'): Promise<NewestMessages>;
  /** Where these messages and deliveries are; unknown ones have no entry. */
  states(ids: readonly string[]): Promise<ReadonlyMap<string, { readonly state: ItemState; readonly queue: QueueName }>>;
}
