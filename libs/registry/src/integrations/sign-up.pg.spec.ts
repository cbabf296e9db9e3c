import type { IntegrationView, JsonObject, ServiceDescription, WantedParameter } from '@crossdock/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { defaultOptions, mappingLimits } from '../mappings/mapping-limits.ts';
import { Mappings } from '../mappings/mappings.ts';
import { parameterLimits } from '../parameters/parameter-value.ts';
import { Parameters } from '../parameters/parameters.ts';
import { SecretBox } from '../secrets/secret-box.ts';
import { described, endpoint, refusing, service } from '../testing/fake-descriptors.ts';
import { OpenIntegrations, problemsOf, saved } from '../testing/open-integrations.ts';
import { newId, openRegistry, testSecrets, type OpenRegistry } from '../testing/open-registry.ts';
import { testRules } from '../testing/rules.ts';

let database: TestDatabase;
let open: OpenRegistry;
let rig: OpenIntegrations;
let mappings: Mappings;
let parameters: Parameters;
let store: string;

beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
  const shared = { source: open.source, secrets: testSecrets, newId };
  mappings = new Mappings({ ...testRules, ...shared });
  parameters = new Parameters({ ...shared, limits: parameterLimits });
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
const wants = (name: string, more: Partial<WantedParameter> = {}): WantedParameter => ({
  name,
  description: `What ${name} is for`,
  data_type: 'string',
  optional: false,
  ...more,
});
const requiring = (name: string, wanted: readonly WantedParameter[], more: Partial<ServiceDescription> = {}): ServiceDescription =>
  service(name, { requires: { parameters: wanted }, ...more });

/** An integration that is described so. */
async function ready(services: readonly ServiceDescription[], more: JsonObject = {}): Promise<IntegrationView> {
  rig.start();
  rig.descriptors.answer(url, described(endpoint(services)));
  const { id } = saved(await rig.integrations.create(store, { name: 'mandrill', url, ...more }));
  return await readyAgain(id);
}

async function readyAgain(id: string): Promise<IntegrationView> {
  return await vi.waitFor(
    async () => {
      const view = await rig.integrations.get(store, id);
      if (view?.state !== 'ready') throw new Error(`It is ${view?.state}.`);
      return view;
    },
    { timeout: 20_000, interval: 5 },
  );
}

/** The endpoint is described otherwise from now on. */
async function redescribed(id: string, services: readonly ServiceDescription[]): Promise<void> {
  rig.descriptors.answer(url, described(endpoint(services)));
  await rig.integrations.refresh(store, id);
  await readyAgain(id);
}

const signup = (id: string, input: JsonObject = {}) => rig.integrations.signup(store, id, input, { by: 'api' });
const values = async (): Promise<Record<string, unknown>> =>
  Object.fromEntries((await parameters.list(store)).map(({ name, value }) => [name, value]));
const mapping = async (name: string) => (await mappings.list(store)).find((each) => each.name === name);
const revision = async (): Promise<number> => (await open.registry.snapshots([store])).get(store)?.revision ?? 0;
const problemTexts = (result: Awaited<ReturnType<typeof signup>>): readonly string[] =>
  result.kind === 'refused' ? result.problems.map(({ reason }) => reason) : [];

