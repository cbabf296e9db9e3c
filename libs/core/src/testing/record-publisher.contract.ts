import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordPublisher, RecordToPublish } from '../ports/bus.ts';
import { bytesOf, received, validated } from './builders.ts';

/** A broker with empty topics `received` and `validated`, of two partitions each. */
export interface RecordPublisherWorld {
  readonly publisher: RecordPublisher;
  readonly received: string;
  readonly validated: string;
  /** All that a partition holds, in its order; it waits for `atLeast` of them. */
  published(topic: string, partition: number, atLeast: number): Promise<readonly Published[]>;
  close(): Promise<void>;
}

/** What a reader of a topic makes of a record. */
export type Published = Pick<RecordToPublish, 'stream' | 'version' | 'shard' | 'position' | 'previous' | 'epoch' | 'event'> & {
  readonly payload: string | undefined;
};

const idOf = (n: number): string => `6b00000000000000${n.toString(16).padStart(8, '0')}`;

/** What every RecordPublisher does. */
export function recordPublisherContract(name: string, open: () => Promise<RecordPublisherWorld>): void {
  describe(`RecordPublisher: ${name}`, () => {
    let world: RecordPublisherWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    const receivedRecord = (shard: number, position: number, previous: number): RecordToPublish => ({
      stream: idOf(position),
      version: 1,
      at: 1_795_219_200_000,
      event: received({ root: idOf(position) }),
      shard,
      position,
      topic: world.received,
      previous,
      epoch: 1,
      payload: bytesOf(`{"n": ${position}.0}`),
    });
    const validatedRecord = (shard: number, position: number, previous: number): RecordToPublish => ({
      ...receivedRecord(shard, position, previous),
      version: 2,
      event: { ...validated(), root: idOf(position) },
      topic: world.validated,
      payload: undefined,
    });
    const seen = ({ stream, version, shard, position, previous, epoch, event, payload }: RecordToPublish): Published => ({
      stream,
      version,
      shard,
      position,
      previous,
      epoch,
      event,
      payload: payload === undefined ? undefined : `{"n": ${position}.0}`,
    });

    it('puts records on their topics, in order, on the partition that the shard is', async () => {
      const mixed = [receivedRecord(0, 1, 0), validatedRecord(0, 2, 0), receivedRecord(0, 3, 1), validatedRecord(0, 4, 2)];
      await world.publisher.publish(0, mixed);
      const other = [validatedRecord(1, 1, 0)];
      await world.publisher.publish(1, other);
      const later = [receivedRecord(0, 5, 3)];
      await world.publisher.publish(0, later);
      expect(await world.published(world.received, 0, 3)).toEqual(
        [mixed[0], mixed[2], later[0]].flatMap((record) => (record === undefined ? [] : [seen(record)])),
      );
      expect(await world.published(world.validated, 0, 2)).toEqual(
        [mixed[1], mixed[3]].flatMap((record) => (record === undefined ? [] : [seen(record)])),
      );
      expect(await world.published(world.validated, 1, 1)).toEqual(other.map(seen));
      expect(await world.published(world.received, 1, 0)).toEqual([]);
    });

    it('publishes again what is published again', async () => {
      const records = [receivedRecord(0, 1, 0), receivedRecord(0, 2, 1)];
      await world.publisher.publish(0, records);
      await world.publisher.publish(0, records);
      expect((await world.published(world.received, 0, 4)).map(({ position }) => position)).toEqual([1, 2, 1, 2]);
    });

    it('takes as many records as the relay gives it, and none', async () => {
      const records = Array.from({ length: 500 }, (_, n) => receivedRecord(1, n + 1, n));
      await world.publisher.publish(1, []);
      await world.publisher.publish(1, records);
      expect((await world.published(world.received, 1, 500)).map(({ position, previous }) => [position, previous])).toEqual(
        records.map(({ position, previous }) => [position, previous]),
      );
    });

    it('says the same of the broker as long as it is the same', async () => {
      const identity = await world.publisher.identity();
      await world.publisher.publish(0, [receivedRecord(0, 1, 0)]);
      expect(identity).not.toBe('');
      expect(await world.publisher.identity()).toBe(identity);
    });
  });
}
