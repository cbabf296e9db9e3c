import type { JsonObject, Mapping, StoreSnapshot } from '@crossdock/core';
import { uuidOf } from '@crossdock/event-log';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { regexCompiler } from '../mappings/compile-regex.ts';
import { defaultOptions, mappingLimits } from '../mappings/mapping-limits.ts';
import { Mappings } from '../mappings/mappings.ts';
import { parameterLimits } from '../parameters/parameter-value.ts';
import { Parameters } from '../parameters/parameters.ts';
import { SecretBox } from '../secrets/secret-box.ts';
import { CountingDatabase } from '../testing/counting-database.ts';
import { newId, openRegistry, testSecrets, type OpenRegistry } from '../testing/open-registry.ts';
import type { PgRegistry } from './pg-registry.ts';

const MANY = 10_000;

let place: TestDatabase;
let open: OpenRegistry;
let mappings: Mappings;
let parameters: Parameters;
let counting: CountingDatabase;
let registry: PgRegistry;
let store: string;

beforeAll(async () => {
  place = await createDatabase();
  open = await openRegistry(place.url);
  counting = new CountingDatabase(place.url);
  const rules = { source: open.source, secrets: testSecrets, newId };
  mappings = new Mappings({
    ...rules,
    compileRegex: regexCompiler(),
    isMessageType: (name) => name.includes(':'),
    checkUrl: () => ({ ok: true }),
    limits: { ...mappingLimits, maxPerStore: 2 * MANY },
    parameterLimits,
    defaults: defaultOptions,
  });
  parameters = new Parameters({ ...rules, limits: parameterLimits });
});
afterAll(async () => {
  await counting.close();
  await open.close();
  await place.drop();
});
beforeEach(async () => {
  store = (await open.stores.create('A store')).store.id;
  registry = open.another({ database: counting });
  counting.take();
});

async function create(more: JsonObject = {}, at = store): Promise<string> {
  const saved = await mappings.create(at, { name: 'erp.orders', url: 'https://erp.example/orders', messages: ['order:new'], ...more });
  if (saved.kind !== 'saved') throw new TypeError(JSON.stringify(saved));
  return saved.value.id;
}

/** Mappings as many others, each of a type of its own, made with one statement. */
async function fill(count: number, at = store): Promise<void> {
  const template = await create({ name: 'template.template' }, at);
  await open.database.query(
    `insert into mapping (id, store_id, name, endpoint_id, definition, revision)
     select (left(md5(id::text || n), 24) || '00000000')::uuid, store_id, 'erp.orders-' || n, endpoint_id,
       replace(definition::text, 'order:new', 'type-' || n || ':new')::json, revision
     from mapping, generate_series(1, $2::int) n where id = $1`,
    [uuidOf(template), count],
  );
}

async function snapshot(from = registry, at = store): Promise<StoreSnapshot> {
  const found = (await from.snapshots([at])).get(at);
  if (found === undefined) throw new TypeError('There is no such store.');
  return found;
}
/** What a process that starts now would see. */
const fresh = (): Promise<StoreSnapshot> => snapshot(open.another());
const comparable = ({ revision, mappings: all, subscribed, parameters: values }: StoreSnapshot): unknown => ({
  revision,
  mappings: new Set(all.keys()),
  subscribed: new Map(
    [...subscribed].map(([type, list]) => [type, list.map((mapping: Mapping) => [mapping.id, mapping.revision, mapping.enabled])]),
  ),
  parameters: new Map([...values].map(([name, { id, value }]) => [name, [id, value]])),
});
const write = (name: string, value: string): Promise<unknown> =>
  open.database.run((tx) => open.registry.writeParameters(tx, [{ store, name, value }]));
const inTransaction = (stores: readonly string[]): Promise<unknown> => counting.run((tx) => registry.snapshots(stores, tx));

describe('while nothing changes', () => {
  it('nothing is read for any batch: one statement, whose answer nobody waits for, says that all is as it was', async () => {
    const stores = [store, ...(await Promise.all(['x', 'y'].map(async (name) => (await open.stores.create(name)).store.id)))];
    for (const each of stores) await create({}, each);
    await registry.snapshots(stores);
    counting.take();
    for (let batch = 0; batch < 5; batch += 1) await inTransaction(stores);
    expect(counting.take()).toEqual(Array.from({ length: 5 }, () => ['registry_assumed', undefined]));
  });
});

