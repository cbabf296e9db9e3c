import type {
  DraftedMapping,
  FieldProblem,
  JsonObject,
  JsonValue,
  Mapping,
  MappingStore,
  MappingView,
  NewestMessages,
  QueueLists,
} from '@crossdock/core';
import { beginning, filters, identifiers, mapping, storeId } from '@crossdock/core/testing';
import { CLOCK, MAPPING_STORE, QUEUE_LISTS } from '@crossdock/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MappingTestController } from './mapping-test.controller.ts';
import { MappingTests } from './mapping-test.ts';
import type { MappingTestView } from './mapping-test-view.ts';
import { idOf, MemoryApi, type Answer } from '../testing/memory-api.ts';
import { answerOf } from '../testing/http-schema.ts';

const gt = (value: number) => [{ path: 'payload.n', operator: 'gt', value }];
const problem: FieldProblem = { pointer: '/url', code: 'mapping_url_invalid', reason: 'The URL cannot be read.', hint: 'Send another.' };

/** Reads drafts of what the tests send, against what the registry in memory has. */
class Drafts implements Pick<MappingStore, 'draft'> {
  async draft(store: string, input: JsonObject, id?: string): Promise<DraftedMapping> {
    const saved = (await api.registry.snapshots([store])).get(store)?.mappings.get(id ?? '');
    if (id !== undefined && saved === undefined) return { kind: 'unknown' };
    if (input['url'] === 'no') return { kind: 'refused', problems: [problem, { ...problem, pointer: '/name', code: 'mapping_invalid' }] };
    const draft: Mapping = {
      ...(saved ?? mapping('d')),
      ...(input['filters'] === undefined ? {} : { filters: filters(input['filters'] as unknown as readonly object[]) }),
      ...(input['messages'] === undefined ? {} : { messages: input['messages'] as unknown as readonly string[] }),
      ...(input['identifiers'] === undefined ? {} : { identifiers: identifiers(input['identifiers'] as Record<string, string>) }),
      ...(input['enabled'] === false ? { enabled: false } : {}),
      ...(input['parameters'] === undefined ? {} : { parameters: [{ name: 'erp.key' }] }),
    };
    const view = saved === undefined ? undefined : ({ id: saved.id, name: saved.name, revision: saved.revision } as MappingView);
    return { kind: 'drafted', draft, saved: view };
  }
}

/** The messages in the log, as the lists would find them. */
class Lists implements Pick<QueueLists, 'newestMessages'> {
  readonly asked: (readonly string[])[] = [];

  async newestMessages(store: string, types: readonly string[], limit: number): Promise<NewestMessages> {
    this.asked.push([store, ...types]);
    const all = Array.from({ length: 60 }, (_, n) => idOf(60 - n));
    const received = await api.hub.received.get(all);
    const messages = all.flatMap((id) => {
      const message = received.get(id)?.event.message;
      return message === undefined || !types.includes(message) ? [] : [{ id, message, createdAt: beginning }];
    });
    return { messages: messages.slice(0, limit), bounded: false };
  }
}

let api: MemoryApi;
let lists: Lists;
/** A clock that goes on by so much each time that it is looked at. */
const clock = { at: beginning, step: 0 };
beforeEach(async () => {
  lists = new Lists();
  clock.step = 0;
  api = await MemoryApi.open(
    [MappingTestController],
    [
      MappingTests,
      { provide: MAPPING_STORE, useValue: new Drafts() },
      { provide: QUEUE_LISTS, useValue: lists },
      { provide: CLOCK, useValue: () => (clock.at += clock.step) },
    ],
  );
});
afterEach(() => api.close());

const test = (body: unknown): Promise<Answer> => api.call('POST', '/mappings/test', { body });
const view = async (body: unknown): Promise<MappingTestView> => {
  const answer = await test(body);
  expect([answer.status, answer.body]).toMatchObject([200, {}]);
  return answerOf<MappingTestView>('MappingTestOutcome', answer.body);
};
const given = (...values: readonly JsonValue[]) => values.map((n) => ({ message: 'order:new', payload: { n } }));

