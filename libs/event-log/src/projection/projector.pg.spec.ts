import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { Database, databaseDefaults } from '../database/database.ts';
import { Projector, projectorDefaults } from './projector.ts';
import type { ProjectorOptions } from './shard-projector.ts';
import { makeHistory } from './testing/history.ts';
import { openTestLog, type TestLog } from './testing/open-projection.ts';
import { eventually, foldLog, readProjection } from './testing/read-projection.ts';

const from = Date.UTC(2026, 10, 20, 9);

describe('Projector', () => {
  let place: TestDatabase;
  let log: TestLog;
  let problems: unknown[] = [];
  const running: Projector[] = [];

  const project = (options: Partial<ProjectorOptions> = {}): Projector => {
    const projector = new Projector(log.database, log.tail, {
      ...projectorDefaults,
      coalesceMs: 5,
      idleMs: 50,
      onProblem: (error) => problems.push(error),
      ...options,
    });
    projector.start();
    running.push(projector);
    return projector;
  };
  const caughtUp = (projector: Projector): Promise<void> =>
    eventually('the projector caught up', () =>
      projector.health().every(({ shard, position }) => position > 0 && position === log.tail.head(shard)),
    );

  beforeEach(async () => {
    problems = [];
    place = await createDatabase();
    log = await openTestLog(place.url);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((projector) => projector.stop()));
    await log.close();
    await place.drop();
  });
  afterAll(() => expect(running).toEqual([]));

  it('makes of the log, while it grows, what folding all of it makes', async () => {
    const projector = project();
    await log.append(makeHistory({ seed: 1, messages: 600, stores: 3, from, everyMs: 20 }), 37);
    await caughtUp(projector);
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
    expect(problems).toEqual([]);
  });

  it('begins where the former one stopped', async () => {
    const history = makeHistory({ seed: 2, messages: 400, stores: 2, from, everyMs: 20 });
    const former = project();
    await log.append(history.slice(0, history.length / 2));
    await former.stop();
    const half = await readProjection(log.database);
    expect(half).toEqual(await foldLog(log.database));
    await log.append(history.slice(history.length / 2));
    await caughtUp(project());
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
    expect(problems).toEqual([]);
  });

  it('needs no memory of the rows it wrote', async () => {
    const projector = project({ cachedRows: 1, maxEvents: 7 });
    await log.append(makeHistory({ seed: 3, messages: 150, stores: 2, from, everyMs: 20 }), 11);
    await caughtUp(projector);
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
  });

  it('stands by while another one is at work, and takes its place when that one ends', async () => {
    const both = [project({ standbyMs: 60 }), project({ standbyMs: 60 })];
    const history = makeHistory({ seed: 4, messages: 400, stores: 2, from, everyMs: 20 });
    await log.append(history.slice(0, history.length / 2), 13);
    await eventually('both know the end', () =>
      both.every((one) => one.health().every(({ shard, position }) => position === log.tail.head(shard))),
    );
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
    await both[0]?.stop();
    await log.append(history.slice(history.length / 2), 13);
    await eventually(
      'the other one went on',
      () => both[1]?.health().every(({ shard, position }) => position === log.tail.head(shard)) === true,
    );
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
    expect(problems).toEqual([]);
  });

  it('goes on from the stored position when other tables took the place of its own', async () => {
    const history = makeHistory({ seed: 5, messages: 300, stores: 2, from, everyMs: 20 });
    const projector = project();
    await log.append(history.slice(0, history.length / 2));
    await caughtUp(projector);
    await log.database.script(`
      begin;
      truncate projection.item, projection.notification, projection.counter;
      update projection.position set position = 0, generation = generation + 1;
      commit;`);
    await log.append(history.slice(history.length / 2));
    await eventually('it began anew', async () => {
      const [row] = await log.database.query<{ sum: number }>('select sum(position)::bigint as sum from projection.position');
      return row?.sum === history.length;
    });
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
  });

  it('folds a stream anew whose row is gone, and says so', async () => {
    const history = makeHistory({ seed: 6, messages: 200, stores: 2, from, everyMs: 20 });
    const former = project();
    await log.append(history.slice(0, history.length / 2));
    await former.stop();
    await log.database.query('delete from projection.item');
    await log.append(history.slice(history.length / 2));
    await caughtUp(project());
    const lists = await readProjection(log.database);
    const truth = await foldLog(log.database);
    const later = [...new Set(history.slice(history.length / 2).map((event) => event.stream))].filter((id) => truth.items.has(id));
    expect(later.map((id) => lists.items.get(id))).toEqual(later.map((id) => truth.items.get(id)));
    expect(problems.map(String)[0]).toContain('did not fit their rows; folded anew, 0 still do not.');
  });

  it('goes on without a stream that the log itself cannot explain', async () => {
    const history = makeHistory({ seed: 7, messages: 50, stores: 1, from, everyMs: 20 });
    const stream = history[0]?.stream ?? '';
    const firstOnly = history.filter((event) => event.stream !== stream || event.version > 1);
    const projector = project();
    await log.append(firstOnly);
    await caughtUp(projector);
    expect((await readProjection(log.database)).items.has(stream)).toBe(false);
    expect(projector.health().reduce((sum, { damaged }) => sum + damaged, 0)).toBeGreaterThan(0);
  });

  it('stalls while its tables are gone, says why, and goes on when they are back', async () => {
    const projector = project();
    await log.append(makeHistory({ seed: 8, messages: 20, stores: 1, from, everyMs: 20 }));
    await caughtUp(projector);
    await log.database.script('alter schema projection rename to elsewhere');
    await log.append(makeHistory({ seed: 9, messages: 20, stores: 1, from: from + 60_000, everyMs: 20 }));
    await eventually('it stalls', () =>
      projector.health().some(({ state, problem }) => state === 'stalled' && problem?.includes('projection') === true),
    );
    await log.database.script('alter schema elsewhere rename to projection');
    await caughtUp(projector);
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
  });

  it('loses nothing, and counts nothing twice, when every connection breaks again and again', async () => {
    const projector = project({ maxEvents: 40 });
    const history = makeHistory({ seed: 10, messages: 400, stores: 2, from, everyMs: 20 });
    const breaker = new Database({ ...databaseDefaults, url: place.url, name: 'breaker', connections: 2 });
    let killed = 0;
    for (let start = 0; start < history.length; start += 400) {
      await log.append(history.slice(start, start + 400));
      const broken = await breaker.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test' and query ilike '%projection%'",
      );
      killed += broken.length;
    }
    await caughtUp(projector);
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
    expect(killed).toBeGreaterThan(0);
    await breaker.close();
  });

  it('is no more than 250 ms behind at low load, as it comes', async () => {
    const projector = project({ coalesceMs: projectorDefaults.coalesceMs });
    const lags: number[] = [];
    for (let seed = 20; seed < 28; seed += 1) {
      await log.append(makeHistory({ seed, messages: 3, stores: 1, from, everyMs: 5 }));
      const began = performance.now();
      await caughtUp(projector);
      lags.push(performance.now() - began);
    }
    expect(lags.sort((a, b) => a - b)[4]).toBeLessThan(250);
  });
});
