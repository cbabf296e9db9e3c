import type { StoredEvent } from '@crossdock/core';
import { logTailContract } from '@crossdock/core/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Database, databaseDefaults, pgOf, type Row, type Statement } from '../database/database.ts';
import { PgWorlds, type PgWorld } from '../../../../tools/testing/pg-world.ts';
import { PgLogTail } from './pg-log-tail.ts';

let worlds: PgWorlds;
beforeAll(async () => {
  worlds = await PgWorlds.prepare();
});
afterAll(() => worlds.drop());

logTailContract('Postgres', () => worlds.open({ pollMs: 2 }));
logTailContract('Postgres, with hardly anything in memory', () => worlds.open({ recentEvents: 3 }));

const published: StoredEvent = {
  stream: '6b0000000000000000000001',
  version: 1,
  at: 0,
  shard: 0,
  position: 1,
  event: { type: 'message.validated', store: 's', root: 'r', message: 'order:new' },
};

/** Something happens between a question and its answer. */
class SlowAnswers extends Database {
  beforeAnswer = (): Promise<void> => Promise.resolve();

  override async query<R extends Row = Row>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    const rows = await super.query<R>(statement, values);
    await this.beforeAnswer();
    return rows;
  }
}

describe('PgLogTail', () => {
  let world: PgWorld;
  beforeEach(async () => {
    world = await worlds.open();
  });
  afterEach(() => world.close());

  const streamOf = (n: number, day = 20_778): string => `${(day * 86_400).toString(16)}c0ffee0003${n.toString(16).padStart(6, '0')}`;
  const append = (first: number, count: number, process = world.one): Promise<void> =>
    process.unitOfWork.run((tx) =>
      process.log.append(
        tx,
        0,
        Array.from({ length: count }, (_, index) => ({
          stream: streamOf(first + index, 20_778 - ((first + index) % 3)),
          version: 1,
          at: 1_795_219_200_000,
          event: { type: 'message.validated', store: '5f0000000000000000000001', root: streamOf(first), message: 'order:new' },
        })),
      ),
    );
  const reaches = (position: number, process = world.one): Promise<void> =>
    vi.waitFor(() => expect(process.tail.head(0)).toBe(position), { timeout: 20_000, interval: 5 });
  /** Until connections that broke a moment ago are noticed, statements may still meet one. */
  const eventually = (work: () => Promise<void>): Promise<void> => vi.waitFor(work, { timeout: 20_000, interval: 10 });
  const positions = (events: readonly StoredEvent[]): readonly number[] => events.map(({ position }) => position);

  it('begins at the end of a log that exists, and reads what lies before it from Postgres', async () => {
    await append(0, 20);
    const later = await world.start();
    expect(later.tail.head(0)).toBe(20);
    expect(positions(await later.tail.read(0, 0, 7))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await later.tail.read(0, 7, 100)).toEqual(await world.one.tail.read(0, 7, 100));
  });

  it('goes on after a commit of which this process never heard', async () => {
    await append(0, 3);
    // As if the connection broke right after the commit: nobody publishes it.
    await world.one.unitOfWork.run(async (tx) => {
      await pgOf(tx).query(
        `select append_events(0::smallint, ${world.one.tail.epoch(0)}, array['${streamOf(50)}00000000']::uuid[], array[1], array['message.archived'],
          array[now()], array[null]::json[], array['{"store":"s","root":"r","message":"order:new","by":"x"}']::json[], array[20778])`,
      );
    });
    await append(10, 2);
    await reaches(6);
    const seen = await world.one.tail.read(0, 3, 10);
    expect(positions(seen)).toEqual([4, 5, 6]);
    await append(20, 1);
    await reaches(7);
    expect(positions(await world.one.tail.read(0, 6, 10))).toEqual([7]);
    await reaches(7, world.two);
    expect(await world.one.tail.read(0, 0, 10)).toEqual(await world.two.tail.read(0, 0, 10));
  });

  it('reads on when connections have broken', async () => {
    await append(0, 5);
    await world.breakConnections();
    await eventually(() => append(10, 5));
    await reaches(10);
    await eventually(async () => expect(positions(await world.one.tail.read(0, 2, 100))).toEqual([3, 4, 5, 6, 7, 8, 9, 10]));
  });

  it('goes back with a log that was restored to an earlier state', async () => {
    await append(0, 9);
    await world.one.database.script(
      'delete from event where position > 4; update log_shard set last_position = 4; update log_day set last_position = 4',
    );
    await world.breakConnections();
    await reaches(4);
    await eventually(async () => expect(positions(await world.one.tail.read(0, 0, 100))).toEqual([1, 2, 3, 4]));
    await eventually(() => append(30, 2));
    await reaches(6);
    await eventually(async () =>
      expect((await world.one.tail.read(0, 4, 100)).map(({ stream, position }) => [position, stream])).toEqual(
        [30, 31].map((n, index) => [5 + index, streamOf(n, 20_778 - (n % 3))]),
      ),
    );
  });

  it('does not believe an answer that was asked for before its own last commit', async () => {
    const slow = new SlowAnswers({ ...databaseDefaults, url: world.url });
    const heads: number[] = [];
    slow.beforeAnswer = () => {
      tail.publish(0, 0, [published]);
      heads.push(tail.head(0));
      return Promise.resolve();
    };
    const tail = new PgLogTail(slow, new Map([[0, { head: 0, epoch: 1 }]]), {
      pollMs: 5,
      recentEvents: 10,
      onProblem: (error) => expect(error).toBeUndefined(),
    });
    tail.onAppend((shard) => heads.push(tail.head(shard)));
    await eventually(() => Promise.resolve(expect(heads.length).toBeGreaterThan(3)));
    expect(new Set(heads)).toEqual(new Set([1]));
    expect(await tail.read(0, 0, 9)).toEqual([published]);
    tail.stop();
    await slow.close();
  });

  it('stops before a hole: what lies behind it is not to be had without what is missing', async () => {
    await append(0, 6);
    const later = await world.start();
    await world.one.database.script('delete from log_day where day = 20777');
    const before = (await world.one.log.load([0, 1, 2, 3, 4, 5].map((n) => streamOf(n, 20_778 - (n % 3))))).size;
    expect(before).toBe(6);
    expect(positions(await later.tail.read(0, 0, 10))).toEqual([1]);
  });

  it('says what is wrong while it cannot ask, and tells of nothing any more once it is stopped', async () => {
    await world.one.database.script('alter table log_shard rename to elsewhere');
    await vi.waitFor(() => expect(world.one.problems.length).toBeGreaterThan(0), { timeout: 20_000 });
    await world.one.database.script('alter table elsewhere rename to log_shard');
    await append(0, 1, world.two);
    await reaches(1);
    const told: number[] = [];
    world.one.tail.onAppend((shard) => told.push(shard));
    world.one.tail.stop();
    await append(10, 1, world.two);
    await reaches(2, world.two);
    expect(told).toEqual([]);
  });
});
