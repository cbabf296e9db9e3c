import { decodeRecord, encodeRecord } from '@crossdock/contracts';
import { openMemoryWorld, recordPublisherContract, type Published } from '@crossdock/core/testing';
import { HubError } from '@crossdock/kit';
import { expect, inject, it } from 'vitest';
import { describeWithKafka } from '../../../../tools/testing/with-kafka.ts';
import { everyTopic, makeTopics, ownClient, publisherOf } from '../testing/kafka-world.ts';
import { readTopic } from '../testing/partition-reader.ts';
import { recordsBehind } from '../testing/pump.ts';
import { messagesFrom, received } from '../testing/some-messages.ts';
import type { KafkaClient } from './kafka-client.ts';
import { headersOf } from './rejected-record.ts';

const validated = 'crossdock.messages.validated';

describeWithKafka('on a real broker', () => {
  const brokers = inject('kafkaBrokers');

  recordPublisherContract('Kafka', async () => {
    const client = ownClient(brokers);
    await makeTopics(client);
    const publisher = publisherOf(client);
    return {
      publisher,
      received,
      validated,
      published: async (topic, partition, atLeast) => {
        const read = await readTopic(client, topic, new Map([[partition, atLeast]]));
        return (read.get(partition) ?? []).map((message): Published => {
          const decoded = decodeRecord({ topic, partition, headers: headersOf(message), value: message.value });
          if (!decoded.ok) throw new TypeError(decoded.problems.join(' '));
          const { at: _at, topic: _topic, ...record } = decoded.record;
          const { payload } = decoded;
          return { ...record, epoch: decoded.epoch, payload: payload === undefined ? undefined : Buffer.from(payload).toString() };
        });
      },
      close: () => publisher.close(),
    };
  });

  const withMessages = async (payloads: readonly string[]): ReturnType<typeof recordsBehind> => {
    const { one } = await openMemoryWorld();
    for (const [index, payload] of payloads.entries()) {
      await one.unitOfWork.run((tx) => one.log.append(tx, 0, messagesFrom(index, 1, payload)));
    }
    return await recordsBehind(one, 0, 0);
  };
  const remake = async (client: KafkaClient): Promise<void> => {
    const admin = client.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [client.topicName(received)] });
    await expect.poll(() => admin.listTopics()).not.toContain(client.topicName(received));
    await admin.disconnect();
    await makeTopics(client);
  };

  it('publishes a payload that is too large for its topic without the payload, and all others as they are', async () => {
    const client = ownClient(brokers);
    await makeTopics(client);
    const publisher = publisherOf(client);
    const large = JSON.stringify({ text: 'x'.repeat(1 << 20) });
    const records = await withMessages(['{"id":1}', large, JSON.stringify({ text: 'x'.repeat(1_000_000) }), '{"id":2}']);
    await publisher.publish(0, records);
    const read = (await readTopic(client, received, new Map([[0, 4]]))).get(0) ?? [];
    const maxValueBytes = 1_040_000;
    const expected = records.map((record) => encodeRecord(record, { maxValueBytes }));
    expect(read.map((message) => headersOf(message))).toEqual(expected.map(({ headers }) => headers));
    expect(read.map(({ value }) => value?.equals(Buffer.from(expected.shift()?.value ?? [])))).toEqual([true, true, true, true]);
    expect(read.map((message) => headersOf(message)['ce_payloadomitted'])).toEqual([undefined, '1', undefined, undefined]);
    await publisher.close();
  });

  it('is another when one of its topics was made anew, and the same otherwise', async () => {
    const client = ownClient(brokers);
    await makeTopics(client);
    const publisher = publisherOf(client);
    const before = await publisher.identity();
    await makeTopics(client);
    expect(await publisherOf(client).identity()).toBe(before);
    await remake(client);
    const after = await publisher.identity();
    const [cluster, marks] = before.split('/');
    const others = marks?.split('.').slice(1);
    expect(after).not.toBe(before);
    expect([after.split('/')[0], after.split('/')[1]?.split('.').slice(1)]).toEqual([cluster, others]);
    expect(others).toHaveLength(everyTopic.length - 1);
    await publisher.close();
  });

  it('notices a topic that lost what it had published to it', async () => {
    const client = ownClient(brokers);
    await makeTopics(client);
    const publisher = publisherOf(client);
    const records = await withMessages(['1', '2', '3']);
    await publisher.publish(0, records);
    await remake(client);
    await expect(publisher.publish(0, records.slice(2))).rejects.toMatchObject({ code: 'kafka_unavailable', retriable: true });
    await publisher.publish(0, records);
    expect((await readTopic(client, received, new Map([[0, 4]]))).get(0)).toHaveLength(4);
    await publisher.close();
  });

  it('says that a topic is missing, and publishes once it is there', async () => {
    const client = ownClient(brokers);
    const publisher = publisherOf(client);
    const records = await withMessages(['1']);
    await expect(publisher.publish(0, records)).rejects.toMatchObject({ code: 'kafka_unavailable', retriable: true });
    await expect(publisher.identity()).rejects.toBeInstanceOf(HubError);
    await makeTopics(client);
    await publisher.publish(0, records);
    await publisher.close();
  });

  it('says that there is no broker', async () => {
    const publisher = publisherOf(ownClient(['127.0.0.1:9']));
    await expect(publisher.publish(0, await withMessages(['1']))).rejects.toMatchObject({ code: 'kafka_unavailable', retriable: true });
    await expect(publisher.identity()).rejects.toMatchObject({ code: 'kafka_unavailable', retriable: true });
    await publisher.close();
  });
});
