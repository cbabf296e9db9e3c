import type { Mapping } from '@crossdock/core';
import {
  beginning,
  failed,
  filters,
  finding,
  identifiers,
  invalid,
  mapping,
  messageArchived,
  parked,
  storeId,
  succeeded,
  validated,
} from '@crossdock/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryStandings } from './delivery-standings.ts';
import { RoutingController } from './routing.controller.ts';
import { RoutingExplanations } from './routing-explanations.ts';
import type { RoutingView } from './routing-view.ts';
import { idOf, MemoryApi, type Answer } from '../testing/memory-api.ts';
import { answerOf } from '../testing/http-schema.ts';

const large = filters([{ path: 'payload.total', operator: 'gt', value: 100 }]);
const named = (digits: string, name: string, but: Partial<Mapping> = {}): Mapping => mapping(digits, { name, ...but });

let api: MemoryApi;
beforeEach(async () => {
  api = await MemoryApi.open([RoutingController], [RoutingExplanations, DeliveryStandings]);
});
afterEach(() => api.close());

const ask = (id: string, query = ''): Promise<Answer> => api.call('GET', `/messages/${id}/routing${query}`);
const view = async (id: string, query = ''): Promise<RoutingView> => {
  const { status, body } = await ask(id, query);
  expect(status).toBe(200);
  return answerOf<RoutingView>('RoutingExplanation', body);
};
const deliveriesOf = (id: string): readonly string[] => {
  const outcome = api.hub.log.events(id)[2]?.event;
  return outcome?.type === 'message.routed' ? outcome.sent.map(({ delivery }) => delivery) : [];
};

