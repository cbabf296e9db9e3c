import { done, type BatchHandler, type Subscription } from '@crossdock/core';
import { openMemoryWorld, type MemoryWorld } from '@crossdock/core/testing';
import kafkajs from 'kafkajs';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { KafkaCluster } from '../../../../tools/kafka/cluster.mjs';
import { startKafka } from '../../../../tools/testing/start-kafka.ts';
import { describeWithKafka } from '../../../../tools/testing/with-kafka.ts';
import { kafkaConsumerOf, MemoryRejected } from '../testing/kafka-parts.ts';
import { makeTopics, ownClient, publisherOf } from '../testing/kafka-world.ts';
import { recordsBehind } from '../testing/pump.ts';
import { messagesFrom, numberOf, received } from '../testing/some-messages.ts';
import type { KafkaClient } from './kafka-client.ts';
import type { KafkaConsumer, KafkaConsumerParts } from './kafka-consumer.ts';
import type { KafkaPublisher } from './kafka-publisher.ts';

const until = (expectation: () => void | Promise<void>): Promise<void> => vi.waitFor(expectation, { timeout: 50_000, interval: 20 });
const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describeWithKafka('KafkaConsumer and what goes wrong', () => {
  let world: MemoryWorld;
  let client: KafkaClient;
  let publisher: KafkaPublisher;
  let rejected: MemoryRejected;
  let running: KafkaConsumer[];
  let committed: number[];
  let dead: Error[];

  const open = async (brokers: readonly string[]): Promise<void> => {
    client = ownClient(brokers);
    publisher = publisherOf(client);
    await makeTopics(client, 2, [received]);
  };
  beforeEach(async () => {
    world = await openMemoryWorld();
    rejected = new MemoryRejected();
    [running, committed, dead] = [[], [], []];
  });
  afterEach(async () => {
    await Promise.all(running.map((consumer) => consumer.drain(10_000)));
    await publisher.close();
  });

  const noting: BatchHandler = (records, tx) => {
    tx.onCommit(() => committed.push(...records.map(numberOf)));
    return Promise.resolve(records.map(() => done));
  };
  const start = async (more: Partial<KafkaConsumerParts> = {}, subscription: Partial<Subscription> = {}): Promise<KafkaConsumer> => {
    const publications = { last: () => Promise.resolve(0) };
    const consumer = kafkaConsumerOf(world.one, { client, publications, rejected }, { onDead: (error) => dead.push(error), ...more });
    running.push(consumer);
    await consumer.start([{ group: 'validator', topic: received, maxRecords: 100, handler: noting, ...subscription }]);
    return consumer;
  };
  /** Appends messages with these numbers to the log, and publishes them. */
  const publish = async (from: number, count: number): Promise<void> => {
    const before = world.one.log.head(0);
    await world.one.unitOfWork.run((tx) => world.one.log.append(tx, 0, messagesFrom(from, count)));
    const records = await recordsBehind(world.one, 0, before, () => before);
    await vi.waitFor(() => publisher.publish(0, records), { timeout: 50_000, interval: 100 });
  };

  describe('with a broker of its own', () => {
    let cluster: KafkaCluster;
    beforeEach(async () => {
      cluster = await startKafka();
      await open(cluster.brokers);
    }, 60_000);
    afterEach(() => cluster.down());

    it('goes on by itself when its broker was killed and is back, and nothing is lost or done twice', async () => {
      const consumer = await start({ settings: { firstRebuildMs: 50 } });
      await publish(1, 50);
      await until(() => expect(committed).toEqual(range(1, 50)));
      await cluster.kill(1);
      await until(() => expect(consumer.health().map(({ state }) => state)).toEqual(['stalled', 'stalled']));
      await cluster.start(1);
      await publish(51, 50);
      await until(() => expect(committed).toEqual(range(1, 100)));
      await until(() =>
        expect(consumer.health().map(({ state, lag }) => [state, lag])).toEqual([
          ['running', 0],
          ['running', 0],
        ]),
      );
      expect(dead).toEqual([]);
    });

    it('lets its process stop in time while its broker is away', async () => {
      const consumer = await start();
      await cluster.kill(1);
      const begun = performance.now();
      await consumer.drain(2_000);
      expect(performance.now() - begun).toBeLessThan(4_000);
    });
  });

  describe('with what others do', () => {
    beforeEach(() => open(inject('kafkaBrokers')));

    it('keeps what it cannot read, 5 MB of it too, and goes on', async () => {
      const admin = client.admin();
      await admin.connect();
      await admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name: client.topicName(received),
            configEntries: [{ name: 'max.message.bytes', value: '8000000' }],
          },
        ],
      });
      await admin.disconnect();
      const producer = client.producer();
      await producer.connect();
      const send = async (value: Buffer | string | null, headers: Record<string, string> = {}): Promise<void> => {
        await producer.send({ topic: client.topicName(received), messages: [{ partition: 0, value, headers }] });
      };
      await start();
      await publish(1, 1);
      await send('no JSON');
      await send(Buffer.alloc(5_000_000, 'x'));
      await send(null, { 'n\0ul': 'a' });
      await publish(2, 1);
      await until(() => expect(committed).toEqual([1, 2]));
      expect(rejected.records.map(({ offset, bytes, excerpt }) => [offset, bytes, excerpt.length])).toEqual([
        ['1', 7, 7],
        ['2', 5_000_000, 4_096],
        ['3', 0, 0],
      ]);
      await producer.disconnect();
    });

    it('reads a topic that was deleted and made anew', async () => {
      const consumer = await start();
      await publish(1, 5);
      await until(() => expect(committed).toEqual(range(1, 5)));
      const admin = client.admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [client.topicName(received)] });
      await expect.poll(() => admin.listTopics()).not.toContain(client.topicName(received));
      await admin.disconnect();
      await makeTopics(client, 2, [received]);
      await publish(6, 5);
      await until(() => expect(committed).toEqual(range(1, 10)));
      await until(() => expect(consumer.health().map(({ state }) => state)).toEqual(['running', 'running']));
      expect(dead).toEqual([]);
    });

    it('gives up its start when its topic does not exist', async () => {
      client = ownClient(inject('kafkaBrokers'));
      await expect(start({ settings: { startWithinMs: 1_000 } })).rejects.toMatchObject({ code: 'kafka_unavailable', retriable: true });
      expect(running[0]?.health().map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    });
  });
});
