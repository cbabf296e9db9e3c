import { dueDeliveriesContract } from '@crossdock/core/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PgWorlds, type PgWorld } from '../../../../tools/testing/pg-world.ts';

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
