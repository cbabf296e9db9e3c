import type { DeliveryEvent, MessageEvent, NotificationEvent, StoredEvent } from '@crossdock/core';
import { CounterDeltas, type Counter } from './counter-deltas.ts';
import type { ItemRow, NotificationRow } from './item.ts';
import { projectItem, projectNotification } from './project.ts';

/** Rows by stream. */
export interface Rows {
  readonly items: ReadonlyMap<string, ItemRow>;
  readonly notifications: ReadonlyMap<string, NotificationRow>;
}

export const noRows: Rows = { items: new Map(), notifications: new Map() };

/** What a run of events makes of the rows that it is about. */
export interface Folded extends Rows {
  /** Streams whose row and events do not fit together; their rows are left out. */
  readonly broken: readonly string[];
}

export function isNotification(stored: StoredEvent): stored is StoredEvent<NotificationEvent> {
  return stored.event.type === 'notification.raised' || stored.event.type === 'notification.repeated';
}

/** Applies events, in their order, to the rows as they were before. */
export function foldBatch(events: readonly StoredEvent[], before: Rows): Folded {
  const items = new Map<string, ItemRow>();
  const notifications = new Map<string, NotificationRow>();
  const broken = new Set<string>();
  for (const stored of events) {
    if (broken.has(stored.stream)) continue;
    try {
      if (isNotification(stored)) {
        const row = notifications.get(stored.stream) ?? before.notifications.get(stored.stream);
        notifications.set(stored.stream, projectNotification(row, stored));
      } else {
        const row = items.get(stored.stream) ?? before.items.get(stored.stream);
        items.set(stored.stream, projectItem(row, stored as StoredEvent<MessageEvent | DeliveryEvent>));
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      broken.add(stored.stream);
      items.delete(stored.stream);
      notifications.delete(stored.stream);
    }
  }
  return { items, notifications, broken: [...broken] };
}

/** What replacing the rows as they were by these changes in the counters. */
export function countersOf(after: Rows, before: Rows): readonly Counter[] {
  const deltas = new CounterDeltas();
  for (const [id, row] of after.items) deltas.item(before.items.get(id), row);
  for (const [id, row] of after.notifications) deltas.notification(before.notifications.get(id), row);
  return deltas.sorted();
}
