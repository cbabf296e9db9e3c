import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Endpoint, ok, type Service } from '../endpoint.ts';
import { eventually } from '../eventually.ts';
import { newStore, totalOf, type StoreClient } from '../hub.ts';
import { call } from '../http.ts';
import type { Scenario } from '../scenario.ts';

interface Line {
  readonly mapping: string;
  readonly code: string;
  readonly explanation: string;
  readonly derived: boolean;
  readonly since: { readonly change: string } | null;
}
/** `GET …/routing`. */
interface Explanation {
  readonly message_id: string;
  readonly summary: string;
  readonly revision: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly mappings: readonly Line[];
  readonly next: string | null;
}
/** `POST …/messages/try`. */
interface DryRun extends Explanation {
  readonly validation: { readonly valid: boolean };
  readonly requests: readonly { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }[];
}
interface MappingTest {
  readonly summary: string;
  readonly hints: readonly string[];
  readonly messages: readonly { readonly message_id: string; readonly outcome: string; readonly change: string | null }[];
}
interface Lineage {
  readonly summary: string;
  readonly root_id: string;
  readonly members: readonly {
    readonly id: string;
    readonly depth: number;
    readonly message: string;
    readonly mapping: string | null;
    readonly state: string;
  }[];
}

const total = 'payload.order.total';
const order = (value: number) => ({ order: { number: `R${value}`, total: value } });

