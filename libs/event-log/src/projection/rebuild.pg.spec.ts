import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { Database, databaseDefaults } from '../database/database.ts';
import { PgQueueLists } from './pg-queue-lists.ts';
import { Projector, projectorDefaults } from './projector.ts';
import { ensureProjection, rebuildProjection } from './rebuild.ts';
import { RebuildLease } from './rebuild-lease.ts';
import { makeHistory } from './testing/history.ts';
import { openTestLog, type TestLog } from './testing/open-projection.ts';
import { eventually, foldLog, readProjection } from './testing/read-projection.ts';

const from = Date.UTC(2026, 10, 20, 23, 59, 50);
const store = 'aaaa00000000000000000000';

describe('rebuildProjection', () => {
  let place: TestDatabase;
  let log: TestLog;
  const projectors: Projector[] = [];

  const project = (problems: unknown[] = []): Projector => {
    const projector = new Projector(log.database, log.tail, {
      ...projectorDefaults,
      coalesceMs: 5,
      onProblem: (error) => problems.push(error),
    });
    projector.start();
    projectors.push(projector);
    return projector;
  };
  const caughtUp = (projector: Projector): Promise<void> =>
    eventually('the projector caught up', () =>
      projector.health().every(({ shard, position }) => position > 0 && position === log.tail.head(shard)),
    );
  const schemas = async (): Promise<string[]> =>
    (
      await log.database.query<{ name: string }>("select nspname as name from pg_namespace where nspname like 'projection%' order by 1")
    ).map(({ name }) => name);

  beforeEach(async () => {
    place = await createDatabase();
    log = await openTestLog(place.url);
  });
  afterEach(async () => {
    await Promise.all(projectors.splice(0).map((projector) => projector.stop()));
    await log.close();
    await place.drop();
  });

  it('makes of the whole log, over two days, what folding it makes, and tells how far it is', async () => {
    const history = makeHistory({ seed: 1, messages: 400, stores: 3, from, everyMs: 50 });
    await log.append(history);
    const progress: [number, number, string][] = [];
    const result = await rebuildProjection(log.database, { pageEvents: 70, onProgress: (...step) => progress.push(step) });
    const truth = await foldLog(log.database);
    expect(await readProjection(log.database)).toEqual(truth);
    const { ms, ...counts } = result;
    expect(counts).toEqual({ events: history.length, items: truth.items.size, notifications: truth.notifications.size, damaged: 0 });
    expect(ms).toBeGreaterThan(0);
    expect(progress[0]).toEqual([0, history.length, 'scan']);
    expect(progress.at(-1)).toEqual([history.length, history.length, 'swap']);
    expect(progress.every(([done], index) => done >= (progress[index - 1]?.[0] ?? 0))).toBe(true);
    expect(await schemas()).toEqual(['projection']);
  });

  it('goes on under a live projector, which follows it to the new tables', async () => {
    const problems: unknown[] = [];
    const projector = project(problems);
    const history = makeHistory({ seed: 2, messages: 1200, stores: 3, from, everyMs: 10 });
    await log.append(history.slice(0, 2000));
    await caughtUp(projector);
    let rebuilt = 0;
    const appending = log.append(history.slice(2000), 23);
    for (let round = 0; round < 4; round += 1) {
      await rebuildProjection(log.database, { pageEvents: 300 });
      rebuilt += 1;
    }
    await appending;
    await caughtUp(projector);
    expect(rebuilt).toBe(4);
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
    expect(problems).toEqual([]);
  });

  it('never shows a reader an error or an empty list', async () => {
    const projector = project();
    await log.append(makeHistory({ seed: 3, messages: 500, stores: 1, from, everyMs: 10 }));
    await caughtUp(projector);
    const readers = new Database({ ...databaseDefaults, url: place.url, name: 'reader', connections: 12 });
    const lists = new PgQueueLists(readers);
    const expected = [await lists.counts(store), (await lists.queue(store, 'archived', {}, 1)).items] as const;
    const load = { isOver: false };
    let reads = 0;
    const hammer = async (): Promise<void> => {
      while (!load.isOver) {
        const [counts, page] = await Promise.all([lists.counts(store), lists.queue(store, 'archived', {}, 1)]);
        if (counts.archived !== expected[0].archived || page.items.length !== expected[1].length) throw new Error('not what it was');
        reads += 1;
      }
    };
    const hammering = Promise.all([hammer(), hammer(), hammer(), hammer()]);
    try {
      for (let round = 0; round < 5; round += 1) await rebuildProjection(log.database);
    } finally {
      load.isOver = true;
    }
    await hammering;
    expect(reads).toBeGreaterThan(20);
    expect([await lists.counts(store), (await lists.queue(store, 'archived', {}, 1)).items]).toEqual(expected);
    await readers.close();
  });

  it('lets one at a time', async () => {
    await log.append(makeHistory({ seed: 4, messages: 50, stores: 1, from, everyMs: 10 }));
    const lease = await RebuildLease.take(log.database);
    await expect(rebuildProjection(log.database)).rejects.toMatchObject({ code: 'rebuild_running' });
    lease.end();
  });

  it('drops what a dead one left behind, and the dead one cannot come back', async () => {
    await log.append(makeHistory({ seed: 5, messages: 50, stores: 1, from, everyMs: 10 }));
    const dead = await RebuildLease.take(log.database);
    dead.end();
    await log.database.query("update projection_next.lease set alive_until = clock_timestamp() - interval '1 s'");
    const next = await RebuildLease.take(log.database);
    await expect(dead.swap()).rejects.toMatchObject({ code: 'rebuild_lost' });
    next.end();
    expect(await schemas()).toEqual(['projection', 'projection_next']);
    await log.database.query("update projection_next.lease set alive_until = clock_timestamp() - interval '1 s'");
    await rebuildProjection(log.database);
    expect(await schemas()).toEqual(['projection']);
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
  });

  it('leaves the live one as it was when it fails in the middle', async () => {
    await log.append(makeHistory({ seed: 6, messages: 200, stores: 1, from, everyMs: 10 }));
    await rebuildProjection(log.database);
    const before = await readProjection(log.database);
    const stop = new Error('enough');
    await expect(
      rebuildProjection(log.database, {
        pageEvents: 50,
        onProgress: (done) => {
          if (done > 200) throw stop;
        },
      }),
    ).rejects.toBe(stop);
    expect(await readProjection(log.database)).toEqual(before);
  });

  it('leaves out a stream that cannot be folded, and counts it', async () => {
    const history = makeHistory({ seed: 7, messages: 30, stores: 1, from, everyMs: 10, smooth: true });
    const stream = history[0]?.stream ?? '';
    await log.append(history.filter((event) => event.stream !== stream || event.version > 1));
    expect(await rebuildProjection(log.database, { pageEvents: 7 })).toMatchObject({ items: 59, damaged: 1 });
  });
});

