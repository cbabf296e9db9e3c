import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { Database, databaseDefaults } from '../database/database.ts';
import { Log1764000000001 } from '../migrations/1764000000001-log.ts';
import { Work1764000000002 } from '../migrations/1764000000002-work.ts';
import { migrate } from '../migrations/migrate.ts';
import { endFormerWorkers, Worker } from './workers.ts';

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createDatabase();
  await migrate(testDatabase.url, [Log1764000000001, Work1764000000002]);
  database = new Database({ ...databaseDefaults, url: testDatabase.url, connections: 4 });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const aliveUntil = async (worker: Worker): Promise<number> => {
  const [row] = await database.query<{ alive_until: number }>('select alive_until from worker where id = $1', [worker.id]);
  return row?.alive_until ?? 0;
};

it('renews itself, and is dead once it retires', async () => {
  const worker = await Worker.register(database, {
    name: 'a',
    renewMs: 20,
    validMs: 5_000,
    onLost: () => expect.fail(),
    onProblem: () => undefined,
  });
  const first = await aliveUntil(worker);
  await vi.waitFor(async () => expect(await aliveUntil(worker)).toBeGreaterThan(first));
  await worker.retire();
  expect(await aliveUntil(worker)).toBe(Number.NEGATIVE_INFINITY);
});

it('tries a failed renewal again at once, not only when the next one is due', async () => {
  let problems = 0;
  const onProblem = (): unknown => (problems += 1);
  const worker = await Worker.register(database, { name: 'a', renewMs: 1_000, validMs: 1_900, onLost: () => expect.fail(), onProblem });
  const first = await aliveUntil(worker);
  await database.script('alter table worker rename to worker_away');
  await vi.waitFor(() => expect(problems).toBe(1), 5_000);
  await database.script('alter table worker_away rename to worker');
  await vi.waitFor(async () => expect(await aliveUntil(worker)).toBeGreaterThan(first), { timeout: 700, interval: 20 });
  await worker.retire();
});

it('tells a worker whom others declared dead', async () => {
  let lost = 0;
  const onLost = (): unknown => (lost += 1);
  const worker = await Worker.register(database, { name: 'a', renewMs: 20, validMs: 5_000, onLost, onProblem: () => undefined });
  await endFormerWorkers(database);
  await vi.waitFor(() => expect(lost).toBe(1));
  expect(await aliveUntil(worker)).toBe(Number.NEGATIVE_INFINITY);
});
