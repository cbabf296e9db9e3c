import { evolveDelivery, unknownDelivery, type DeliveryState } from '../delivery/delivery.ts';
import type { DeliveryEvent } from '../delivery/events.ts';
import type { NotificationEvent } from '../notifying/events.ts';
import { evolveNotification, unknownNotification, type NotificationState } from '../notifying/notification.ts';
import type { MessageEvent } from './events.ts';
import type { Versioned } from './hub-event.ts';
import { evolveMessage, unknownMessage, type MessageState } from './message.ts';

export function isMessageEvent(versioned: Versioned): versioned is Versioned<MessageEvent> {
  return versioned.event.type.startsWith('message.');
}

export function isDeliveryEvent(versioned: Versioned): versioned is Versioned<DeliveryEvent> {
  return versioned.event.type.startsWith('delivery.');
}

export function isNotificationEvent(versioned: Versioned): versioned is Versioned<NotificationEvent> {
  return versioned.event.type.startsWith('notification.');
}

/** The state of a message from its stream. */
export function foldMessage(events: readonly Versioned[]): MessageState {
  return events.filter(isMessageEvent).reduce(evolveMessage, unknownMessage);
}

/** The state of a delivery from its stream. */
export function foldDelivery(events: readonly Versioned[]): DeliveryState {
  return events.filter(isDeliveryEvent).reduce(evolveDelivery, unknownDelivery);
}

/** The state of a notification from its stream. */
export function foldNotification(events: readonly Versioned[]): NotificationState {
  return events.filter(isNotificationEvent).reduce(evolveNotification, unknownNotification);
}
