import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Endpoint, hang, ok } from '../endpoint.ts';
import { eventually } from '../eventually.ts';
import { newStore, type ApiError, type StoreClient } from '../hub.ts';
import type { Scenario } from '../scenario.ts';

interface ShownIntegration {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly display: string;
  readonly token: string | null;
  readonly services: readonly { readonly name: string; readonly path: string }[];
  readonly error_messages: readonly { readonly pointer: string; readonly code: string; readonly reason: string; readonly hint: string }[];
  readonly mappings: readonly { readonly id: string; readonly name: string; readonly service: string; readonly enabled: boolean }[];
}

const order = (number: string) => ({ order: { number, status: 'complete' } });
const pathOf = (url: string): string => new URL(url).pathname;

export const integrationsScenario: Scenario = (system) => {
  describe('integrations', () => {
    let endpoint: Endpoint;
    let store: StoreClient;
    beforeEach(async () => {
      endpoint = await Endpoint.start();
      store = await newStore(system());
    });
    afterEach(() => endpoint.stop());

    const create = async (more: Readonly<Record<string, unknown>> = {}): Promise<ShownIntegration> => {
      const integration = { name: 'warehouse', url: endpoint.origin, category: 'fulfilment', token: 'a-very-secret-token', ...more };
      const answer = await store.request('POST', '/integrations', { integration });
      expect([answer.status, answer.json]).toMatchObject([201, { state: 'pending', services: [] }]);
      return answer.json as ShownIntegration;
    };
    const inState = async (state: string, { id }: ShownIntegration): Promise<ShownIntegration> =>
      await eventually(async () => {
        const shown = await store.read<ShownIntegration>(`/integrations/${id}`);
        if (shown.state !== state) throw new Error(`It is ${shown.state}: ${JSON.stringify(shown.error_messages)}`);
        return shown;
      });

    it('are described by their endpoint, signed up for, and get messages', async () => {
      const service = endpoint.service(ok());
      const other = endpoint.service(ok());
      endpoint.descriptor = JSON.stringify({
        name: 'warehouse',
        display: 'The warehouse',
        icon_url: 'https://warehouse.example.com/icon.png',
        services: [
          {
            name: 'add_order',
            path: pathOf(service.url),
            description: 'Ships it.',
            required: true,
            requires: { parameters: [{ name: 'warehouse.zone', description: 'Which zone', data_type: 'string' }] },
            recommends: { messages: ['order:new'], filters: [{ path: 'payload.order.status', operator: 'eq', value: 'complete' }] },
          },
          { name: 'cancel', path: pathOf(other.url), recommends: { messages: ['order:new'] } },
        ],
      });
      const ready = await inState('ready', await create());
      expect(ready).toMatchObject({ display: 'The warehouse', token: '****oken', error_messages: [], mappings: [] });
      expect(ready.services.map(({ name }) => name)).toEqual(['add_order', 'cancel']);

      const missing = await store.request('POST', `/integrations/${ready.id}/signup`, { parameters: [], enabled: ['add_order'] });
      expect([missing.status, (missing.json as ApiError).code, Object.keys((missing.json as ApiError).errors ?? {})]).toEqual([
        422,
        'signup_parameter_missing',
        ['parameters'],
      ]);
      const signedUp = await store.request('POST', `/integrations/${ready.id}/signup`, {
        parameters: [{ name: 'warehouse.zone', value: 'north' }],
        enabled: ['add_order'],
      });
      expect([signedUp.status, (signedUp.json as ShownIntegration).mappings]).toMatchObject([
        201,
        [
          { name: 'warehouse.add_order', service: 'add_order', enabled: true },
          { name: 'warehouse.cancel', service: 'cancel', enabled: false },
        ],
      ]);

      const delivery = await store.deliveryIn('completed', await store.push('order:new', order('R1')));
      expect(delivery).toMatchObject({
        consumer: 'warehouse.add_order',
        destination_name: 'The warehouse',
        integration_icon_url: 'https://warehouse.example.com/icon.png',
      });
      expect(service.requests.map(({ headers, json }) => [headers['x-augury-token'], json.payload])).toEqual([
        [
          'a-very-secret-token',
          {
            ...order('R1'),
            parameters: [
              { name: 'store_id', value: store.id },
              { name: 'warehouse.zone', value: 'north' },
            ],
          },
        ],
      ]);

      expect((await store.request('GET', `/integrations/${ready.id}/disable_mappings`)).status).toBe(200);
      await store.storyIn('never_processed', await store.push('order:new', order('R2')));
      expect((await store.request('DELETE', `/integrations/${ready.id}`)).status).toBe(200);
      expect([await store.read('/mappings'), (await store.parameters()).map(({ name }) => name)]).toEqual([[], ['warehouse.zone']]);
      expect(other.requests).toEqual([]);
    });

    it('say what is wrong with a description, and mend when it is asked for again', async () => {
      endpoint.descriptor = '{"name": "warehouse", "services": [{"path": 5}]}';
      const failed = await inState('failed', await create());
      expect(failed.error_messages.map(({ pointer, code }) => [pointer.startsWith('/services/0'), code])).toContainEqual([
        true,
        'endpoint_json_invalid',
      ]);
      endpoint.descriptor = '{"name": "warehouse", "services": [{"name": "add_order", "path": "/add_order"}]}';
      expect((await store.request('POST', `/integrations/${failed.id}/refresh`)).status).toBe(202);
      expect((await inState('ready', failed)).services).toMatchObject([{ name: 'add_order', path: '/add_order' }]);
    });

    it('park what is under way to a mapping that is removed with them', async () => {
      const service = endpoint.service(hang);
      endpoint.descriptor = JSON.stringify({
        name: 'warehouse',
        services: [
          {
            name: 'add_order',
            path: pathOf(service.url),
            recommends: { messages: ['order:new'], options: { timeout: 0.2, backoff: { base_ms: 400, factor: 1, cap_ms: 400 } } },
          },
        ],
      });
      const ready = await inState('ready', await create());
      expect((await store.request('POST', `/integrations/${ready.id}/signup`, {})).status).toBe(201);
      const failing = await store.deliveryIn('failing', await store.push('order:new', order('R1')));
      expect((await store.request('DELETE', `/integrations/${ready.id}`)).status).toBe(200);
      expect(await store.storyIn('parked', failing.id)).toMatchObject({
        parked_because: 'mapping_gone',
        destination_name: 'warehouse.add_order',
      });
    });
  });
};
