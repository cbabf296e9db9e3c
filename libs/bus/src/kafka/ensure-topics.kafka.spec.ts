import { createLogger } from '@crossdock/kit';
import kafkajs from 'kafkajs';
import { expect, inject, it } from 'vitest';
import { describeWithKafka } from '../../../../tools/testing/with-kafka.ts';
import { ownClient } from '../testing/kafka-world.ts';
import { ensureTopics, type EnsureTopicsOptions } from './ensure-topics.ts';
import type { KafkaClient } from './kafka-client.ts';

const topic = 'crossdock.messages.received';
const other = 'crossdock.notifications';

describeWithKafka('ensureTopics', () => {
  const brokers = inject('kafkaBrokers');
  const options: EnsureTopicsOptions = {
    topics: { [topic]: { retentionMs: 3_600_000 }, [other]: { retentionMs: -1, more: { 'segment.ms': '60000' } } },
    partitions: 2,
    replication: 1,
    maxMessageBytes: 2_000_000,
    timeoutMs: 20_000,
    logger: createLogger({ level: 'silent', service: 'test', destination: 1 }),
  };
  const partitionsOf = async (client: KafkaClient): Promise<readonly number[]> => {
    const admin = client.admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic, other].map((name) => client.topicName(name)) });
    await admin.disconnect();
    return topics.map(({ partitions }) => partitions.filter(({ leader }) => leader >= 0).length);
  };
  const configOf = async (client: KafkaClient, name: string): Promise<ReadonlyMap<string, string>> => {
    const admin = client.admin();
    await admin.connect();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: client.topicName(name) }],
    });
    await admin.disconnect();
    return new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]));
  };

  it('makes topics with all settings that matter, and leaders', async () => {
    const client = ownClient(brokers);
    await ensureTopics(client, options);
    expect(await partitionsOf(client)).toEqual([2, 2]);
    const [one, two] = [await configOf(client, topic), await configOf(client, other)];
    const of = (config: ReadonlyMap<string, string>): readonly (string | undefined)[] =>
      ['cleanup.policy', 'retention.ms', 'max.message.bytes', 'compression.type', 'segment.ms'].map((name) => config.get(name));
    expect(of(one)).toEqual(['delete', '3600000', '2000000', 'uncompressed', '604800000']);
    expect(of(two)).toEqual(['delete', '-1', '2000000', 'uncompressed', '60000']);
  });

  it('leaves what is there as it is, and does not mind others who do the same at once', async () => {
    const client = ownClient(brokers);
    await Promise.all([ensureTopics(client, options), ensureTopics(client, options), ensureTopics(client, options)]);
    const before = await configOf(client, topic);
    await ensureTopics(client, options);
    expect(await configOf(client, topic)).toEqual(before);
    expect(await partitionsOf(client)).toEqual([2, 2]);
  });

  it('adds partitions when the log has more shards, though others do too', async () => {
    const client = ownClient(brokers);
    await ensureTopics(client, options);
    const more = { ...options, partitions: 3 };
    await Promise.all([ensureTopics(client, more), ensureTopics(client, more)]);
    expect(await partitionsOf(client)).toEqual([3, 3]);
  });

  it('refuses topics with more partitions than the log has shards', async () => {
    const client = ownClient(brokers);
    await ensureTopics(client, { ...options, partitions: 4 });
    await expect(ensureTopics(client, options)).rejects.toMatchObject({
      code: 'kafka_topic_unusable',
      retriable: false,
      message: expect.stringMatching(/received has 4 partitions, .*notifications has 4 partitions, but the log has 2 shards/) as string,
    });
    expect(await partitionsOf(client)).toEqual([4, 4]);
  });

  it('refuses topics that would refuse the hub’s largest records', async () => {
    const client = ownClient(brokers);
    await ensureTopics(client, options);
    await expect(ensureTopics(client, { ...options, maxMessageBytes: 3_000_000 })).rejects.toMatchObject({
      code: 'kafka_topic_unusable',
      message: expect.stringContaining('takes records of 2000000 bytes') as string,
    });
  });

  it('says what a broker says who refuses', async () => {
    await expect(ensureTopics(ownClient(brokers), { ...options, replication: 3 })).rejects.toMatchObject({
      code: 'kafka_topic_unusable',
      message: expect.stringMatching(/^Kafka refused to create topics\. .*received: .*replication/i) as string,
    });
  });

  it('says in time that there is no broker', async () => {
    const begun = performance.now();
    await expect(ensureTopics(ownClient(['127.0.0.1:9']), { ...options, timeoutMs: 700 })).rejects.toMatchObject({
      code: 'kafka_unavailable',
      retriable: true,
    });
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
