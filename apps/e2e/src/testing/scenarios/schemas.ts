import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Endpoint, type Service } from '../endpoint.ts';
import { eventually } from '../eventually.ts';
import { newStore, type StoreClient } from '../hub.ts';
import type { Scenario } from '../scenario.ts';

const type = 'acme:parcel:sent';
const parcel = {
  type: 'object',
  required: ['number', 'weight'],
  properties: { number: { type: 'string', pattern: '^P\\d+$' }, weight: { type: 'number', exclusiveMinimum: 0 } },
};
const good = { number: 'P1', weight: 2.5 };

export const schemasScenario: Scenario = (system) => {
  describe('schemas of a store', () => {
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

    it('hold messages of their type to them, and what is wrong can be corrected and is delivered', async () => {
      await store.map('carrier.track', [type], service.url);
      expect((await store.request('PUT', `/schemas/${type}`, { schema: parcel })).status).toBe(201);
      expect(await store.read('/available_messages')).toContain(type);

      const passed = await store.storyIn('routed', await store.push(type, good));
      expect(passed.validation).toEqual({ errors: [], warnings: [], schema: { type, version: 1 } });

      const id = await store.push(type, { number: 'X1', weight: 1, note: 'fragile' }, { source: 'depot' });
      const invalid = await store.storyIn('invalid', id);
      expect(invalid).toMatchObject({
        queue_name: 'archived',
        validation: {
          errors: [
            { pointer: '/number', code: 'schema_violated', reason: '`number` is the string "X1". It must match the pattern ^P\\d+$.' },
          ],
          schema: { type, version: 1 },
        },
      });
      await eventually(async () => {
        const { notifications } = await store.notifications('?level=error');
        expect(notifications.map(({ message_id: about, origin }) => [about, origin])).toEqual([[id, 'validator']]);
      });

      const payload = '{"number":"P1", "weight": 1.10, "note": 12345678901234567890}';
      const checked = await store.request('POST', `/messages/${id}/resubmit?check=true`, `{"payload":${payload}}`);
      expect(checked.json).toMatchObject({ valid: true, errors: [], schema: { type, version: 1 } });
      const sent = await store.request('POST', `/messages/${id}/resubmit`, `{"payload":${payload}}`);
      expect([sent.status, sent.json]).toMatchObject([201, { parent_id: id, root_id: id, repeated: false }]);
      const { message_id: child } = sent.json as { readonly message_id: string };
      const again = await store.request('POST', `/messages/${id}/resubmit`, `{"payload":${payload}}`);
      expect([again.status, again.json]).toMatchObject([200, { message_id: child, repeated: true }]);

      const delivery = await store.deliveryIn('completed', child);
      const delivered = service.requests.find(({ json }) => json.message_id === delivery.id);
      expect([delivery.root_id, delivered?.json.message_id, delivered?.json.source]).toEqual([id, delivery.id, 'depot']);
      expect(delivered?.body).toContain('"number":"P1", "weight": 1.10, "note": 12345678901234567890');
      expect(await store.story(child)).toMatchObject({ parent_id: id, origin: 'edit', attributes: { edited_from: id } });
      const original = await store.story(id);
      expect([original.state, original.children.map((one) => one.id)]).toEqual(['invalid', expect.arrayContaining([child])]);
      const lineage = await store.request('GET', `/messages/${delivery.id}/lineage`);
      expect(lineage.text).toContain(child);
    });

    it('are in effect from then on until they are removed, and are refused where they break what was valid', async () => {
      const validity = async (): Promise<string> => {
        const id = await store.push(type, { number: 'P1' });
        return await eventually(async () => {
          const { state } = await store.story(id);
          if (state === 'pending') throw new Error('not decided yet');
          return state;
        });
      };
      expect(await validity()).toBe('never_processed');
      await store.request('PUT', `/schemas/${type}`, { schema: { required: ['number'] } });
      const held = await store.storyIn('never_processed', await store.push(type, good));
      expect(held.validation).toMatchObject({ schema: { version: 1 } });
      const refused = await store.request('PUT', `/schemas/${type}`, { schema: parcel });
      expect([refused.status, (refused.json as { code: string }).code]).toEqual([409, 'schema_incompatible']);
      const changed = await store.request('PUT', `/schemas/${type}`, { schema: parcel, compatibility: 'none' });
      expect(changed.json).toMatchObject({ version: 2, effect: { newly_invalid: 1 } });
      expect(await validity()).toBe('invalid');
      expect((await store.request('DELETE', `/schemas/${type}`)).status).toBe(200);
      expect(await validity()).toBe('never_processed');
    });

    it('leave alone what is under way, and whatever is no message', async () => {
      await store.map('carrier.track', [type], service.url);
      const id = await store.push(type, good);
      const delivery = await store.deliveryIn('completed', id);
      const refusals = await Promise.all(
        [delivery.id, '6b0000000000000000000001'].map((each) => store.request('POST', `/messages/${each}/resubmit`, { payload: {} })),
      );
      expect(refusals.map(({ status, json }) => [status, (json as { code: string }).code])).toEqual([
        [409, 'message_not_correctable'],
        [404, 'message_not_found'],
      ]);
      // A finished one may be sent again, whatever became of it.
      const sent = await store.request('POST', `/messages/${id}/resubmit`, { payload: { ...good, weight: 3 } });
      expect([sent.status, sent.json]).toMatchObject([201, { diff: [{ op: 'replace', path: '/weight', value: 3 }] }]);
      await store.deliveryIn('completed', (sent.json as { message_id: string }).message_id);
    });
  });
};
