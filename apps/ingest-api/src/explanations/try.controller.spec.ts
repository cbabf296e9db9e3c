import { buildRequest, type JsonValue, type Mapping, type Parameter } from '@crossdock/core';
import { decoded, filters, identifiers, mapping, storeId, succeeded } from '@crossdock/core/testing';
import { utf8 } from '@crossdock/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DeliveryStandings } from './delivery-standings.ts';
import { DryRuns } from './dry-run.ts';
import type { DryRunView } from './dry-run-view.ts';
import { MemoryApi, type Answer } from '../testing/memory-api.ts';
import { answerOf } from '../testing/http-schema.ts';
import { TryController } from './try.controller.ts';

const large = filters([{ path: 'payload.order.total', operator: 'gt', value: 100 }]);
const named = (digits: string, name: string, but: Partial<Mapping> = {}): Mapping => mapping(digits, { name, ...but });
const parameter = (name: string, value: JsonValue, secret = false): Parameter => ({
  id: '5f2000000000000000000001',
  name,
  dataType: 'string',
  value,
  secret,
});

let api: MemoryApi;
beforeEach(async () => {
  api = await MemoryApi.open([TryController], [DryRuns, DeliveryStandings]);
});
afterEach(() => api.close());

const tryOut = (body: unknown, query = ''): Promise<Answer> => api.call('POST', `/messages/try${query}`, { body });
const view = async (body: unknown, query = ''): Promise<DryRunView> => {
  const answer = await tryOut(body, query);
  expect(answer.status).toBe(200);
  return answerOf<DryRunView>('DryRun', answer.body);
};

it('says what would become of a message, mapping by mapping', async () => {
  await api.configure(
    named('1', 'a.sent'),
    named('2', 'b.small', { filters: large }),
    named('3', 'c.off', { enabled: false }),
    named('4', 'd.other', { messages: ['stock:change'] }),
    named('5', 'e.paused', { paused: true }),
  );
  const told = await view({ message: 'order:new', payload: { order: { total: 12 } }, source: 'shop' });
  expect(told).toMatchObject({
    message: 'order:new',
    source: 'shop',
    revision: 1,
    validation: { valid: true, errors: [], warnings: [{ pointer: '/order/number' }] },
    summary:
      'Would be sent to 2 of 5 mappings: a.sent and e.paused (paused); 1 is disabled, 1 has a filter that does not pass, 1 is not subscribed to order:new.',
    total: 5,
    counts: { sent: 2, filter_failed: 1, mapping_disabled: 1, type_not_subscribed: 1 },
    next: null,
    requests_left_out: 0,
  });
  expect(told.mappings.map(({ mapping: name, code, explanation }) => [name, code, explanation])).toEqual([
    ['a.sent', 'sent', 'Would be sent.'],
    ['e.paused', 'sent', 'Would be sent, and wait: the mapping is paused.'],
    ['b.small', 'filter_failed', 'Filter 1 did not pass: payload.order.total is 12; it must be greater than 100.'],
    ['c.off', 'mapping_disabled', 'The mapping is disabled.'],
    ['d.other', 'type_not_subscribed', 'Not subscribed to order:new: it wants stock:change.'],
  ]);
  expect(told.mappings[0]).not.toHaveProperty('message_id');
  expect(told.requests.map(({ mapping: name, notes }) => [name, notes])).toEqual([
    ['a.sent', []],
    ['e.paused', ['The mapping is paused: the request waits until it is resumed.']],
  ]);
});

