import { encodeRecord } from '@crossdock/contracts';
import type { RecordToPublish } from '@crossdock/core';
import { openMemoryWorld } from '@crossdock/core/testing';
import fc from 'fast-check';
import type { Admin, Message, Producer, ProducerBatch, RecordMetadata } from 'kafkajs';
import { expect, it } from 'vitest';
import { quiet } from '../testing/consumer-of.ts';
import { FakeKafkaError } from '../testing/fake-kafka.ts';
import { recordsBehind } from '../testing/pump.ts';
import { messagesFrom, received, streamOf } from '../testing/some-messages.ts';
import { KafkaPublisher } from './kafka-publisher.ts';

const confirm = ({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> =>
  Promise.resolve(topicMessages.map(({ topic }) => ({ topicName: topic, partition: 0, errorCode: 0 })));

/** Takes what producers send; what it answers is up to the test. */
class FakeBroker {
  readonly batches: ProducerBatch[] = [];
  producers = 0;
  open = 0;
  answer: (batch: ProducerBatch) => Promise<RecordMetadata[]> = confirm;

  topicName(topic: string): string {
    return `my.${topic}`;
  }

  admin(): Admin {
    throw new TypeError('Nobody asks here.');
  }

  producer(): Producer {
    this.producers += 1;
    const producer = {
      connect: () => {
        this.open += 1;
        return Promise.resolve();
      },
      disconnect: () => {
        this.open -= 1;
        return Promise.resolve();
      },
      sendBatch: (batch: ProducerBatch) => {
        this.batches.push(batch);
        return this.answer(batch);
      },
    };
    return producer as unknown as Producer;
  }
}

const publisherOf = (broker: FakeBroker, more: { readonly timeoutMs?: number; readonly maxMessageBytes?: number } = {}): KafkaPublisher =>
  new KafkaPublisher({ client: broker, topics: [received], maxMessageBytes: 1 << 20, logger: quiet, ...more });

const someRecords = async (count: number): Promise<readonly RecordToPublish[]> => {
  const { one } = await openMemoryWorld();
  await one.unitOfWork.run((tx) => one.log.append(tx, 0, messagesFrom(1, count)));
  return await recordsBehind(one, 0, 0);
};
const sizeOf = ({ key, value, headers = {} }: Message): number =>
  [key, value, ...Object.entries(headers).flat()].reduce<number>(
    (sum, part) => sum + Buffer.byteLength((part ?? '') as string | Buffer),
    0,
  );

it('sends each record once, in the order of its topic, on the partition that the shard is, in parts that brokers take', async () => {
  const topics = [received, 'crossdock.messages.validated', 'crossdock.deliveries.accepted'];
  const [record] = await someRecords(1);
  if (record === undefined) throw new RangeError('There is one.');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ topic: fc.constantFrom(...topics), size: fc.oneof(fc.nat(3_000), fc.nat(700_000)) }), { maxLength: 30 }),
      fc.integer({ min: 0, max: 5 }),
      async (wishes, shard) => {
        const broker = new FakeBroker();
        const records = wishes.map(({ topic, size }, index): RecordToPublish => {
          return {
            ...record,
            shard,
            stream: streamOf(index),
            position: index + 1,
            previous: index,
            topic,
            payload: Buffer.alloc(size, 'x'),
          };
        });
        await publisherOf(broker).publish(shard, records);
        const sent = broker.batches.flatMap(({ topicMessages = [] }) => topicMessages);
        for (const topic of topics) {
          const wanted = records.filter((one) => one.topic === topic).map((one) => encodeRecord(one, { maxValueBytes: 1 << 20 }));
          const got = sent.filter((part) => part.topic === `my.${topic}`).flatMap(({ messages }) => messages);
          expect(got.map(({ key, partition }) => [key, partition])).toEqual(wanted.map(({ key }) => [key, shard]));
          expect(got.map(({ headers }) => headers)).toEqual(wanted.map(({ headers }) => headers));
        }
        for (const { topicMessages = [], acks } of broker.batches) {
          const all = topicMessages.flatMap(({ messages }) => messages);
          expect(acks).toBe(-1);
          expect(all.length).toBeGreaterThan(0);
          expect(all.length).toBeLessThanOrEqual(500);
          expect(all.reduce((sum, message) => sum + sizeOf(message), 0)).toBeLessThanOrEqual(900_000);
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('sends at most 500 records at once', async () => {
  const broker = new FakeBroker();
  await publisherOf(broker).publish(0, await someRecords(500));
  await publisherOf(broker).publish(0, [...(await someRecords(500)), ...(await someRecords(1))]);
  expect(broker.batches.map(({ topicMessages = [] }) => topicMessages.flatMap(({ messages }) => messages).length)).toEqual([500, 500, 1]);
});

it('sends nothing, and connects to nobody, for no records', async () => {
  const broker = new FakeBroker();
  await publisherOf(broker).publish(0, []);
  expect([broker.producers, broker.batches]).toEqual([0, []]);
});

it('sends one part after the other, and none behind one that failed', async () => {
  const broker = new FakeBroker();
  const cause = new FakeKafkaError('The broker is gone', { name: 'KafkaJSNumberOfRetriesExceeded' });
  broker.answer = (batch) => (broker.batches.length === 2 ? Promise.reject(cause) : confirm(batch));
  const publisher = publisherOf(broker, { maxMessageBytes: 10_000 });
  const records = await someRecords(30);
  await expect(publisher.publish(0, records)).rejects.toMatchObject({ code: 'kafka_unavailable', retriable: true, cause });
  expect(broker.batches).toHaveLength(2);
});

it('does not wait for ever, and begins with a new connection then', async () => {
  const broker = new FakeBroker();
  broker.answer = (batch) => (broker.batches.length === 1 ? new Promise(() => undefined) : confirm(batch));
  const publisher = publisherOf(broker, { timeoutMs: 20 });
  const records = await someRecords(1);
  await expect(publisher.publish(0, records)).rejects.toMatchObject({ code: 'kafka_unavailable', retriable: true });
  await publisher.publish(0, records);
  expect([broker.producers, broker.open]).toEqual([2, 1]);
  await publisher.close();
  expect(broker.open).toBe(0);
  await expect(publisher.publish(0, records)).rejects.toMatchObject({ code: 'kafka_unavailable' });
});

it('says of what a topic refuses for what it is that it is no weather', async () => {
  const broker = new FakeBroker();
  broker.answer = () =>
    Promise.reject(new FakeKafkaError('The request included a message larger than the max', { type: 'MESSAGE_TOO_LARGE' }));
  await expect(publisherOf(broker).publish(0, await someRecords(1))).rejects.toMatchObject({
    code: 'kafka_topic_unusable',
    retriable: false,
    message: expect.stringContaining('larger than the max') as string,
  });
});

it('takes nothing for published that was not confirmed, however well the call ended', async () => {
  const broker = new FakeBroker();
  const validated = 'crossdock.messages.validated';
  const records = (await someRecords(2)).map((record, index) => (index === 0 ? record : { ...record, topic: validated }));
  broker.answer = async (batch) => (await confirm(batch)).filter(({ topicName }) => topicName !== `my.${validated}`);
  await expect(publisherOf(broker).publish(0, records)).rejects.toMatchObject({
    code: 'kafka_unavailable',
    retriable: true,
    message: `No broker has confirmed the records for my.${validated}.`,
  });
});

it('notices that a partition has become shorter', async () => {
  const broker = new FakeBroker();
  const offsets = ['0', '3', '4', '1'];
  broker.answer = () => Promise.resolve([{ topicName: `my.${received}`, partition: 0, errorCode: 0, baseOffset: offsets.shift() ?? '' }]);
  const publisher = publisherOf(broker);
  const records = await someRecords(3);
  await publisher.publish(0, records);
  await publisher.publish(0, records.slice(0, 1));
  await publisher.publish(0, records.slice(0, 1));
  await expect(publisher.publish(0, records)).rejects.toMatchObject({
    code: 'kafka_unavailable',
    message: `my.${received} is shorter than what was published to it: it was made anew.`,
  });
});