describe('a test with messages that are given', () => {
  it('has a line for each of them, and says what each filter did', async () => {
    await api.configure();
    expect(
      await view({
        mapping: { filters: gt(5), parameters: ['erp.key'] },
        messages: [...given(9, 1), { message: 'stock:change', payload: {} }],
      }),
    ).toEqual({
      summary: '1 of the 3 given messages would be sent.',
      saved: null,
      tested: 3,
      sent: 1,
      newly: null,
      no_longer: null,
      stopped: null,
      hints: ['The mapping sends the parameter erp.key, which the store does not have: it is left out.'],
      filters: [
        {
          index: 0,
          path: 'payload.n',
          operator: 'gt',
          expected: '5',
          match_rule: 'all',
          explanation: 'payload.n must be greater than 5',
          passed: 1,
          failed: 1,
          missing: 0,
          undecided: 0,
        },
      ],
      messages: [
        {
          message_id: null,
          index: 0,
          message: 'order:new',
          created_at: null,
          outcome: 'sent',
          code: 'sent',
          change: null,
          explanation: 'Would be sent.',
        },
        {
          message_id: null,
          index: 1,
          message: 'order:new',
          created_at: null,
          outcome: 'not_sent',
          code: 'filter_failed',
          change: null,
          explanation: 'Filter 1 did not pass: payload.n is 1; it must be greater than 5.',
        },
        {
          message_id: null,
          index: 2,
          message: 'stock:change',
          created_at: null,
          outcome: 'not_sent',
          code: 'type_not_subscribed',
          change: null,
          explanation: 'The mapping does not want this type.',
        },
      ],
    });
  });

  it('takes payloads as they are, whatever their members are called', async () => {
    await api.configure();
    const payload = '{"constructor":5,"then":1,"__proto__":{"n":7},"n":9}';
    const body = `{"mapping":{"filters":[{"path":"payload.n","operator":"gt","value":8}]},"messages":[{"message":"order:new","payload":${payload}}]}`;
    expect(await view(body)).toMatchObject({ sent: 1 });
    expect(await view({ mapping: {}, messages: [{ message: 'endpoint:poll' }] })).toMatchObject({ tested: 1 });
  });
});