it('shows the very bytes that a delivery would send, but for its id and what is secret', async () => {
  const target = named('1', 'a.sent', {
    url: 'https://erp.example/orders?x=1',
    token: 'the-endpoints-token',
    parameters: [{ name: 'erp.key' }, { name: 'erp.limit' }, { name: 'erp.none' }, { name: 'fixed', value: 1 }],
  });
  const parameters = [parameter('erp.key', 'sk-live-1', true), parameter('erp.limit', 7)];
  await api.registry.save(storeId, { mappings: [target], parameters });
  const payload = '{ "n" : 12345678901234567890, "a":1,"a":2, "parameters":[{"name":"own","value":1.0}] }';
  const answer = await tryOut(`{"message":"custom:thing","payload":${payload},"source":"shop"}`);
  expect((answer.body as DryRunView).requests).toEqual([]);

  await api.registry.save(storeId, { mappings: [{ ...target, messages: ['custom:thing'] }] });
  const again = await tryOut(`{"message":"custom:thing","payload":${payload},"source":"shop"}`);
  const { requests, placeholders } = again.body as DryRunView;
  const sent = buildRequest(
    {
      delivery: '6b0000000000000000000002',
      received: { event: { store: storeId, message: 'custom:thing', source: 'shop' }, payload: utf8.encode(payload) },
      mapping: target,
      snapshot: { store: storeId, parameters: new Map(parameters.map((each) => [each.name, each])) },
    },
    utf8,
  );
  const [request] = requests;
  expect(request?.body).toBe(decoded(sent.body).replace('6b0000000000000000000002', '<message_id>').replace('sk-live-1', '****'));
  expect(request?.bytes).toBe(request?.body.length);
  expect(request).toMatchObject({
    mapping: 'a.sent',
    method: 'POST',
    url: 'https://erp.example/orders?x=1',
    headers: { ...sent.headers, 'webhook-id': 'msg_<message_id>', 'x-augury-token': '****' },
    notes: ['The mapping sends the parameter erp.none, which the store does not have: it is left out.'],
  });
  expect(Object.keys(placeholders)).toEqual(['<message_id>', '****']);
  for (const secret of ['sk-live-1', 'the-endpoints-token']) expect(again.text).not.toContain(secret);
});

it('names the delivery that would block, and claims nothing', async () => {
  await api.configure(named('1', 'a.once', { identifiers: identifiers({ number: 'payload.order.number' }) }));
  const message = { message: 'order:new', payload: { order: { number: 'R1' } } };
  for (let time = 0; time < 2; time += 1)
    expect(await view(message)).toMatchObject({ counts: { sent: 1 }, requests: [{ mapping: 'a.once' }] });

  await api.route(1, message.payload);
  const outcome = api.hub.log.events('6b0000000000000000000001')[2]?.event;
  const delivery = outcome?.type === 'message.routed' ? (outcome.sent[0]?.delivery ?? '') : '';
  await api.happen(delivery, succeeded(1));
  expect(await view(message)).toMatchObject({
    summary: 'Would be sent to none of 1 mapping: 1 has received the same identifiers before.',
    mappings: [
      {
        code: 'duplicate_identifier',
        earlier_message_id: delivery,
        earlier_state: 'completed',
        explanation: `Not sent again: delivery ${delivery} has the same identifiers (number "R1"). It is completed.`,
      },
    ],
    requests: [],
  });
});

it('stores nothing', async () => {
  await api.configure(named('1', 'a.sent', { identifiers: identifiers({ number: 'payload.order.number' }) }));
  await api.route(1, { order: { number: 'R0' } });
  const world = async (): Promise<readonly unknown[]> => [
    api.hub.log.head(0),
    api.hub.log.head(1),
    (await api.registry.snapshots([storeId])).get(storeId)?.revision,
    api.hub.due.rows(),
    await api.hub.unitOfWork.run((tx) =>
      api.hub.identifiers.holders(
        tx,
        ['R0', 'R1'].map((number) => ({ mapping: mapping('1').id, key: `[["number",["${number}"]]]` })),
      ),
    ),
  ];
  const before = await world();
  for (const number of ['R0', 'R1', 7]) await view({ message: 'order:new', payload: { order: { number } } });
  expect(await world()).toEqual(before);
});

it('says what makes a message invalid, and where it would go if it were not', async () => {
  await api.configure(named('1', 'a.stock', { messages: ['stock:change'] }));
  const told = await view({ message: 'stock:change', payload: { sku: '', quantity: 1.5 } });
  expect(told.validation).toMatchObject({ valid: false, errors: [{ pointer: '/sku' }, { pointer: '/quantity' }] });
  expect(told.summary).toMatch(
    /^Would be archived as invalid, and sent to nobody\. \/sku: .* and \/quantity: .*\. With that mended: would be sent to the only mapping: a\.stock\.$/,
  );
  expect(told.requests).toEqual([]);
});

