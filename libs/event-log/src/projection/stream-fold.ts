import type { DeliveryEvent, MessageEvent, StoredEvent } from '@crossdock/core';
import { isNotification, type Rows } from './fold-batch.ts';
import type { ItemRow, NotificationRow } from './item.ts';
import { projectItem, projectNotification } from './project.ts';

/** Folds streams that come one after another; only the last one may be unfinished. */
export class StreamFold {
  readonly #targets: ReadonlyMap<number, number>;
  #items = new Map<string, ItemRow>();
  #notifications = new Map<string, NotificationRow>();
  #stream = '';
  #item: ItemRow | undefined;
  #notification: NotificationRow | undefined;
  #isBroken = false;
  #count = 0;
  #damaged = 0;

  constructor(targets: ReadonlyMap<number, number>) {
    this.#targets = targets;
  }

  /** Streams that cannot be folded. */
  get damaged(): number {
    return this.#damaged;
  }

  add(events: readonly StoredEvent[]): void {
    for (const stored of events) {
      // What came after the beginning is caught up with later, in its order.
      if (stored.position > (this.#targets.get(stored.shard) ?? 0)) continue;
      this.#count += 1;
      if (stored.stream !== this.#stream) this.#next(stored.stream);
      if (!this.#isBroken) this.#apply(stored);
    }
  }

  #apply(stored: StoredEvent): void {
    try {
      if (isNotification(stored)) this.#notification = projectNotification(this.#notification, stored);
      else this.#item = projectItem(this.#item, stored as StoredEvent<MessageEvent | DeliveryEvent>);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#isBroken = true;
      this.#damaged += 1;
    }
  }

  #next(stream: string): void {
    if (!this.#isBroken) {
      if (this.#item !== undefined) this.#items.set(this.#stream, this.#item);
      if (this.#notification !== undefined) this.#notifications.set(this.#stream, this.#notification);
    }
    this.#stream = stream;
    this.#item = undefined;
    this.#notification = undefined;
    this.#isBroken = false;
  }

  /** The last stream is complete. */
  end(): void {
    this.#next('');
  }

  /** The rows that became complete. */
  take(): Rows {
    const rows = { items: this.#items, notifications: this.#notifications };
    this.#items = new Map();
    this.#notifications = new Map();
    return rows;
  }

  /** Events folded since the last time. */
  takeCount(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }
}
