import { readNotification, notificationLevel } from '../answer/read-notifications.ts';
import type { NotificationEntry } from '../delivery/events.ts';
import { isJsonObject } from '../json/json-value.ts';
import { boundedText } from '../json/text.ts';
import type { MessageInvalid, MessageReceived } from '../message/events.ts';
import type { Finding } from '../validation/finding.ts';

const MAX_DESCRIPTION = 4_000;

/** What a message itself gives to be noted, and who says it. */
export interface MessageNotification {
  readonly origin: string;
  readonly entry: NotificationEntry;
}

/** A message that is itself a notification, unless it was pushed for one. */
export function notificationOfMessage(event: MessageReceived, payload: unknown): MessageNotification | undefined {
  const level = notificationLevel(event.message);
  if (level === undefined || event.origin === 'notification') return undefined;
  return { origin: event.source ?? event.origin, entry: readNotification(isJsonObject(payload) ? payload : {}, level) };
}

/** An invalid message is an error that its store should hear of. */
export function notificationOfInvalid(id: string, invalid: MessageInvalid): MessageNotification {
  return {
    origin: 'validator',
    entry: {
      level: 'error',
      subject: `Message ${id} (${invalid.message}) is invalid`,
      description: boundedText(invalid.errors.map(sentence).join('\n'), MAX_DESCRIPTION),
      referenceType: 'message',
      referenceId: id,
    },
  };
}

function sentence({ pointer, reason }: Finding): string {
  return pointer === '' ? reason : `${pointer}: ${reason}`;
}
