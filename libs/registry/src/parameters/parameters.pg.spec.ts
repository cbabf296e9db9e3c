import type { JsonObject, JsonValue } from '@crossdock/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { SecretBox } from '../secrets/secret-box.ts';
import { newId, openRegistry, testSecrets, type OpenRegistry } from '../testing/open-registry.ts';
import { parameterLimits } from './parameter-value.ts';
import { Parameters } from './parameters.ts';

let database: TestDatabase;
let open: OpenRegistry;
let parameters: Parameters;
let store: string;

beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
  parameters = new Parameters({ source: open.source, secrets: testSecrets, newId, limits: parameterLimits });
});
beforeEach(async () => {
  store = (await open.stores.create('A store')).store.id;
});
afterAll(async () => {
  await open.close();
  await database.drop();
});

const created = async (input: JsonObject) => {
  const saved = await parameters.create(store, input);
  if (saved.kind !== 'saved') throw new TypeError(JSON.stringify(saved));
  return saved.value;
};
const problemsOf = async (input: JsonObject, id?: string): Promise<unknown> => {
  const saved = id === undefined ? await parameters.create(store, input) : await parameters.update(store, id, input);
  return saved.kind === 'refused' ? saved.problems.map(({ pointer, code }) => [pointer, code]) : saved;
};
const sent = async (): Promise<unknown> =>
  Object.fromEntries(
    [...((await open.registry.snapshots([store])).get(store)?.parameters ?? [])].map(([name, { value }]) => [name, value]),
  );
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe('Parameters', () => {
  it('shows what it saved', async () => {
    const parameter = await created({ name: 'mandrill.api_key', value: 'abc' });
    expect(parameter).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      store_id: store,
      name: 'mandrill.api_key',
      data_type: 'string',
      value: 'abc',
      secret: false,
      revision: 1,
      created_at: time,
      updated_at: time,
    });
    expect(await parameters.get(store, parameter.id)).toEqual(parameter);
    expect(await parameters.list(store)).toEqual([parameter]);
    expect(await sent()).toEqual({ 'mandrill.api_key': 'abc' });
  });

  it.each<[string | undefined, JsonValue, string, JsonValue]>([
    [undefined, 5, 'integer', 5],
    [undefined, 0.5, 'float', 0.5],
    [undefined, false, 'boolean', false],
    [undefined, '', 'string', ''],
    [undefined, 'null', 'string', 'null'],
    [undefined, '{"a":1}', 'string', '{"a":1}'],
    [undefined, [{ sku: 'A', count: [1, null] }], 'list', [{ sku: 'A', count: [1, null] }]],
    ['integer', '5', 'integer', 5],
    ['float', 5, 'float', 5],
    ['boolean', 'true', 'boolean', true],
    ['string', 5, 'string', '5'],
  ])('with data_type %j and value %j is a %s of %j', async (data_type, value, type, held) => {
    const parameter = await created({ name: 'p', value, ...(data_type === undefined ? {} : { data_type }) });
    expect([parameter.data_type, parameter.value, await sent()]).toEqual([type, held, { p: held }]);
    expect(await parameters.get(store, parameter.id)).toEqual(parameter);
  });

  it('tells everything that is wrong at once', async () => {
    await created({ name: 'taken', value: 1 });
    expect(await problemsOf({ name: 'taken', value: 'abc', data_type: 'integer', secret: 1, kind: 'x' })).toEqual([
      ['/kind', 'parameter_invalid'],
      ['/secret', 'parameter_invalid'],
      ['/value', 'parameter_value_mismatch'],
      ['/name', 'parameter_name_taken'],
    ]);
    expect(await problemsOf({ name: 'no good', data_type: 'date' })).toEqual([
      ['/name', 'parameter_invalid'],
      ['/data_type', 'parameter_invalid'],
      ['/value', 'parameter_invalid'],
    ]);
    expect(await problemsOf({})).toEqual([
      ['/name', 'parameter_invalid'],
      ['/value', 'parameter_invalid'],
    ]);
  });

  it('changes what is given, holds the value to its type, and raises the revision but not for nothing', async () => {
    const parameter = await created({ name: 'p', value: 5 });
    expect(await parameters.update(store, parameter.id, { value: 6 })).toEqual({
      kind: 'saved',
      value: { ...parameter, value: 6, revision: 2, updated_at: time },
    });
    await parameters.update(store, parameter.id, { value: 6 });
    expect(await problemsOf({ value: 'abc' }, parameter.id)).toEqual([['/value', 'parameter_value_mismatch']]);
    expect(await problemsOf({ data_type: 'list' }, parameter.id)).toEqual([['/value', 'parameter_value_mismatch']]);
    expect(await parameters.update(store, parameter.id, { data_type: 'string', name: 'q' })).toMatchObject({
      value: { name: 'q', data_type: 'string', value: '6' },
    });
    expect(await sent()).toEqual({ q: '6' });
    expect((await open.registry.snapshots([store])).get(store)?.revision).toBe(3);
  });

  it('removes', async () => {
    const parameter = await created({ name: 'p', value: 5 });
    expect([await parameters.remove(store, parameter.id), await parameters.remove(store, parameter.id)]).toEqual([
      { kind: 'removed' },
      { kind: 'unknown' },
    ]);
    expect(await sent()).toEqual({});
  });

  it('lets one of many win who create the same name at once', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, (_, value) => parameters.create(store, { name: 'p', value })));
    expect(results.map(({ kind }) => kind).sort()).toEqual([...Array.from({ length: 7 }, () => 'refused'), 'saved']);
    expect(results.flatMap((each) => (each.kind === 'refused' ? each.problems.map(({ code }) => code) : []))).toEqual(
      Array(7).fill('parameter_name_taken'),
    );
  });

  it('knows nothing by what is no id, nor of other stores', async () => {
    const parameter = await created({ name: 'p', value: 5 });
    const other = (await open.stores.create('other')).store.id;
    for (const [at, id] of [
      [store, 'x'],
      [store, newId()],
      [other, parameter.id],
      ['x', parameter.id],
    ] as const) {
      expect([await parameters.get(at, id), await parameters.update(at, id, { value: 1 }), await parameters.remove(at, id)]).toEqual([
        undefined,
        { kind: 'unknown' },
        { kind: 'unknown' },
      ]);
    }
    expect(await parameters.create(newId(), { name: 'p', value: 5 })).toEqual({ kind: 'unknown' });
  });
});

