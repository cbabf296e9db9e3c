import { HubError, pause, within, type Logger } from '@crossdock/kit';
import type { Admin, IResourceConfigEntry, ITopicMetadata } from 'kafkajs';
import type { KafkaClient } from './kafka-client.ts';
import { isPassing, kafkaUnavailable, typeOf } from './kafka-errors.ts';
import { newMark, topicConfigs } from './topic-identity.ts';

export interface TopicSettings {
  /** How long records are kept, ms; -1 for ever. */
  readonly retentionMs: number;
  /** Further settings of Kafka's own, by name. */
  readonly more?: Readonly<Record<string, string>>;
}

export interface EnsureTopicsOptions {
  /** Settings by topic: which topics there are, and what a new one gets. */
  readonly topics: Readonly<Record<string, TopicSettings>>;
  /** As many as the log has shards. */
  readonly partitions: number;
  /** Copies of each partition of a new topic. */
  readonly replication: number;
  /** Largest record that a topic takes. */
  readonly maxMessageBytes: number;
  /** How long to try, ms. */
  readonly timeoutMs: number;
  readonly logger: Logger;
}

const PAUSE_MS = 250;
/** How long a broker may take to make topics. */
const BROKER_MS = 15_000;
const MANY_REPLICAS = 3;
/** What a topic may hold for kafkajs to read it. */
const READABLE: ReadonlySet<string> = new Set(['uncompressed', 'gzip']);

/**
 * Makes the topics that are missing, adds partitions to those that have fewer than the log has shards, and waits until each has a
 * leader. Never takes anything away. Rejects with `kafka_topic_unusable` where only a person can help, and with `kafka_unavailable`
 * when the brokers could not be reached for so long.
 */
export async function ensureTopics(client: KafkaClient, options: EnsureTopicsOptions): Promise<void> {
  const until = performance.now() + options.timeoutMs;
  for (;;) {
    try {
      return await attempt(client, options, until);
    } catch (error) {
      if (error instanceof HubError && error.code === 'kafka_topic_unusable') throw error;
      if (performance.now() >= until || !isPassing(error)) throw kafkaUnavailable('The topics could not be made ready', error);
      await pause(PAUSE_MS);
    }
  }
}

async function attempt(client: KafkaClient, options: EnsureTopicsOptions, until: number): Promise<void> {
  const admin = client.admin();
  const timeoutMs = Math.max(1, until - performance.now());
  const work = (async () => {
    await admin.connect();
    await create(admin, client, options, timeoutMs);
    await grow(admin, client, options, until);
    await refuseTooSmall(admin, client, options);
    await warnOfCodecs(admin, client, options);
  })();
  try {
    if (!(await within(timeoutMs, work))) throw new HubError('kafka_unavailable', `They were not ready within ${options.timeoutMs} ms.`);
    await work;
  } finally {
    void admin.disconnect().catch(() => undefined);
  }
}

async function create(admin: Admin, client: KafkaClient, options: EnsureTopicsOptions, timeoutMs: number): Promise<void> {
  const known = new Set(await admin.listTopics());
  const missing = Object.entries(options.topics).filter(([topic]) => !known.has(client.topicName(topic)));
  if (missing.length === 0) return;
  try {
    await admin.createTopics({
      waitForLeaders: true,
      timeout: Math.min(BROKER_MS, Math.ceil(timeoutMs)),
      topics: missing.map(([topic, settings]) => ({
        topic: client.topicName(topic),
        numPartitions: options.partitions,
        replicationFactor: options.replication,
        configEntries: [...configOf(settings, options)],
      })),
    });
    options.logger.info({ event: 'topics_created', topics: missing.map(([topic]) => client.topicName(topic)) }, 'topics were created');
  } catch (error) {
    const refused = refusals(error);
    // Another process made it between our question and our request.
    if (refused.length > 0 && refused.every(({ type }) => type === 'TOPIC_ALREADY_EXISTS')) return;
    if (refused.length === 0 || refused.some((refusal) => isPassing(refusal))) throw error;
    const said = refused
      .map((refusal) => `${refusal.topic ?? 'a topic'}: ${refusal.message}`)
      .sort()
      .join(' ');
    throw unusable(`Kafka refused to create topics. ${said}`, error);
  }
}

interface Refusal extends Error {
  readonly type?: string;
  readonly topic?: string;
}

