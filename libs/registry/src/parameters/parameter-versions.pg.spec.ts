import type { JsonObject, JsonValue, ParameterChange, ParameterView } from '@crossdock/core';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { newId, openRegistry, testSecrets, type OpenRegistry } from '../testing/open-registry.ts';
import { parameterLimits, type ParameterLimits } from './parameter-value.ts';
import { Parameters } from './parameters.ts';

const delivery = '5f00000000000000000000de';
const all = { limit: 1_000 };

let database: TestDatabase;
let open: OpenRegistry;
let parameters: Parameters;
let store: string;

beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
  parameters = parametersWith(parameterLimits);
});
beforeEach(async () => {
  store = (await open.stores.create('A store')).store.id;
});
afterAll(async () => {
  await open.close();
  await database.drop();
});

const parametersWith = (limits: ParameterLimits): Parameters =>
  new Parameters({ source: open.source, secrets: testSecrets, newId, limits });
const created = async (input: JsonObject, at = parameters): Promise<ParameterView> => {
  const saved = await at.create(store, input, { by: 'api' });
  if (saved.kind !== 'saved') throw new TypeError(JSON.stringify(saved));
  return saved.value;
};
/** As answers write them. */
const answer = async (name: string, value: JsonValue, by = delivery, registry = open.registry): Promise<void> => {
  await open.database.run((tx) => registry.writeParameters(tx, [{ store, name, value, by }]));
};
const idOf = async (name: string): Promise<string> => (await parameters.list(store)).find((each) => each.name === name)?.id ?? '';
const numbers = (changes: readonly ParameterChange[] | undefined): unknown => changes?.map(({ number }) => number);
const told = (changes: readonly ParameterChange[] | undefined): unknown =>
  changes?.map(({ number, kind, changed_by, changed, from, to }) => [number, kind, changed_by, changed, from, to]);
const dump = async (): Promise<string> => JSON.stringify(await open.database.query('select v::text from parameter_version v'));

describe('a change of a parameter', () => {
  it('is made at the revision that it is meant for, and at no other', async () => {
    const { id, revision } = await created({ name: 'p', value: 5 });
    await answer('p', 6);
    expect(await parameters.update(store, id, { value: 7 }, { expected: revision })).toEqual({ kind: 'stale', revision: 2 });
    expect(await parameters.remove(store, id, { expected: revision })).toEqual({ kind: 'stale', revision: 2 });
    expect(await parameters.get(store, id)).toMatchObject({ value: 6, revision: 2 });
    expect(await parameters.update(store, id, { value: 7 }, { expected: 2 })).toMatchObject({
      kind: 'saved',
      value: { value: 7, revision: 3 },
    });
    expect(await parameters.remove(store, id, { expected: 3 })).toEqual({ kind: 'removed' });
  });

  it('is made by one of many who saw the same revision', async () => {
    const { id, revision } = await created({ name: 'p', value: -1 });
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, value) => parameters.update(store, id, { value }, { expected: revision })),
    );
    expect(results.map(({ kind }) => kind).sort()).toEqual(['saved', 'stale', 'stale', 'stale', 'stale', 'stale']);
    expect((await parameters.history(store, id, all))?.length).toBe(2);
  });
});