it('holds the payload to the store’s own schema, too', async () => {
  const check = (payload: unknown) => ({
    errors: JSON.stringify(payload) === '{}' ? [{ pointer: '/colour', code: 'required', reason: 'It is not there.' }] : [],
    warnings: [],
  });
  await api.registry.save(storeId, { mappings: [], schemas: [{ type: 'custom:thing', version: 3, check }] });
  expect((await view({ message: 'custom:thing', payload: {} })).validation).toEqual({
    valid: false,
    errors: [{ pointer: '/colour', code: 'required', reason: 'It is not there.' }],
    warnings: [],
    schema: { type: 'custom:thing', version: 3 },
  });
  expect((await view({ message: 'custom:thing', payload: { colour: 'red' } })).validation).toMatchObject({ valid: true });
});

it('is plain text for who likes to read', async () => {
  await api.configure(named('1', 'a.sent', { messages: ['custom:thing'] }), named('2', 'b.other', { messages: [] }));
  const { text } = await api.call('POST', '/messages/try', { body: { message: 'custom:thing', payload: { a: 1 } }, accept: 'text/plain' });
  expect(text).toBe(`custom:thing, tried with revision 1: nothing was stored or sent
Would be sent to 1 of 2 mappings: a.sent; 1 is not subscribed to custom:thing.

sent                 a.sent   Would be sent.
type_not_subscribed  b.other  Not subscribed to custom:thing: it wants no messages at all.

# a.sent
POST http://erp.example/orders
content-type: application/json
accept: application/json
user-agent: Crossdock/0.1
webhook-id: msg_<message_id>

{"message":"custom:thing","message_id":"<message_id>","payload":{"a":1,"parameters":[{"name":"store_id","value":"${storeId}"}]},"store_id":"${storeId}"}
`);
});

it('shows so many requests and mappings, and that of any one that is asked for', async () => {
  await api.configure(...Array.from({ length: 60 }, (_, n) => named(n.toString(16), `m.${String(n).padStart(2, '0')}`)));
  const message = { message: 'order:new', payload: { order: { number: 'R1' } } };
  const first = await view(message);
  expect([first.mappings.length, first.requests.length, first.requests_left_out, first.total]).toEqual([50, 20, 30, 60]);
  const second = await view(message, `?after=${first.next}`);
  expect([second.mappings.length, second.requests.length, second.requests_left_out, second.next]).toEqual([10, 10, 0, null]);
  for (const wanted of ['m.37', mapping((37).toString(16)).id]) {
    const one = await view(message, `?mapping=${wanted}`);
    expect([one.mappings.map(({ mapping: name }) => name), one.requests.map(({ mapping: name }) => name)]).toEqual([['m.37'], ['m.37']]);
  }
  expect(await tryOut(message, '?mapping=m.99')).toMatchObject({ status: 404, body: { code: 'mapping_not_found' } });
  const long = { message: 'order:new', payload: { order: { number: 'x'.repeat(900_000) } } };
  expect(await view(long)).toMatchObject({ requests: { length: 4 }, requests_left_out: 46 });
});

it.each<[body: unknown, status: number, code: string]>([
  ['', 400, 'body_not_json'],
  ['[]', 400, 'body_not_object'],
  [{ payload: {} }, 422, 'message_missing'],
  [{ message: 'Order', payload: {} }, 422, 'message_type_illegal'],
  [{ message: 'order:new' }, 422, 'payload_missing'],
  [{ message: 'order:new', payload: 1 }, 422, 'payload_not_object'],
  [{ message: 'order:new', payload: {}, store_id: '5f00000000000000000000ff' }, 422, 'store_id_mismatch'],
])('refuses %j as a push would', async (body, status, code) => {
  await api.configure();
  const answer = await tryOut(body);
  expect([answer.status, (answer.body as { code: string }).code, answer.headers['content-type']]).toEqual([
    status,
    code,
    'application/problem+json; charset=utf-8',
  ]);
});
