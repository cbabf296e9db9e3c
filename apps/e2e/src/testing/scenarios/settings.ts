import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Endpoint, inOrder, ok, status } from '../endpoint.ts';
import { eventually } from '../eventually.ts';
import { newStore, type ApiError, type ShownMapping, type StoreClient } from '../hub.ts';
import { call, type Answer } from '../http.ts';
import type { Scenario } from '../scenario.ts';

const late = { base_ms: 3_600_000, factor: 1, cap_ms: 3_600_000 };
const codeOf = ({ status: code, json }: Answer): readonly [number, string] => [code, (json as ApiError).code];

/** What a store configures, as it is changed while messages flow: mappings held back, parameters and their histories, schedules. */
export const settingsScenario: Scenario = (system) => {
  describe('settings', () => {
    let endpoint: Endpoint;
    let store: StoreClient;
    beforeAll(async () => {
      endpoint = await Endpoint.start();
    });
    afterAll(() => endpoint.stop());
    beforeEach(async () => {
      store = await newStore(system());
    });

    /** A change that is meant for the revision of that ETag. */
    const changeAt = async (etag: string, method: string, path: string, body?: unknown): Promise<Answer> =>
      await call(`${system().api}/api/stores/${store.id}${path}`, {
        method,
        headers: { 'x-augury-token': store.token, 'if-match': etag, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const waitingFor = async ({ id }: ShownMapping, count: number): Promise<void> => {
      await eventually(async () =>
        expect((await store.read<ShownMapping>(`/mappings/${id}`))['waiting']).toEqual({ count, bounded: false }),
      );
    };

    it('of a mapping that is paused, disabled, and taken up again: deliveries wait, are counted, and all arrive', async () => {
      const service = endpoint.service();
      const mapping = await store.map('warehouse.add', ['custom:thing'], service.url, { paused: true });
      for (let n = 1; n <= 3; n += 1) await store.storyIn('routed', await store.push('custom:thing', { n }));
      await waitingFor(mapping, 3);
      // Disabled, it gets no new ones, and those that wait go on waiting although it is not paused any more.
      await store.request('PUT', `/mappings/${mapping.id}`, { enabled: false, paused: false });
      await store.storyIn('never_processed', await store.push('custom:thing', { n: 4 }));
      await waitingFor(mapping, 3);
      expect(service.requests).toEqual([]);
      await store.request('PUT', `/mappings/${mapping.id}`, { enabled: true });
      await eventually(() => expect(service.payloads.map(({ n }) => n).sort((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3]));
      await waitingFor(mapping, 0);
    });

    it('of a mapping that was disabled between two attempts: the next one waits', async () => {
      const service = endpoint.service(inOrder(status(500), ok()));
      const mapping = await store.map('warehouse.add', ['custom:thing'], service.url, { options: { backoff: late } });
      const failing = await store.deliveryIn('failing', await store.push('custom:thing', {}));
      await store.request('PUT', `/mappings/${mapping.id}`, { enabled: false });
      await store.verb(failing.id, 'attempt_now=true');
      await waitingFor(mapping, 1);
      await store.request('PUT', `/mappings/${mapping.id}`, { enabled: true });
      expect(await store.storyIn('completed', failing.id)).toMatchObject({ attempts: 2 });
    });

    it('of a mapping are changed by whoever knows how it stands, and tell who changed what', async () => {
      const mapping = await store.map('warehouse.add', ['order:cancel'], endpoint.service().url);
      const seen = await store.request('GET', `/mappings/${mapping.id}`);
      const { etag = '' } = seen.headers;
      const [first, second] = await Promise.all(
        ['mine', 'yours'].map((usage) => changeAt(etag, 'PUT', `/mappings/${mapping.id}`, { usage })),
      );
      expect(new Set([first?.status, second?.status])).toEqual(new Set([200, 412]));
      expect(codeOf(await changeAt(etag, 'DELETE', `/mappings/${mapping.id}`))).toEqual([412, 'precondition_failed']);
      expect((await store.request('DELETE', `/mappings/${mapping.id}`)).status).toBe(200);
      const { versions } = await store.read<{ versions: readonly unknown[] }>(`/mappings/${mapping.id}/versions`);
      expect(versions).toMatchObject([
        { kind: 'removed', changed_by: 'api', definition: null },
        { kind: 'changed', changed_by: 'api', changed: ['usage'] },
        { kind: 'created', changed_by: 'api', definition: { name: 'warehouse.add' } },
      ]);
    });

    it('of mappings to older names of a type: either name reaches both, and the newest is what can be pushed', async () => {
      const services = [endpoint.service(), endpoint.service()];
      for (const [index, type] of ['order:cancel', 'order:canceled'].entries())
        await store.map(`shop.s${index}`, [type], services[index]?.url ?? '');
      for (const type of ['order:canceled', 'order:cancel', 'order:cancelled']) {
        const { children } = await store.storyIn('routed', await store.push(type, { order: {} }));
        expect(children.map(({ consumer, message }) => `${consumer} ${message}`).sort()).toEqual([`shop.s0 ${type}`, `shop.s1 ${type}`]);
      }
      const types = await store.read<readonly string[]>('/available_messages');
      expect(types.filter((type) => type.startsWith('order:cancel'))).toEqual(['order:canceled']);
    });

    it('of parameters: their history names the person’s door or the delivery whose answer it was', async () => {
      const cursor = await store.setParameter('spree.cursor', 'c-1');
      const key = await store.setParameter('mandrill.api_key', 'the-old-secret', { secret: true });
      const answer = {
        parameters: [
          { name: 'spree.cursor', value: 'c-2' },
          { name: 'mandrill.api_key', value: 'the-new-secret' },
        ],
      };
      await store.map('shop.poll', ['custom:poll'], endpoint.service(ok(answer)).url, { parameters: ['spree.cursor'] });
      const delivery = await store.deliveryIn('completed', await store.push('custom:poll', {}));
      expect((await store.read<{ changes: unknown }>(`/parameters/${cursor.id}/history`)).changes).toMatchObject([
        { kind: 'changed', changed_by: 'answer', delivery_id: delivery.id, from: 'c-1', to: 'c-2' },
        { kind: 'created', changed_by: 'api', delivery_id: null, from: null, to: 'c-1' },
      ]);
      const secret = await store.request('GET', `/parameters/${key.id}/history`);
      expect(secret.json).toMatchObject({ changes: [{ delivery_id: delivery.id, from: '****', to: '****' }, { kind: 'created' }] });
      expect(secret.text).not.toContain('-secret');
    });

    it('of a parameter that was removed: deliveries go on without it', async () => {
      const service = endpoint.service();
      const parameter = await store.setParameter('shop.limit', 5);
      await store.map('shop.poll', ['custom:poll'], service.url, { parameters: ['shop.limit'] });
      await store.deliveryIn('completed', await store.push('custom:poll', {}));
      expect((await store.request('DELETE', `/parameters/${parameter.id}`)).status).toBe(200);
      await store.deliveryIn('completed', await store.push('custom:poll', {}));
      expect(service.payloads.map(({ parameters }) => parameters)).toEqual([
        [
          { name: 'store_id', value: store.id },
          { name: 'shop.limit', value: 5 },
        ],
        [{ name: 'store_id', value: store.id }],
      ]);
    });

    it('of schedules: kept, with the next time, and refused with everything that is wrong', async () => {
      const made = await store.request('POST', '/schedulers', { key: 'spree:order:poll', count: 10, interval: 'minutes' });
      expect([made.status, made.json]).toMatchObject([201, { key: 'spree:order:poll', count: 10, interval: 'minutes', enabled: true }]);
      const { id, next_at } = made.json as { readonly id: string; readonly next_at: string };
      expect(Date.parse(next_at)).toBeGreaterThan(Date.now());
      expect(await store.read('/schedulers')).toMatchObject([{ id }]);
      const cron = await store.request('PUT', `/schedulers/${id}`, { cron: '0 6 * * 1-5', time_zone: 'Europe/Berlin' });
      expect(cron.json).toMatchObject({ count: null, interval: null, cron: '0 6 * * 1-5', time_zone: 'Europe/Berlin' });
      const refused = await store.request('POST', '/schedulers', { key: 'Poll', cron: '61 * * * *' });
      expect([codeOf(refused), Object.keys((refused.json as ApiError).errors ?? {})]).toEqual([
        [422, 'schedule_invalid'],
        ['key', 'cron'],
      ]);
      expect((await store.request('DELETE', `/schedulers/${id}`)).status).toBe(200);
      expect(codeOf(await store.request('GET', `/schedulers/${id}`))).toEqual([404, 'schedule_not_found']);
    });
  });
};
