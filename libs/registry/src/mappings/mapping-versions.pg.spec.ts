import type { Change, JsonObject, MappingVersion, MappingView } from '@crossdock/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { newId, openRegistry, testSecrets, type OpenRegistry } from '../testing/open-registry.ts';
import { testRules } from '../testing/rules.ts';
import { Mappings } from './mappings.ts';

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
const created = async (more: JsonObject = {}, change: Change = {}): Promise<MappingView> => {
  const saved = await mappings.create(store, { ...input, ...more }, change);
  if (saved.kind !== 'saved') throw new TypeError(JSON.stringify(saved));
  return saved.value;
};
const definitionOf = ({
  name,
  enabled,
  paused,
  url,
  messages,
  filters,
  identifiers,
  parameters,
  options,
  required,
  usage,
}: MappingView) => ({
  name,
  enabled,
  paused,
  url,
  messages,
  filters,
  identifiers,
  parameters,
  options,
  required,
  usage,
});
const told = (versions: readonly MappingVersion[] | undefined): unknown =>
  versions?.map(({ revision, kind, changed_by, changed }) => [revision, kind, changed_by, changed]);
const revisionOf = async (): Promise<number | undefined> => (await open.registry.snapshots([store])).get(store)?.revision;

describe('a change of a mapping', () => {
  it('is made at the revision that it is meant for, and at no other', async () => {
    const { id, revision } = await created();
    expect(await mappings.update(store, id, { paused: true }, { expected: revision + 1 })).toEqual({ kind: 'stale', revision });
    expect(await mappings.update(store, id, { paused: true }, { expected: revision })).toMatchObject({
      kind: 'saved',
      value: { paused: true, revision: 2 },
    });
    // What is there already is no reason to say that it is the right one.
    expect(await mappings.update(store, id, { paused: true }, { expected: revision })).toEqual({ kind: 'stale', revision: 2 });
    expect(await mappings.remove(store, id, { expected: revision })).toEqual({ kind: 'stale', revision: 2 });
    expect((await mappings.get(store, id))?.paused).toBe(true);
    expect(await mappings.remove(store, id, { expected: 2 })).toEqual({ kind: 'removed' });
  });

  it('is made by one of many who saw the same revision', async () => {
    const { id, revision } = await created();
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, n) => mappings.update(store, id, { usage: `The wish of ${n}.` }, { expected: revision })),
    );
    expect(results.map(({ kind }) => kind).sort()).toEqual(['saved', 'stale', 'stale', 'stale', 'stale', 'stale']);
    expect([await revisionOf(), (await mappings.versions(store, id, { limit: 10 }))?.length]).toEqual([2, 2]);
  });

  it('does not wait for a change of something else to be the expected one', async () => {
    const { id, revision } = await created();
    await created({ name: 'b.b' });
    expect(await mappings.update(store, id, { paused: true }, { expected: revision })).toMatchObject({
      kind: 'saved',
      value: { revision: 3 },
    });
  });
});

describe('versions of a mapping', () => {
  it('say what it was, who changed what, and when, the newest first', async () => {
    const first = await created({}, { by: 'admin' });
    const saved = await mappings.update(store, first.id, { paused: true, options: { timeout: 5 } }, { by: 'api' });
    const second = saved.kind === 'saved' ? saved.value : first;
    const versions = await mappings.versions(store, first.id, { limit: 10 });
    expect(versions).toEqual([
      {
        revision: 2,
        kind: 'changed',
        changed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        changed_by: 'api',
        changed: ['paused', 'options.timeout'],
        definition: definitionOf(second),
      },
      {
        revision: 1,
        kind: 'created',
        changed_at: expect.any(String) as string,
        changed_by: 'admin',
        changed: [],
        definition: definitionOf(first),
      },
    ]);
    const [now, then] = versions?.map(({ changed_at }) => Date.parse(changed_at ?? '')) ?? [];
    expect((now ?? 0) >= (then ?? 0) && Math.abs(Date.now() - (now ?? 0)) < 60_000).toBe(true);
  });

  it('are there when it is not there any more, and know nothing of the token but that it changed', async () => {
    const { id } = await created({ token: 'a-very-secret-token' });
    await mappings.update(store, id, { token: 'another-secret-token', usage: 'x' });
    await mappings.update(store, id, { token: null });
    await mappings.update(store, id, { token: null });
    await mappings.update(store, id, { messages: ['order:new', 'order:updated'], url: 'https://example.com/b' });
    await mappings.remove(store, id, { by: 'api' });
    const versions = await mappings.versions(store, id, { limit: 10 });
    expect(told(versions)).toEqual([
      [5, 'removed', 'api', []],
      [4, 'changed', null, ['url', 'messages']],
      [3, 'changed', null, ['token']],
      [2, 'changed', null, ['usage', 'token']],
      [1, 'created', null, []],
    ]);
    expect(versions?.[0]?.definition).toBeNull();
    expect(JSON.stringify(versions)).not.toContain('secret');
  });

  it('come page by page, and each says what it changed', async () => {
    const { id } = await created();
    for (const usage of ['a', 'b', 'c']) await mappings.update(store, id, { usage });
    expect(told(await mappings.versions(store, id, { limit: 2 }))).toEqual([
      [4, 'changed', null, ['usage']],
      [3, 'changed', null, ['usage']],
    ]);
    expect(told(await mappings.versions(store, id, { limit: 2, after: 3 }))).toEqual([
      [2, 'changed', null, ['usage']],
      [1, 'created', null, []],
    ]);
    expect(await mappings.versions(store, id, { limit: 2, after: 1 })).toEqual([]);
  });

  it('are nobody else’s, and those from before it was noted say nothing of who and when', async () => {
    const { id } = await created();
    const other = (await open.stores.create('other')).store.id;
    expect([
      await mappings.versions(other, id, { limit: 1 }),
      await mappings.versions(store, newId(), { limit: 1 }),
      await mappings.versions(store, 'x', { limit: 1 }),
      await mappings.versions('x', id, { limit: 1 }),
    ]).toEqual([undefined, undefined, undefined, undefined]);
    await open.database.query('update mapping_version set changed_at = null, changed_by = null where store_id = $1', [`${store}00000000`]);
    expect(await mappings.versions(store, id, { limit: 1 })).toMatchObject([{ kind: 'created', changed_at: null, changed_by: null }]);
  });
});
