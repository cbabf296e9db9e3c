import { notificationId } from '@crossdock/core';
import { beginning, entry, failed, finding, invalid, mapping, raised, received, storeId, succeeded } from '@crossdock/core/testing';
import { sha256 } from '@crossdock/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { idOf, MemoryApi, type Answer } from '../testing/memory-api.ts';
import { answerOf } from '../testing/http-schema.ts';
import { LineageController } from './lineage.controller.ts';
import { Lineages } from './lineage.ts';
import type { LineageView } from './render-lineage.ts';

let api: MemoryApi;
beforeEach(async () => {
  api = await MemoryApi.open([LineageController], [Lineages]);
});
afterEach(() => api.close());

const ask = (id: string, query = ''): Promise<Answer> => api.call('GET', `/messages/${id}/lineage${query}`);
const view = async (id: string, query = ''): Promise<LineageView> => {
  const { status, body } = await ask(id, query);
  expect(status).toBe(200);
  return answerOf<LineageView>('Lineage', body);
};
const deliveriesOf = (id: string): readonly string[] => {
  const outcome = api.hub.log.events(id)[2]?.event;
  return outcome?.type === 'message.routed' ? outcome.sent.map(({ delivery }) => delivery) : [];
};
const root = idOf(1);

/** A notification is raised about a message or delivery, and pushes a message. */
async function notify(about: string, origin: string, pushed: string): Promise<void> {
  const id = notificationId(sha256, { about, origin, entry: entry() });
  await api.happen(id, raised({ about, origin, pushed }));
  await api.append({
    stream: pushed,
    version: 1,
    at: beginning,
    event: received({ message: 'notification:warn', origin: 'notification', parent: about, hops: 1 }),
  });
}

/** An order goes to two; the answer of one makes a message, which goes to one; the other fails and says so. */
async function family(): Promise<Readonly<Record<'books' | 'stock' | 'answer' | 'mail' | 'note', string>>> {
  const [books, stock, mail] = [
    mapping('1', { name: 'books.add' }),
    mapping('2', { name: 'stock.reserve' }),
    mapping('3', { name: 'mail.send', messages: ['order:updated'] }),
  ];
  await api.configure(books, stock, mail);
  await api.route(1, {});
  const [a = '', b = ''] = deliveriesOf(root);
  const [answer, note] = [idOf(2), idOf(3)];
  await api.happen(a, succeeded(1, { children: [answer] }));
  await api.route(2, {}, { root, message: 'order:updated', origin: 'answer', parent: a, hops: 1 });
  await api.happen(b, { ...failed(1, beginning), notifications: [entry()] });
  await api.happen(b, { ...failed(2, beginning), notifications: [entry()] });
  await notify(b, 'stock.reserve', note);
  return { books: a, stock: b, answer, mail: deliveriesOf(answer)[0] ?? '', note };
}

it('is the whole tree, whichever member is asked for', async () => {
  const { books, stock, answer, mail, note } = await family();
  const { members, ...about } = await view(root);
  expect(about).toEqual({
    asked_for: root,
    root_id: root,
    summary: '3 messages and 3 deliveries, of which 1 completed, 1 failing and 1 pending.',
    truncated: false,
  });
  const told = members.map(({ id, kind, parent_id: parent, depth, hops, message, mapping: name, state, attempts }) => [
    id,
    kind,
    parent,
    depth,
    hops,
    message,
    name,
    state,
    attempts,
  ]);
  expect(told).toEqual([
    [root, 'message', null, 0, 0, 'order:new', null, 'routed', null],
    [books, 'delivery', root, 1, 0, 'order:new', 'books.add', 'completed', 1],
    [answer, 'message', books, 2, 1, 'order:updated', null, 'routed', null],
    [mail, 'delivery', answer, 3, 1, 'order:updated', 'mail.send', 'pending', 0],
    [stock, 'delivery', root, 1, 0, 'order:new', 'stock.reserve', 'failing', 2],
    [note, 'message', stock, 2, 1, 'notification:warn', null, 'pending', null],
  ]);
  expect(members[1]).toEqual({
    id: books,
    kind: 'delivery',
    parent_id: root,
    depth: 1,
    hops: 0,
    message: 'order:new',
    origin: null,
    mapping_id: mapping('1').id,
    mapping: 'books.add',
    state: 'completed',
    attempts: 1,
    created_at: new Date(beginning + 2_000).toISOString(),
    ended_at: new Date(beginning + 2_000).toISOString(),
    more: null,
  });
  for (const id of [books, answer, mail, stock, note]) expect(await view(id)).toEqual({ ...about, asked_for: id, members });
});

