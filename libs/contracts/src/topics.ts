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

/** How a topic is made in Kafka, but for what depends on the installation: partitions are the log's shards, replicas are configured. */
export interface TopicSettings {
  readonly retentionMs: number;
  /** Never compacted: each record of a key is another fact. */
  readonly cleanupPolicy: 'delete';
  /** Largest batch that the broker takes, bytes, headers included. */
  readonly maxMessageBytes: number;
  /** Largest value of one record: what is larger loses its payload. Leaves room for key, headers and the batch around them. */
  readonly maxValueBytes: number;
  /** What the broker stores, whatever a producer sends: who reads need not know the codec of a foreign producer. */
  readonly compression: 'uncompressed';
}

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
const MAX_MESSAGE_BYTES = 4 << 20;
const HEADER_ROOM_BYTES = 16 << 10;

const settings: TopicSettings = {
  retentionMs: WEEK_MS,
  cleanupPolicy: 'delete',
  maxMessageBytes: MAX_MESSAGE_BYTES,
  maxValueBytes: MAX_MESSAGE_BYTES - HEADER_ROOM_BYTES,
  compression: 'uncompressed',
};

/** One entry a topic: their settings are free to part. */
export const topicSettings: Readonly<Record<Topic, TopicSettings>> = {
  [topics.received]: settings,
  [topics.validated]: settings,
  [topics.messageOutcomes]: settings,
  [topics.accepted]: settings,
  [topics.deliveryOutcomes]: settings,
  [topics.notifications]: settings,
};
