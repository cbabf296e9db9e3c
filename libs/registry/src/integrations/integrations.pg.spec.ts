import type { IntegrationView, JsonObject } from '@crossdock/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { Mappings } from '../mappings/mappings.ts';
import { parameterLimits } from '../parameters/parameter-value.ts';
import { Parameters } from '../parameters/parameters.ts';
import { described, endpoint, service } from '../testing/fake-descriptors.ts';
import { OpenIntegrations, problemsOf, saved } from '../testing/open-integrations.ts';
import { newId, openRegistry, testSecrets, type OpenRegistry } from '../testing/open-registry.ts';
import { testRules } from '../testing/rules.ts';
import { integrationLimits } from './integration-limits.ts';

let database: TestDatabase;
let open: OpenRegistry;
let rig: OpenIntegrations;
let mappings: Mappings;
let store: string;

beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
  mappings = new Mappings({ ...testRules, source: open.source, secrets: testSecrets, newId });
});
beforeEach(async () => {
  rig = new OpenIntegrations(open);
  store = (await open.stores.create('A store')).store.id;
});
afterEach(() => rig.stop());
afterAll(async () => {
  await open.close();
  await database.drop();
});

const url = 'https://mandrill.test';
const input = { name: 'mandrill', url, category: 'email' };
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
const create = async (more: JsonObject = {}): Promise<IntegrationView> =>
  saved(await rig.integrations.create(store, { ...input, ...more }));
const revision = async (): Promise<number | undefined> => (await open.registry.snapshots([store])).get(store)?.revision;

/** An integration whose services are signed up for. */
async function signedUp(
  more: JsonObject = {},
  services = [service('add_order', { required: true }), service('cancel')],
): Promise<IntegrationView> {
  rig.start();
  rig.descriptors.answer(url, described(endpoint(services, { icon_url: 'https://mandrill.test/icon.png' })));
  const { id } = await create(more);
  await vi.waitFor(async () => expect((await rig.integrations.get(store, id))?.state).toBe('ready'), { timeout: 20_000, interval: 5 });
  return saved(await rig.integrations.signup(store, id, {}));
}

