import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Endpoint, inOrder, ok, send, status, type Script } from '../endpoint.ts';
import { eventually, eventuallySome } from '../eventually.ts';
import { newStore, totalOf, type StoreClient } from '../hub.ts';
import { memberText } from '../json-text.ts';
import type { Scenario } from '../scenario.ts';

const soon = { base_ms: 100, factor: 1, cap_ms: 100 };

export const answersScenario: Scenario = (system) => {
  describe('answers', () => {
    let endpoint: Endpoint;
    let store: StoreClient;
    beforeAll(async () => {
      endpoint = await Endpoint.start();
    });
    afterAll(() => endpoint.stop());
    beforeEach(async () => {
      store = await newStore(system());
    });

    /** The delivery of a message to a service that answers like this. */
    const delivered = async (script: Script, more: Readonly<Record<string, unknown>> = {}) => {
      const service = endpoint.service(script);
      await store.map('shop.poll', ['custom:poll'], service.url, more);
      const id = await store.push('custom:poll', { since: 1 });
      return { id, service, delivery: await store.deliveryIn('completed', id) };
    };
    const raw =
      (members: string): Script =>
      ({ json }, response) =>
        send(response, 200, `{"message_id":"${json.message_id}"${members}}`);

    describe('make messages', () => {
      it('of an array, byte for byte and with their lineage', async () => {
        const consumer = endpoint.service();
        await store.map('warehouse.add', ['order:new', 'stock:change'], consumer.url);
        const order = '{ "order": {"number":"R1","total":1.10,"id":9007199254740993} }';
        const { id, delivery } = await delivered(
          raw(
            `,"messages":[{"message":"order:new","payload":${order},"channel":"web"},{"key":"stock:change","payload":{"sku":"A","quantity":-2}}]`,
          ),
        );
        expect(delivery.children.map(({ message }) => message)).toEqual(['order:new', 'stock:change']);
        const [first] = delivery.children;
        const child = await store.storyIn('routed', first?.id ?? '');
        expect(child).toMatchObject({
          message: 'order:new',
          parent_id: delivery.id,
          root_id: id,
          origin: 'answer',
          source: 'shop.poll',
          attributes: { channel: 'web' },
        });
        const request = await eventuallySome('request', () => consumer.requests.find(({ json }) => json.message === 'order:new'));
        expect(memberText(request.body, 'payload')?.startsWith(order.slice(0, -2))).toBe(true);
        expect(request.json.source).toBe('shop.poll');
        await eventually(async () => expect(await store.counts()).toMatchObject({ incoming: 0, archived: 6 }));
      });

      it('of a single one at the top, with or without a payload', async () => {
        const { delivery } = await delivered(ok({ message: 'custom:made', payload: { a: 1 } }));
        expect(delivery.children).toMatchObject([{ message: 'custom:made' }]);
        expect(await store.storyIn('never_processed', delivery.children[0]?.id ?? '')).toMatchObject({ payload: { a: 1 } });
        const again = await newStore(system());
        store = again;
        const bare = await delivered(ok({ messages: [{ message: 'custom:made' }] }));
        expect((await store.storyIn('never_processed', bare.delivery.children[0]?.id ?? '')).payload).toEqual({});
      });

      it('but not of one that merely repeats what was sent', async () => {
        const { delivery } = await delivered(({ json }, response) => send(response, 200, JSON.stringify(json)));
        expect(delivery.children).toEqual([]);
        expect(delivery.attempt_history?.[0]?.warnings.join()).toContain('repeats the message');
      });

      it('and skip illegal ones with a warning', async () => {
        const { delivery } = await delivered(
          ok({
            messages: [
              { message: 'No Type', payload: {} },
              'nonsense',
              { message: 'custom:made', payload: { a: 1 } },
              { message: 'custom:made', payload: [] },
            ],
          }),
        );
        expect(delivery.children).toMatchObject([{ message: 'custom:made' }]);
        expect(delivery.attempt_history?.[0]?.warnings).toHaveLength(3);
      });

      it('whose invalid ones end as invalid', async () => {
        const { delivery } = await delivered(ok({ messages: [{ message: 'order:new', payload: { order: 5 } }] }));
        const child = await store.storyIn('invalid', delivery.children[0]?.id ?? '');
        expect(child.validation?.errors).toMatchObject([{ pointer: '/order', code: 'not_an_object' }]);
        await eventually(async () =>
          expect((await store.notifications('?level=error')).notifications).toMatchObject([
            { message_id: child.id, origin: 'validator', occurrences: 1 },
          ]),
        );
      });
    });

    it('keep what has no meaning as the result', async () => {
      const { delivery } = await delivered(ok({ order_id: 5, note: 'done' }));
      expect(JSON.parse(delivery.result ?? '')).toEqual({ order_id: 5, note: 'done' });
    });

    describe('and parameters', () => {
      it('are sent by name and by value, the hub’s over those of the payload', async () => {
        await store.setParameter('shop.api_key', 'k-123', { secret: true });
        await store.setParameter('shop.limit', 5);
        await store.setParameter('unasked', 'never sent');
        const service = endpoint.service();
        await store.map('shop.orders', ['custom:thing'], service.url, {
          parameters: ['shop.api_key', 'shop.limit', 'absent', { name: 'own', value: [{ a: 1 }] }],
        });
        const brought = '[{"name":"store_id","value":"forged"},{"name":"shop.limit","value":9},{"name":"extra","value":1.50}]';
        const id = await store.pushBody(`{"message":"custom:thing","payload":{"parameters":${brought},"n":1}}`);
        await store.deliveryIn('completed', id);
        expect(memberText(service.requests[0]?.body ?? '', 'payload')).toBe(
          `{"n":1,"parameters":[{"name":"extra","value":1.50},{"name":"store_id","value":"${store.id}"},{"name":"shop.api_key","value":"k-123"},{"name":"shop.limit","value":5},{"name":"own","value":[{"a":1}]}]}`,
        );
      });

      it('are written back, and stand in the very next request', async () => {
        await store.setParameter('shop.since', 'never');
        const service = endpoint.service(({ json }, response) => {
          const said = json.payload.parameters.find(({ name }) => name === 'shop.since')?.value;
          const next = said === 'never' ? 1 : Number(said) + 1;
          send(response, 200, JSON.stringify({ message_id: json.message_id, parameters: [{ name: 'shop.since', value: String(next) }] }));
        });
        await store.map('shop.poll', ['custom:poll'], service.url, { parameters: ['shop.since'] });
        for (let round = 0; round < 10; round += 1) await store.deliveryIn('completed', await store.push('custom:poll', {}));
        const said = service.payloads.map(({ parameters }) => parameters.find(({ name }) => name === 'shop.since')?.value);
        expect(said).toEqual(['never', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
      });

      it('are made with the type of their value, and what does not fit is skipped with a warning', async () => {
        await store.setParameter('count', 1);
        const { delivery } = await delivered(
          ok({
            parameters: [
              { name: 'count', value: 'many' },
              { name: 'token', value: 'abc' },
              { name: 'rate', value: 1.5 },
              { name: 'live', value: true },
              { name: 'table', value: [{ a: 1 }] },
              { value: 'nameless' },
            ],
          }),
        );
        const known = (await store.parameters()).map(({ name, data_type: type, value }) => [name, type, value]);
        expect(known).toEqual([
          ['count', 'integer', 1],
          ['live', 'boolean', true],
          ['rate', 'float', 1.5],
          ['table', 'list', [{ a: 1 }]],
          ['token', 'string', 'abc'],
        ]);
        const [attempt] = delivery.attempt_history ?? [];
        expect(attempt?.warnings).toHaveLength(2);
        // Whoever reads the story does not get to know them.
        expect(attempt?.response?.body).not.toContain('abc');
      });

      it('of a failure are ignored', async () => {
        const service = endpoint.service(
          inOrder(status(500, { parameters: [{ name: 'a', value: 1 }], messages: [{ message: 'x:y', payload: {} }] }), ok()),
        );
        await store.map('shop.poll', ['custom:poll'], service.url, { options: { backoff: soon } });
        const delivery = await store.deliveryIn('completed', await store.push('custom:poll', {}));
        expect([await store.parameters(), delivery.children]).toEqual([[], []]);
        expect(delivery.attempt_history?.[0]?.warnings).toEqual(['Ignored with status 500: messages, parameters.']);
      });
    });

    describe('and notifications', () => {
      it('are kept once, counted, and pushed as a message the first time', async () => {
        const said = {
          level: 'error',
          subject: 'No stock',
          description: 'SKU A is out.',
          reference_type: 'order',
          reference_id: 'R1',
          colour: 'red',
        };
        const service = endpoint.service(status(500, { error: 'No stock', notifications: [said] }));
        const listener = endpoint.service();
        await store.map('mail.send', ['notification:error'], listener.url);
        await store.map('shop.poll', ['custom:poll'], service.url, { options: { max_attempts: 4, backoff: soon } });
        const delivery = await store.deliveryIn('parked', await store.push('custom:poll', {}));
        const [notification] = await eventually(async () => {
          const { notifications } = await store.notifications();
          expect(notifications.map(({ occurrences }) => occurrences)).toEqual([4]);
          return notifications;
        });
        expect(notification).toMatchObject({
          message_id: delivery.id,
          level: 'error',
          subject: 'No stock',
          description: 'SKU A is out.',
          origin: 'shop.poll',
          reference_type: 'order',
          reference_id: 'R1',
          attributes: { colour: 'red' },
        });
        const told = await store.story(delivery.id);
        expect(told.notifications).toMatchObject([{ id: notification?.id, occurrences: 4 }]);
        expect(told.children).toMatchObject([{ message: 'notification:error' }]);
        const [request, ...more] = await eventuallySome('delivery', () => (listener.requests.length > 0 ? listener.requests : undefined));
        expect(more).toEqual([]);
        expect(request?.json).toMatchObject({
          message: 'notification:error',
          source: 'shop.poll',
          payload: { subject: 'No stock', description: 'SKU A is out.' },
        });
        const pushed = await store.story(told.children[0]?.id ?? '');
        expect(pushed).toMatchObject({ parent_id: delivery.id, root_id: delivery.root_id, origin: 'notification', source: 'shop.poll' });
        // The message and its delivery, the notification's message and its delivery: nothing more came of it.
        await eventually(async () => expect(await store.counts()).toMatchObject({ incoming: 0, parked: 1, archived: 3 }));
      });

      it('among the messages are notifications, not messages', async () => {
        const { delivery } = await delivered(ok({ messages: [{ message: 'notification:info', payload: { subject: 'Shipped' } }] }));
        const { notifications } = await eventually(async () => {
          const page = await store.notifications();
          expect(page.total).toBe(1);
          return page;
        });
        expect(notifications).toMatchObject([{ level: 'info', subject: 'Shipped', description: 'Shipped', message_id: delivery.id }]);
        await eventually(async () => expect((await store.story(delivery.id)).children).toMatchObject([{ message: 'notification:info' }]));
      });

      it('that are pushed are kept, and make no second message', async () => {
        const id = await store.push('notification:warn', { subject: 'Odd', description: 'Very odd.' }, { source: 'backoffice' });
        await store.storyIn('never_processed', id);
        await eventually(async () =>
          expect((await store.notifications('?level=warn')).notifications).toMatchObject([
            { message_id: id, subject: 'Odd', origin: 'backoffice', occurrences: 1 },
          ]),
        );
        expect(totalOf(await store.counts())).toBe(1);
      });

      it('about the delivery of a notification do not loop', async () => {
        const service = endpoint.service(ok({ notifications: [{ level: 'error', subject: 'Mailed', description: 'And again.' }] }));
        await store.map('mail.send', ['notification:error'], service.url);
        const id = await store.push('notification:error', { subject: 'Start' });
        const delivery = await store.deliveryIn('completed', id);
        await eventually(async () =>
          expect((await store.notifications()).notifications.map(({ subject }) => subject).sort()).toEqual(['Mailed', 'Start']),
        );
        expect((await store.story(delivery.id)).children).toEqual([]);
        expect([service.requests.length, totalOf(await store.counts())]).toEqual([1, 2]);
      });
    });

    /** Answers every message with the next one of a circle of so many types. */
    const circleOf = (types: number): Script => {
      const typeOf = (hop: number): string => `custom:ping-${hop % types}`;
      return ({ json }, response) => {
        const hop = Number(json.payload['hop']) + 1;
        send(response, 200, JSON.stringify({ message_id: json.message_id, messages: [{ message: typeOf(hop), payload: { hop } }] }));
      };
    };

    it('that answer each other in a circle end when a mapping would get the same lineage a fourth time', async () => {
      const service = endpoint.service(circleOf(2));
      for (const n of [0, 1]) await store.map(`echo.chamber-${n}`, [`custom:ping-${n}`], service.url);
      const id = await store.push('custom:ping-0', { hop: 0 });
      // The push, six deliveries and their answers.
      await eventually(async () => expect(await store.counts()).toMatchObject({ incoming: 0, pending: 0, parked: 0, archived: 13 }));
      expect(service.payloads.map(({ hop }) => hop)).toEqual([0, 1, 2, 3, 4, 5]);
      const { messages } = await store.queue('archived', '?state=never_processed');
      expect(await store.story(messages[0]?.id ?? '')).toMatchObject({
        state: 'never_processed',
        root_id: id,
        payload: { hop: 6 },
        routing: {
          sent: [],
          not_sent: [
            {
              code: 'loop_guard',
              mapping: 'echo.chamber-0',
              mapping_revision: 1,
              explanation:
                'The mapping "echo.chamber-0" has handled this lineage 3 times, from the message that was pushed on; 3 are allowed. It looks like a loop, and ends here.',
            },
          ],
        },
      });
    });

    it('that answer each other in a wide circle end at the twentieth hop', async () => {
      const service = endpoint.service(circleOf(8));
      for (let n = 0; n < 8; n += 1) await store.map(`echo.chamber-${n}`, [`custom:ping-${n}`], service.url);
      await store.push('custom:ping-0', { hop: 0 });
      await eventually(async () => expect(await store.counts()).toMatchObject({ incoming: 0, pending: 0, parked: 1 }));
      // The push and twenty answers were delivered; the answer to the last of those waits for a person.
      expect(service.payloads.map(({ hop }) => hop)).toEqual(Array.from({ length: 21 }, (_, hop) => hop));
      const { messages } = await store.queue('accepted');
      expect(await store.story(messages[0]?.id ?? '')).toMatchObject({
        state: 'parked',
        parked_because: 'loop_guard',
        payload: { hop: 21 },
        attempts: 0,
      });
      expect((await store.counts()).archived).toBe(43);
    });
  });
};