export const explanationsScenario: Scenario = (system) => {
  describe('explanations', () => {
    let endpoint: Endpoint;
    let store: StoreClient;
    let service: Service;
    beforeAll(async () => {
      endpoint = await Endpoint.start();
    });
    afterAll(() => endpoint.stop());
    beforeEach(async () => {
      store = await newStore(system());
      service = endpoint.service();
    });

    const why = async (id: string, query = ''): Promise<Explanation> => await store.read<Explanation>(`/messages/${id}/routing${query}`);
    const post = async <T>(path: string, body: unknown): Promise<T> => {
      const { status, json, text } = await store.request('POST', path, body);
      expect([status, text]).toMatchObject([200, expect.anything()]);
      return json as T;
    };

    it('say of every mapping why it got a message or not, as data and in words', async () => {
      await store.map('a.sent', ['order:new'], service.url);
      await store.map('b.small', ['order:new'], service.url, { filters: [{ path: total, operator: 'gt', value: 100 }] });
      await store.map('c.slip', ['order:new'], service.url, { filters: [{ path: 'payload.order.totl', operator: 'present' }] });
      await store.map('d.other', ['stock:change'], service.url);
      const id = await store.push('order:new', order(12));
      const delivery = await store.deliveryIn('completed', id);
      const told = await why(id);
      expect(told.summary).toBe('Sent to 1 of 4 mappings: a.sent; 2 had filters that did not pass, 1 was not subscribed to order:new.');
      expect(told.mappings.map(({ mapping, code, explanation, derived }) => [mapping, code, explanation, derived])).toEqual([
        ['a.sent', 'sent', `Sent as delivery ${delivery.id}: completed.`, false],
        ['b.small', 'filter_failed', `Filter 1 did not pass: ${total} is 12; it must be greater than 100.`, false],
        [
          'c.slip',
          'path_missing',
          'Filter 1 did not pass: payload.order.totl finds nothing; it must not be empty. payload.order has "total": payload.order.total perhaps?',
          false,
        ],
        ['d.other', 'type_not_subscribed', 'Not subscribed to order:new: it wanted stock:change.', true],
      ]);
      expect(await why(delivery.id)).toEqual({ ...told, delivery_id: delivery.id });
      const { text } = await call(`${system().api}/api/stores/${store.id}/messages/${id}/routing`, {
        headers: { 'x-augury-token': store.token, accept: 'text/plain' },
      });
      expect(text.split('\n')).toContain(`sent                 a.sent   Sent as delivery ${delivery.id}: completed.`);
    });

    it('are those of the mappings of then, and tell what was changed since', async () => {
      const mapping = await store.map('a.changed', ['order:new'], service.url, { filters: [{ path: total, operator: 'gt', value: 100 }] });
      const gone = await store.map('b.gone', ['stock:change'], service.url);
      const id = await store.push('order:new', order(12));
      await store.storyIn('never_processed', id);
      await store.request('PUT', `/mappings/${mapping.id}`, { filters: [] });
      await store.request('DELETE', `/mappings/${gone.id}`);
      await store.map('c.late', ['order:new'], service.url);
      const { mappings, summary } = await why(id);
      expect(summary).toBe('Sent to none of 2 mappings: 1 had a filter that did not pass, 1 was not subscribed to order:new.');
      expect(mappings.map(({ mapping: name, code, since }) => [name, code, since?.change])).toEqual([
        ['a.changed', 'filter_failed', 'changed'],
        ['b.gone', 'type_not_subscribed', 'deleted'],
      ]);
      expect((await why(id, '?mapping=b.gone')).summary).toMatch(
        /^b\.gone: Not subscribed to order:new: .* The mapping was deleted since, at revision 4\.$/,
      );
      expect((await why(id, '?mapping=c.late')).summary).toBe(
        'c.late: The mapping was made after this message was routed: at revision 5, and the message was routed at revision 2.',
      );
    });

    it('work out again what a decision only counted', async () => {
      const filters = [{ path: total, operator: 'gt', value: 100 }];
      for (let n = 100; n < 220; n += 1) await store.map(`many.m${n}`, ['order:new'], service.url, { filters });
      const id = await store.push('order:new', order(12));
      await store.storyIn('never_processed', id);
      const first = await why(id, '?limit=90');
      const second = await why(id, `?limit=90&after=${first.next}`);
      const lines = [...first.mappings, ...second.mappings];
      expect([lines.length, second.next, first.counts]).toEqual([120, null, { filter_failed: 120 }]);
      expect(lines.filter(({ derived }) => derived)).toHaveLength(20);
      expect(new Set(lines.map(({ explanation }) => explanation)).size).toBe(1);
    });

    it('of a dry run are what happens then, byte for byte, and nothing is stored before', async () => {
      await store.setParameter('erp.key', 'sk-live-1', { secret: true });
      const mapping = await store.map('a.sent', ['order:new'], service.url, {
        token: 'a-long-secret-token',
        parameters: ['erp.key'],
        identifiers: { number: 'payload.order.number' },
      });
      await store.map('b.small', ['order:new'], service.url, { filters: [{ path: total, operator: 'gt', value: 100 }] });
      const body = '{"message":"order:new","source":"shop","payload":{ "order": {"number":"R1", "id":12345678901234567890, "total":12} }}';
      const before = await store.read(`/mappings/${mapping.id}`);
      const tried = await post<DryRun>('/messages/try', body);
      expect(tried).toMatchObject({
        validation: { valid: true },
        summary: 'Would be sent to 1 of 2 mappings: a.sent; 1 has a filter that does not pass.',
      });
      expect(totalOf(await store.counts())).toBe(0);
      expect((await post<DryRun>('/messages/try', body)).counts).toEqual({ sent: 1, filter_failed: 1 });
      expect(await store.read(`/mappings/${mapping.id}`)).toEqual(before);

      const id = await store.pushBody(body);
      const delivery = await store.deliveryIn('completed', id);
      const [request] = tried.requests;
      const [sent] = service.requests;
      expect(request?.url).toBe(service.url);
      expect(request?.body.replace('<message_id>', delivery.id).replace('"****"', '"sk-live-1"')).toBe(sent?.body);
      for (const [name, value] of Object.entries(request?.headers ?? {}))
        if (!value.includes('*')) expect([name, sent?.headers[name]]).toEqual([name, value.replace('<message_id>', delivery.id)]);
      const again = await post<DryRun>('/messages/try', body);
      expect(again.mappings[0]).toMatchObject({
        code: 'duplicate_identifier',
        earlier_message_id: delivery.id,
        earlier_state: 'completed',
      });
      expect((await why(id)).mappings.map(({ mapping, code }) => [mapping, code])).toEqual(
        tried.mappings.map(({ mapping, code }) => [mapping, code]),
      );
    });

    it('of a mapping that is not saved yet say what it would have got', async () => {
      const mapping = await store.map('a.large', ['order:new'], service.url, { filters: [{ path: total, operator: 'gt', value: 100 }] });
      const ids: string[] = [];
      for (const value of [50, 150, 250]) {
        const id = await store.push('order:new', order(value));
        await store.storyIn(value > 100 ? 'routed' : 'never_processed', id);
        ids.push(id);
      }
      const change = { id: mapping.id, filters: [{ path: total, operator: 'lt', value: 200 }] };
      await eventually(async () => {
        const tested = await post<MappingTest>('/mappings/test', { mapping: change, last: 10 });
        expect(tested.messages.map(({ message_id: id, outcome, change: changed }) => [id, outcome, changed])).toEqual([
          [ids[0], 'sent', 'newly'],
          [ids[1], 'sent', null],
          [ids[2], 'not_sent', 'no_longer'],
        ]);
        expect(tested.summary).toBe('2 of the last 3 messages would be sent: 1 newly, 1 no longer; the saved version sends 2.');
      });
      expect(await store.read(`/mappings/${mapping.id}`)).toMatchObject({ filters: mapping['filters'] });
      const slip = {
        mapping: {
          name: 'b.new',
          url: service.url,
          messages: ['order:new'],
          filters: [{ path: 'payload.order.totl', operator: 'present' }],
        },
      };
      expect((await post<MappingTest>('/mappings/test', slip)).hints).toEqual([
        'Filter 1 never passes: payload.order.totl finds nothing in any of the 3 messages. payload.order has "total": payload.order.total perhaps?',
      ]);
      const refused = await store.request('POST', '/mappings/test', { mapping: { name: 'a.large', url: 'no' } });
      expect([
        refused.status,
        (refused.json as { readonly errors: readonly { readonly pointer: string }[] }).errors.map(({ pointer }) => pointer).sort(),
      ]).toEqual([422, ['#/messages', '#/name', '#/url']]);
    });

    it('show the lineage of a message, whichever member is asked for', async () => {
      const answering = endpoint.service(ok({ messages: [{ message: 'order:booked', payload: { a: 1 } }] }));
      await store.map('books.add', ['order:new'], answering.url);
      await store.map('mail.send', ['order:booked'], service.url);
      const id = await store.push('order:new', order(1));
      const told = await eventually(async () => {
        const lineage = await store.read<Lineage>(`/messages/${id}/lineage`);
        expect(lineage.members.map(({ depth, message, mapping, state }) => [depth, message, mapping, state])).toEqual([
          [0, 'order:new', null, 'routed'],
          [1, 'order:new', 'books.add', 'completed'],
          [2, 'order:booked', null, 'routed'],
          [3, 'order:booked', 'mail.send', 'completed'],
        ]);
        return lineage;
      });
      expect([told.root_id, told.summary]).toEqual([id, '2 messages and 2 deliveries, of which 2 completed.']);
      for (const member of told.members)
        expect(await store.read(`/messages/${member.id}/lineage`)).toEqual({ ...told, asked_for: member.id });
    });
  });
};