describe('secret parameters', () => {
  it('are sealed in the database, masked for people, and sent', async () => {
    const parameter = await created({ name: 'key', value: 'my-secret-value', secret: true });
    expect(parameter).toMatchObject({ value: '****', secret: true, data_type: 'string' });
    const dump = JSON.stringify(await open.database.query('select p::text from parameter p'));
    expect([dump.includes('my-secret-value'), dump.includes('v1:test:')]).toEqual([false, true]);
    expect(await sent()).toEqual({ key: 'my-secret-value' });
    const snapshot = (await open.registry.snapshots([store])).get(store);
    expect(snapshot?.parameters.get('key')).toMatchObject({ secret: true });
  });

  it('stay what they are when an answer is sent back', async () => {
    const parameter = await created({ name: 'key', value: 'my-secret-value', secret: true });
    expect(await parameters.update(store, parameter.id, { ...parameter })).toEqual({ kind: 'saved', value: parameter });
    expect(await sent()).toEqual({ key: 'my-secret-value' });
  });

  it('become visible only to who knows the value', async () => {
    const parameter = await created({ name: 'key', value: 'my-secret-value', secret: true });
    expect(await problemsOf({ secret: false }, parameter.id)).toEqual([['/secret', 'parameter_invalid']]);
    expect(await parameters.update(store, parameter.id, { secret: false, value: 'another' })).toMatchObject({
      value: { value: 'another', secret: false },
    });
  });

  it('stay sealed when an endpoint writes them', async () => {
    await created({ name: 'oauth', value: 'old-token', secret: true });
    await open.database.run((tx) => open.registry.writeParameters(tx, [{ store, name: 'oauth', value: 'new-token' }]));
    expect(await sent()).toEqual({ oauth: 'new-token' });
    expect(JSON.stringify(await open.database.query('select p::text from parameter p'))).not.toContain('new-token');
    const { revision } = (await open.registry.snapshots([store])).get(store) ?? { revision: -1 };
    await open.database.run((tx) => open.registry.writeParameters(tx, [{ store, name: 'oauth', value: 'new-token' }]));
    expect((await open.registry.snapshots([store])).get(store)?.revision).toBe(revision);
  });

  it('that no key opens are not sent, and can be entered again', async () => {
    const parameter = await created({ name: 'key', value: 'my-secret-value', secret: true });
    const secrets = new SecretBox([{ id: 'other', key: Buffer.alloc(32, 1) }]);
    open.problems.length = 0;
    expect((await open.another({ secrets }).snapshots([store])).get(store)?.parameters.size).toBe(0);
    expect(open.problems.map(({ code, id }) => [code, id])).toEqual([['secret_unreadable', parameter.id]]);
    const elsewhere = new Parameters({ source: open.source, secrets, newId, limits: parameterLimits });
    expect(await elsewhere.update(store, parameter.id, { name: 'k' })).toMatchObject({
      kind: 'refused',
      problems: [{ pointer: '/value' }],
    });
    expect(await elsewhere.update(store, parameter.id, { value: 'entered' })).toMatchObject({ kind: 'saved' });
  });
});