describe('why', () => {
  it('has a line for every mapping of the store: sent first, then who wants the type, then the others', async () => {
    await api.configure(
      named('1', 'z.sent'),
      named('2', 'b.small', { filters: large }),
      named('3', 'a.off', { enabled: false }),
      named('4', 'c.other', { messages: ['stock:change'] }),
      named('5', 'y.paused', { paused: true }),
    );
    const id = await api.route(1, { total: 12, Totals: 5 });
    const [first = '', second = ''] = deliveriesOf(id);
    expect(await view(id)).toEqual({
      message_id: id,
      message: 'order:new',
      delivery_id: null,
      state: 'routed',
      routed_at: new Date(beginning + 2_000).toISOString(),
      revision: 1,
      current_revision: 1,
      summary:
        'Sent to 2 of 5 mappings: z.sent and y.paused (paused); 1 was disabled, 1 had a filter that did not pass, 1 was not subscribed to order:new.',
      total: 5,
      counts: { sent: 2, filter_failed: 1, mapping_disabled: 1, type_not_subscribed: 1 },
      mappings: [
        {
          code: 'sent',
          mapping_id: mapping('5').id,
          mapping_revision: 5,
          mapping: 'y.paused',
          message_id: second,
          state: 'pending',
          remark: 'mapping_paused',
          explanation: `Sent as delivery ${second}: pending, it waits while its mapping is paused.`,
          since: null,
          derived: false,
        },
        {
          code: 'sent',
          mapping_id: mapping('1').id,
          mapping_revision: 5,
          mapping: 'z.sent',
          message_id: first,
          state: 'pending',
          explanation: `Sent as delivery ${first}: pending, it waits for its first attempt.`,
          since: null,
          derived: false,
        },
        {
          code: 'mapping_disabled',
          mapping_id: mapping('3').id,
          mapping_revision: 5,
          mapping: 'a.off',
          explanation: 'The mapping was disabled.',
          since: null,
          derived: false,
        },
        {
          code: 'filter_failed',
          mapping_id: mapping('2').id,
          mapping_revision: 5,
          mapping: 'b.small',
          filter: {
            index: 0,
            path: 'payload.total',
            operator: 'gt',
            expected: '100',
            actual: '12',
            match_rule: 'all',
          },
          explanation: 'Filter 1 did not pass: payload.total is 12; it must be greater than 100.',
          since: null,
          derived: false,
        },
        {
          code: 'type_not_subscribed',
          mapping_id: mapping('4').id,
          mapping_revision: 5,
          mapping: 'c.other',
          messages: ['stock:change'],
          explanation: 'Not subscribed to order:new: it wanted stock:change.',
          since: null,
          derived: true,
        },
      ],
      next: null,
    });
  });

  it('is plain sentences for who likes to read', async () => {
    await api.configure(named('1', 'a.sent'), named('2', 'b.small', { filters: large }), named('3', 'c.other', { messages: [] }));
    const id = await api.route(1, { totl: 12 });
    const [delivery = ''] = deliveriesOf(id);
    const answer = await api.call('GET', `/messages/${id}/routing`, { accept: 'text/plain' });
    expect([answer.headers['content-type'], answer.headers['vary']]).toEqual(['text/plain; charset=utf-8', 'accept']);
    expect(answer.text).toBe(`order:new ${id}, routed at 2026-11-21T00:00:02.000Z by revision 1
Sent to 1 of 3 mappings: a.sent; 1 had a filter that did not pass, 1 was not subscribed to order:new.

sent                 a.sent   Sent as delivery ${delivery}: pending, it waits for its first attempt.
path_missing         b.small  Filter 1 did not pass: payload.total finds nothing; it must be greater than 100. payload has "totl": payload.totl perhaps?
type_not_subscribed  c.other  Not subscribed to order:new: it wanted no messages at all.
`);
  });

  it('tells how deliveries stand now, and is asked by a delivery’s id, too', async () => {
    await api.configure(named('1', 'a.a'), named('2', 'b.b'), named('3', 'c.c'));
    const id = await api.route(1, {});
    const [a = '', b = '', c = ''] = deliveriesOf(id);
    await api.happen(a, succeeded(1));
    await api.happen(b, failed(1, beginning + 60_000));
    await api.happen(c, parked('retries_not_allowed', 1));
    const told = await view(b);
    expect([told.message_id, told.delivery_id, told.mappings.map(({ state, explanation }) => [state, explanation])]).toEqual([
      id,
      b,
      [
        ['completed', `Sent as delivery ${a}: completed.`],
        [
          'failing',
          `Sent as delivery ${b}: failing after 1 attempt, the next is at 2026-11-21T00:01:00.000Z; the last said: Nobody listens there.`,
        ],
        [
          'parked',
          `Sent as delivery ${c}: parked (retries_not_allowed) after 1 attempt, it needs a person; the last said: Nobody listens there.`,
        ],
      ],
    ]);
  });

  it('names the delivery that holds the same identifiers', async () => {
    await api.configure(named('1', 'a.a', { identifiers: identifiers({ number: 'payload.number' }) }));
    const [first = ''] = deliveriesOf(await api.route(1, { number: 'R1' }));
    await api.happen(first, succeeded(1));
    const { mappings, summary } = await view(await api.route(2, { number: 'R1' }));
    expect(summary).toBe('Sent to none of 1 mapping: 1 had received the same identifiers before.');
    expect(mappings).toMatchObject([
      {
        code: 'duplicate_identifier',
        earlier_message_id: first,
        earlier_state: 'completed',
        explanation: `Not sent again: delivery ${first} has the same identifiers (number "R1"). It is completed.`,
      },
    ]);
  });

  it('works out again what the decision only counted, page by page', async () => {
    const mappings = Array.from({ length: 230 }, (_, n) =>
      named(
        n.toString(16),
        `m.${String(n).padStart(3, '0')}`,
        n === 7 ? {} : n % 2 === 0 ? { filters: large } : { messages: ['stock:change'] },
      ),
    );
    await api.configure(...mappings);
    const id = await api.route(1, { total: 12 });
    const outcome = api.hub.log.events(id)[2]?.event;
    expect(outcome?.type === 'message.routed' ? outcome.more : undefined).toEqual({ filter_failed: 15 });
    const pages: RoutingView[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page: RoutingView = await view(id, `?limit=60${after === '' ? '' : `&after=${after}`}`);
      pages.push(page);
      after = page.next;
    }
    const lines = pages.flatMap((page) => page.mappings);
    expect(pages.map((page) => page.mappings.length)).toEqual([60, 60, 60, 50]);
    expect(new Set(pages.map((page) => page.summary))).toEqual(
      new Set(['Sent to 1 of 230 mappings: m.007; 115 had filters that did not pass, 114 were not subscribed to order:new.']),
    );
    expect(lines.map(({ mapping: name }) => name)).toEqual([
      'm.007',
      ...mappings.filter((_, n) => n % 2 === 0).map(({ name }) => name),
      ...mappings.filter((_, n) => n % 2 === 1 && n !== 7).map(({ name }) => name),
    ]);
    const failing = lines.filter(({ code }) => code === 'filter_failed');
    expect(failing.filter(({ derived }) => derived)).toHaveLength(15);
    expect(new Set(failing.map(({ explanation }) => explanation)).size).toBe(1);
  });

  it('is that of the revision that decided, and says what was changed since', async () => {
    const [a, b, c] = [named('1', 'a.a'), named('2', 'b.b'), named('3', 'c.c', { messages: ['stock:change'] })];
    await api.configure(a, b, c);
    const id = await api.route(1, {});
    await api.configure({ ...a, enabled: false, revision: 9 }, { ...c, name: 'd.d', messages: ['order:new'], revision: 9 });
    const told = await view(id);
    expect([told.revision, told.current_revision]).toEqual([1, 2]);
    expect(told.mappings.map(({ mapping: name, code, since }) => [name, code, since])).toEqual([
      ['a.a', 'sent', { change: 'changed', revision: 9, name: 'a.a' }],
      ['b.b', 'sent', { change: 'deleted', revision: null, name: null }],
      ['c.c', 'type_not_subscribed', { change: 'renamed', revision: 9, name: 'd.d' }],
    ]);
    expect(told.mappings[2]?.explanation).toBe(
      'Not subscribed to order:new: it wanted stock:change. The mapping was changed since, at revision 9, and is called d.d now: this is what it said then.',
    );
  });
});