describe('ensureProjection', () => {
  let place: TestDatabase;
  let log: TestLog;
  beforeEach(async () => {
    place = await createDatabase();
    log = await openTestLog(place.url);
  });
  afterEach(async () => {
    await log.close();
    await place.drop();
  });

  it('has nothing to do for a new log, nor for a projection that is there', async () => {
    expect(await ensureProjection(log.database)).toBe('kept');
    await log.append(makeHistory({ seed: 8, messages: 20, stores: 1, from, everyMs: 10 }));
    await rebuildProjection(log.database);
    expect(await ensureProjection(log.database)).toBe('kept');
  });

  it.each([
    ['the schema is dropped', 'drop schema projection cascade'],
    ['a table is dropped', 'drop table projection.counter'],
    ['the tables are empty', 'truncate projection.item, projection.notification, projection.counter, projection.position'],
    ['a crash came between the swap and its end', 'alter schema projection rename to projection_former'],
  ])('comes to the same state when %s', async (_, sql) => {
    await log.append(makeHistory({ seed: 9, messages: 200, stores: 2, from, everyMs: 10 }));
    await rebuildProjection(log.database);
    const before = await readProjection(log.database);
    await log.database.script(sql);
    expect(await ensureProjection(log.database)).toBe('rebuilt');
    expect(await readProjection(log.database)).toEqual(before);
    expect(before).toEqual(await foldLog(log.database));
  });

  it('waits for another process that is at it', async () => {
    await log.append(makeHistory({ seed: 10, messages: 300, stores: 2, from, everyMs: 10 }));
    await log.database.script('drop schema projection cascade');
    const outcomes = await Promise.all([
      ensureProjection(log.database, { pageEvents: 20 }),
      ensureProjection(log.database, { pageEvents: 20 }),
    ]);
    expect(outcomes.sort()).toEqual(['kept', 'rebuilt']);
    expect(await readProjection(log.database)).toEqual(await foldLog(log.database));
  });
});