describe('a test with the last messages', () => {
  const messages = async (...values: readonly JsonValue[]): Promise<void> => {
    for (const [index, n] of values.entries()) await api.route(index + 1, { n });
  };

  it('takes the last hundred of the types that the mapping wants, the oldest first', async () => {
    await api.configure(mapping('1'));
    await messages(1, 9);
    await api.route(3, { n: 9 }, { message: 'stock:change' });
    const told = await view({ mapping: { filters: gt(5) } });
    expect(told.summary).toBe('1 of the last 2 messages would be sent.');
    expect(told.messages.map(({ message_id: id, index, outcome, created_at: at }) => [id, index, outcome, at])).toEqual([
      [idOf(1), null, 'not_sent', '2026-11-21T00:00:00.000Z'],
      [idOf(2), null, 'sent', '2026-11-21T00:00:00.000Z'],
    ]);
    expect(lists.asked).toEqual([[storeId, 'order:new']]);
    expect(await view({ mapping: { filters: gt(5) }, last: 1 })).toMatchObject({
      tested: 1,
      sent: 1,
      summary: 'The last message would be sent.',
    });
  });

  it('asks for every name of a type', async () => {
    await api.configure();
    expect(await view({ mapping: { messages: ['order:updated'] } })).toMatchObject({
      tested: 0,
      summary: 'There are no messages to test with: none of order:updated has come in. Give some in `messages`.',
      hints: ['None of the messages is of a type that the mapping wants.'],
    });
    expect([...(lists.asked[0] ?? [])].sort()).toEqual([storeId, 'order:update', 'order:updated']);
  });

  it('is compared with what is saved, and changes nothing', async () => {
    const saved = mapping('1', { filters: filters(gt(5)) });
    await api.configure(saved);
    await messages(1, 4, 9);
    const before = [api.hub.log.head(0), (await api.registry.snapshots([storeId])).get(storeId)?.revision];
    const told = await view({ mapping: { id: saved.id, filters: [{ path: 'payload.n', operator: 'lt', value: 5 }] } });
    expect(told).toMatchObject({
      summary: '2 of the last 3 messages would be sent: 2 newly, 1 no longer; the saved version sends 1.',
      saved: { id: saved.id, name: saved.name, revision: saved.revision, sent: 1 },
      sent: 2,
      newly: 2,
      no_longer: 1,
    });
    expect(told.messages.map(({ change }) => change)).toEqual(['newly', 'newly', 'no_longer']);
    expect([api.hub.log.head(0), (await api.registry.snapshots([storeId])).get(storeId)?.revision]).toEqual(before);
  });

  it('counts what a type that is given up would lose', async () => {
    const saved = mapping('1');
    await api.configure(saved);
    await messages(1, 2);
    expect(await view({ mapping: { id: saved.id, messages: ['stock:change'] } })).toMatchObject({ tested: 2, sent: 0, no_longer: 2 });
    expect(await view({ mapping: { id: saved.id, enabled: false } })).toMatchObject({
      summary:
        '0 of the last 2 messages would be sent: 0 newly, 2 no longer; the saved version sends 2. The mapping is disabled: enabled, it would get 2.',
    });
  });

  it('gets the first of several with the same identifiers', async () => {
    await api.configure(mapping('1'));
    await messages('A', 'B', 'A');
    const told = await view({ mapping: { identifiers: { number: 'payload.n' } } });
    expect(told.messages.map(({ code }) => code)).toEqual(['sent', 'sent', 'duplicate_identifier']);
    expect(told.messages[2]?.explanation).toBe(`Not sent again: message ${idOf(1)} of this test has the same identifiers (number "A").`);
  });

  it('takes no more than it can hold, the newest first', async () => {
    await api.configure(mapping('1'));
    const long = 'x'.repeat(700_000);
    for (let n = 1; n <= 30; n += 1) await api.route(n, { n, long });
    const { tested, stopped, messages: told } = await view({ mapping: {} });
    expect([tested, stopped]).toEqual([25, 'The newest 25 messages were tested: their payloads have 16777216 bytes already.']);
    expect(told.map(({ message_id: id }) => id)).toEqual(Array.from({ length: 25 }, (_, n) => idOf(n + 6)));
  });

  it('takes no longer than it may', async () => {
    await api.configure(mapping('1'));
    await messages(1, 2, 3, 4, 5);
    clock.step = 2_000;
    expect(await view({ mapping: {} })).toMatchObject({ tested: 2, stopped: '2 messages were tested: that took 5000 ms already.' });
    expect(await view({ mapping: {}, messages: given(1, 2, 3) })).toMatchObject({
      tested: 2,
      stopped: '2 messages were tested: that took 5000 ms already.',
    });
  });

  it('is plain text for who likes to read', async () => {
    const saved = mapping('1', { filters: filters(gt(5)) });
    await api.configure(saved);
    await messages(4, 9);
    const body = { mapping: { id: saved.id, filters: [{ path: 'payload.m', operator: 'gt', value: 5 }] } };
    const { text } = await api.call('POST', '/mappings/test', { body, accept: 'text/plain' });
    expect(text).toBe(`0 of the last 2 messages would be sent: 0 newly, 1 no longer; the saved version sends 1.
! Filter 1 never passes: payload.m finds nothing in any of the 2 messages. payload has "n": payload.n perhaps?

filter 1: payload.m must be greater than 5: 0 passed, 0 did not, 0 undecided; nothing found in 2

  path_missing  ${idOf(1)}  Filter 1 did not pass: payload.m finds nothing; it must be greater than 5. payload has "n": payload.n perhaps?
- path_missing  ${idOf(2)}  Filter 1 did not pass: payload.m finds nothing; it must be greater than 5. payload has "n": payload.n perhaps?
`);
  });
});

it.each<readonly [body: unknown, status: number, code: string, pointers: readonly string[]]>([
  [{}, 422, 'mapping_test_invalid', ['#/mapping']],
  [{ mapping: 7, last: 0, messages: [] }, 422, 'mapping_test_invalid', ['#/mapping', '#/messages', '#/last']],
  [{ mapping: {}, last: 1_001 }, 422, 'mapping_test_invalid', ['#/last']],
  [{ mapping: {}, last: '5' }, 422, 'mapping_test_invalid', ['#/last', '#/last', '#/last']],
  [
    { mapping: {}, messages: [{ message: 'Order', payload: 1 }, 7] },
    422,
    'mapping_test_invalid',
    ['#/messages/0/message', '#/messages/0/payload', '#/messages/1'],
  ],
  [{ mapping: {}, messages: given(1), last: 1 }, 422, 'mapping_test_invalid', ['#/last']],
  [{ mapping: { url: 'no' } }, 422, 'mapping_invalid', ['#/url', '#/name']],
  [{ mapping: { id: '5f1000000000000000000099' } }, 404, 'mapping_not_found', []],
  [{ mapping: { id: 7 } }, 404, 'mapping_not_found', []],
  ['[]', 400, 'body_not_object', []],
])('%j is refused with everything that is wrong', async (body, status, code, pointers) => {
  await api.configure();
  const { status: answered, body: told } = await test(body);
  const { code: toldCode, errors = [] } = told as { code: string; errors?: readonly { pointer: string }[] };
  expect([answered, toldCode, errors.map(({ pointer }) => pointer)]).toEqual([status, code, pointers]);
});
