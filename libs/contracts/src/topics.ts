import type { EventType } from '@crossdock/core';

export const topics = {
  received: 'crossdock.messages.received',
  validated: 'crossdock.messages.validated',
  messageOutcomes: 'crossdock.messages.outcomes',
  accepted: 'crossdock.deliveries.accepted',
  deliveryOutcomes: 'crossdock.deliveries.outcomes',
  notifications: 'crossdock.notifications',
} as const;
export type Topic = (typeof topics)[keyof typeof topics];

/** Which topic an event is published to: every event to exactly one. */
export const topicOf: Readonly<Record<EventType, Topic>> = {
  'message.received': topics.received,
  'message.validated': topics.validated,
  'message.invalid': topics.messageOutcomes,
  'message.routed': topics.messageOutcomes,
  'message.never_processed': topics.messageOutcomes,
  'message.archived': topics.messageOutcomes,
  'delivery.accepted': topics.accepted,
  'delivery.requeued': topics.accepted,
  'delivery.succeeded': topics.deliveryOutcomes,
  'delivery.failed': topics.deliveryOutcomes,
  'delivery.scheduled': topics.deliveryOutcomes,
  'delivery.parked': topics.deliveryOutcomes,
  'delivery.archived': topics.deliveryOutcomes,
  'delivery.answered_late': topics.deliveryOutcomes,
  'delivery.attempt_lost': topics.deliveryOutcomes,
  'notification.raised': topics.notifications,
  'notification.repeated': topics.notifications,
};

/** Which consumer group reads which topics: what a lag can be measured of. */
export const consumers = {
  validator: [topics.received],
  router: [topics.validated],
  delivery: [topics.accepted],
  notifications: [topics.messageOutcomes, topics.deliveryOutcomes],
} as const satisfies Readonly<Record<string, readonly Topic[]>>;
