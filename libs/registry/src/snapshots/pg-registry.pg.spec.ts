import type { JsonObject, Mapping, StoreSnapshot } from '@crossdock/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { regexCompiler } from '../mappings/compile-regex.ts';
import { defaultOptions, mappingLimits } from '../mappings/mapping-limits.ts';
import { Mappings } from '../mappings/mappings.ts';
import { parameterLimits } from '../parameters/parameter-value.ts';
import { SecretBox } from '../secrets/secret-box.ts';
import { newId, openRegistry, testSecrets, type OpenRegistry } from '../testing/open-registry.ts';

let database: TestDatabase;
let open: OpenRegistry;
let mappings: Mappings;
let store: string;

beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
  mappings = new Mappings({
    source: open.source,
    secrets: testSecrets,
    newId,
    compileRegex: regexCompiler(),
    isMessageType: (name) => name.includes(':'),
    checkUrl: () => ({ ok: true }),
    limits: mappingLimits,
    parameterLimits,
    defaults: defaultOptions,
  });
});
afterAll(async () => {
  await open.close();
  await database.drop();
});
beforeEach(async () => {
  store = (await open.stores.create('A store')).store.id;
});

const input = (more: JsonObject = {}): JsonObject => ({
  name: 'mandrill.order',
  url: 'https://example.com/order',
  messages: ['order:new', 'order:updated'],
  ...more,
});

async function create(more: JsonObject = {}, at = store): Promise<string> {
  const saved = await mappings.create(at, input(more));
  expect(saved).toMatchObject({ kind: 'saved' });
  return saved.kind === 'saved' ? saved.value.id : '';
}

async function snapshot(registry = open.registry, at = store): Promise<StoreSnapshot> {
  const found = (await registry.snapshots([at])).get(at);
  expect(found).toBeDefined();
  return found ?? { store: '', revision: -1, mappings: new Map(), subscribed: new Map(), parameters: new Map(), schemas: new Map() };
}

const write = (name: string, value: unknown, at = store) => ({ store: at, name, value: value as never });
const names = (list: readonly Mapping[] | undefined): readonly string[] | undefined => list?.map((mapping) => mapping.name);
const values = ({ parameters }: StoreSnapshot): unknown => Object.fromEntries([...parameters].map(([name, { value }]) => [name, value]));

