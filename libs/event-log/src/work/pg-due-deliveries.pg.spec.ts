import type { DueDelivery, Settlement } from '@crossdock/core';
import { dueDeliveriesContract } from '@crossdock/core/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PgWorlds, type PgWorld } from '../../../../tools/testing/pg-world.ts';
import { Database, databaseDefaults, pgOf } from '../database/database.ts';
import { PgDueDeliveries } from './pg-due-deliveries.ts';

let worlds: PgWorlds;
beforeAll(async () => {
  worlds = await PgWorlds.prepare();
});
afterAll(() => worlds.drop());

dueDeliveriesContract('Postgres', () => worlds.open());

const now = 1_795_219_200_000;
const store = '5f0000000000000000000001';
const mapping = '5f00000000000000000000aa';

describe('PgDueDeliveries', () => {
  let world: PgWorld;
  beforeEach(async () => {
    world = await worlds.open();
  });
  afterEach(() => world.close());

  /** Rows `first` to `last` of an endpoint. */
  const fill = (endpoint: number, first: number, last: number, dueAt: string): Promise<void> =>
    world.one.database
      .script(`insert into due (delivery_id, shard, store_id, endpoint, message_id, mapping_id, version, attempt, failures, due_at)
      select (lpad(to_hex(n), 24, '0') || '00000000')::uuid, 0, '${store}00000000', ${endpoint}, '${store}00000000', '${mapping}00000000', 1, 0, 0, ${dueAt}
      from generate_series(${first}, ${last}) n`);
  const at = (ms: number): string => `to_timestamp(${ms / 1000}.0)`;
  it('reads the rows that it works with, however many others wait or are overdue', async () => {
    await fill(1, 1, 100_000, at(now - 60_000));
    await fill(2, 200_001, 200_020, at(now));
    await fill(3, 300_001, 400_000, at(now + 60_000));
    await fill(4, 400_001, 400_020, "'infinity'");
    await world.one.database.script('analyze due');
    // One connection, whose counts are there when the next statement asks for them.
    const database = new Database({ ...databaseDefaults, url: world.url });
    const due = new PgDueDeliveries(database, world.one.worker.id);
    await due.closeGate(1, now + 1_000);
    const rowsRead = async (): Promise<number> => {
      await database.query('select pg_stat_force_next_flush()');
      const [row] = await database.query<{ n: number }>(
        "select seq_tup_read + idx_tup_fetch as n from pg_stat_user_tables where relname = 'due'",
      );
      return row?.n ?? Number.POSITIVE_INFINITY;
    };
    const readBy = async (work: () => Promise<unknown>): Promise<number> => {
      const before = await rowsRead();
      await work();
      return (await rowsRead()) - before;
    };
    let jobs: readonly DueDelivery[] = [];
    const settle = (outcomes: readonly Settlement[]): Promise<unknown> =>
      database.run(async (tx) => {
        pgOf(tx).send('select pg_stat_force_next_flush()');
        return await due.settle(tx, outcomes);
      });
    const costs = {
      ready: await readBy(async () => expect(await due.ready(now, 0, 10)).toEqual([{ endpoint: 2, store }])),
      claim: await readBy(async () => {
        jobs = await due.claim([{ endpoint: 2, limit: 10 }], now);
        expect(jobs).toHaveLength(10);
      }),
      running: await readBy(() => due.running(jobs.map(({ delivery }) => delivery))),
      leases: await readBy(() => due.leases(0)),
      lost: await readBy(() => due.hasLostLeases()),
      release: await readBy(() => due.release(jobs.slice(0, 2).map(({ delivery, attempt }) => ({ delivery, attempt })))),
      finish: await readBy(() => settle(jobs.slice(2, 6).map(({ delivery, attempt }) => ({ delivery, attempt })))),
      postpone: await readBy(() =>
        settle(jobs.slice(6).map(({ delivery, attempt }) => ({ delivery, attempt, next: { version: 2, failures: 1, dueAt: now + 9 } }))),
      ),
      resume: await readBy(() => due.resume({ store, mapping, endpoint: 4 }, now)),
    };
    for (const [what, read] of Object.entries(costs)) expect([what, read > 0 && read < 100 ? 'few' : read]).toEqual([what, 'few']);
    await database.close();
  });

  it('finds, counts and resumes what waits for a mapping without reading what waits for others', async () => {
    const rare = '5f00000000000000000000dd';
    await fill(1, 1, 50_000, "'infinity'");
    await fill(1, 50_001, 100_000, at(now + 60_000));
    await fill(1, 100_001, 100_020, "'infinity'");
    await world.one.database.script(
      `update due set mapping_id = '${rare}00000000' where delivery_id > '${'0'.repeat(18)}0186a000000000'; analyze due`,
    );
    const database = new Database({ ...databaseDefaults, url: world.url });
    const due = new PgDueDeliveries(database, world.one.worker.id);
    const blocks = async (): Promise<number> => {
      await database.query('select pg_stat_force_next_flush()');
      const [row] = await database.query<{ n: number }>(
        "select heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read as n from pg_statio_user_tables where relname = 'due'",
      );
      return row?.n ?? Number.POSITIVE_INFINITY;
    };
    const blocksOf = async (work: () => Promise<unknown>): Promise<number> => {
      const before = await blocks();
      await work();
      return (await blocks()) - before;
    };
    const both = [
      { store, mapping, endpoint: 1 },
      { store, mapping: rare, endpoint: 1 },
    ];
    const costs = {
      waiting: await blocksOf(async () => expect(await due.waiting()).toEqual(both)),
      few: await blocksOf(async () => expect((await due.countWaiting([rare], 1_000)).get(rare)).toEqual({ count: 20, bounded: false })),
      many: await blocksOf(async () =>
        expect((await due.countWaiting([mapping], 1_000)).get(mapping)).toEqual({ count: 1_000, bounded: true }),
      ),
      resume: await blocksOf(() => due.resume({ store, mapping: rare, endpoint: 1 }, now)),
    };
    // The table has some 1,500 blocks.
    for (const [what, read] of Object.entries(costs)) expect([what, read < 300 ? 'few' : read]).toEqual([what, 'few']);
    expect(await due.waiting()).toEqual([{ store, mapping, endpoint: 1 }]);
    await database.close();
  });

  it('resumes any number of deliveries in portions, and waits for nobody who holds one', async () => {
    const { due, database } = world.one;
    await fill(1, 1, 5_500, "'infinity'");
    const held = '000000000000000000000001';
    await world.two.unitOfWork.run(async (tx) => {
      await world.two.due.lock(tx, held);
      await due.resume({ store, mapping, endpoint: 1 }, now);
    });
    const rows = await database.query<{ n: number; portions: number }>(
      `select count(*) as n, count(distinct xmin::text) as portions from due where due_at = ${at(now)}`,
    );
    expect(rows).toEqual([{ n: 5_499, portions: 6 }]);
    expect(await due.waiting()).toEqual([{ store, mapping, endpoint: 1 }]);
    await due.resume({ store, mapping, endpoint: 1 }, now);
    expect(await due.waiting()).toEqual([]);
  });
});
