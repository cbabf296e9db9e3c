import { expect, it } from 'vitest';
import type { RecordToPublish } from '../ports/bus.ts';
import { received } from '../testing/builders.ts';
import { decoded } from '../testing/records.ts';
import { recordPublisherContract } from '../testing/record-publisher.contract.ts';
import { rejectedRecordsContract } from '../testing/rejected-records.contract.ts';
import { MemoryRejectedRecords } from './memory-rejected-records.ts';
import { MemoryTopics } from './memory-topics.ts';

recordPublisherContract('in memory', () => {
  const topics = new MemoryTopics();
  return Promise.resolve({
    publisher: topics,
    received: 'received',
    validated: 'validated',
    published: (topic, partition) =>
      Promise.resolve(
        topics.records(topic, partition).map(({ stream, version, shard, position, previous, epoch, event, payload }) => ({
          stream,
          version,
          shard,
          position,
          previous,
          epoch,
          event,
          payload: payload === undefined ? undefined : decoded([payload]),
        })),
      ),
    close: () => Promise.resolve(),
  });
});

rejectedRecordsContract('in memory', () => {
  const rejected = new MemoryRejectedRecords(10);
  return Promise.resolve({ one: rejected, two: rejected, close: () => Promise.resolve() });
});

const record = (position: number, topic: string): RecordToPublish => ({
  stream: '6b0000000000000000000001',
  version: position,
  at: 0,
  event: received(),
  shard: 0,
  position,
  topic,
  previous: 0,
  epoch: 1,
  payload: undefined,
});
const held = (topics: MemoryTopics, topic: string): readonly number[] => topics.records(topic, 0).map(({ position }) => position);

it('writes a part of each topic, and refuses the call, when it is told to', async () => {
  const topics = new MemoryTopics();
  topics.breakNext({ written: 0.5 });
  const records = [record(1, 'a'), record(2, 'b'), record(3, 'a'), record(4, 'b')];
  await expect(topics.publish(0, records)).rejects.toMatchObject({ code: 'broker_unreachable', retriable: true });
  expect([held(topics, 'a'), held(topics, 'b')]).toEqual([[1], [2]]);
  await topics.publish(0, records);
  expect([held(topics, 'a'), held(topics, 'b')]).toEqual([
    [1, 1, 3],
    [2, 2, 4],
  ]);
});

it('answers nobody while it is away, and is another one when it was replaced', async () => {
  const topics = new MemoryTopics();
  await topics.publish(0, [record(1, 'a')]);
  topics.isAway = true;
  await expect(topics.identity()).rejects.toMatchObject({ code: 'broker_unreachable' });
  await expect(topics.publish(0, [record(2, 'a')])).rejects.toMatchObject({ code: 'broker_unreachable' });
  topics.isAway = false;
  expect([await topics.identity(), held(topics, 'a')]).toEqual(['cluster 1', [1]]);
  topics.replace();
  expect([await topics.identity(), held(topics, 'a')]).toEqual(['cluster 2', []]);
});