describe('snapshots', () => {
  it('answers nothing for stores that do not exist', async () => {
    expect(await open.registry.snapshots([])).toEqual(new Map());
    expect(await open.registry.snapshots([newId()])).toEqual(new Map());
  });

  it('has mappings ready to use', async () => {
    const id = await create({
      token: 'a-token-of-the-endpoint',
      filters: [{ path: 'payload.order.number', operator: 'match', value: '^R' }],
      identifiers: { order: 'payload.order.number' },
      parameters: ['mandrill.api_key', { name: 'list', value: [1] }],
      options: { timeout: 30, retries_allowed: false },
    });
    const { mappings: found, revision } = await snapshot();
    expect(revision).toBe(1);
    const [mapping] = found.values();
    expect(mapping).toMatchObject({
      id,
      name: 'mandrill.order',
      enabled: true,
      paused: false,
      url: 'https://example.com/order',
      token: 'a-token-of-the-endpoint',
      messages: ['order:new', 'order:updated'],
      filters: [{ index: 0, expected: '^R', matchRule: 'all' }],
      identifiers: [{ name: 'order' }],
      parameters: [{ name: 'mandrill.api_key' }, { name: 'list', value: [1] }],
      options: {
        retriesAllowed: false,
        maxAttempts: 10,
        backoff: { baseMs: 5_000, factor: 2, capMs: 3_600_000 },
        timeoutMs: 30_000,
        success: 'exact_200',
        concurrency: 32,
      },
    });
    expect(mapping?.endpoint).toBeGreaterThan(0);
  });

  it('lists mappings by every name of their types, disabled ones too, by id', async () => {
    const ids = [await create(), await create({ name: 'b.b', enabled: false, messages: ['order:update'] })];
    const { subscribed } = await snapshot();
    expect([...subscribed.keys()].sort()).toEqual(['order:new', 'order:update', 'order:updated']);
    expect(names(subscribed.get('order:new'))).toEqual(['mandrill.order']);
    expect(subscribed.get('order:update')?.map(({ id }) => id)).toEqual([...ids].sort());
    expect(subscribed.get('order:updated')?.map(({ id }) => id)).toEqual([...ids].sort());
  });

  it('is the same object until something changes, and sees every change with the next call', async () => {
    const id = await create();
    const first = await snapshot();
    expect(await snapshot()).toBe(first);
    await mappings.update(store, id, { enabled: false });
    const second = await snapshot();
    expect([second.revision, second.mappings.get(id)?.enabled]).toEqual([2, false]);
    await mappings.remove(store, id);
    const third = await snapshot();
    expect([third.revision, third.mappings.size, third.subscribed.size]).toEqual([3, 0, 0]);
    expect(first.mappings.get(id)?.enabled).toBe(true);
  });

  it('loads what changed and keeps what did not', async () => {
    const ids = [await create(), await create({ name: 'b.b' }), await create({ name: 'c.c' })];
    await open.database.run((tx) => open.registry.writeParameters(tx, [write('a', 1), write('b', 2)]));
    const first = await snapshot();
    await mappings.update(store, ids[1] ?? '', { paused: true });
    await open.database.run((tx) => open.registry.writeParameters(tx, [write('b', 3)]));
    const second = await snapshot();
    expect(ids.map((id) => second.mappings.get(id) === first.mappings.get(id))).toEqual([true, false, true]);
    expect(second.mappings.get(ids[1] ?? '')?.paused).toBe(true);
    expect(second.parameters.get('a')).toBe(first.parameters.get('a'));
    expect(values(second)).toEqual({ a: 1, b: 3 });
    // Another process has no former snapshot, and comes to the same.
    const fresh = await snapshot(open.another());
    expect(JSON.stringify([fresh.revision, [...fresh.mappings.keys()].sort(), values(fresh)])).toEqual(
      JSON.stringify([second.revision, [...second.mappings.keys()].sort(), values(second)]),
    );
  });

  it('answers for many stores at once, with a bounded memory', async () => {
    const small = open.another({ maxCachedBytes: 5_000 });
    const others = await Promise.all(['x', 'y', 'z'].map(async (name) => (await open.stores.create(name)).store.id));
    for (const other of others) await create({}, other);
    const found = await small.snapshots(others);
    expect(others.map((other) => [found.get(other)?.store, found.get(other)?.mappings.size])).toEqual(others.map((other) => [other, 1]));
    const again = await small.snapshots(others);
    expect(others.map((other) => again.get(other) === found.get(other))).toEqual([false, false, true]);
  });

  it('takes nothing over from a history that is gone', async () => {
    await create();
    await mappings.create(store, input({ name: 'b.b' }));
    const first = await snapshot();
    await open.database.query('update store set revision = 1 where id = (select store_id from mapping where id::text like $1)', [
      `${[...first.mappings.keys()][0]?.slice(0, 8)}%`,
    ]);
    await open.database.query(
      'update mapping set revision = 1, definition = replace(definition::text, \'"paused":false\', \'"paused":true\')::json where store_id = $1',
      [`${store}00000000`],
    );
    const second = await snapshot();
    expect([second.revision, ...[...second.mappings.values()].map(({ paused }) => paused)]).toEqual([1, true, true]);
  });

  it('pauses a mapping whose token no key opens, and says so', async () => {
    const id = await create({ token: 'a-token-of-the-endpoint' });
    const other = open.another({ secrets: new SecretBox([{ id: 'other', key: Buffer.alloc(32, 1) }]) });
    open.problems.length = 0;
    const mapping = (await snapshot(other)).mappings.get(id);
    expect([mapping?.paused, mapping?.token]).toEqual([true, undefined]);
    expect(open.problems).toEqual([
      {
        code: 'secret_unreadable',
        store,
        id,
        detail: 'The token of mapping mandrill.order cannot be opened (key_unknown, key test): it is paused.',
      },
    ]);
  });

  it('switches a mapping off whose stored filters are not legal any more, and says so', async () => {
    const id = await create({ filters: [{ path: 'payload.id', operator: 'eq', value: 'x' }] });
    await open.database.query('update mapping set definition = replace(definition::text, \'"eq"\', \'"like"\')::json where store_id = $1', [
      `${store}00000000`,
    ]);
    open.problems.length = 0;
    expect((await snapshot(open.another())).mappings.get(id)?.enabled).toBe(false);
    expect(open.problems.map(({ code, detail }) => [code, detail])).toEqual([
      ['mapping_unreadable', 'Mapping mandrill.order is off: There is no operator "like".'],
    ]);
  });
});

