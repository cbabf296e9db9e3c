import {
  notificationId,
  notificationOfInvalid,
  type HubEvent,
  type MessageNotification,
  type Sha256,
  type StoredEvent,
} from '@crossdock/core';

/** Ids of what a message or delivery was turned into: deliveries, the messages of answers, and what it was sent again as. */
export function childIdsOf(events: readonly HubEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === 'message.routed') return event.sent.map(({ delivery }) => delivery);
    if (event.type === 'message.resubmitted') return [event.child];
    return event.type === 'delivery.succeeded' ? (event.children ?? []) : [];
  });
}

/** What the events of a delivery's attempts, or of a message that is invalid, give to be notified of. */
export function saidBy(stream: readonly StoredEvent[]): readonly MessageNotification[] {
  const first = stream[0]?.event;
  const origin = first?.type === 'delivery.accepted' ? first.name : '';
  return stream.flatMap(({ stream: id, event }) => {
    if (event.type === 'message.invalid') return [notificationOfInvalid(id, event)];
    return ('notifications' in event ? (event.notifications ?? []) : []).map((entry) => ({ origin, entry }));
  });
}

/** Ids are made of what a notification says, so that the ones about a message can be found without an index. */
export function notificationIdsOf(sha256: Sha256, about: string, said: readonly MessageNotification[]): readonly string[] {
  return [...new Set(said.map(({ origin, entry }) => notificationId(sha256, { about, origin, entry })))];
}
