import {
  boundedText,
  isJsonObject,
  notificationLevel,
  readNotification,
  type DeliveryAccepted,
  type Finding,
  type HubEvent,
  type LogRecord,
  type MessageInvalid,
  type NotificationEntry,
  type Occurrence,
  type Received,
} from '@crossdock/core';

const MAX_DESCRIPTION = 4_000;

/** An occurrence, and how deep in its lineage a message pushed for it would stand. */
export interface Found extends Occurrence {
  readonly hops: number;
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
  }));
}

/** A message that is itself a notification, unless it was pushed for one. */
export function fromMessage(record: LogRecord, received: Received): Found | undefined {
  const { event } = received;
  const level = notificationLevel(event.message);
  if (level === undefined || event.origin === 'notification') return undefined;
  const payload = received.parsed();
  return {
    store: event.store,
    root: event.root,
    rootMessage: event.rootMessage,
    about: record.stream,
    origin: event.source ?? event.origin,
    entry: readNotification(isJsonObject(payload) ? payload : {}, level),
    isMessage: true,
    hops: event.hops + 1,
  };
}

/** An invalid message is an error that its store should hear of. */
export function fromInvalid(record: LogRecord, invalid: MessageInvalid, received: Received): Found {
  const { event } = received;
  return {
    store: event.store,
    root: event.root,
    rootMessage: event.rootMessage,
    about: record.stream,
    origin: 'validator',
    entry: {
      level: 'error',
      subject: `Message ${record.stream} (${event.message}) is invalid`,
      description: boundedText(invalid.errors.map(sentence).join('\n'), MAX_DESCRIPTION),
      referenceType: 'message',
      referenceId: record.stream,
    },
    isMessage: false,
    hops: event.hops + 1,
  };
}

function sentence({ pointer, reason }: Finding): string {
  return pointer === '' ? reason : `${pointer}: ${reason}`;
}