describe('snapshots while stores are being changed', () => {
  it('hold what their revision stands for, however changes and calls interleave', async () => {
    const ids = [await create({ name: 'a.a' }), await create({ name: 'b.b' })];
    const done = { writing: false };
    const change = async (id: string, rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1)
        await mappings.update(store, id, { messages: [`round:${String.fromCharCode(97 + round)}`] });
    };
    const writing = Promise.all([
      ...ids.map((id) => change(id, 20)),
      (async () => {
        for (let round = 0; round < 20; round += 1)
          await open.database.run((tx) => open.registry.writeParameters(tx, [write('cursor', round)]));
      })(),
    ]).then(() => (done.writing = true));
    const seen: StoreSnapshot[] = [];
    const look = async (registry: OpenRegistry['registry']): Promise<void> => {
      while (!done.writing) seen.push(await snapshot(registry));
    };
    await Promise.all([writing, look(open.registry), look(open.registry), look(open.another())]);
    seen.push(await snapshot());
    expect(seen.at(-1)?.revision).toBe(62);
    expect(new Set(seen.map(({ revision }) => revision)).size).toBeGreaterThan(5);
    const messages = ({ mappings: found }: { mappings: StoreSnapshot['mappings'] }): unknown => ids.map((id) => found.get(id)?.messages);
    for (const each of seen) {
      const past = await open.registry.atRevision(store, each.revision);
      expect(past && [each.revision, messages(past)]).toEqual([each.revision, messages(each)]);
    }
  });
});

