import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Endpoint, inOrder, ok, status, type Service } from '../endpoint.ts';
import { eventually } from '../eventually.ts';
import { newStore, type StoreClient } from '../hub.ts';
import type { Scenario } from '../scenario.ts';

const late = { base_ms: 3_600_000, factor: 1, cap_ms: 3_600_000 };
const total = 'payload.order.totals.order';

export const routingScenario: Scenario = (system) => {
  describe('routing', () => {
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

    it('archives what no mapping wants', async () => {
      await store.map('warehouse.add', ['order:updated'], service.url);
      const story = await store.storyIn('never_processed', await store.push('order:new', { order: {} }));
      expect(story).toMatchObject({ queue_name: 'archived', children: [], routing: { sent: [], not_sent: [] } });
    });

    it('says for every mapping of the type why it did not get the message', async () => {
      const filter = (path: string, operator: string, value?: unknown) => ({
        filters: [{ path, operator, ...(value === undefined ? {} : { value }) }],
      });
      await store.map('a.sent', ['order:new'], service.url, filter(total, 'gt', 100));
      await store.map('b.small', ['order:new'], service.url, filter(total, 'gt', 1_000));
      await store.map('c.lost', ['order:new'], service.url, filter('order.channel', 'eq', 'web'));
      await store.map('d.off', ['order:new'], service.url, { enabled: false });
      await store.map('e.other', ['order:updated'], service.url);
      await store.map('f.items', ['order:new'], service.url, {
        filters: [{ path: 'payload.order.line_items.*.sku', operator: 'begin', value: 'X', match_rule: 'any' }],
      });
      await store.map('g.number', ['order:new'], service.url, filter('payload.order.email', 'gt', 5));
      const order = { channel: 'web', email: 'a@b.example', totals: { order: '122.50' }, line_items: [{ sku: 'APC-1' }, { sku: 'APC-2' }] };
      const { routing, children } = await store.storyIn('routed', await store.push('order:new', { order }));

      expect(children.map(({ consumer }) => consumer)).toEqual(['a.sent']);
      expect(routing?.not_sent.map(({ mapping, code, explanation }) => [mapping, code, explanation])).toEqual([
        ['b.small', 'filter_failed', 'Filter 1 did not pass: payload.order.totals.order is "122.50"; it must be greater than 1000.'],
        ['c.lost', 'path_missing', expect.stringContaining('order.channel finds nothing; it must be "web".')],
        ['d.off', 'mapping_disabled', 'The mapping was disabled.'],
        ['f.items', 'filter_failed', expect.stringContaining('payload.order.line_items.*.sku finds')],
        ['g.number', expect.stringMatching(/error|filter_failed/), expect.stringContaining('payload.order.email')],
      ]);
    });

    it.each<readonly [what: string, filter: Readonly<Record<string, unknown>>, passes: boolean]>([
      ['eq', { path: 'payload.a', operator: 'eq', value: 'x' }, true],
      ['eq of a number', { path: 'payload.n', operator: 'eq', value: 5 }, true],
      ['neq', { path: 'payload.a', operator: 'neq', value: 'x' }, false],
      ['neq of what is missing', { path: 'payload.missing', operator: 'neq', value: 'x' }, true],
      ['gt', { path: 'payload.n', operator: 'gt', value: 4.5 }, true],
      ['lt', { path: 'payload.n', operator: 'lt', value: 4.5 }, false],
      ['begin', { path: 'payload.long', operator: 'begin', value: 'con' }, true],
      ['end', { path: 'payload.long', operator: 'end', value: 'ment' }, true],
      ['contains', { path: 'payload.long', operator: 'contains', value: 'sign' }, true],
      ['present', { path: 'payload.a', operator: 'present' }, true],
      ['present of null', { path: 'payload.nothing', operator: 'present' }, false],
      ['empty of null', { path: 'payload.nothing', operator: 'empty' }, true],
      ['empty of what is missing', { path: 'payload.missing', operator: 'empty' }, true],
      ['match', { path: 'payload.long', operator: 'match', value: '^con.*ment$' }, true],
      ['all of many', { path: 'payload.list.*', operator: 'gt', value: 1 }, false],
      ['any of many', { path: 'payload.list.*', operator: 'gt', value: 1, match_rule: 'any' }, true],
      ['the type', { path: 'message', operator: 'eq', value: 'custom:thing' }, true],
      ['the source', { path: 'source', operator: 'eq', value: 'shop' }, true],
    ])('filters by %s', async (_what, filter, passes) => {
      await store.map('warehouse.add', ['custom:thing'], service.url, { filters: [filter] });
      const id = await store.push('custom:thing', { a: 'x', n: 5, long: 'consignment', nothing: null, list: [1, 2] }, { source: 'shop' });
      await store.storyIn(passes ? 'routed' : 'never_processed', id);
    });

    it('sends to mappings of either name of a type', async () => {
      await store.map('a.old', ['order:update'], service.url);
      await store.map('b.new', ['order:updated'], service.url);
      for (const type of ['order:update', 'order:updated']) {
        const story = await store.storyIn('routed', await store.push(type, { order: {} }));
        expect([story.message, story.children.map(({ consumer }) => consumer)]).toEqual([type, ['a.old', 'b.new']]);
      }
    });

    describe('identifiers', () => {
      const identifiers = { number: 'payload.shipment.number' };
      const shipment = (number: string) => ({ shipment: { number, status: 'ready' } });

      it('send a message once, and name the one that was first', async () => {
        await store.map('warehouse.ship', ['shipment:ready'], service.url, { identifiers });
        const first = await store.deliveryIn('completed', await store.push('shipment:ready', shipment('H1')));
        const second = await store.storyIn('never_processed', await store.push('shipment:ready', shipment('H1')));
        expect(second.routing?.not_sent).toMatchObject([
          {
            code: 'duplicate_identifier',
            mapping: 'warehouse.ship',
            earlier_message_id: first.id,
            explanation: expect.stringContaining(first.id) as unknown,
          },
        ]);
        await store.deliveryIn('completed', await store.push('shipment:ready', shipment('H2')));
        expect(service.payloads.map(({ shipment: said }) => said)).toEqual([shipment('H1').shipment, shipment('H2').shipment]);
      });

      it('send only one of many that come at once', async () => {
        await store.map('warehouse.ship', ['shipment:ready'], service.url, { identifiers });
        const ids = await Promise.all(Array.from({ length: 40 }, () => store.push('shipment:ready', shipment('H1'))));
        const states = await Promise.all(
          ids.map(async (id) => {
            const { children } = await store.storyIn('routed', id, { within: 500 }).catch(() => store.storyIn('never_processed', id));
            return children.length;
          }),
        );
        expect(states.filter((sent) => sent === 1)).toHaveLength(1);
        const winner = ids[states.indexOf(1)] ?? '';
        await store.deliveryIn('completed', winner);
        expect(service.requests).toHaveLength(1);
      });

      it('of what is parked, or was archived by hand, do not block', async () => {
        service.script = inOrder(status(500), status(500), ok());
        const mapping = await store.map('warehouse.ship', ['shipment:ready'], service.url, {
          identifiers,
          options: { retries_allowed: false },
        });
        await store.deliveryIn('parked', await store.push('shipment:ready', shipment('H1')));
        await store.request('PUT', `/mappings/${mapping.id}`, { options: { retries_allowed: true, backoff: late } });
        const failing = await store.deliveryIn('failing', await store.push('shipment:ready', shipment('H1')));
        await store.storyIn('never_processed', await store.push('shipment:ready', shipment('H1')));
        await store.verb(failing.id, 'archive=true');
        await store.deliveryIn('completed', await store.push('shipment:ready', shipment('H1')));
        expect(service.requests).toHaveLength(3);
      });

      it('do not count where their values are missing', async () => {
        await store.map('warehouse.ship', ['shipment:ready'], service.url, { identifiers });
        for (let round = 0; round < 2; round += 1) await store.deliveryIn('completed', await store.push('shipment:ready', { order: {} }));
      });
    });

    it('handles a payload that is made to kill a regular expression within milliseconds', async () => {
      await store.map('evil.regex', ['custom:thing'], service.url, {
        filters: [{ path: 'payload.text', operator: 'match', value: '^(a+)+$' }],
      });
      const text = `${'a'.repeat(60_000)}!`;
      const begun = performance.now();
      await store.storyIn('never_processed', await store.push('custom:thing', { text }));
      // A backtracking engine would need longer than the universe is old.
      expect(performance.now() - begun).toBeLessThan(2_000);
      await store.deliveryIn('completed', await store.push('custom:thing', { text: 'a'.repeat(60_000) }));
    });

    it('goes by the mappings of the moment', async () => {
      const mapping = await store.map('warehouse.add', ['custom:thing'], service.url);
      await store.storyIn('routed', await store.push('custom:thing', {}));
      await store.request('PUT', `/mappings/${mapping.id}`, { enabled: false });
      expect((await store.storyIn('never_processed', await store.push('custom:thing', {}))).routing?.not_sent).toMatchObject([
        { code: 'mapping_disabled' },
      ]);
      await store.request('PUT', `/mappings/${mapping.id}`, { enabled: true, messages: ['custom:thing', 'other:thing'] });
      await store.storyIn('routed', await store.push('other:thing', {}));
      await store.request('DELETE', `/mappings/${mapping.id}`);
      expect((await store.storyIn('never_processed', await store.push('custom:thing', {}))).routing?.not_sent).toEqual([]);
    });

    it('keeps stores apart', async () => {
      const other = await newStore(system());
      const theirs = endpoint.service();
      await store.map('warehouse.add', ['custom:thing'], service.url);
      await other.map('warehouse.add', ['custom:thing'], theirs.url);
      await store.deliveryIn('completed', await store.push('custom:thing', { of: 'store' }));
      await other.deliveryIn('completed', await other.push('custom:thing', { of: 'other' }));
      expect([service.payloads.map(({ of }) => of), theirs.payloads.map(({ of }) => of)]).toEqual([['store'], ['other']]);
    });

    it('ends invalid messages with each error, and notifies', async () => {
      await store.map('warehouse.add', ['stock:change'], service.url);
      const id = await store.push('stock:change', { sku: '', quantity: 1.5 });
      const story = await store.storyIn('invalid', id);
      expect(story).toMatchObject({ queue_name: 'archived', routing: null });
      expect(story.validation?.errors.map(({ pointer, code }) => [pointer, code])).toEqual([
        ['/sku', 'field_empty'],
        ['/quantity', 'not_an_integer'],
      ]);
      expect(story.timeline.map(({ event }) => event)).toEqual(['message.received', 'message.invalid']);
      expect(service.requests).toEqual([]);
      const told = { message_id: id, level: 'error', origin: 'validator', reference_type: 'message', reference_id: id, occurrences: 1 };
      await eventually(async () => expect((await store.notifications()).notifications).toMatchObject([told]));
      // The first time, the notification is a message, too.
      const { children } = await store.story(id);
      expect(children).toMatchObject([{ message: 'notification:error' }]);
    });
  });
};