it('is a tree to read', async () => {
  const { books, stock, answer, mail, note } = await family();
  const { text, headers } = await api.call('GET', `/messages/${answer}/lineage`, { accept: 'text/plain' });
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(text).toBe(`3 messages and 3 deliveries, of which 1 completed, 1 failing and 1 pending.

order:new  ${root}  routed
├─ books.add  ${books}  completed
│  └─ order:updated  ${answer}  routed  (asked for)
│     └─ mail.send  ${mail}  pending
└─ stock.reserve  ${stock}  failing, 2 attempts
   └─ notification:warn  ${note}  pending
`);
});

it('knows what an invalid message gave to be notified of', async () => {
  await api.receive(1, {});
  await api.happen(root, invalid(finding('/order')));
  const said = entry({ level: 'error', subject: `Message ${root} (order:new) is invalid`, description: '/order: It is not there.' });
  await api.happen(notificationId(sha256, { about: root, origin: 'validator', entry: said }), raised({ about: root, pushed: idOf(9) }));
  await api.receive(9, {}, { root, message: 'notification:error', origin: 'notification', parent: root, hops: 1 });
  const { members } = await view(root);
  expect(members.map(({ message, state }) => [message, state])).toEqual([
    ['order:new', 'invalid'],
    ['notification:error', 'pending'],
  ]);
});

it('is cut where it is too large, and says how to go on', async () => {
  await api.configure(...Array.from({ length: 260 }, (_, n) => mapping(n.toString(16))));
  await api.route(1, {});
  const deliveries = deliveriesOf(root);
  const first = await view(root, '?limit=101');
  expect([first.members.length, first.truncated, first.summary]).toEqual([
    101,
    true,
    '1 message and 100 deliveries, of which 100 pending. There are more: each `more` says where.',
  ]);
  const seen = first.members.slice(1).map(({ id }) => id);
  for (let [{ more } = { more: null }] = first.members; more !== null;) {
    const path = more.next.slice(`/api/stores/${storeId}`.length);
    const next = (await api.call('GET', `${path}&limit=101`)).body as LineageView;
    expect(next.members[0]?.id).toBe(root);
    seen.push(...next.members.slice(1).map(({ id }) => id));
    more = next.members[0]?.more ?? null;
  }
  expect(seen).toEqual(deliveries);
  const { text } = await api.call('GET', `/messages/${root}/lineage?limit=2`, { accept: 'text/plain' });
  expect(text.trimEnd().split('\n').at(-1)).toBe(
    `└─ 259 more: /api/stores/${storeId}/messages/${root}/lineage?from=${root}&after=${deliveries[0]}`,
  );
});

it('can begin with any member', async () => {
  const { books, answer, mail } = await family();
  const { members, root_id: told } = await view(root, `?from=${books}`);
  expect([told, members.map(({ id, depth }) => [id, depth])]).toEqual([
    root,
    [
      [books, 0],
      [answer, 1],
      [mail, 2],
    ],
  ]);
});

it('says which attempts are under way', async () => {
  const { mail } = await family();
  await api.hub.unitOfWork.run((tx) =>
    api.hub.due.insert(tx, [
      {
        delivery: mail,
        shard: 0,
        store: storeId,
        endpoint: 1,
        message: idOf(2),
        mapping: mapping('3').id,
        version: 1,
        attempt: 1,
        failures: 0,
        dueAt: beginning,
        leased: true,
      },
    ]),
  );
  const { members } = await view(root);
  expect(members.find(({ id }) => id === mail)).toMatchObject({ state: 'running', attempts: 1 });
});

it('is not told of what is not there, nor to strangers', async () => {
  await family();
  await api.receive(40, {}, { store: '5f00000000000000000000ff' });
  await api.receive(41, {});
  for (const id of [idOf(40), idOf(77), 'x']) expect(await ask(id)).toMatchObject({ status: 404, body: { code: 'message_not_found' } });
  for (const from of [idOf(40), idOf(41), idOf(77)]) expect(await ask(root, `?from=${from}`)).toMatchObject({ status: 404 });
  for (const query of ['?limit=1', '?limit=1001', '?from=x', '?after=x', '?limit=x'])
    expect(await ask(root, query)).toMatchObject({ status: 400, body: { code: 'query_invalid' } });
});
