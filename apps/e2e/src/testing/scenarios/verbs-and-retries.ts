import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Endpoint, gated, inOrder, ok, status } from '../endpoint.ts';
import { eventually } from '../eventually.ts';
import { newStore, type ApiError, type StoreClient } from '../hub.ts';
import type { Answer } from '../http.ts';
import type { Scenario } from '../scenario.ts';

const soon = { base_ms: 100, factor: 1, cap_ms: 100 };
const late = { base_ms: 3_600_000, factor: 1, cap_ms: 3_600_000 };
const broken = status(500, { error: 'The warehouse is closed.' });

const codeOf = (answer: Answer): readonly [number, string] => [answer.status, (answer.json as ApiError).code];

export const retriesScenario: Scenario = (system) => {
  describe('retries and verbs', () => {
    let endpoint: Endpoint;
    let store: StoreClient;
    beforeAll(async () => {
      endpoint = await Endpoint.start();
    });
    afterAll(() => endpoint.stop());

    const withMapping = async (
      script: Parameters<Endpoint['service']>[0],
      options: Readonly<Record<string, unknown>>,
      more: Readonly<Record<string, unknown>> = {},
    ) => {
      store = await newStore(system());
      const service = endpoint.service(script);
      const mapping = await store.map('warehouse.add', ['custom:thing'], service.url, { options, ...more });
      return { store, service, mapping };
    };

    it('tries again until it works', async () => {
      const { store: own, service } = await withMapping(inOrder(broken, status(404, 'gone fishing'), ok()), { backoff: soon });
      const delivery = await own.deliveryIn('completed', await own.push('custom:thing', { n: 1 }));
      expect(delivery.timeline.map(({ event, attempt }) => [event, attempt])).toEqual([
        ['delivery.accepted', undefined],
        ['delivery.failed', 1],
        ['delivery.failed', 2],
        ['delivery.succeeded', 3],
      ]);
      expect(delivery.attempt_history?.map(({ number, status: code, error }) => [number, code, error])).toEqual([
        [1, 500, { class: 'http_5xx', text: 'The warehouse is closed.' }],
        [2, 404, { class: 'http_4xx', text: 'HTTP 404: gone fishing' }],
        [3, 200, null],
      ]);
      // The same request each time, half of the backoff apart at least.
      expect(new Set(service.requests.map(({ body, headers }) => body + String(headers['webhook-id']))).size).toBe(1);
      const gaps = service.requests.slice(1).map(({ at }, index) => at - (service.requests[index]?.at ?? 0));
      expect(gaps.every((gap) => gap >= 50)).toBe(true);
    });

    it('parks after the last attempt, and does not try again by itself', async () => {
      const { store: own, service } = await withMapping(broken, { max_attempts: 3, backoff: soon });
      const id = await own.push('custom:thing', { n: 1 });
      const delivery = await own.deliveryIn('parked', id);
      expect(delivery).toMatchObject({
        attempts: 3,
        parked_because: 'attempts_exhausted',
        queue_name: 'accepted',
        last_error: 'The warehouse is closed.',
        last_error_class: 'http_5xx',
      });
      expect(delivery.timeline.map(({ event }) => event)).toEqual([
        'delivery.accepted',
        'delivery.failed',
        'delivery.failed',
        'delivery.parked',
      ]);
      await eventually(async () => expect(await own.counts()).toMatchObject({ parked: 1, failing: 0, archived: 1 }));
      expect((await own.story(id)).children).toMatchObject([{ state: 'parked', location: 'accepted' }]);

      service.script = ok();
      expect((await own.verb(delivery.id, 'attempt_now=true')).status).toBe(200);
      const completed = await own.storyIn('completed', delivery.id);
      expect(completed.timeline.map(({ event }) => event).slice(-2)).toEqual(['delivery.requeued', 'delivery.succeeded']);
      expect(completed.attempts).toBe(4);
      await eventually(async () => expect(await own.counts()).toMatchObject({ parked: 0, archived: 2 }));
    });

    it('parks at once where no retries are allowed', async () => {
      const { store: own, service } = await withMapping(broken, { retries_allowed: false });
      const delivery = await own.deliveryIn('parked', await own.push('custom:thing', { n: 1 }));
      expect(delivery).toMatchObject({ attempts: 1, parked_because: 'retries_not_allowed' });
      expect(service.requests).toHaveLength(1);
    });

    it('waits as long as the endpoint asks', async () => {
      const { store: own, service } = await withMapping(inOrder(status(429, {}, { 'retry-after': '1' }), ok()), { backoff: soon });
      const id = await own.push('custom:thing', { n: 1 });
      const failing = await own.deliveryIn('failing', id);
      expect(Date.parse(failing.attempt_at ?? '') - (service.requests[0]?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
      await own.deliveryIn('completed', id);
      expect((service.requests[1]?.at ?? 0) - (service.requests[0]?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
    });

    it('attempts at once what would wait for an hour', async () => {
      const { store: own } = await withMapping(inOrder(broken, ok()), { backoff: late });
      const id = await own.push('custom:thing', { n: 1 });
      const failing = await own.deliveryIn('failing', id);
      expect(Date.parse(failing.attempt_at ?? '') - Date.now()).toBeGreaterThan(1_000_000);
      const answer = await own.request('PUT', `/messages/${failing.id}`, { attempt_now: true });
      expect([answer.status, (answer.json as { id: string }).id]).toEqual([200, failing.id]);
      await own.storyIn('completed', failing.id);
    });

    it('archives what waits, says why, and can take it back', async () => {
      const { store: own, service } = await withMapping(inOrder(broken, ok()), { backoff: late });
      const failing = await own.deliveryIn('failing', await own.push('custom:thing', { n: 1 }));
      const answer = await own.request('PUT', `/messages/${failing.id}`, { archive: true, reason: 'The order was a test.' });
      expect(answer.json).toMatchObject({
        state: 'archived',
        queue_name: 'archived',
        archive_reason: 'The order was a test.',
        archived_by: 'api',
      });
      await eventually(async () => expect(await own.counts()).toMatchObject({ failing: 0, archived: 2 }));
      expect(codeOf(await own.verb(failing.id, 'archive=true'))).toEqual([409, 'message_not_archivable']);
      expect(service.requests).toHaveLength(1);
      await own.verb(failing.id, 'attempt_now=true');
      await own.storyIn('completed', failing.id);
    });

    it('leaves alone what is being attempted', async () => {
      const gate = gated(ok());
      const { store: own } = await withMapping(gate.script, {});
      const id = await own.push('custom:thing', { n: 1 });
      const running = await own.deliveryIn('running', id);
      expect(running).toMatchObject({ attempts: 1, queue_name: 'accepted' });
      expect(running.locked_at).not.toBeNull();
      expect(codeOf(await own.verb(running.id, 'attempt_now=true'))).toEqual([409, 'delivery_running']);
      expect(codeOf(await own.verb(running.id, 'archive=true'))).toEqual([409, 'delivery_running']);
      gate.open();
      const completed = await own.storyIn('completed', running.id);
      expect(completed.timeline.map(({ event }) => event)).toEqual(['delivery.accepted', 'delivery.succeeded']);
    });

    it('does nothing twice: what is completed stays so', async () => {
      const { store: own, service } = await withMapping(ok(), {});
      const id = await own.push('custom:thing', { n: 1 });
      const completed = await own.deliveryIn('completed', id);
      expect(codeOf(await own.verb(completed.id, 'attempt_now=true'))).toEqual([409, 'delivery_not_retryable']);
      expect(codeOf(await own.verb(completed.id, 'archive=true'))).toEqual([409, 'message_not_archivable']);
      expect(codeOf(await own.verb(id, 'attempt_now=true'))).toEqual([409, 'delivery_not_retryable']);
      expect(codeOf(await own.verb(id, 'archive=true'))).toEqual([409, 'message_not_archivable']);
      expect(await own.story(completed.id)).toEqual(completed);
      expect(service.requests).toHaveLength(1);
    });

    it('says what a verb lacks', async () => {
      const { store: own } = await withMapping(broken, { backoff: late });
      const failing = await own.deliveryIn('failing', await own.push('custom:thing', { n: 1 }));
      const other = await newStore(system());
      expect(codeOf(await own.verb(failing.id, ''))).toEqual([422, 'verb_missing']);
      expect(codeOf(await own.verb(failing.id, 'attempt_now=false'))).toEqual([422, 'verb_missing']);
      expect(codeOf(await own.verb(failing.id, 'attempt_now=true&archive=true'))).toEqual([422, 'verb_ambiguous']);
      for (const id of ['0'.repeat(24), 'nonsense', '%00', failing.id.toUpperCase()]) {
        expect(codeOf(await own.verb(id, 'archive=true'))).toEqual([404, 'message_not_found']);
        expect(codeOf(await own.request('GET', `/messages/${id}`))).toEqual([404, 'message_not_found']);
      }
      expect(codeOf(await other.verb(failing.id, 'archive=true'))).toEqual([404, 'message_not_found']);
      expect(codeOf(await other.request('GET', `/messages/${failing.id}`))).toEqual([404, 'message_not_found']);
      expect((await own.story(failing.id)).state).toBe('failing');
    });

    it('parks what waited for a mapping that is gone', async () => {
      const { store: own, mapping } = await withMapping(inOrder(broken, ok()), { backoff: late });
      const failing = await own.deliveryIn('failing', await own.push('custom:thing', { n: 1 }));
      expect((await own.request('DELETE', `/mappings/${mapping.id}`)).status).toBe(200);
      await own.verb(failing.id, 'attempt_now=true');
      expect(await own.storyIn('parked', failing.id)).toMatchObject({ parked_because: 'mapping_gone' });
    });

    it('holds deliveries of a paused mapping back', async () => {
      const { store: own, service, mapping } = await withMapping(ok(), {}, { paused: true });
      const id = await own.push('custom:thing', { n: 1 });
      const waiting = await own.deliveryIn('pending', id);
      expect((await own.story(id)).routing?.sent).toMatchObject([{ mapping: 'warehouse.add', remark: 'mapping_paused' }]);
      await eventually(async () => expect(await own.counts()).toMatchObject({ pending: 1, archived: 1 }));
      expect([waiting.attempts, service.requests.length]).toEqual([0, 0]);
      return { own, mapping };
    });

    it('delivers what waited once a paused mapping is resumed', async () => {
      const { store: own, mapping } = await withMapping(ok(), {}, { paused: true });
      const waiting = await own.deliveryIn('pending', await own.push('custom:thing', { n: 1 }));
      expect((await own.request('PUT', `/mappings/${mapping.id}`, { paused: false })).status).toBe(200);
      await own.storyIn('completed', waiting.id, { within: 3_000 });
    });
  });
};
