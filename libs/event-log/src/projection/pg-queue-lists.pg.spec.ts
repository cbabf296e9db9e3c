import { queueOf, type ListedItem, type QueueFilters, type QueueName } from '@crossdock/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import type { ItemRow } from './item.ts';
import { PgQueueLists, queueListsDefaults } from './pg-queue-lists.ts';
import { Projector, projectorDefaults } from './projector.ts';
import { makeHistory } from './testing/history.ts';
import { openTestLog, type TestLog } from './testing/open-projection.ts';
import { readProjection, type WholeProjection } from './testing/read-projection.ts';

const from = Date.UTC(2026, 10, 20, 9);
const store = 'aaaa00000000000000000000';
const other = 'aaaa00000000000000000001';

describe('PgQueueLists', () => {
  let place: TestDatabase;
  let log: TestLog;
  let lists: PgQueueLists;
  let whole: WholeProjection;

  beforeAll(async () => {
    place = await createDatabase();
    log = await openTestLog(place.url);
    await log.append(makeHistory({ seed: 1, messages: 900, stores: 2, from, everyMs: 130 }));
    const projector = new Projector(log.database, log.tail, { ...projectorDefaults, coalesceMs: 1, onProblem: () => undefined });
    projector.start();
    await projector.stop();
    whole = await readProjection(log.database);
    lists = new PgQueueLists(log.database);
  });
  afterAll(async () => {
    await log.close();
    await place.drop();
  });

  /** The store's items, newest first, as they should be listed. */
  const listed = (fits: (row: ItemRow) => boolean): ListedItem[] =>
    [...whole.items.values()]
      .filter((row) => row.store === store && fits(row))
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
      .map(({ shard: _shard, version: _version, failures: _failures, ...row }) => ({
        ...row,
        kind: row.mapping === undefined ? 'message' : 'delivery',
        queue: queueOf[row.state],
      }));
  const allPages = async (queue: QueueName, filters: QueueFilters = {}): Promise<readonly ListedItem[]> => {
    const first = await lists.queue(store, queue, filters, 1);
    const items = [...first.items];
    for (let page = 2; page <= first.pages; page += 1) items.push(...(await lists.queue(store, queue, filters, page)).items);
    expect([items.length, first.bounded]).toEqual([first.total, false]);
    return items;
  };

  it('counts what is in each queue; the sum is all there is', async () => {
    const counts = await lists.counts(store);
    const count = (...states: string[]): number => listed((row) => states.includes(row.state)).length;
    expect(counts).toEqual({
      incoming: count('received', 'validated'),
      archived: count('routed', 'invalid', 'never_processed', 'archived', 'completed'),
      pending: count('pending'),
      failing: count('failing'),
      scheduled: count('scheduled'),
      parked: count('parked'),
    });
    const sum = counts.incoming + counts.archived + counts.pending + counts.failing + counts.scheduled + counts.parked;
    expect(sum).toBe(listed(() => true).length);
    expect(await lists.counts('ff'.repeat(12))).toEqual({ incoming: 0, archived: 0, pending: 0, failing: 0, scheduled: 0, parked: 0 });
  });

  it('pages through a queue, newest first, and no item twice', async () => {
    expect(await allPages('incoming')).toEqual(listed((row) => ['received', 'validated'].includes(row.state)));
    expect(await allPages('accepted')).toEqual(listed((row) => queueOf[row.state] === 'accepted'));
  });

  it('shows the completed ones of the archive, all with a source, and any state that is asked for', async () => {
    expect(await allPages('archived')).toEqual(listed((row) => row.state === 'completed'));
    expect(await allPages('archived', { source: 'shop' })).toEqual(
      listed((row) => queueOf[row.state] === 'archived' && row.source === 'shop'),
    );
    expect(await allPages('archived', { state: 'invalid' })).toEqual(listed((row) => row.state === 'invalid'));
    expect(await allPages('archived', { state: 'all' })).toEqual(listed((row) => queueOf[row.state] === 'archived'));
  });

  it('knows the older words for states', async () => {
    expect(await allPages('accepted', { state: 'retrying' })).toEqual(listed((row) => row.state === 'failing'));
    expect(await allPages('incoming', { state: 'pending' })).toEqual(listed((row) => queueOf[row.state] === 'incoming'));
    expect(await allPages('accepted', { state: 'completed' })).toEqual([]);
  });

  it.each<[string, QueueFilters, (row: ItemRow) => boolean]>([
    ['type', { message: 'order:updated' }, (row) => row.message === 'order:updated'],
    ['mapping', { mappingId: 'bbbb00000000000000000001' }, (row) => row.mapping === 'bbbb00000000000000000001'],
    ['consumer', { consumer: 'erp.orders-0' }, (row) => row.consumer === 'erp.orders-0'],
    [
      'dates, both included',
      { startDate: from + 26_000, endDate: from + 52_000 },
      (row) => row.createdAt >= from + 26_000 && row.createdAt <= from + 52_000,
    ],
    [
      'several at once',
      { message: 'order:new', consumer: 'erp.orders-1', endDate: from + 60_000 },
      (row) => row.message === 'order:new' && row.consumer === 'erp.orders-1' && row.createdAt <= from + 60_000,
    ],
  ])('filters by %s', async (_, filters, fits) => {
    const expected = listed((row) => row.state === 'completed' && fits(row));
    expect(expected.length).toBeGreaterThan(0);
    expect(await allPages('archived', filters)).toEqual(expected);
  });

  it('finds a message and its children by the id', async () => {
    const parents = new Set([...whole.items.values()].map((row) => row.parent));
    const parent = listed((row) => row.mapping === undefined && parents.has(row.id))[0];
    if (parent === undefined) throw new Error('a message with children');
    const family = listed((row) => row.id === parent.id || row.parent === parent.id);
    const found = [
      ...(await allPages('incoming', { messageId: parent.id })),
      ...(await allPages('accepted', { messageId: parent.id })),
      ...(await allPages('archived', { messageId: parent.id, state: 'all' })),
    ];
    expect(found.map(({ id }) => id).sort()).toEqual(family.map(({ id }) => id).sort());
    expect((await lists.queue(other, 'archived', { messageId: parent.id, state: 'all' }, 1)).items).toEqual([]);
  });

  it('finds the newest messages of some types that were fit to be routed', async () => {
    const types = ['order:new', 'order:canceled'];
    const expected = listed(
      (row) => row.mapping === undefined && types.includes(row.message) && ['routed', 'never_processed', 'validated'].includes(row.state),
    ).map(({ id, message, createdAt }) => ({ id, message, createdAt }));
    expect(expected.length).toBeGreaterThan(100);
    expect(await lists.newestMessages(store, types, 1_000)).toEqual({ messages: expected, bounded: false });
    expect(await lists.newestMessages(store, types, 7)).toEqual({ messages: expected.slice(0, 7), bounded: false });
    const cameIn = listed((row) => row.mapping === undefined && types.includes(row.message) && row.state !== 'archived');
    expect(cameIn.length).toBeGreaterThan(expected.length);
    expect((await lists.newestMessages(store, types, 1_000, 'all')).messages.map(({ id }) => id)).toEqual(cameIn.map(({ id }) => id));
    expect(await lists.newestMessages(store, ['no:such'], 7)).toEqual({ messages: [], bounded: false });
    const few = new PgQueueLists(log.database, { ...queueListsDefaults, mostScanned: 20 });
    expect(await few.newestMessages(store, types, 1_000)).toMatchObject({ bounded: true });
  });

  it('names the types and consumers that occur', async () => {
    const page = await lists.queue(store, 'accepted', { message: 'no:such' }, 1);
    expect([page.items, page.availableMessages, page.availableConsumers]).toEqual([
      [],
      ['order:canceled', 'order:new', 'order:updated'],
      ['erp.orders-0', 'erp.orders-1'],
    ]);
    expect((await lists.queue(store, 'incoming', {}, 1)).availableConsumers).toEqual([]);
  });

  it('says when it searched only the newest part', async () => {
    const narrow = new PgQueueLists(log.database, { ...queueListsDefaults, mostScanned: 100 });
    const page = await narrow.queue(store, 'archived', { message: 'order:new' }, 1);
    const newest = listed((row) => row.state === 'completed').slice(0, 100);
    const expected = newest.filter((row) => row.message === 'order:new');
    expect(page).toMatchObject({
      items: expected.slice(0, 25),
      total: expected.length,
      pages: Math.ceil(expected.length / 25),
      bounded: true,
    });
  });

  it.each([0, -1, 1.5, Number.NaN, 401])('refuses page %s', async (page) => {
    await expect(lists.queue(store, 'accepted', {}, page)).rejects.toMatchObject({ code: 'page_out_of_range' });
    await expect(lists.notifications(store, {}, page)).rejects.toMatchObject({ code: 'page_out_of_range' });
  });

  it('shows an empty page beyond the last one', async () => {
    expect(await lists.queue(store, 'incoming', {}, 400)).toMatchObject({ items: [], page: 400 });
    expect(await lists.queue('ff'.repeat(12), 'archived', {}, 1)).toMatchObject({ items: [], page: 1, pages: 1, total: 0 });
  });

  it('lists notifications, newest first, by level and reference', async () => {
    const expected = [...whole.notifications.values()]
      .filter((row) => row.store === store)
      .sort((a, b) => b.loggedOn - a.loggedOn || (a.id < b.id ? 1 : -1))
      .map(({ shard: _shard, version, ...row }) => ({ ...row, occurrences: version }));
    const page = await lists.notifications(store, {}, 2);
    expect(page).toEqual({
      items: expected.slice(25, 50),
      page: 2,
      pages: Math.ceil(expected.length / 25),
      total: expected.length,
      bounded: false,
    });
    expect((await lists.notifications(store, { level: 'error' }, 1)).items).toEqual(expected.slice(0, 25));
    expect((await lists.notifications(store, { level: 'info' }, 1)).items).toEqual([]);
    expect(await lists.notifications(store, { referenceType: 'order' }, 2)).toEqual(page);
    expect((await lists.notifications(store, { referenceToken: 'x' }, 1)).total).toBe(0);
  });

  it('tells the states of some by their ids', async () => {
    const some = [...whole.items.values()].slice(0, 5);
    expect(await lists.states([...some.map(({ id }) => id), 'ff'.repeat(12)])).toEqual(
      new Map(some.map((row) => [row.id, { state: row.state, queue: queueOf[row.state] }])),
    );
    expect(await lists.states([])).toEqual(new Map());
  });
});
