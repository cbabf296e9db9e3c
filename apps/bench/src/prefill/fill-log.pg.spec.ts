import { verify, type Database } from '@crossdock/event-log';
import { migrateDatabase, readConfig } from '@crossdock/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { fillLog, openDatabase } from './fill-log.ts';

const ROUTE = {
  store: '5'.repeat(24),
  revision: 1,
  mapping: { id: '6'.repeat(24), name: 'bench.orders', url: 'http://127.0.0.1:9/orders', endpoint: 1 },
};

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createDatabase();
  await migrateDatabase(readConfig({ CROSSDOCK_DATABASE_URL: testDatabase.url }));
  database = openDatabase(testDatabase.url);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

it('leaves a log that nothing is wrong with, days and lists included, and can add to it', async () => {
  for (const messages of [700, 300]) await fillLog({ url: testDatabase.url, route: ROUTE, messages, days: 5, now: Date.now() });
  const results = await verify(database, { recheckMs: 1 });
  const days = await database.query<{ count: number }>('select count(distinct day) as count from log_day');
  const items = await database.query<{ state: string; count: number }>(
    'select state, count(*) as count from projection.item group by state order by state',
  );
  const counters = await database.query<{ state: string; n: number }>(
    'select state, sum(n)::bigint as n from projection.counter where n <> 0 group by state order by state',
  );
  expect({
    violated: results.filter(({ holds }) => !holds),
    days,
    items,
    counters: counters.map(({ state, n }) => ({ state, count: n })),
  }).toEqual({
    violated: [],
    days: [{ count: 5 }],
    items: [
      { state: 'completed', count: 1_000 },
      { state: 'routed', count: 1_000 },
    ],
    counters: [
      { state: 'completed', count: 1_000 },
      { state: 'routed', count: 1_000 },
    ],
  });
});