describe('a signup', () => {
  it('makes mappings of all services, from what they recommend and require', async () => {
    const recommends = {
      messages: ['order:new', 'order:updated'],
      identifiers: { number: 'payload.order.number' },
      filters: [{ path: 'payload.order.email', operator: 'present', match_rule: 'all' as const }],
      options: { retries_allowed: false },
    };
    const integration = await ready(
      [requiring('add_order', [wants('mandrill.api_key')], { recommends, required: true }), service('cancel')],
      { token: 'a-very-secret-token' },
    );
    const signedUp = saved(
      await signup(integration.id, { parameters: [{ name: 'mandrill.api_key', value: 'k' }], enabled: ['add_order'] }),
    );
    const found = await mapping('mandrill.add_order');
    expect(found).toMatchObject({
      integration_id: integration.id,
      enabled: true,
      paused: false,
      url: `${url}/add_order`,
      token: '****oken',
      messages: recommends.messages,
      filters: recommends.filters,
      identifiers: recommends.identifiers,
      parameters: ['mandrill.api_key'],
      options: { ...defaultOptions, retries_allowed: false },
      required: true,
      usage: 'Does add_order.',
    });
    expect(signedUp.mappings).toEqual([
      { id: found?.id, name: 'mandrill.add_order', service: 'add_order', enabled: true },
      { id: (await mapping('mandrill.cancel'))?.id, name: 'mandrill.cancel', service: 'cancel', enabled: false },
    ]);
    expect([await values(), signedUp.revision, await revision()]).toEqual([
      { 'mandrill.api_key': 'k' },
      integration.revision + 1,
      signedUp.revision,
    ]);
    const snapshot = (await open.registry.snapshots([store])).get(store);
    expect(
      snapshot?.subscribed
        .get('order:new')
        ?.map(({ name, token }) => [name, token])
        .sort(),
    ).toEqual([
      ['mandrill.add_order', 'a-very-secret-token'],
      ['mandrill.cancel', 'a-very-secret-token'],
    ]);
  });

  it('changes nothing when it is repeated', async () => {
    const { id } = await ready([requiring('add_order', [wants('key'), wants('secret', { secret: true })])]);
    const given = {
      parameters: [
        { name: 'key', value: 'k' },
        { name: 'secret', value: 's' },
      ],
      enabled: ['add_order'],
    };
    const first = saved(await signup(id, given));
    expect(saved(await signup(id, given))).toEqual(first);
    expect([await revision(), (await mappings.list(store)).length, (await parameters.list(store)).length]).toEqual([first.revision, 1, 2]);
  });

  it('brings in what the description holds anew, and leaves alone what people changed', async () => {
    const options = { retries_allowed: false };
    const before = { messages: ['order:new'], identifiers: {}, filters: [], options: {} };
    const now = { messages: ['order:updated'], identifiers: { number: 'payload.order.number' }, filters: [], options };
    const both = (recommends: ServiceDescription['recommends'], more: Partial<ServiceDescription> = {}) =>
      ['ours', 'theirs'].map((name) => requiring(name, [wants('key', { optional: true })], { recommends, ...more }));
    const { id } = await ready([...both(before), service('gone', { required: true })]);
    saved(await signup(id));
    const theirs = await mapping('mandrill.theirs');
    const own = { messages: ['custom:thing'], url: 'https://proxy.test/x', parameters: ['own'], name: 'mail.theirs' };
    saved(await mappings.update(store, theirs?.id ?? '', own));
    await redescribed(id, both(now, { path: '/elsewhere' }));
    saved(await signup(id));
    const { identifiers } = now;
    expect(await mapping('mandrill.ours')).toMatchObject({ ...now, options: { ...defaultOptions, ...options }, url: `${url}/elsewhere` });
    expect(await mapping('mail.theirs')).toMatchObject({ ...own, identifiers, parameters: ['own', 'key'], integration_id: id });
    const gone = await mapping('mandrill.gone');
    expect([gone?.required, await mappings.remove(store, gone?.id ?? '')]).toEqual([false, { kind: 'removed' }]);
  });

  it('enables what is listed; without a list, what is enabled and what is new', async () => {
    const { id } = await ready([service('a'), service('b')]);
    const states = async (input: JsonObject = {}): Promise<readonly (readonly [string, boolean])[]> =>
      saved(await signup(id, input)).mappings.map((each) => [each.service, each.enabled] as const);
    expect(await states({ enabled: ['b'] })).toEqual([
      ['a', false],
      ['b', true],
    ]);
    await redescribed(id, [service('a'), service('b'), service('c')]);
    expect(await states()).toEqual([
      ['a', false],
      ['b', true],
      ['c', true],
    ]);
    expect(await states({ enabled: [] })).toEqual([
      ['a', false],
      ['b', false],
      ['c', false],
    ]);
  });

  it('gives new parameters the type, the secrecy and the default that services want', async () => {
    const { id } = await ready([
      requiring('add_order', [
        wants('count', { data_type: 'integer' }),
        wants('key', { secret: true }),
        wants('from', { default: 'shop@example.com' }),
        wants('table', { data_type: 'list', optional: true }),
        wants('note', { optional: true }),
        wants('store_id'),
      ]),
    ]);
    const given = [
      { name: 'count', value: '5' },
      { name: 'key', value: 'hidden away' },
      { name: 'table', value: '' },
      { name: 'note', value: null },
      { name: 'extra', value: [1] },
    ];
    saved(await signup(id, { parameters: given }));
    const found = (await parameters.list(store)).map(({ name, data_type, secret, value }) => [name, data_type, secret, value]);
    expect(found).toEqual([
      ['count', 'integer', false, 5],
      ['extra', 'list', false, [1]],
      ['from', 'string', false, 'shop@example.com'],
      ['key', 'string', true, '****'],
    ]);
    expect((await open.registry.snapshots([store])).get(store)?.parameters.get('key')?.value).toBe('hidden away');
  });

  it('changes parameters that are there, with their history, and takes a mask for what it stands for', async () => {
    const { id } = await ready([requiring('add_order', [wants('count', { data_type: 'integer' }), wants('key', { secret: true })])]);
    saved(await parameters.create(store, { name: 'count', value: 1 }));
    saved(await parameters.create(store, { name: 'key', value: 'hidden away', secret: true }));
    saved(
      await signup(id, {
        parameters: [
          { name: 'count', value: 2 },
          { name: 'key', value: '****' },
        ],
      }),
    );
    const [count, key] = await parameters.list(store);
    const history = await parameters.history(store, count?.id ?? '', { limit: 9 });
    expect(history?.map(({ from, to, changed_by }) => [from, to, changed_by])).toEqual([
      [1, 2, 'api'],
      [null, 1, null],
    ]);
    expect((await parameters.history(store, key?.id ?? '', { limit: 9 }))?.length).toBe(1);
    expect((await open.registry.snapshots([store])).get(store)?.parameters.get('key')?.value).toBe('hidden away');
  });

  it('does with what the store has, and asks for nothing that only disabled services need', async () => {
    const { id } = await ready([requiring('a', [wants('there')]), requiring('b', [wants('not.there')])]);
    saved(await parameters.create(store, { name: 'there', value: 'x' }));
    expect((await signup(id, { enabled: ['a'] })).kind).toBe('saved');
    const refused = await signup(id, { enabled: ['a', 'b'] });
    expect([problemsOf(refused), problemTexts(refused)]).toEqual([
      [['/parameters', 'signup_parameter_missing']],
      ['The parameter not.there (What not.there is for) is missing; b cannot do without it.'],
    ]);
  });

  it('tells everything that is wrong at once, and does nothing of the rest', async () => {
    const { id } = await ready([
      requiring('a', [wants('count', { data_type: 'integer' }), wants('missing')], { required: true }),
      requiring('b', [wants('blank')]),
      service('c'),
    ]);
    saved(await mappings.create(store, { name: 'mandrill.c', url, messages: [] }));
    const before = [await revision(), await rig.integrations.get(store, id)];
    const refused = await signup(id, {
      parameters: [
        { name: 'count', value: 'many' },
        { name: 'good', value: 'x' },
        { name: 'good', value: 'y' },
        'odd',
        { name: 'blank', value: ' ' },
      ],
      enabled: ['b', 'nobody'],
      extra: true,
    });
    expect(problemsOf(refused)).toEqual([
      ['/extra', 'signup_invalid'],
      ['/parameters/2/name', 'signup_invalid'],
      ['/parameters/3', 'signup_invalid'],
      ['/enabled/1', 'signup_service_unknown'],
      ['/enabled', 'signup_service_required'],
      ['/parameters/0/value', 'parameter_value_mismatch'],
      ['/parameters', 'signup_parameter_missing'],
      ['', 'mapping_name_taken'],
    ]);
    expect([[await revision(), await rig.integrations.get(store, id)], await values(), (await mappings.list(store)).length]).toEqual([
      before,
      {},
      1,
    ]);
  });

  it('leaves nothing behind where only the mappings are wrong', async () => {
    const { id } = await ready([requiring('a', [wants('key', { default: 'x' })])]);
    const byHand = saved(await mappings.create(store, { name: 'mandrill.a', url, messages: [] }));
    const before = await revision();
    const given = { parameters: [{ name: 'other', value: 'y' }] };
    expect(problemsOf(await signup(id, given))).toEqual([['', 'mapping_name_taken']]);
    expect([await values(), await revision()]).toEqual([{}, before]);
    await mappings.remove(store, byHand.id);
    saved(await signup(id, given));
    expect(await values()).toEqual({ key: 'x', other: 'y' });
  });

  it.each<readonly [what: string, input: JsonObject, problems: readonly (readonly [string, string])[]]>([
    ['parameters that are no array', { parameters: { key: 'k' } }, [['/parameters', 'signup_invalid']]],
    ['a name that is none', { parameters: [{ name: 'a\u0000b', value: 1 }] }, [['/parameters/0', 'signup_invalid']]],
    ['a name alone', { parameters: [{ name: 'key' }] }, [['/parameters/0/value', 'signup_invalid']]],
    [
      'an unknown data type',
      { parameters: [{ name: 'key', value: 1, data_type: 'money' }] },
      [['/parameters/0/data_type', 'signup_invalid']],
    ],
    [
      'a value against its own data type',
      { parameters: [{ name: 'key', value: 'x', data_type: 'float' }] },
      [['/parameters/0/value', 'parameter_value_mismatch']],
    ],
    ['services that are no array', { enabled: 'a' }, [['/enabled', 'signup_invalid']]],
    ['a service that is no name', { enabled: [['a']] }, [['/enabled/0', 'signup_service_unknown']]],
  ])('refuses %s', async (_what, input, problems) => {
    const { id } = await ready([service('a')]);
    expect(problemsOf(await signup(id, input))).toEqual(problems);
    expect([await values(), await mappings.list(store)]).toEqual([{}, []]);
  });

  it('has to wait for the description', async () => {
    const { id } = saved(await rig.integrations.create(store, { name: 'mandrill', url }));
    expect(problemsOf(await signup(id))).toEqual([['', 'integration_not_ready']]);
    rig.descriptors.answer(url, refusing('It is no JSON.', false));
    rig.start();
    await vi.waitFor(async () => expect((await rig.integrations.get(store, id))?.state).toBe('failed'), { timeout: 20_000, interval: 5 });
    expect(problemTexts(await signup(id))).toEqual(['Its endpoint.json could not be read.']);
  });

  it('leaves tokens alone that no key opens, and mends those of mappings when the integration has another', async () => {
    const { id } = await ready([service('a')], { token: 'a-very-secret-token' });
    const before = saved(await signup(id)).mappings;
    const secrets = new SecretBox([{ id: 'other', key: Buffer.alloc(32, 8) }]);
    const keyless = new OpenIntegrations(open, { secrets }).integrations;
    expect(problemsOf(await keyless.signup(store, id, {}))).toEqual([['', 'integration_not_ready']]);
    expect((await mapping('mandrill.a'))?.token).toBe('****oken');
    saved(await keyless.update(store, id, { token: 'another-secret-token' }));
    expect(saved(await keyless.signup(store, id, {})).mappings).toEqual(before);
    const snapshot = (await open.another({ secrets }).snapshots([store])).get(store);
    expect([...(snapshot?.mappings.values() ?? [])].map(({ token }) => token)).toEqual(['another-secret-token']);
  });

  it('has to fit into the store', async () => {
    const rules = { ...testRules, limits: { ...mappingLimits, maxPerStore: 2 }, parameterLimits: { ...parameterLimits, maxPerStore: 1 } };
    rig = new OpenIntegrations(open, { mappings: rules });
    const { id } = await ready([service('a'), service('b'), service('c')]);
    const given = [{ name: 'x', value: 1 }];
    expect(problemsOf(await signup(id, { parameters: given }))).toEqual([['', 'signup_invalid']]);
    await redescribed(id, [service('a')]);
    saved(await signup(id, { parameters: given }));
    expect(problemsOf(await signup(id, { parameters: [{ name: 'y', value: 1 }] }))).toEqual([['/parameters', 'signup_invalid']]);
  });

  it('may be sent by many at once: one makes what the others find', async () => {
    const services = [requiring('a', [wants('one'), wants('two'), wants('three')]), requiring('b', [wants('four')])];
    const { id } = await ready(services);
    const names = ['one', 'two', 'three', 'four'];
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, person) =>
        signup(id, { parameters: names.map((name, index) => ({ name: names[(person + index) % 4] ?? name, value: `of ${person}` })) }),
      ),
    );
    expect(results.map(({ kind }) => kind)).toEqual(Array.from({ length: 8 }, () => 'saved'));
    expect((await mappings.list(store)).map(({ name }) => name)).toEqual(['mandrill.a', 'mandrill.b']);
    // Whoever came last, it was one person's signup as a whole.
    expect([Object.keys(await values()).sort(), new Set(Object.values(await values())).size]).toEqual([[...names].sort(), 1]);
  });

  it('does not get in the way of answers that write the same parameters', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const { id } = await ready([
      requiring(
        'x',
        names.map((name) => wants(name)),
      ),
    ]);
    const answers = Array.from({ length: 10 }, (_, round) =>
      open.database.run((tx) =>
        open.registry.writeParameters(
          tx,
          names.toReversed().map((name) => ({ store, name, value: `answer ${round}` })),
        ),
      ),
    );
    const signups = Array.from({ length: 10 }, (_, round) =>
      signup(id, { parameters: names.map((name) => ({ name, value: `signup ${round}` })) }),
    );
    const [written, signed] = await Promise.all([Promise.all(answers), Promise.all(signups)]);
    expect([new Set(written.flat()), new Set(signed.map(({ kind }) => kind))]).toEqual([new Set(), new Set(['saved'])]);
    expect(new Set(Object.values(await values())).size).toBe(1);
  });

  it('goes by the description of the moment', async () => {
    const { id } = await ready([service('a')]);
    rig.descriptors.answer(url, described(endpoint([service('a'), service('b')])));
    const [, ...signups] = await Promise.all([
      rig.integrations.refresh(store, id).then(() => readyAgain(id)),
      ...Array.from({ length: 6 }, () => signup(id)),
    ]);
    expect(signups.map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'saved'));
    expect(saved(await signup(id)).mappings.map((each) => each.service)).toEqual(['a', 'b']);
  });
});