describe('why of one mapping', () => {
  let id: string;
  beforeEach(async () => {
    await api.configure(named('1', 'a.gone'), named('2', 'b.old'));
    await api.configure(named('2', 'b.old'), named('3', 'c.short'));
    id = await api.route(1, {});
    await api.configure(named('2', 'b.new', { revision: 9 }), named('4', 'd.late'));
  });
  const explain = async (wanted: string): Promise<readonly unknown[]> => {
    const { mappings, summary, next, total } = await view(id, `?mapping=${wanted}`);
    expect([mappings.length, next, total]).toEqual([1, null, 2]);
    expect(summary).toBe(`${mappings[0]?.mapping}: ${mappings[0]?.explanation}`);
    return [mappings[0]?.mapping, mappings[0]?.code, mappings[0]?.['since'], mappings[0]?.explanation];
  };

  it('is found by its name of then, its name of now and its id', async () => {
    const line = ['b.old', 'sent', { change: 'renamed', revision: 9, name: 'b.new' }, expect.stringContaining('is called b.new now')];
    for (const wanted of ['b.old', 'b.new', mapping('2').id]) expect(await explain(wanted)).toEqual(line);
  });

  it('says when a mapping that is not there any more was deleted', async () => {
    expect(await explain('c.short')).toEqual([
      'c.short',
      'sent',
      { change: 'deleted', revision: 3, name: null },
      expect.stringMatching(/^Sent as delivery .*\. The mapping was deleted since, at revision 3\.$/),
    ]);
    expect(await explain('a.gone')).toEqual([
      'a.gone',
      'mapping_deleted_before',
      null,
      'The mapping was deleted before this message was routed: at revision 2, and the message was routed at revision 2.',
    ]);
  });

  it('says when a mapping was made that was not there yet', async () => {
    expect(await explain(mapping('4').id)).toEqual([
      'd.late',
      'mapping_not_made_yet',
      null,
      'The mapping was made after this message was routed: at revision 3, and the message was routed at revision 2.',
    ]);
  });

  it('is nothing where there never was such a mapping', async () => {
    expect(await ask(id, '?mapping=e.never')).toMatchObject({ status: 404, body: { code: 'mapping_not_found', status: 404 } });
  });
});

describe('why of a message that was not routed', () => {
  const summaryOf = async (id: string): Promise<readonly unknown[]> => {
    const { state, routed_at: at, summary, mappings, total, counts } = await view(id);
    expect([at, mappings, total, counts]).toEqual([null, [], 0, {}]);
    return [state, summary];
  };

  it('says what it waits for', async () => {
    const id = await api.receive(1, {});
    expect(await summaryOf(id)).toEqual(['pending', 'Not routed yet: the message waits to be validated.']);
    await api.happen(id, validated());
    expect(await summaryOf(id)).toEqual(['pending', 'Not routed yet: the message waits for the router.']);
    api.park(id, 'There is no store x.');
    expect(await summaryOf(id)).toEqual([
      'pending',
      'Not routed: the router could not work with the message. There is no store x. Attempt it now, or archive it.',
    ]);
  });

  it('says why it never will be', async () => {
    const bad = await api.receive(1, {});
    await api.happen(bad, invalid(finding('/order'), finding('', 'It is empty.')));
    expect(await summaryOf(bad)).toEqual([
      'invalid',
      `Not routed: the message is invalid. /order: It is not there and the payload: It is empty. Correct it: POST …/messages/${bad}/resubmit.`,
    ]);
    await api.happen(bad, { type: 'message.resubmitted', store: storeId, root: bad, message: 'order:new', child: idOf(9), by: 'api' });
    expect(await summaryOf(bad)).toEqual([
      'invalid',
      `Not routed: the message is invalid. /order: It is not there and the payload: It is empty. It was sent again as message ${idOf(9)}.`,
    ]);
    const archived = await api.receive(2, {});
    await api.happen(archived, messageArchived('api', 'not wanted'));
    expect(await summaryOf(archived)).toEqual([
      'archived',
      'Not routed: the message was archived by hand (api) before it was routed. Reason given: not wanted.',
    ]);
    const answer = await api.call('GET', `/messages/${archived}/routing`, { accept: 'text/plain' });
    expect(answer.text).toBe(`order:new ${archived}, archived
Not routed: the message was archived by hand (api) before it was routed. Reason given: not wanted.
`);
  });
});

it('is not told of what is not there, nor to strangers', async () => {
  await api.configure(mapping('1'));
  const id = await api.receive(1, {}, { store: '5f00000000000000000000ff' });
  for (const wanted of [id, idOf(77), 'x']) {
    expect(await ask(wanted)).toMatchObject({ status: 404, body: { code: 'message_not_found' } });
  }
  const own = await api.route(2, {});
  for (const query of ['?limit=0', '?limit=201', '?after=x', '?limit=1&limit=2'])
    expect(await ask(own, query)).toMatchObject({ status: 400, body: { code: 'query_invalid' } });
});
