import type { JsonObject } from '@crossdock/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { newId, openRegistry, testSecrets, type OpenRegistry } from '../testing/open-registry.ts';
import { testRules } from '../testing/rules.ts';
import { Mappings } from './mappings.ts';

let database: TestDatabase;
let open: OpenRegistry;
let mappings: Mappings;
let store: string;
let saved: string;

const input = { name: 'mandrill.order', url: 'https://example.com/order', messages: ['order:new'], token: 'a-very-secret-token' };

beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
  mappings = new Mappings({ ...testRules, source: open.source, secrets: testSecrets, newId });
});
beforeEach(async () => {
  store = (await open.stores.create('A store')).store.id;
  const made = await mappings.create(store, input);
  saved = made.kind === 'saved' ? made.value.id : '';
});
afterAll(async () => {
  await open.close();
  await database.drop();
});

const everything = async (): Promise<unknown> =>
  await open.database.query('select (select count(*) from mapping_version) as versions, (select json_agg(s) from store s) as stores');

describe('a draft of a mapping', () => {
  it.each<readonly [what: string, change: JsonObject]>([
    ['a name that is taken', {}],
    ['no name', { name: null }],
    [
      'much',
      {
        name: 'x',
        url: 'no',
        messages: 1,
        filters: [
          { path: '', operator: 'is' },
          { path: 'a', operator: 'match', value: '(' },
        ],
      },
    ],
    ['an unknown member', { name: 'a.b', retries: 1 }],
    ['the mask of another token', { name: 'a.b', token: '****abcd' }],
  ])('with %s is refused as creating would', async (_what, change) => {
    const before = await everything();
    const drafted = await mappings.draft(store, { ...input, ...change });
    expect(drafted.kind).toBe('refused');
    expect(await everything()).toEqual(before);
    expect(await mappings.create(store, { ...input, ...change })).toEqual(drafted);
  });

  it.each<readonly [what: string, change: JsonObject]>([
    ['a URL that is none', { url: 'no' }],
    ['an operator that is none', { filters: [{ path: 'payload.a', operator: 'is' }] }],
  ])('with %s is refused as changing would', async (_what, change) => {
    const drafted = await mappings.draft(store, change, saved);
    expect(drafted.kind).toBe('refused');
    expect(await mappings.update(store, saved, change)).toEqual(drafted);
  });

  it('is ready to use, and nothing was saved', async () => {
    const before = await everything();
    const filters = [{ path: 'payload.a', operator: 'gt', value: 5 }];
    const drafted = await mappings.draft(store, { ...input, name: 'a.new', filters });
    expect(drafted).toMatchObject({
      kind: 'drafted',
      saved: undefined,
      draft: {
        name: 'a.new',
        enabled: true,
        messages: ['order:new'],
        token: input.token,
        filters: [{ expected: '5', test: { number: 5 } }],
      },
    });
    expect(await everything()).toEqual(before);
    expect((await mappings.list(store)).map(({ name }) => name)).toEqual(['mandrill.order']);
  });

  it('of one that is saved takes over what is not given', async () => {
    const drafted = await mappings.draft(store, { enabled: false, name: 'mandrill.order' }, saved);
    const view = await mappings.get(store, saved);
    expect(drafted).toMatchObject({
      kind: 'drafted',
      saved: view,
      draft: { id: saved, revision: 1, enabled: false, url: input.url, messages: ['order:new'], token: input.token },
    });
  });

  it('of one that is not there is nothing', async () => {
    const elsewhere = (await open.stores.create('other')).store.id;
    for (const [at, id] of [
      [store, newId()],
      [store, 'x'],
      [elsewhere, saved],
    ] as const)
      expect(await mappings.draft(at, {}, id)).toEqual({ kind: 'unknown' });
  });
});
