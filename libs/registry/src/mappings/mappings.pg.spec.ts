import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { newId, openRegistry, testSecrets, type OpenRegistry } from '../testing/open-registry.ts';
import { testRules } from '../testing/rules.ts';
import { Mappings } from './mappings.ts';
import { defaultOptions, mappingLimits } from './mapping-limits.ts';

let database: TestDatabase;
let open: OpenRegistry;
let mappings: Mappings;
let store: string;

beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
  mappings = new Mappings({ ...testRules, source: open.source, secrets: testSecrets, newId });
});
beforeEach(async () => {
  store = (await open.stores.create('A store')).store.id;
});
afterAll(async () => {
  await open.close();
  await database.drop();
});

const input = { name: 'mandrill.order', url: 'https://example.com/order', messages: ['order:new'] };
const created = async (more: object = {}, at = store) => {
  const saved = await mappings.create(at, { ...input, ...more });
  if (saved.kind !== 'saved') throw new TypeError(JSON.stringify(saved));
  return saved.value;
};
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe('Mappings', () => {
  it('shows what it saved, the token masked', async () => {
    const mapping = await created({ token: 'a-very-secret-token', usage: 'Sends the confirmation.' });
    expect(mapping).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      store_id: store,
      integration_id: null,
      ...input,
      enabled: true,
      paused: false,
      filters: [],
      identifiers: {},
      parameters: [],
      options: defaultOptions,
      required: false,
      usage: 'Sends the confirmation.',
      token: '****oken',
      revision: 1,
      created_at: time,
      updated_at: time,
    });
    expect(await mappings.get(store, mapping.id)).toEqual(mapping);
    expect(await mappings.list(store)).toEqual([mapping]);
  });

  it('stores no token that can be read, nor one in the versions', async () => {
    await created({ token: 'a-very-secret-token' });
    const dump = await open.database.query('select m::text from mapping m union all select v::text from mapping_version v');
    expect(JSON.stringify(dump)).not.toContain('very-secret');
    expect(JSON.stringify(dump)).toContain('v1:test:');
  });

  it('lists by name, and only what belongs to the store', async () => {
    const other = (await open.stores.create('other')).store.id;
    await created({ name: 'b.b' });
    await created({ name: 'a.a' });
    const foreign = await created({ name: 'c.c' }, other);
    expect((await mappings.list(store)).map(({ name }) => name)).toEqual(['a.a', 'b.b']);
    expect([
      await mappings.get(store, foreign.id),
      await mappings.update(store, foreign.id, { enabled: false }),
      await mappings.remove(store, foreign.id),
    ]).toEqual([undefined, { kind: 'unknown' }, { kind: 'unknown' }]);
    expect(await mappings.get(other, foreign.id)).toEqual(foreign);
  });

  it('knows nothing by what is no id', async () => {
    for (const id of ['x', '', newId(), 'g'.repeat(24)]) {
      expect([
        await mappings.get(store, id),
        await mappings.update(store, id, {}),
        await mappings.remove(store, id),
        await mappings.create(id, input),
        await mappings.list(id),
      ]).toEqual([undefined, { kind: 'unknown' }, { kind: 'unknown' }, { kind: 'unknown' }, []]);
    }
  });

  it('changes what is given and raises the revision, but not for nothing', async () => {
    const mapping = await created({ token: 'a-very-secret-token' });
    const paused = await mappings.update(store, mapping.id, { paused: true });
    expect(paused).toEqual({ kind: 'saved', value: { ...mapping, paused: true, revision: 2, updated_at: time } });
    expect(await mappings.update(store, mapping.id, { paused: true, token: '****oken' })).toEqual(paused);
    const snapshot = (await open.registry.snapshots([store])).get(store);
    expect([snapshot?.revision, snapshot?.mappings.get(mapping.id)?.token]).toEqual([2, 'a-very-secret-token']);
  });

  it('refuses a name that is taken, together with everything else that is wrong', async () => {
    await created();
    const second = await created({ name: 'b.b' });
    const taken = await mappings.create(store, { ...input, url: 'nowhere' });
    expect(taken.kind === 'refused' && taken.problems.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/url', 'mapping_url_invalid'],
      ['/name', 'mapping_name_taken'],
    ]);
    expect(await mappings.update(store, second.id, { name: 'mandrill.order' })).toMatchObject({
      kind: 'refused',
      problems: [{ code: 'mapping_name_taken' }],
    });
    expect((await mappings.update(store, second.id, { name: 'b.b' })).kind).toBe('saved');
    expect((await mappings.list(store)).length).toBe(2);
  });

  it('lets one of many win who create the same name at once', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => mappings.create(store, input)));
    expect(results.map(({ kind }) => kind).sort()).toEqual([...Array.from({ length: 7 }, () => 'refused'), 'saved']);
    expect((await open.registry.snapshots([store])).get(store)?.revision).toBe(1);
  });

  it('removes a mapping, but not one that is required', async () => {
    const mapping = await created();
    const required = await created({ name: 'b.b', required: true });
    expect(await mappings.remove(store, mapping.id)).toEqual({ kind: 'removed' });
    expect(await mappings.get(store, mapping.id)).toBeUndefined();
    expect(await mappings.remove(store, required.id)).toMatchObject({ kind: 'refused', problems: [{ code: 'mapping_required' }] });
    expect(await mappings.get(store, required.id)).toEqual(required);
  });

  it('gives one endpoint number to one URL, however it is spelt, and keeps it', async () => {
    const first = await created({ url: 'https://example.com/a' });
    await created({ name: 'b.b', url: 'HTTPS://EXAMPLE.com:443/a' });
    await created({ name: 'c.c', url: 'https://example.com/c' });
    const endpoints = [...((await open.registry.snapshots([store])).get(store)?.mappings.values() ?? [])].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    const numbers = Object.fromEntries(endpoints.map(({ name, endpoint }) => [name, endpoint]));
    expect([numbers['b.b'] === numbers['mandrill.order'], numbers['c.c'] === numbers['mandrill.order']]).toEqual([true, false]);
    await mappings.remove(store, first.id);
    const again = await created({ url: 'https://example.com/a' });
    expect((await open.registry.snapshots([store])).get(store)?.mappings.get(again.id)?.endpoint).toBe(numbers['mandrill.order']);
  });

  it('has room for so many mappings a store', async () => {
    const small = new Mappings({
      ...testRules,
      limits: { ...mappingLimits, maxPerStore: 1 },
      source: open.source,
      secrets: testSecrets,
      newId,
    });
    await small.create(store, input);
    expect(await small.create(store, { ...input, name: 'b.b' })).toMatchObject({
      kind: 'refused',
      problems: [{ pointer: '', code: 'mapping_invalid' }],
    });
  });
});