/** What the brokers said of each topic. */
function refusals(error: unknown): readonly Refusal[] {
  const errors = error instanceof Error && 'errors' in error ? error.errors : undefined;
  return Array.isArray(errors) ? errors.filter((one): one is Refusal => one instanceof Error) : [];
}

/** A topic that somebody else made keeps foreign producers' codecs, and most of them end our consumers when one is used. */
async function warnOfCodecs(admin: Admin, client: KafkaClient, { topics, logger }: EnsureTopicsOptions): Promise<void> {
  for (const [name, codec] of await topicConfigs(admin, namesOf(client, topics), 'compression.type')) {
    if (READABLE.has(codec)) continue;
    const advice = 'set compression.type=uncompressed on this topic: a record of a foreign producer could end its consumers';
    logger.warn({ event: 'topic_codec', topic: name, codec }, advice);
  }
}

const namesOf = (client: KafkaClient, topics: EnsureTopicsOptions['topics']): readonly string[] => {
  return Object.keys(topics).map((topic) => client.topicName(topic));
};

/** Everything that matters is said, whatever the brokers' defaults are. */
function configOf(
  { retentionMs, more }: TopicSettings,
  { replication, maxMessageBytes }: EnsureTopicsOptions,
): readonly IResourceConfigEntry[] {
  const config: Readonly<Record<string, string>> = {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'max.message.bytes': String(maxMessageBytes),
    // The broker unpacks what foreign producers compress: most of their codecs would end our consumers.
    'compression.type': 'uncompressed',
    ...(replication >= MANY_REPLICAS ? { 'min.insync.replicas': '2' } : {}),
    ...more,
  };
  return [...Object.entries(config).map(([name, value]) => ({ name, value })), newMark()];
}

async function grow(admin: Admin, client: KafkaClient, { topics, partitions, logger }: EnsureTopicsOptions, until: number): Promise<void> {
  const names = namesOf(client, topics);
  while (performance.now() < until) {
    const found = await admin.fetchTopicMetadata({ topics: [...names] });
    const larger = found.topics.filter((topic) => topic.partitions.length > partitions);
    if (larger.length > 0) throw tooMany(larger, partitions);
    const smaller = found.topics.filter((topic) => topic.partitions.length < partitions).map(({ name }) => name);
    if (smaller.length === 0 && found.topics.every(hasLeaders)) return;
    if (smaller.length > 0) {
      await addPartitions(admin, smaller, partitions);
      logger.info({ event: 'topics_grown', topics: smaller, partitions }, 'partitions were added to topics');
    }
    await pause(PAUSE_MS);
  }
}

async function addPartitions(admin: Admin, names: readonly string[], partitions: number): Promise<void> {
  try {
    await admin.createPartitions({ topicPartitions: names.map((topic) => ({ topic, count: partitions })) });
  } catch (error) {
    // Another process was faster: the topic has as many already. Whoever reads its metadata next sees it.
    if (typeOf(error) !== 'INVALID_PARTITIONS') throw error;
  }
}

const hasLeaders = ({ partitions }: ITopicMetadata): boolean => partitions.every(({ leader }) => leader >= 0);

function tooMany(larger: readonly ITopicMetadata[], partitions: number): HubError {
  const said = larger
    .map((topic) => `${topic.name} has ${topic.partitions.length} partitions`)
    .sort()
    .join(', ');
  return unusable(
    `${said}, but the log has ${partitions} shards, and partition and shard are the same here. A topic cannot shrink: delete it (it is published anew from the log), or use another cluster.`,
  );
}

/** Records up to the limit would be refused for ever, and the relay with them. */
async function refuseTooSmall(admin: Admin, client: KafkaClient, { topics, maxMessageBytes }: EnsureTopicsOptions): Promise<void> {
  const limit = 'max.message.bytes';
  const limits = await topicConfigs(admin, namesOf(client, topics), limit);
  const small = [...limits].flatMap(([name, value]) =>
    Number(value) < maxMessageBytes ? [`${name} takes records of ${value} bytes`] : [],
  );
  if (small.length === 0) return;
  throw unusable(`${small.join(', ')}, but ${maxMessageBytes} are needed: raise its ${limit}, or lower the hub's largest record.`);
}

function unusable(message: string, cause?: unknown): HubError {
  return new HubError('kafka_topic_unusable', message, { cause });
}
