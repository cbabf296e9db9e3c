import { done, poison, retry, type BatchHandler, type CheckpointKey, type LogRecord, type RecordOutcome } from '@crossdock/core';
import { StoreError } from '@crossdock/core/memory';
import { openMemoryWorld, type MemoryWorld } from '@crossdock/core/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { BatchRunner, type BatchEnd } from './batch-runner.ts';
import { quiet } from './testing/consumer-of.ts';

const key: CheckpointKey = { group: 'router', topic: 'crossdock.messages.validated', shard: 0 };
const store = '5f0000000000000000000001';
const weather = new StoreError('database_unreachable', 'The database cannot be reached.', true);

/** What happens at a record, time after time; the last one for ever. */
type Fate = readonly ('done' | 'poison' | 'retry' | 'throw' | 'weather')[];

describe('BatchRunner', () => {
  let world: MemoryWorld;
  let runner: BatchRunner;
  let records: readonly LogRecord[];
  let committed: number[];
  beforeEach(async () => await begin(12));

  async function begin(count: number): Promise<void> {
    world = await openMemoryWorld();
    committed = [];
    const { unitOfWork, checkpoints, log } = world.one;
    runner = new BatchRunner({ unitOfWork, checkpoints, logger: quiet, now: () => 1_795_219_200_000 });
    await unitOfWork.run((tx) =>
      log.append(
        tx,
        0,
        Array.from({ length: count }, (_, n) => {
          const stream = `6b0000000000000000${n.toString(16).padStart(6, '0')}`;
          return { stream, version: 1, at: 0, event: { type: 'message.validated', store, root: stream, message: 'order:new' } };
        }),
      ),
    );
    await checkpoints.acquire(key);
    records = (await log.read(0, 0, count)).map((event) => ({ ...event, topic: key.topic, previous: event.position - 1 }));
  }

  const position = async (): Promise<number | undefined> => {
    const acquired = await world.one.checkpoints.acquire(key);
    return acquired.kind === 'owned' ? acquired.position : undefined;
  };
  const parked = (): readonly (readonly [number, string])[] =>
    world.one.checkpoints.parked().map((record) => [record.position, record.reason]);
  /** Does what each record's fate says, and notes which positions were committed as done. */
  const following = (fates: ReadonlyMap<number, Fate>): BatchHandler => {
    const turns = new Map<number, number>();
    return (batch, tx) => {
      const outcomes = batch.map(({ position: at }): RecordOutcome => {
        const fate = fates.get(at) ?? ['done'];
        const turn = turns.get(at) ?? 0;
        turns.set(at, turn + 1);
        switch (fate[Math.min(turn, fate.length - 1)] ?? 'done') {
          case 'done':
            return done;
          case 'poison':
            return poison(`poison at ${at}`);
          case 'retry':
            return retry(`retry at ${at}`);
          case 'throw':
            throw new RangeError(`thrown at ${at}`);
          case 'weather':
            throw weather;
        }
      });
      tx.onCommit(() => committed.push(...batch.filter((_, index) => outcomes[index]?.kind === 'done').map((record) => record.position)));
      return Promise.resolve(outcomes);
    };
  };
  const run = (fates: Readonly<Record<number, Fate>>, expected = 0, end = records.length): Promise<BatchEnd> =>
    runner.run(
      key,
      following(new Map(Object.entries(fates).map(([at, fate]) => [Number(at), fate]))),
      records.slice(expected),
      expected,
      end,
    );

  it('moves the checkpoint to where it is told, beyond the last record of the topic', async () => {
    expect(await runner.run(key, following(new Map()), records.slice(0, 3), 0, 9)).toEqual({ position: 9 });
    expect([await position(), committed]).toEqual([9, [1, 2, 3]]);
  });

  it('moves the checkpoint when there is nothing to handle', async () => {
    expect(await runner.run(key, following(new Map()), [], 0, 5)).toEqual({ position: 5 });
    expect(await position()).toBe(5);
  });

  it('does the records before one that is to come again, and tells why', async () => {
    expect(await run({ 5: ['retry'] })).toEqual({ position: 4, again: 'retry at 5' });
    expect([await position(), committed, parked()]).toEqual([4, [1, 2, 3, 4], []]);
    expect(await run({ 5: ['retry'] }, 4)).toEqual({ position: 4, again: 'retry at 5' });
    expect(await position()).toBe(4);
  });

  it('finds a retry among records that throw', async () => {
    expect(await run({ 3: ['throw'], 9: ['retry'] })).toEqual({ position: 8, again: 'retry at 9' });
    expect([await position(), committed, parked()]).toEqual([8, [1, 2, 4, 5, 6, 7, 8], [[3, 'thrown at 3']]]);
  });

  it('parks a text of bounded length', async () => {
    const handler: BatchHandler = (batch) => Promise.resolve(batch.map(() => poison(`\u0000${'x'.repeat(5_000)}`)));
    await runner.run(key, handler, records.slice(0, 1), 0, 1);
    const reason = parked()[0]?.[1] ?? '';
    expect(reason.length).toBeLessThanOrEqual(1_001);
    expect(reason.includes('\u0000')).toBe(false);
  });

  it('leaves everything as it was, and says so, in bad weather', async () => {
    await expect(run({ 6: ['weather'] })).rejects.toBe(weather);
    expect([await position(), committed, parked()]).toEqual([0, [], []]);
  });

  it('takes a checkpoint that somebody else moved for weather: nothing is parked', async () => {
    await world.two.unitOfWork.run((tx) => world.two.checkpoints.move(tx, key, 0, 2));
    await expect(run({})).rejects.toMatchObject({ code: 'checkpoint_moved' });
    await expect(run({ 1: ['throw'] })).rejects.toMatchObject({ code: 'checkpoint_moved' });
    expect([await position(), committed, parked()]).toEqual([2, [], []]);
  });

  it('does or parks each record exactly once and in its order, whatever happens on the way', async () => {
    const step = fc.constantFrom('done', 'done', 'done', 'poison', 'retry', 'throw', 'weather' as const);
    const fate = fc
      .tuple(fc.array(step, { maxLength: 4 }), fc.constantFrom('done', 'poison', 'throw' as const))
      .map(([before, last]): Fate => [...before, last]);
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 14 }), fc.integer({ min: 1, max: 14 }), async (fates, maxRecords) => {
        await begin(fates.length);
        const handler = following(new Map(fates.map((one, index) => [index + 1, one])));
        let at = 0;
        for (let turn = 0; at < fates.length; turn += 1) {
          // Each turn takes at least one step of somebody's fate.
          expect(turn).toBeLessThan(200);
          const batch = records.slice(at, at + maxRecords);
          try {
            at = (await runner.run(key, handler, batch, at, at + batch.length)).position;
          } catch (error) {
            expect(error).toBe(weather);
            at = (await position()) ?? 0;
          }
          expect(at).toBe(await position());
        }
        expect(committed).toEqual([...committed].sort((a, b) => a - b));
        const all = [...committed, ...parked().map(([parkedAt]) => parkedAt)].sort((a, b) => a - b);
        expect(all).toEqual(fates.map((_, index) => index + 1));
      }),
      { numRuns: 200 },
    );
  });
});
