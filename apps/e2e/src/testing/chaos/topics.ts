import { randomUUID } from 'node:crypto';
import { topicOf } from '@crossdock/contracts';
import kafkajs, { type KafkaMessage } from 'kafkajs';
import { eventually } from '../eventually.ts';
import { query } from '../stored.ts';

export const allTopics: readonly string[] = [...new Set<string>(Object.values(topicOf))].toSorted();

/** A record of a foreign producer has this header: the log knows nothing of it. */
export const FOREIGN = 'foreign';

/** A Kafka client that has nothing of ours in it. */
export function kafkaOf(brokers: readonly string[]): kafkajs.Kafka {
  return new kafkajs.Kafka({ brokers: [...brokers], clientId: 'chaos', logLevel: kafkajs.logLevel.NOTHING, requestTimeout: 15_000 });
}

/** What all partitions of our topics have, each number once. */
export interface Replicas {
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
  readonly minInSync: readonly string[];
}

export async function topicReplicas(brokers: readonly string[]): Promise<Replicas> {
  const admin = kafkaOf(brokers).admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...allTopics] });
    const partitions = topics.flatMap((topic) => topic.partitions);
    const asked = allTopics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: ['min.insync.replicas'] }));
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: asked });
    return {
      replicas: distinct(partitions.map(({ replicas }) => replicas.length)),
      inSync: distinct(partitions.map(({ isr }) => isr.length)),
      minInSync: distinct(resources.flatMap(({ configEntries }) => configEntries.map(({ configValue }) => configValue))),
    };
  } finally {
    await admin.disconnect();
  }
}

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

export type OnMessage = (topic: string, partition: number, message: KafkaMessage) => void;

/** Reads topics from their beginnings up to where they end now. */
export async function readTopics(brokers: readonly string[], topics: readonly string[], onMessage: OnMessage): Promise<void> {
  const kafka = kafkaOf(brokers);
  const admin = kafka.admin();
  await admin.connect();
  const missing = new Map<string, bigint>();
  for (const topic of topics) {
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic))
      if (BigInt(high) > BigInt(low)) missing.set(`${topic} ${partition}`, BigInt(high));
  }
  await admin.disconnect();
  if (missing.size === 0) return;
  const consumer = kafka.consumer({ groupId: `chaos.${randomUUID()}`, maxWaitTimeInMs: 100, maxBytesPerPartition: 4 << 20 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch: { topic, partition, messages } }) => {
        for (const message of messages) onMessage(topic, partition, message);
        const place = `${topic} ${partition}`;
        if (BigInt(messages.at(-1)?.offset ?? -1) + 1n >= (missing.get(place) ?? 0n)) missing.delete(place);
        return Promise.resolve();
      },
    });
    await eventually(
      () => {
        if (missing.size > 0) throw new Error(`Not read to their ends: ${[...missing.keys()].join(', ')}.`);
      },
      { within: 60_000 },
    );
  } finally {
    await consumer.disconnect();
  }
}

interface Published {
  readonly pos: number;
  readonly prev: number;
  readonly id: string;
}

/** What is on the topics, repeats left out, by `topic partition`. A repeat that does not say the same is none. */
async function published(brokers: readonly string[]): Promise<ReadonlyMap<string, readonly Published[]>> {
  const found = new Map<string, Map<string, Published>>();
  await readTopics(brokers, allTopics, (topic, partition, { headers = {} }) => {
    if (headers[FOREIGN] !== undefined) return;
    const record = { pos: Number(headers['pos']), prev: Number(headers['prev']), id: String(headers['ce_id']) };
    const place = `${topic} ${partition}`;
    const known = found.get(place) ?? new Map<string, Published>();
    if (!known.has(said(record))) known.set(said(record), record);
    found.set(place, known);
  });
  return new Map([...found].map(([place, records]) => [place, [...records.values()]]));
}

/** The log's records by `topic shard`, as they have to be on the topics. */
async function logged(databaseUrl: string): Promise<ReadonlyMap<string, readonly Published[]>> {
  const rows = await query<{ readonly shard: number; readonly pos: number; readonly type: keyof typeof topicOf; readonly id: string }>(
    databaseUrl,
    `select shard::int, position::int as pos, type, left(replace(stream_id::text, '-', ''), 24) || '.' || version as id
     from event order by shard, position`,
  );
  const byPlace = new Map<string, Published[]>();
  for (const { shard, pos, type, id } of rows) {
    const place = `${topicOf[type]} ${shard}`;
    const records = byPlace.get(place) ?? [];
    records.push({ pos, prev: records.at(-1)?.pos ?? 0, id });
    byPlace.set(place, records);
  }
  return byPlace;
}

/**
 * I13: of each partition, the positions on the topic (each one once) are the first ones of the log, in order, and each record names
 * the one before it; all of them, where `complete`. Answers what is not so, as sentences.
 */
export async function checkTopics(databaseUrl: string, brokers: readonly string[], complete: boolean): Promise<readonly string[]> {
  const onTopics = await published(brokers);
  // Read later, for it may only be longer.
  const inLog = await logged(databaseUrl);
  const places = [...new Set([...onTopics.keys(), ...inLog.keys()])].toSorted();
  return places.flatMap((place) => compare(place, onTopics.get(place) ?? [], inLog.get(place) ?? [], complete));
}

function compare(place: string, found: readonly Published[], expected: readonly Published[], complete: boolean): readonly string[] {
  const at = found.findIndex((record, index) => !isSame(record, expected[index]));
  if (at !== -1)
    return [
      `I13 does not hold: record ${at} of ${place} is ${said(found[at])}, and ${said(expected[at])} of ${expected.length} in the log`,
    ];
  if (!complete || found.length === expected.length) return [];
  return [
    `I13 does not hold: ${place} ends before ${said(expected[found.length])}, record ${found.length} of ${expected.length} in the log`,
  ];
}

const isSame = (one: Published, other: Published | undefined): boolean =>
  one.pos === other?.pos && one.prev === other.prev && one.id === other.id;

const said = (record: Published | undefined): string =>
  record === undefined ? 'nothing' : `${record.pos} after ${record.prev} (${record.id})`;