describe('snapshots within a transaction', () => {
  /** What runs of one transaction saw: how many mappings, and whether they were told that they repeat. */
  async function runs(stores: readonly string[]): Promise<readonly (readonly [number | undefined, boolean])[]> {
    const seen: (readonly [number | undefined, boolean])[] = [];
    await open.database.run(async (tx) => {
      const found = await open.registry.snapshots(stores, tx);
      seen.push([found.get(store)?.mappings.size, tx.repeated]);
    });
    return seen;
  }

  it('are assumed from memory while nothing has changed', async () => {
    await create();
    await snapshot();
    expect(await runs([store])).toEqual([[1, false]]);
  });

  it('are never of the past when the transaction commits: one that assumed wrong is repeated with what is true', async () => {
    await create({ name: 'a.a' });
    await snapshot();
    await create({ name: 'b.b' });
    expect(await runs([store])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(await runs([store])).toEqual([[2, false]]);
  });

  it('are read where one of the stores is not in memory', async () => {
    await create();
    const other = (await open.stores.create('Another store')).store.id;
    expect(await runs([store, other])).toEqual([[1, false]]);
  });

  it('shows the transaction its own writes and nobody else, before the commit and after a rollback', async () => {
    await open.database.run((tx) => open.registry.writeParameters(tx, [write('cursor', 'old')]));
    const before = await snapshot();
    const seen: unknown[] = [];
    const rolledBack = open.database.run(async (tx) => {
      await open.registry.writeParameters(tx, [write('cursor', 'new')]);
      const own = (await open.registry.snapshots([store], tx)).get(store);
      seen.push(own?.revision, own?.parameters.get('cursor')?.value);
      seen.push(await snapshot());
      throw new TypeError('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(seen).toEqual([before.revision + 1, 'new', before]);
    await open.database.run((tx) => open.registry.writeParameters(tx, [write('cursor', 'other')]));
    expect(values(await snapshot())).toEqual({ cursor: 'other' });
  });
});

describe('atRevision', () => {
  it('rebuilds what was configured at any revision', async () => {
    const first = await create({ messages: ['order:new'] });
    const second = await create({ name: 'b.b', messages: ['order:new'] });
    await mappings.update(store, first, { filters: [{ path: 'payload.id', operator: 'present' }], token: 'secret-of-revision-3' });
    await mappings.remove(store, second);
    const at = async (revision: number) => {
      const past = await open.registry.atRevision(store, revision);
      return (
        past && [
          past.revision,
          names(past.subscribed.get('order:new'))?.toSorted(),
          past.mappings.get(first)?.filters.length,
          past.mappings.size,
        ]
      );
    };
    expect(await Promise.all([0, 1, 2, 3, 4, 5].map(at))).toEqual([
      [0, undefined, undefined, 0],
      [1, ['mandrill.order'], 0, 1],
      [2, ['b.b', 'mandrill.order'], 0, 2],
      [3, ['b.b', 'mandrill.order'], 1, 2],
      [4, ['mandrill.order'], 1, 1],
      undefined,
    ]);
    expect(await open.registry.atRevision(newId(), 0)).toBeUndefined();
  });

  it('has the endpoints of then, and no tokens', async () => {
    const id = await create({ token: 'a-token-of-the-endpoint' });
    const then = (await snapshot()).mappings.get(id);
    await mappings.update(store, id, { url: 'https://example.com/elsewhere' });
    const past = (await open.registry.atRevision(store, 1))?.mappings.get(id);
    expect(past).toEqual({ ...then, token: undefined });
    const now = (await snapshot()).mappings.get(id);
    expect(now?.endpoint === past?.endpoint).toBe(false);
  });
});

describe('writeParameters', () => {
  const writeAll = (...writes: ReturnType<typeof write>[]) => open.database.run((tx) => open.registry.writeParameters(tx, writes));

  it('creates parameters of the type of their value', async () => {
    expect(
      await writeAll(write('s', 'x'), write('i', 5), write('f', 1.5), write('b', true), write('l', [{ a: 1 }]), write('o', { a: 1 })),
    ).toEqual([]);
    const { parameters, revision } = await snapshot();
    expect(revision).toBe(1);
    expect(
      [...parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, dataType, value }) => [name, dataType, value]),
    ).toEqual([
      ['b', 'boolean', true],
      ['f', 'float', 1.5],
      ['i', 'integer', 5],
      ['l', 'list', [{ a: 1 }]],
      ['o', 'string', '{"a":1}'],
      ['s', 'string', 'x'],
    ]);
  });

  it('keeps the type of a parameter, and skips what does not fit without telling the value', async () => {
    await writeAll(write('i', 5), write('s', 'x'));
    expect(await writeAll(write('i', 'a secret'), write('s', 7), write('i', '6'), write('i', [1]), write('not legal', 1))).toEqual([
      { index: 4, problem: 'A parameter was skipped: its name must have 1 to 255 characters, without blanks and control characters.' },
      { index: 0, problem: 'Parameter "i" was left as it is: it is of type integer, and the new value is a text that is none.' },
      { index: 3, problem: 'Parameter "i" was left as it is: it is of type integer, and the new value is a list.' },
    ]);
    expect(values(await snapshot())).toEqual({ i: 6, s: '7' });
  });

  it('raises the revision once a store, and not at all where nothing changes', async () => {
    const other = (await open.stores.create('other')).store.id;
    await writeAll(write('a', 1), write('b', 2), write('a', 1, other));
    await writeAll(write('a', 1), write('b', 3), write('a', 1, other));
    await writeAll(write('a', 1), write('b', 3));
    const found = await open.registry.snapshots([store, other]);
    expect([found.get(store)?.revision, found.get(other)?.revision]).toEqual([2, 1]);
  });

  it('creates no more parameters than a store may have', async () => {
    const registry = open.another({ parameterLimits: { ...parameterLimits, maxPerStore: 2 } });
    await open.database.run((tx) => registry.writeParameters(tx, [write('a', 1), write('b', 1)]));
    expect(await open.database.run((tx) => registry.writeParameters(tx, [write('c', 1), write('a', 2)]))).toEqual([
      { index: 0, problem: 'Parameter "c" was not created: the store has 2 parameters, the most it may have.' },
    ]);
    expect(values(await snapshot())).toEqual({ a: 2, b: 1 });
  });

  it('skips values that are too long or too large', async () => {
    expect(await writeAll(write('a', 'x'.repeat(262_144)), write('b', Infinity))).toEqual([
      { index: 0, problem: 'Parameter "a" was skipped: its value has 262146 characters; 262144 are allowed.' },
      { index: 1, problem: 'Parameter "b" was skipped: its value is too large a number.' },
    ]);
    expect(values(await snapshot())).toEqual({});
  });

  it('keeps awkward text as it is', async () => {
    const awkward = 'U+0000 \0, a lone surrogate \ud800, "quotes", \\ and 🙂';
    await writeAll(write('awkward', awkward));
    expect(values(await snapshot(open.another()))).toEqual({ awkward });
  });

  it('survives writers that write the same parameters in any order at once', async () => {
    const stores = [store, (await open.stores.create('other')).store.id];
    const all = stores.flatMap((at) => ['a', 'b', 'c', 'd', 'e'].map((name) => ({ at, name })));
    const rounds = 20;
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let round = 0; round < rounds; round += 1) {
        const order = [...all].sort(
          (x, y) =>
            ((x.name.charCodeAt(0) * 7 + round * 13 + writer * 5) % 11) - ((y.name.charCodeAt(0) * 7 + round * 13 + writer * 5) % 11),
        );
        await writeAll(...order.map(({ at, name }) => write(name, writer * rounds + round, at)));
      }
    });
    await Promise.all(writers);
    const found = await open.registry.snapshots(stores);
    // The last transaction wrote all of them.
    for (const at of stores) expect(new Set([...(found.get(at)?.parameters.values() ?? [])].map(({ value }) => value)).size).toBe(1);
    expect(stores.map((at) => found.get(at)?.revision)).toEqual([6 * rounds, 6 * rounds]);
    const deadlocks = await open.database.query<{ deadlocks: number }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    expect(deadlocks).toEqual([{ deadlocks: 0 }]);
  });
});
