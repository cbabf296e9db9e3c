import {
  trailThrough,
  notificationOfInvalid,
  notificationOfMessage,
  type DeliveryAccepted,
  type HubEvent,
  type LogRecord,
  type MessageNotification,
  type MessageInvalid,
  type NotificationEntry,
  type Occurrence,
  type Received,
} from '@crossdock/core';

/** An occurrence, and where in its lineage a message pushed for it would stand. */
export interface Found extends Occurrence {
  readonly hops: number;
  readonly trail: readonly string[] | undefined;
}

/** What an endpoint's answer notified of, whether the attempt succeeded or failed. */
export function notificationsOf(event: HubEvent): readonly NotificationEntry[] {
  return 'notifications' in event ? (event.notifications ?? []) : [];
}

/** The notifications of an attempt, as said by the mapping's service. */
export function fromDelivery(record: LogRecord, accepted: DeliveryAccepted): readonly Found[] {
  return notificationsOf(record.event).map((entry) => ({
    store: accepted.store,
    root: accepted.root,
    rootMessage: accepted.rootMessage,
    about: record.stream,
    origin: accepted.name,
    entry,
    isMessage: false,
    hops: accepted.hops + 1,
    trail: trailThrough(accepted.trail, accepted.mapping),
  }));
}

/** A message that is itself a notification. */
export function fromMessage(record: LogRecord, received: Received): Found | undefined {
  const said = notificationOfMessage(received.event, received.parsed());
  return said === undefined ? undefined : foundIn(record, received, said, true);
}

/** A message that is invalid. */
export function fromInvalid(record: LogRecord, invalid: MessageInvalid, received: Received): Found {
  return foundIn(record, received, notificationOfInvalid(record.stream, invalid), false);
}

function foundIn(record: LogRecord, { event }: Received, said: MessageNotification, isMessage: boolean): Found {
  const { store, root, rootMessage, hops } = event;
  // No mapping made it. Its trail begins anew, once in a lineage: what comes of a notification pushes none.
  return { store, root, rootMessage, about: record.stream, ...said, isMessage, hops: hops + 1, trail: undefined };
}
