import type { DeliveryEvent, MessageEvent, StoredEvent } from '@crossdock/core';
import { isNotification } from '../projection/fold-batch.ts';
import type { ItemRow, NotificationRow } from '../projection/item.ts';
import { projectItem, projectNotification } from '../projection/project.ts';

/** Up to where the tables of the projection were when they were read: shard → position. */
export interface ProjectedUpTo {
  readonly itemsUpTo: ReadonlyMap<number, number>;
  readonly notificationsUpTo: ReadonlyMap<number, number>;
}

/** The row that the projection must have of a stream, as far as it has come. A stream that cannot be folded has none. */
export class ExpectedRow {
  #item: ItemRow | undefined;
  #notification: NotificationRow | undefined;
  #isBroken = false;

  add(stored: StoredEvent, { itemsUpTo, notificationsUpTo }: ProjectedUpTo): void {
    const upTo = isNotification(stored) ? notificationsUpTo : itemsUpTo;
    if (this.#isBroken || stored.position > (upTo.get(stored.shard) ?? 0)) return;
    try {
      if (isNotification(stored)) this.#notification = projectNotification(this.#notification, stored);
      else this.#item = projectItem(this.#item, stored as StoredEvent<MessageEvent | DeliveryEvent>);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#isBroken = true;
    }
  }

  get row(): ItemRow | NotificationRow | undefined {
    return this.#isBroken ? undefined : (this.#item ?? this.#notification);
  }
}
