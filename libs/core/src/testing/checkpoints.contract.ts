import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointKey, ParkedRecord } from '../ports/bus.ts';
import { range, receivedEvent, someStore, streamOf, validatedEvent } from './contract-events.ts';
import type { OpenWorld, World, WorldProcess } from './world.ts';

const key: CheckpointKey = { group: 'router', topic: 'crossdock.messages.validated', shard: 0 };
const moved = { code: 'checkpoint_moved', retriable: true };

/** What all Checkpoints do. */
export function checkpointsContract(name: string, open: OpenWorld): void {
  describe(`Checkpoints: ${name}`, () => {
    let world: World;
    let one: WorldProcess;
    let two: WorldProcess;
    beforeEach(async () => {
      world = await open();
      ({ one, two } = world);
      await appendTo(0, 10);
    });
    afterEach(() => world.close());

    const appendTo = (shard: number, count: number, first = 0): Promise<void> =>
      one.unitOfWork.run((tx) =>
        one.log.append(
          tx,
          shard,
          range(first, count).map((n) => receivedEvent(streamOf(1_000 * shard + n))),
        ),
      );
    const move = (process: WorldProcess, expected: number, next: number, at = key): Promise<void> =>
      process.unitOfWork.run((tx) => process.checkpoints.move(tx, at, expected, next));
    const positionOf = async (at = key): Promise<number | 'standby'> => {
      const acquired = await one.checkpoints.acquire(at);
      return acquired.kind === 'owned' ? acquired.position : acquired.kind;
    };
    const parked = (position: number, facts: Partial<ParkedRecord> = {}): ParkedRecord => ({
      ...key,
      position,
      stream: streamOf(position),
      version: 1,
      store: someStore,
      reason: `Because of ${position}.`,
      parkedAt: 1_795_219_200_000,
      ...facts,
    });
    const shown = ({ parkedAt: _parkedAt, ...record }: ParkedRecord): Omit<ParkedRecord, 'parkedAt'> => record;

    it('starts a key at 0, and owns it until it is released', async () => {
      expect(await one.checkpoints.acquire(key)).toEqual({ kind: 'owned', position: 0 });
      expect(await two.checkpoints.acquire(key)).toEqual({ kind: 'standby' });
      expect(await one.checkpoints.acquire(key)).toEqual({ kind: 'owned', position: 0 });
      await move(one, 0, 4);
      await one.checkpoints.release(key);
      expect(await two.checkpoints.acquire(key)).toEqual({ kind: 'owned', position: 4 });
      expect(await one.checkpoints.acquire(key)).toEqual({ kind: 'standby' });
    });

    it('leaves a key alone that another process owns, when it releases', async () => {
      await one.checkpoints.acquire(key);
      await two.checkpoints.release(key);
      expect(await two.checkpoints.acquire(key)).toEqual({ kind: 'standby' });
    });

    it('gives the keys of a dead process to the next one', async () => {
      await one.checkpoints.acquire(key);
      await move(one, 0, 7);
      await one.die();
      expect(await two.checkpoints.acquire(key)).toEqual({ kind: 'owned', position: 7 });
    });

    it('tells whoever asks where a key stands, and lets them move it, without owning it', async () => {
      expect(await two.checkpoints.position(key)).toBe(0);
      await move(two, 0, 3);
      expect(await one.checkpoints.position(key)).toBe(3);
      await one.checkpoints.acquire(key);
      expect(await two.checkpoints.position(key)).toBe(3);
      expect(await two.checkpoints.acquire(key)).toEqual({ kind: 'standby' });
    });

    it('gives one of two that ask at once', async () => {
      const kinds = await Promise.all([one, two, one, two].map(async ({ checkpoints }) => (await checkpoints.acquire(key)).kind));
      expect(kinds.filter((kind) => kind === 'owned')).toHaveLength(2);
      expect(kinds[0]).toBe(kinds[2]);
    });

    it('keeps groups, topics and shards apart', async () => {
      const keys = [key, { ...key, group: 'delivery' }, { ...key, topic: 'crossdock.notifications' }, { ...key, shard: 1 }];
      await appendTo(1, 10);
      for (const each of keys) await one.checkpoints.acquire(each);
      for (const [index, each] of keys.entries()) await move(one, 0, index + 1, each);
      expect(await Promise.all(keys.map((each) => positionOf(each)))).toEqual([1, 2, 3, 4]);
    });

    it('moves with the transaction, or not at all', async () => {
      await one.checkpoints.acquire(key);
      const work = one.unitOfWork.run(async (tx) => {
        await one.checkpoints.move(tx, key, 0, 5);
        throw new TypeError('no');
      });
      await expect(work).rejects.toThrow('no');
      expect(await positionOf()).toBe(0);
      await move(one, 0, 5);
      await move(one, 5, 5);
      expect(await positionOf()).toBe(5);
    });

    it('moves from where it is expected to be only, and takes the outputs along', async () => {
      await one.checkpoints.acquire(key);
      await move(one, 0, 3);
      const late = two.unitOfWork.run(async (tx) => {
        await two.checkpoints.move(tx, key, 0, 3);
        await two.checkpoints.park(tx, [parked(2)]);
        await two.identifiers.claim(tx, [{ mapping: someStore, key: 'R1', delivery: streamOf(50) }]);
        await two.log.append(tx, 0, [validatedEvent(streamOf(1))]);
        tx.onCommit(() => {
          throw new TypeError('a lost race has no commit');
        });
      });
      await expect(late).rejects.toMatchObject(moved);
      expect(await positionOf()).toBe(3);
      expect(await world.parkedRecords()).toEqual([]);
      expect((await one.log.load([streamOf(1)])).get(streamOf(1))).toHaveLength(1);
      const holder = await one.unitOfWork.run((tx) =>
        one.identifiers.claim(tx, [{ mapping: someStore, key: 'R1', delivery: streamOf(51) }]),
      );
      expect(holder).toEqual([streamOf(51)]);
    });

    it('lets exactly one of two owners move from the same place, with its outputs alone', async () => {
      for (const round of range(0, 5)) {
        await one.checkpoints.acquire(key);
        const output = streamOf(100 + round);
        const attempt = (process: WorldProcess, payload: string): Promise<string> =>
          process.unitOfWork
            .run(async (tx) => {
              await process.checkpoints.move(tx, key, round, round + 1);
              await process.log.append(tx, 0, [receivedEvent(output, payload)]);
            })
            .then(
              () => payload,
              (error: unknown) => {
                expect(error).toMatchObject(moved);
                return 'lost';
              },
            );
        const [first, second] = await Promise.all([attempt(one, '{"by":1}'), attempt(two, '{"by":2}')]);
        const winner = [first, second].filter((end) => end !== 'lost');
        expect(winner).toHaveLength(1);
        const [won] = winner;
        expect((await two.received.get([output])).get(output)?.parsed()).toEqual(JSON.parse(won ?? ''));
        expect(await positionOf()).toBe(round + 1);
      }
    });

    it('refuses a position that the log has not reached: it would be of another log', async () => {
      await one.checkpoints.acquire(key);
      await expect(move(one, 0, 11)).rejects.toMatchObject(moved);
      expect(await positionOf()).toBe(0);
      await move(one, 0, 10);
      expect(await positionOf()).toBe(10);
    });

    it('never goes back', async () => {
      await one.checkpoints.acquire(key);
      await move(one, 0, 5);
      await expect(move(one, 5, 4)).rejects.toMatchObject({ code: 'checkpoint_moved' });
      expect(await positionOf()).toBe(5);
    });

    it('refuses to move a key that nobody has acquired yet', async () => {
      await expect(move(one, 0, 1, { ...key, group: 'nobody' })).rejects.toMatchObject(moved);
    });

    it('parks records in the transaction that moves on, and keeps the first word on each', async () => {
      await one.checkpoints.acquire(key);
      const records = [parked(3), parked(1, { store: undefined, reason: 'a \u{1f4e6} "quoted" reason' })];
      await one.unitOfWork.run(async (tx) => {
        await one.checkpoints.move(tx, key, 0, 4);
        await one.checkpoints.park(tx, records);
        await one.checkpoints.park(tx, []);
      });
      await one.unitOfWork.run((tx) => one.checkpoints.park(tx, [parked(3, { reason: 'another reason' })]));
      const dropped = one.unitOfWork.run(async (tx) => {
        await one.checkpoints.park(tx, [parked(9)]);
        throw new TypeError('no');
      });
      await expect(dropped).rejects.toThrow('no');
      expect(await world.parkedRecords()).toEqual(
        [records[1], records[0]].flatMap((record) => (record === undefined ? [] : [shown(record)])),
      );
      expect(await positionOf()).toBe(4);
    });
  });
}