describe('the history of a parameter', () => {
  it('says who changed it, when, and from what to what, the newest first', async () => {
    const { id } = await created({ name: 'cursor', value: 'c-1' });
    await answer('cursor', 'c-2');
    await parameters.update(store, id, { name: 'shop.cursor', value: 3, data_type: 'integer' }, { by: 'admin' });
    const changed_at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    const shape = { changed_at, secret: false, not_kept: [] };
    expect(await parameters.history(store, id, all)).toEqual([
      {
        ...shape,
        number: 3,
        revision: 3,
        kind: 'changed',
        changed_by: 'admin',
        delivery_id: null,
        changed: ['name', 'data_type', 'value'],
        name: 'shop.cursor',
        data_type: 'integer',
        from: 'c-2',
        to: 3,
      },
      {
        ...shape,
        number: 2,
        revision: 2,
        kind: 'changed',
        changed_by: 'answer',
        delivery_id: delivery,
        changed: ['value'],
        name: 'cursor',
        data_type: 'string',
        from: 'c-1',
        to: 'c-2',
      },
      {
        ...shape,
        number: 1,
        revision: 1,
        kind: 'created',
        changed_by: 'api',
        delivery_id: null,
        changed: [],
        name: 'cursor',
        data_type: 'string',
        from: null,
        to: 'c-1',
      },
    ]);
  });

  it('begins where an answer makes the parameter, and names the answer whose value counted', async () => {
    const other = '5f00000000000000000000df';
    const writes = [
      { store, name: 'a', value: 1, by: delivery },
      { store, name: 'b', value: [{ sku: 'A1' }], by: delivery },
      { store, name: 'a', value: 2, by: other },
      { store, name: 'a', value: 'no number', by: delivery },
    ];
    await open.database.run((tx) => open.registry.writeParameters(tx, writes));
    expect(await parameters.history(store, await idOf('a'), all)).toMatchObject([
      { number: 1, kind: 'created', changed_by: 'answer', delivery_id: other, from: null, to: 2 },
    ]);
    expect(await parameters.history(store, await idOf('b'), all)).toMatchObject([
      { delivery_id: delivery, to: [{ sku: 'A1' }], revision: 1 },
    ]);
  });

  it('holds nothing where nothing changed, nor where the transaction did not', async () => {
    const { id } = await created({ name: 'p', value: 1 });
    await parameters.update(store, id, { value: 1 });
    await answer('p', '1');
    const undone = open.database.run(async (tx) => {
      await open.registry.writeParameters(tx, [{ store, name: 'p', value: 2, by: delivery }]);
      throw new TypeError('no');
    });
    await expect(undone).rejects.toThrow('no');
    expect(told(await parameters.history(store, id, all))).toEqual([[1, 'created', 'api', [], null, 1]]);
  });

  it('never holds a secret value, whoever wrote it, nor one that became secret later', async () => {
    const { id } = await created({ name: 'key', value: 'plain-then-secret' });
    await parameters.update(store, id, { secret: true }, { by: 'api' });
    await parameters.update(store, id, { value: 'second-secret' }, { by: 'api' });
    await answer('key', 'third-secret');
    await created({ name: 'other', value: 'born-secret', secret: true });
    await parameters.update(store, id, { value: 'now visible', secret: false }, { by: 'api' });
    expect(told(await parameters.history(store, id, all))).toEqual([
      [5, 'changed', 'api', ['secret', 'value'], '****', 'now visible'],
      [4, 'changed', 'answer', ['value'], '****', '****'],
      [3, 'changed', 'api', ['value'], '****', '****'],
      [2, 'changed', 'api', ['secret'], null, '****'],
      [1, 'created', 'api', [], null, null],
    ]);
    expect(await dump()).not.toMatch(/plain-then-secret|second-secret|third-secret|born-secret|v1:test:/);
    expect((await parameters.history(store, id, all))?.map(({ not_kept }) => not_kept)).toEqual([[], [], [], ['from'], ['to']]);
  });

  it('is there when the parameter is not there any more', async () => {
    const { id } = await created({ name: 'p', value: 5 });
    await parameters.remove(store, id, { by: 'admin' });
    expect(told(await parameters.history(store, id, all))).toEqual([
      [2, 'removed', 'admin', [], 5, null],
      [1, 'created', 'api', [], null, 5],
    ]);
  });

  it('holds the newest hundred changes, however they came', async () => {
    const { id } = await created({ name: 'cursor', value: 0 });
    for (let value = 1; value <= 130; value += 1) {
      if (value % 10 === 0) await parameters.update(store, id, { value });
      else await answer('cursor', value);
    }
    const changes = await parameters.history(store, id, all);
    expect(changes?.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, index) => 131 - index));
    // The oldest one knows from what it changed, too.
    expect(changes?.at(-1)).toMatchObject({ number: 32, from: 30, to: 31, not_kept: [] });
    const [rows] = await open.database.query<{ n: number }>('select count(*) as n from parameter_version where parameter_id = $1', [
      `${id}00000000`,
    ]);
    expect(rows?.n).toBe(101);
  });

  it('shows as many changes as the limit says, also where it was another before, and never tells a wrong former value', async () => {
    const { id } = await created({ name: 'p', value: 0 });
    for (let value = 1; value <= 9; value += 1) await answer('p', value);
    const few = { ...parameterLimits, maxHistory: 3 };
    await answer('p', 10, delivery, open.another({ parameterLimits: few }));
    expect(numbers(await parametersWith(few).history(store, id, all))).toEqual([11, 10, 9]);
    // The change of the smaller limit went to the place of the third.
    const changes = await parameters.history(store, id, all);
    expect(numbers(changes)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 2, 1]);
    expect(changes?.find(({ number }) => number === 4)).toMatchObject({ from: null, to: 3, not_kept: ['from'] });
  });

  it('does not keep values that are too long, and says so', async () => {
    const table = Array.from({ length: 2_000 }, (_, n) => ({ sku: `SKU-${n}` }));
    const { id } = await created({ name: 'table', value: [] });
    await answer('table', table);
    await parameters.update(store, id, { value: [...table, { sku: 'last' }] }, { by: 'api' });
    await answer('table', [1]);
    const changes = await parameters.history(store, id, all);
    expect(changes?.map(({ from, to, not_kept, changed }) => [from, to, not_kept, changed])).toEqual([
      [null, [1], ['from'], ['value']],
      [null, null, ['from', 'to'], ['value']],
      [[], null, ['to'], ['value']],
      [null, [], [], []],
    ]);
  });

  it('comes page by page', async () => {
    const { id } = await created({ name: 'p', value: 0 });
    for (let value = 1; value <= 4; value += 1) await answer('p', value);
    expect(told(await parameters.history(store, id, { limit: 2 }))).toEqual([
      [5, 'changed', 'answer', ['value'], 3, 4],
      [4, 'changed', 'answer', ['value'], 2, 3],
    ]);
    expect(numbers(await parameters.history(store, id, { limit: 3, after: 4 }))).toEqual([3, 2, 1]);
    expect(await parameters.history(store, id, { limit: 2, after: 1 })).toEqual([]);
  });

  it('is forgotten for all but the parameters removed last', async () => {
    const few = parametersWith({ ...parameterLimits, maxRemovedPerStore: 2 });
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push((await created({ name, value: 1 }, few)).id);
    const kept = await created({ name: 'kept', value: 1 }, few);
    for (const id of ids) await few.remove(store, id);
    const known = await Promise.all([...ids, kept.id].map(async (id) => (await few.history(store, id, all))?.length));
    expect(known).toEqual([undefined, 2, 2, 1]);
  });

  it('is nobody else’s', async () => {
    const { id } = await created({ name: 'p', value: 5 });
    const other = (await open.stores.create('other')).store.id;
    expect([
      await parameters.history(other, id, all),
      await parameters.history(store, newId(), all),
      await parameters.history(store, 'x', all),
      await parameters.history('x', id, all),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is a chain, whatever is written: each change begins with what the former ended with, and the last is what is there', async () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a', 'b', 'U+0000 \0', '\ud800'));
    const step = fc.record({ door: fc.constantFrom('api', 'answer'), value });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const { id, name } = await created({ name: newId(), value: 'begin', data_type: 'string' });
        for (const { door, value: next } of steps) {
          if (door === 'api') await parameters.update(store, id, { value: next });
          else await answer(name, next);
        }
        const changes = [...((await parameters.history(store, id, all)) ?? [])].reverse();
        expect(changes.map(({ from }) => from)).toEqual([null, ...changes.slice(0, -1).map(({ to }) => to)]);
        expect(changes.at(-1)?.to).toEqual((await parameters.get(store, id))?.value);
        expect(changes.slice(1).every(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
