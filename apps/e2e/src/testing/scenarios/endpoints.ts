import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Endpoint, hang, ok, reset, send, status, type Script, type Service } from '../endpoint.ts';
import { eventually } from '../eventually.ts';
import { newStore, type StoreClient } from '../hub.ts';
import type { Scenario } from '../scenario.ts';

/** Something every 50 ms, and never an end. */
const drip: Script = (_delivered, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
};
const resetInside: Script = (_delivered, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"message_id":"');
  setImmediate(() => response.socket?.destroy());
};
const megabytes = (count: number): Script => ok({ text: 'x'.repeat(count * 1_000_000) });

const behaviours: readonly (readonly [what: string, script: Script, errorClass: string, status: number | null])[] = [
  ['never answers', hang, 'timeout', null],
  ['never ends its answer', drip, 'timeout', null],
  ['closes the connection', reset, 'connection_reset', null],
  ['closes the connection in the middle of its answer', resetInside, 'connection_reset', 200],
  ['answers 10 MB', megabytes(10), 'too_large', 200],
  [
    'answers more messages than may be',
    ok({ messages: Array.from({ length: 1_001 }, () => ({ message: 'a:b', payload: {} })) }),
    'too_large',
    200,
  ],
  ['answers no JSON', (_delivered, response) => send(response, 200, '<h1>Welcome to nginx</h1>'), 'not_json', 200],
  ['answers nothing with 200', (_delivered, response) => send(response, 200, ''), 'not_json', 200],
  [
    'answers about another message',
    (_delivered, response) => send(response, 200, '{"message_id":"52a9f1d2c3b4a59687fedcba"}'),
    'wrong_message_id',
    200,
  ],
  ['answers about no message', (_delivered, response) => send(response, 200, '{}'), 'message_id_absent', 200],
  ['answers 201', status(201), 'http_2xx', 201],
  ['answers 202', status(202), 'http_2xx', 202],
  ['answers 204', (_delivered, response) => void response.writeHead(204).end(), 'http_2xx', 204],
  ['answers 400', status(400), 'http_4xx', 400],
  ['answers 404 in HTML', status(404, '<h1>Not found</h1>'), 'http_4xx', 404],
  ['answers 500', status(500), 'http_5xx', 500],
  ['answers 503 in HTML', status(503, '<h1>Sorry</h1>'), 'http_5xx', 503],
  ['redirects', status(302, '', { location: '/elsewhere' }), 'http_3xx', 302],
  ['redirects for good', status(308, '', { location: 'https://example.com/' }), 'http_3xx', 308],
  ['redirects to a private address', status(307, '', { location: 'http://169.254.169.254/latest/meta-data/' }), 'http_3xx', 307],
];

export const endpointsScenario: Scenario = (system) => {
  describe('an endpoint that', { concurrent: true }, () => {
    let endpoint: Endpoint;
    beforeAll(async () => {
      endpoint = await Endpoint.start();
    });
    afterAll(() => endpoint.stop());

    const options = { retries_allowed: false, timeout: 0.5 };
    const withHealthy = async (url: string): Promise<{ readonly store: StoreClient; readonly healthy: Service }> => {
      const store = await newStore(system());
      const healthy = endpoint.service();
      await store.map('bad.one', ['custom:thing'], url, { options });
      await store.map('good.one', ['custom:thing'], healthy.url);
      return { store, healthy };
    };

    it.each(behaviours)('%s has failed, and nobody else', async (_what, script, errorClass, code) => {
      const service = endpoint.service(script);
      const { store, healthy } = await withHealthy(service.url);
      const id = await store.push('custom:thing', { n: 1 });
      const { children } = await store.storyIn('routed', id);
      const child = (consumer: string): string => children.find((one) => one.consumer === consumer)?.id ?? '';
      const failed = await store.storyIn('parked', child('bad.one'));
      expect(failed).toMatchObject({ last_error_class: errorClass, attempts: 1 });
      expect(failed.last_error).not.toBe('');
      const [attempt] = failed.attempt_history ?? [];
      expect([attempt?.status, attempt?.error?.class]).toEqual([code ?? attempt?.status, errorClass]);
      expect(attempt?.response?.body.length ?? 0).toBeLessThanOrEqual(4_096);
      expect(attempt?.duration_ms).toBeLessThan(2_000);
      expect(service.requests).toHaveLength(1);

      const fine = await store.storyIn('completed', child('good.one'));
      expect([fine.attempts, healthy.requests.length]).toEqual([1, 1]);
      await eventually(async () => expect(await store.counts()).toMatchObject({ incoming: 0, pending: 0, parked: 1, archived: 2 }));
    });

    it('refuses connections has failed, and nobody else', async () => {
      const probe = createServer().listen(0, '127.0.0.1');
      await once(probe, 'listening');
      const { port } = probe.address() as AddressInfo;
      probe.close();
      await once(probe, 'close');
      const { store, healthy } = await withHealthy(`http://127.0.0.1:${port}/`);
      const { children } = await store.storyIn('routed', await store.push('custom:thing', { n: 1 }));
      expect(await store.storyIn('parked', children[0]?.id ?? '')).toMatchObject({
        consumer: 'bad.one',
        last_error_class: 'connection_refused',
      });
      await store.storyIn('completed', children[1]?.id ?? '');
      expect(healthy.requests).toHaveLength(1);
    });

    it('has no address has failed', async () => {
      const { store } = await withHealthy('http://no-such-host.invalid/');
      const { children } = await store.storyIn('routed', await store.push('custom:thing', { n: 1 }));
      expect((await store.storyIn('parked', children[0]?.id ?? '')).last_error_class).toMatch(/dns|timeout/);
    });

    it('answers 202 succeeds where its mapping says so', async () => {
      const store = await newStore(system());
      await store.map('good.one', ['custom:thing'], endpoint.service(status(202)).url, { options: { success: '2xx' } });
      await store.deliveryIn('completed', await store.push('custom:thing', { n: 1 }));
    });

    it('redirects is not followed', async () => {
      const target = endpoint.service();
      const { store } = await withHealthy(endpoint.service(status(307, '', { location: target.url })).url);
      const { children } = await store.storyIn('routed', await store.push('custom:thing', { n: 1 }));
      await store.storyIn('parked', children[0]?.id ?? '');
      expect(target.requests).toEqual([]);
    });
  });

  describe('ten endpoints of which one never answers', () => {
    it('the other nine get everything', async () => {
      const store = await newStore(system());
      const endpoints = await Promise.all(Array.from({ length: 10 }, () => Endpoint.start()));
      try {
        const services = endpoints.map((each, index) => each.service(index === 4 ? hang : ok()));
        for (const [index, service] of services.entries())
          await store.map(`ten.e${index}`, ['custom:thing'], service.url, { options: { timeout: 60 } });
        const messages = 100;
        await Promise.all(Array.from({ length: messages }, (_, n) => store.push('custom:thing', { n })));
        const healthy = services.filter((_, index) => index !== 4);
        await eventually(() => expect(healthy.map(({ requests }) => requests.length)).toEqual(healthy.map(() => messages)), {
          within: 20_000,
        });
        await eventually(async () =>
          expect(await store.counts()).toMatchObject({ incoming: 0, pending: messages, archived: messages * 10 }),
        );
        for (const { payloads } of healthy) expect(new Set(payloads.map(({ n }) => n)).size).toBe(messages);
        // It holds as many attempts as it may, and no more.
        expect(services[4]?.requests.length).toBe(32);
      } finally {
        await Promise.all(endpoints.map((each) => each.stop()));
      }
    });
  });
};
