import type { JsonObject, SchedulerView } from '@crossdock/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { newId, openRegistry, type OpenRegistry } from '../testing/open-registry.ts';
import { testRules } from '../testing/rules.ts';
import { schedulerLimits } from './scheduler-limits.ts';
import { Schedulers } from './schedulers.ts';

let database: TestDatabase;
let open: OpenRegistry;
let schedulers: Schedulers;
let store: string;
let now: number;

beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
  const { isMessageType } = testRules;
  schedulers = new Schedulers({ source: open.source, newId, now: () => now, isMessageType, limits: schedulerLimits });
});
beforeEach(async () => {
  now = Date.UTC(2026, 10, 21, 9, 0, 30);
  store = (await open.stores.create('A store')).store.id;
});
afterAll(async () => {
  await open.close();
  await database.drop();
});

const everyTen = { key: 'spree:order:poll', count: 10, interval: 'minutes' };
const created = async (input: JsonObject = everyTen, at = store): Promise<SchedulerView> => {
  const saved = await schedulers.create(at, input);
  if (saved.kind !== 'saved') throw new TypeError(JSON.stringify(saved));
  return saved.value;
};
const revisionOf = async (): Promise<number | undefined> => (await open.registry.snapshots([store])).get(store)?.revision;
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe('Schedulers', () => {
  it('shows what it saved, and when it comes round next', async () => {
    const scheduler = await created();
    expect(scheduler).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      store_id: store,
      key: 'spree:order:poll',
      count: 10,
      interval: 'minutes',
      cron: null,
      time_zone: null,
      enabled: true,
      next_at: '2026-11-21T09:10:30.000Z',
      revision: 1,
      created_at: time,
      updated_at: time,
    });
    now += 25 * 60_000;
    const later = { ...scheduler, next_at: '2026-11-21T09:30:30.000Z' };
    expect([await schedulers.get(store, scheduler.id), await schedulers.list(store)]).toEqual([later, [later]]);
    expect(await revisionOf()).toBe(1);
  });

  it('takes a cron expression in a time zone, and several for one type, listed by type', async () => {
    const daily = await created({ key: 'b:poll', cron: '0 6 * * *', time_zone: 'Europe/Berlin' });
    expect(daily).toMatchObject({
      count: null,
      interval: null,
      cron: '0 6 * * *',
      time_zone: 'Europe/Berlin',
      next_at: '2026-11-22T05:00:00.000Z',
    });
    const again = await created({ ...everyTen, key: 'b:poll' });
    const first = await created({ ...everyTen, key: 'a:poll' });
    const both = [daily.id, again.id].sort();
    expect((await schedulers.list(store)).map(({ id }) => id)).toEqual([first.id, ...both]);
  });

  it('changes what is given, counts anew where the time changed, and raises the revision but not for nothing', async () => {
    const scheduler = await created();
    now += 60_000;
    const off = await schedulers.update(store, scheduler.id, { enabled: false });
    expect(off).toEqual({ kind: 'saved', value: { ...scheduler, enabled: false, next_at: null, revision: 2, updated_at: time } });
    expect(await schedulers.update(store, scheduler.id, { ...(off.kind === 'saved' ? off.value : {}) })).toEqual(off);
    expect(await revisionOf()).toBe(2);
    // Switched on again it goes on as it was counted.
    expect(await schedulers.update(store, scheduler.id, { enabled: true })).toMatchObject({
      value: { next_at: '2026-11-21T09:10:30.000Z' },
    });
    expect(await schedulers.update(store, scheduler.id, { count: 5 })).toMatchObject({
      value: { next_at: '2026-11-21T09:06:30.000Z', revision: 4 },
    });
    const cron = await schedulers.update(store, scheduler.id, { cron: '@hourly' });
    expect(cron).toMatchObject({
      value: { count: null, interval: null, cron: '@hourly', time_zone: 'UTC', next_at: '2026-11-21T10:00:00.000Z' },
    });
    expect(await schedulers.update(store, scheduler.id, { count: 1, interval: 'hours' })).toMatchObject({
      value: { cron: null, time_zone: null },
    });
  });

  it('refuses with everything that is wrong, and changes nothing', async () => {
    const refused = await schedulers.create(store, { key: 'Poll', cron: 'x', every: 1 });
    expect(refused.kind === 'refused' && refused.problems.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/every', 'schedule_invalid'],
      ['/key', 'schedule_invalid'],
      ['/cron', 'schedule_invalid'],
    ]);
    const scheduler = await created();
    expect(await schedulers.update(store, scheduler.id, { count: 0 })).toMatchObject({
      kind: 'refused',
      problems: [{ pointer: '/count' }],
    });
    expect([await schedulers.list(store), await revisionOf()]).toEqual([[scheduler], 1]);
  });

  it('makes a change only at the revision that it is meant for: of two at once, one', async () => {
    const { id, revision } = await created();
    const both = await Promise.all([5, 6].map((count) => schedulers.update(store, id, { count }, { expected: revision })));
    expect(both.map(({ kind }) => kind).sort()).toEqual(['saved', 'stale']);
    expect(await schedulers.remove(store, id, { expected: revision })).toEqual({ kind: 'stale', revision: 2 });
    expect(await schedulers.remove(store, id, { expected: 2 })).toEqual({ kind: 'removed' });
    expect(await schedulers.remove(store, id)).toEqual({ kind: 'unknown' });
    expect([await schedulers.list(store), await revisionOf()]).toEqual([[], 3]);
  });

  it('has room for so many schedules a store', async () => {
    const { isMessageType } = testRules;
    const small = new Schedulers({
      source: open.source,
      newId,
      now: () => now,
      isMessageType,
      limits: { ...schedulerLimits, maxPerStore: 1 },
    });
    const results = await Promise.all([small.create(store, everyTen), small.create(store, everyTen)]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['refused', 'saved']);
  });

  it('knows nothing by what is no id, nor of other stores', async () => {
    const scheduler = await created();
    const other = (await open.stores.create('other')).store.id;
    for (const [at, id] of [
      [store, 'x'],
      [store, newId()],
      [other, scheduler.id],
      ['x', scheduler.id],
    ] as const) {
      expect([await schedulers.get(at, id), await schedulers.update(at, id, { count: 1 }), await schedulers.remove(at, id)]).toEqual([
        undefined,
        { kind: 'unknown' },
        { kind: 'unknown' },
      ]);
    }
    expect([await schedulers.list('x'), await schedulers.list(other), await schedulers.create(newId(), everyTen)]).toEqual([
      [],
      [],
      { kind: 'unknown' },
    ]);
  });
});