describe('Integrations', () => {
  it('shows what it saved, the token masked', async () => {
    const made = await create({ token: 'a-very-secret-token' });
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      store_id: store,
      ...input,
      token: '****oken',
      display: 'mandrill',
      description: '',
      icon_url: null,
      help: '',
      services: [],
      state: 'pending',
      error_messages: [],
      warnings: [],
      fetched_at: null,
      next_fetch_at: time,
      mappings: [],
      revision: 1,
      created_at: time,
      updated_at: time,
    });
    expect([await rig.integrations.get(store, made.id), await rig.integrations.list(store)]).toEqual([made, [made]]);
    const dump = JSON.stringify(await open.database.query('select i::text from integration i'));
    expect([dump.includes('very-secret'), dump.includes('v1:test:')]).toEqual([false, true]);
  });

  it.each<readonly [what: string, input: JsonObject, problems: readonly (readonly [string, string])[]]>([
    [
      'nothing',
      {},
      [
        ['/name', 'integration_invalid'],
        ['/url', 'integration_url_invalid'],
      ],
    ],
    ['a name in capitals', { ...input, name: 'Mandrill' }, [['/name', 'integration_invalid']]],
    ['a name with a dot', { ...input, name: 'man.drill' }, [['/name', 'integration_invalid']]],
    ['a long name', { ...input, name: 'm'.repeat(64) }, [['/name', 'integration_invalid']]],
    ['a URL that is none', { ...input, url: 'mandrill' }, [['/url', 'integration_url_invalid']]],
    ['a URL with a query', { ...input, url: 'https://mandrill.test/?a=1' }, [['/url', 'integration_url_invalid']]],
    ['the URL of the file', { ...input, url: 'https://mandrill.test/endpoint.json' }, [['/url', 'integration_url_invalid']]],
    ['a closed address', { ...input, url: 'https://private.test' }, [['/url', 'integration_url_blocked']]],
    ['a category that is a number', { ...input, category: 5 }, [['/category', 'integration_invalid']]],
    ['a NUL', { ...input, category: 'a\u0000b' }, [['/category', 'integration_invalid']]],
    ['a token with a line break', { ...input, token: 'a\nb' }, [['/token', 'integration_invalid']]],
    ['an unknown member', { ...input, urI: url }, [['/urI', 'integration_invalid']]],
  ])('refuses %s', async (_what, given, problems) => {
    expect(problemsOf(await rig.integrations.create(store, given))).toEqual(problems);
    expect([await rig.integrations.list(store), await revision()]).toEqual([[], 0]);
  });

  it('keeps stores apart, and knows nothing by what is no id', async () => {
    const other = (await open.stores.create('Another')).store.id;
    const foreign = saved(await rig.integrations.create(other, input));
    for (const [at, id] of [
      [store, foreign.id],
      [store, 'x'],
      ['x', foreign.id],
      [store, newId()],
    ] as const) {
      expect([
        await rig.integrations.get(at, id),
        await rig.integrations.update(at, id, {}),
        await rig.integrations.refresh(at, id),
        await rig.integrations.signup(at, id, {}),
        await rig.integrations.switchMappings(at, id, true),
        await rig.integrations.remove(at, id),
      ]).toEqual([undefined, ...Array.from({ length: 5 }, () => ({ kind: 'unknown' }))]);
    }
    expect([await rig.integrations.create('x', input), await rig.integrations.list('x')]).toEqual([{ kind: 'unknown' }, []]);
    expect(await rig.integrations.get(other, foreign.id)).toEqual(foreign);
  });

  it('lets one of many win who create the same name at once', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, () => rig.integrations.create(store, input)));
    expect(results.map(({ kind }) => kind).sort()).toEqual([...Array.from({ length: 5 }, () => 'refused'), 'saved']);
    expect(results.flatMap(problemsOf)).toEqual(Array.from({ length: 5 }, () => ['/name', 'integration_name_taken']));
  });

  it('has room for so many in a store', async () => {
    rig = new OpenIntegrations(open, { limits: { ...integrationLimits, maxPerStore: 1 } });
    await create();
    expect(problemsOf(await rig.integrations.create(store, { ...input, name: 'other' }))).toEqual([['', 'integration_invalid']]);
  });

  it('changes nothing for its own answer sent back', async () => {
    const view = await signedUp({ token: 'a-very-secret-token' });
    const { value } = (await rig.integrations.update(store, view.id, { ...view } as unknown as JsonObject)) as { value: IntegrationView };
    expect([value, await revision()]).toEqual([view, view.revision]);
  });

  it('makes a change only at the revision that it is meant for', async () => {
    const view = await signedUp();
    const change = { expected: view.revision - 1 };
    const stale = { kind: 'stale', revision: view.revision };
    expect([
      await rig.integrations.update(store, view.id, { category: 'x' }, change),
      await rig.integrations.signup(store, view.id, {}, change),
      await rig.integrations.switchMappings(store, view.id, false, change),
      await rig.integrations.remove(store, view.id, change),
    ]).toEqual([stale, stale, stale, stale]);
    expect(await rig.integrations.get(store, view.id)).toEqual(view);
    expect(saved(await rig.integrations.update(store, view.id, { category: 'x' }, { expected: view.revision })).category).toBe('x');
  });

  it('is called as its endpoint calls itself, until somebody says otherwise', async () => {
    const { id, display } = await signedUp();
    const names = [display];
    for (const given of ['Our mail', null]) names.push(saved(await rig.integrations.update(store, id, { display: given })).display);
    expect(names).toEqual(['Mandrill', 'Our mail', 'Mandrill']);
  });

  it('takes its mappings along to another URL, token and name, but for what people changed', async () => {
    const services = ['add_order', 'cancel', 'moved', 'renamed', 'trusted'].map((name) => service(name));
    const { id, mappings: made } = await signedUp({ token: 'the-former-token' }, services);
    const idOf = (name: string): string => made.find((mapping) => mapping.service === name)?.id ?? '';
    await mappings.update(store, idOf('moved'), { url: 'https://proxy.test/moved' });
    await mappings.update(store, idOf('renamed'), { name: 'mail.other' });
    await mappings.update(store, idOf('trusted'), { token: 'a-token-of-its-own' });
    const before = await revision();
    const update = { url: 'https://mail.test/base/', token: 'the-present-token', name: 'mail' };
    const after = saved(await rig.integrations.update(store, id, update, { by: 'api' }));
    const snapshot = (await open.registry.snapshots([store])).get(store);
    const found = [...(snapshot?.mappings.values() ?? [])].map((mapping) => [mapping.name, mapping.url, mapping.token]);
    expect(found.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))).toEqual([
      ['mail.add_order', 'https://mail.test/base/add_order', 'the-present-token'],
      ['mail.cancel', 'https://mail.test/base/cancel', 'the-present-token'],
      ['mail.moved', 'https://proxy.test/moved', 'the-present-token'],
      ['mail.other', 'https://mail.test/base/renamed', 'the-present-token'],
      ['mail.trusted', 'https://mail.test/base/trusted', 'a-token-of-its-own'],
    ]);
    expect([after.revision, snapshot?.revision, after.token]).toEqual([(before ?? 0) + 1, (before ?? 0) + 1, '****oken']);
  });

  it('takes no name under which a mapping of its would be another one', async () => {
    const { id } = await signedUp();
    await mappings.create(store, { name: 'mail.cancel', url, messages: [] });
    expect(problemsOf(await rig.integrations.update(store, id, { name: 'mail' }))).toEqual([['/name', 'mapping_name_taken']]);
  });

  it('switches all mappings in one revision, and none of them twice', async () => {
    const { id, revision: before } = await signedUp();
    const off = saved(await rig.integrations.switchMappings(store, id, false, { by: 'api' }));
    expect([off.revision, off.mappings.map(({ enabled }) => enabled)]).toEqual([before + 1, [false, false]]);
    expect(saved(await rig.integrations.switchMappings(store, id, false))).toEqual(off);
    const on = saved(await rig.integrations.switchMappings(store, id, true));
    expect([await revision(), on.mappings.map(({ enabled }) => enabled)]).toEqual([before + 2, [true, true]]);
    const [first] = on.mappings;
    expect((await mappings.versions(store, first?.id ?? '', { limit: 9 }))?.map(({ changed_by }) => changed_by)).toEqual([
      null,
      'api',
      null,
    ]);
  });

  it('is removed with its mappings, required ones too; parameters stay', async () => {
    const wants = { name: 'mandrill.api_key', description: 'The key', data_type: 'string', optional: true, default: 'none' } as const;
    const { id, mappings: made } = await signedUp({}, [
      service('add_order', { required: true, requires: { parameters: [wants] } }),
      service('cancel'),
    ]);
    const required = made.find((mapping) => mapping.service === 'add_order')?.id ?? '';
    expect(problemsOf((await mappings.remove(store, required)) as never)).toEqual([['', 'mapping_required']]);
    const byHand = saved(await mappings.create(store, { name: 'other.one', url, messages: [] }));
    expect(await rig.integrations.remove(store, id, { by: 'api' })).toEqual({ kind: 'removed' });
    const parameters = new Parameters({ source: open.source, secrets: testSecrets, newId, limits: parameterLimits });
    expect([
      await rig.integrations.list(store),
      (await mappings.list(store)).map((mapping) => mapping.id),
      (await parameters.list(store)).map(({ name }) => name),
    ]).toEqual([[], [byHand.id], ['mandrill.api_key']]);
    const [last] = (await mappings.versions(store, required, { limit: 1 })) ?? [];
    expect([last?.kind, last?.changed_by]).toEqual(['removed', 'api']);
    await create();
  });

  it('tells whom the deliveries of a mapping go to', async () => {
    const { mappings: made } = await signedUp();
    const byHand = saved(await mappings.create(store, { name: 'other.one', url, messages: [] }));
    const other = (await open.stores.create('Another')).store.id;
    const mapping = made[0]?.id ?? '';
    expect([
      await rig.integrations.destinationOf(store, mapping),
      await rig.integrations.destinationOf(store, byHand.id),
      await rig.integrations.destinationOf(other, mapping),
      await rig.integrations.destinationOf(store, newId()),
    ]).toEqual([{ name: 'Mandrill', icon_url: 'https://mandrill.test/icon.png' }, undefined, undefined, undefined]);
  });
});
