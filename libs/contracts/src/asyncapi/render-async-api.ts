import type { EventType } from '@crossdock/core';
import { eventMeanings } from '../envelope/facts-schemas.ts';
import { id, type JsonSchema } from '../envelope/json-schema.ts';
import { encodeRecord } from '../envelope/record-codec.ts';
import { recordTypeOf } from '../envelope/record-headers.ts';
import { recordSchemaOf } from '../envelope/record-schema.ts';
import { sampleRecords } from '../envelope/sample-records.ts';
import { sharedSchemas } from '../envelope/shared-schemas.ts';
import { consumers, kafkaGroupId, topicOf, topics, topicSettings, type Topic } from '../topics.ts';
import { headersSchema, headersSchemaOf } from './headers-schema.ts';

/** What depends on the installation. */
export interface AsyncApiOptions {
  /** Shards of the log. */
  readonly partitions: number;
  readonly replicas: number;
}

/** An object that JSON and YAML can write. */
export type AsyncApiDocument = Readonly<Record<string, unknown>>;

type TopicName = keyof typeof topics;

const BINDING = { bindingVersion: '0.5.0' } as const;
const types = Object.keys(topicOf) as EventType[];
const names = Object.keys(topics) as TopicName[];

const aboutTopics: Readonly<Record<TopicName, { readonly title: string; readonly description: string }>> = {
  received: {
    title: 'Messages that came in',
    description: 'Every message, pushed or made by an answer, with its payload. Self-contained.',
  },
  validated: { title: 'Messages fit to be routed', description: 'Ids and facts; the payload is in the record of message.received.' },
  messageOutcomes: { title: 'What became of messages', description: 'Where a message went and, for every other mapping, why not.' },
  accepted: {
    title: 'Deliveries that wait',
    description: 'A copy for one mapping, with the payload of the message that it delivers. Self-contained.',
  },
  deliveryOutcomes: { title: 'What became of deliveries', description: 'Every attempt and every end.' },
  notifications: { title: 'Notifications', description: 'Reports for people, and their repeats. Nothing inside the hub reads this topic.' },
};

const description = `Everything that happens in a Crossdock hub, as records on six Kafka topics: CloudEvents 1.0 in binary mode, JSON values.
Crossdock sends to them (one relay publishes the log, in the order of the log) and its own services receive from them; anybody else may read along in a consumer group of their own, and writes nothing.

- The partition is the shard of the log, not a hash of the key: partition k of every topic holds shard k. A message and all that comes of it stay in one partition, in order.
- The record key is the id of the message at the root of the lineage.
- Delivery is at least once: within a partition, drop every record whose header \`pos\` is not above the last one seen.
- Within a schema version members, event types and values of open enumerations may be added; what is there keeps its meaning. Anything else is a new version of \`ce_type\`.

How to read the topics: docs/topics.md.`;

/** The AsyncAPI document of the topics, made of what the code does. */
export function renderAsyncApi({ partitions, replicas }: AsyncApiOptions): AsyncApiDocument {
  return {
    asyncapi: '3.0.0',
    info: { title: 'Crossdock topics', version: '1.0.0', description, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: '{brokers}',
        protocol: 'kafka',
        description: 'The brokers that CROSSDOCK_KAFKA_BROKERS names.',
        variables: { brokers: { default: 'localhost:9092', description: 'host:port of a broker to begin with.' } },
      },
    },
    channels: Object.fromEntries(names.map((name) => [name, channelOf(name, { partitions, replicas })])),
    operations: Object.fromEntries([...names.map(sending), ...receiving()]),
    components: {
      messages: Object.fromEntries(types.map((type) => [type, messageOf(type)])),
      schemas: { RecordHeaders: headersSchema, ...sharedSchemas },
    },
  };
}

const ref = ($ref: string): JsonSchema => ({ $ref });
const typesOn = (topic: Topic): readonly EventType[] => types.filter((type) => topicOf[type] === topic);
const nameOf = (topic: Topic): TopicName | undefined => names.find((name) => topics[name] === topic);

function channelOf(name: TopicName, { partitions, replicas }: AsyncApiOptions): object {
  const topic = topics[name];
  const { cleanupPolicy, retentionMs, maxMessageBytes } = topicSettings[topic];
  const configuration = { 'cleanup.policy': [cleanupPolicy], 'retention.ms': retentionMs, 'max.message.bytes': maxMessageBytes };
  return {
    address: topic,
    ...aboutTopics[name],
    messages: Object.fromEntries(typesOn(topic).map((type) => [type, ref(`#/components/messages/${type}`)])),
    bindings: { kafka: { topic, partitions, replicas, topicConfiguration: configuration, ...BINDING } },
  };
}

function sending(name: TopicName): readonly [string, object] {
  const summary = 'The relay publishes the log: of all processes that may, one at a time for each shard.';
  return [`relay.${name}`, { action: 'send', channel: ref(`#/channels/${name}`), summary, messages: messagesOn(name) }];
}

function receiving(): readonly (readonly [string, object])[] {
  return Object.entries<readonly Topic[]>(consumers).flatMap(([group, read]) =>
    read.flatMap((topic) => {
      const name = nameOf(topic);
      if (name === undefined) return [];
      const groupId = { type: 'string', const: kafkaGroupId(group, topic) };
      const operation = {
        action: 'receive',
        channel: ref(`#/channels/${name}`),
        summary: `The service ${group}, in any number of instances.`,
      };
      return [[`${group}.${name}`, { ...operation, messages: messagesOn(name), bindings: { kafka: { groupId, ...BINDING } } }] as const];
    }),
  );
}

const messagesOn = (name: TopicName): readonly JsonSchema[] =>
  typesOn(topics[name]).map((type) => ref(`#/channels/${name}/messages/${type}`));

function messageOf(type: EventType): object {
  const { headers, value } = encodeRecord(sampleRecords[type], { maxValueBytes: Number.MAX_SAFE_INTEGER });
  return {
    name: recordTypeOf[type],
    title: type,
    summary: eventMeanings[type],
    contentType: 'application/json',
    headers: headersSchemaOf(type),
    payload: recordSchemaOf(type),
    correlationId: { location: '$message.header#/ce_rootid', description: 'All that comes of one pushed message has the same.' },
    bindings: { kafka: { key: id('The message at the root of the lineage.'), ...BINDING } },
    examples: [{ name: type, headers, payload: JSON.parse(Buffer.from(value).toString()) as unknown }],
  };
}