describe('when something changes', () => {
  it('the batch that assumed otherwise is repeated, and reads what has changed', async () => {
    const id = await create();
    await registry.snapshots([store]);
    await create({ name: 'crm.orders' });
    counting.take();
    await inTransaction([store]);
    expect(counting.take()).toEqual([
      ['registry_assumed', undefined],
      ['registry_revisions', 1],
      // The store itself, and the new mapping.
      ['registry_snapshots', 2],
    ]);
    await mappings.update(store, id, { enabled: false });
    await write('cursor', '7');
    await snapshot();
    expect(counting.take()).toEqual([
      ['registry_revisions', 1],
      ['registry_snapshots', 3],
    ]);
  });

  it('comes to the same as reading everything', async () => {
    await fill(200);
    const ids = [await create({ name: 'a.a' }), await create({ name: 'b.b', messages: ['type-7:new', 'order:new'] })] as const;
    for (const name of ['one', 'two', 'three']) await parameters.create(store, { name, value: name });
    const [first] = await parameters.list(store);
    await snapshot();
    const changes: readonly (() => Promise<unknown>)[] = [
      () => mappings.update(store, ids[0], { messages: ['type-8:new'], paused: true }),
      () => mappings.remove(store, ids[1]),
      () => create({ name: 'c.c', messages: ['order:update'] }),
      () => write('one', 'changed'),
      () => parameters.update(store, first?.id ?? '', { name: 'renamed' }),
      () => parameters.remove(store, first?.id ?? ''),
      () => Promise.all([write('two', 'changed'), mappings.update(store, ids[0], { messages: ['order:new'] })]),
    ];
    for (const change of changes) {
      await change();
      expect(comparable(await snapshot())).toEqual(comparable(await fresh()));
    }
  });

  it('reads everything only where a parameter was removed', async () => {
    await fill(50);
    const saved = await parameters.create(store, { name: 'one', value: 1 });
    await snapshot();
    counting.take();
    await parameters.remove(store, saved.kind === 'saved' ? saved.value.id : '');
    expect((await snapshot()).parameters.size).toBe(0);
    expect(counting.take()).toEqual([
      ['registry_revisions', 1],
      ['registry_snapshots', 1],
      ['registry_snapshots', 52],
    ]);
  });

  it('a parameter that no key opens stays left out, and costs nothing more', async () => {
    await parameters.create(store, { name: 'token', value: 'x', secret: true });
    const blind = open.another({ database: counting, secrets: new SecretBox([{ id: 'other', key: Buffer.alloc(32, 1) }]) });
    expect((await snapshot(blind)).parameters.size).toBe(0);
    await write('cursor', '7');
    counting.take();
    expect([...(await snapshot(blind)).parameters.keys()]).toEqual(['cursor']);
    expect(counting.take()).toEqual([
      ['registry_revisions', 1],
      ['registry_snapshots', 2],
    ]);
  });
});

describe('a store with ten thousand mappings', () => {
  it('takes no more statements than others, and reads with each change what has changed', async () => {
    await fill(MANY);
    const id = await create({ messages: ['order:new', 'type-9999:new'] });
    expect((await snapshot()).mappings.size).toBe(MANY + 2);
    counting.take();
    await write('cursor', '1');
    await mappings.update(store, id, { enabled: false });
    const after = await snapshot();
    expect(counting.take()).toEqual([
      ['registry_revisions', 1],
      ['registry_snapshots', 3],
    ]);
    expect(after.subscribed.get('type-9999:new')?.map(({ id: each, enabled }) => [each, enabled])).toContainEqual([id, false]);
    await inTransaction([store]);
    expect(counting.take()).toEqual([['registry_assumed', undefined]]);
  });
});

describe('more stores than there is memory for', () => {
  it('are read with two statements a batch, and those in use stay', async () => {
    const stores = await Promise.all(Array.from({ length: 30 }, async (_, n) => (await open.stores.create(`store ${n}`)).store.id));
    for (const each of stores) await create({}, each);
    // Room for about ten.
    registry = open.another({ database: counting, maxCachedBytes: 60_000 });
    await registry.snapshots(stores);
    counting.take();
    const [first, second] = [stores.slice(0, 15), stores.slice(15)];
    for (const batch of [first, second, first]) {
      const found = await counting.run((tx) => registry.snapshots(batch, tx));
      expect(batch.every((each) => found.get(each)?.mappings.size === 1)).toBe(true);
      const [revisions, loaded, ...more] = counting.take();
      expect([revisions?.[0], loaded?.[0], more]).toEqual(['registry_revisions', 'registry_snapshots', []]);
    }
    for (let round = 0; round < 3; round += 1) await inTransaction(first.slice(-5));
    expect(counting.take()).toEqual(Array.from({ length: 3 }, () => ['registry_assumed', undefined]));
  });
});
