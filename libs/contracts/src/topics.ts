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
  'message.resubmitted': topics.messageOutcomes,
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

/** Events whose records carry the message's payload, so that who reads their topics needs nothing else. */
export const carriesPayload: ReadonlySet<EventType> = new Set(['message.received', 'delivery.accepted', 'delivery.requeued']);

/** Which consumer group reads which topics: what a lag can be measured of. */
export const consumers = {
  validator: [topics.received],
  router: [topics.validated],
  delivery: [topics.accepted],
  notifications: [topics.messageOutcomes, topics.deliveryOutcomes],
} as const satisfies Readonly<Record<string, readonly Topic[]>>;

/** The group's name in Kafka. A group that reads several topics is one group for each there, so that no topic waits for another. */
export function kafkaGroupId(group: string, topic: string): string {
  const read: readonly string[] = Object.entries(consumers).find(([name]) => name === group)?.[1] ?? [];
  return read.length === 1 ? `crossdock.${group}` : `crossdock.${group}.${topic.split('.').slice(-2).join('.')}`;
}

/** What every installation's topics have in common. Partitions are the log's shards; how many replicas there are is configured. */
export interface TopicSettings {
  readonly retentionMs: number;
  /** Never compacted: each record of a key is another fact. */
  readonly cleanupPolicy: 'delete';
  /** Largest batch that the broker takes, bytes, keys and headers included. */
  readonly maxMessageBytes: number;
}

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

/** Room for any facts there are, which are not cut for a topic, and for all but the most unusual payloads. */
export const maxTopicMessageBytes = 4 << 20;

const settings: TopicSettings = { retentionMs: WEEK_MS, cleanupPolicy: 'delete', maxMessageBytes: maxTopicMessageBytes };

/** How each topic is made: whoever makes them and the document that describes them read it here. */
export const topicSettings: Readonly<Record<Topic, TopicSettings>> = {
  [topics.received]: settings,
  [topics.validated]: settings,
  [topics.messageOutcomes]: settings,
  [topics.accepted]: settings,
  [topics.deliveryOutcomes]: settings,
  [topics.notifications]: settings,
};
