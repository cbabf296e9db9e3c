import { rm } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ChildSystem, compile, startAllInOne } from './testing/child-process.ts';
import { Endpoint, gated, ok } from './testing/endpoint.ts';
import { eventually } from './testing/eventually.ts';
import { newStore, StoreClient } from './testing/hub.ts';
import { isAlive, postmasterOf, processesWith } from './testing/processes.ts';
import { startEmbeddedSystem, temporaryDirectory } from './testing/start-embedded-system.ts';

let dataDir: string;
let endpoint: Endpoint;
const children: ChildSystem[] = [];

beforeAll(compile, 120_000);
beforeEach(async () => {
  dataDir = await temporaryDirectory();
  endpoint = await Endpoint.start();
});
afterEach(async () => {
  for (const child of children.splice(0)) if (child.isRunning) await child.kill('SIGTERM');
  await endpoint.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Longer than the attempts under way are waited for. */
const PROMPT_MS = 15_000;

async function stop(child: ChildSystem): Promise<void> {
  const begun = performance.now();
  expect(await child.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(performance.now() - begun).toBeLessThan(PROMPT_MS);
  expect(processesWith(dataDir)).toEqual([]);
}

function start(): ChildSystem {
  const child = startAllInOne(dataDir);
  children.push(child);
  return child;
}

it('stops under load in order: nothing is lost, nothing sent twice, nothing left running', async () => {
  const first = start();
  const system = await first.ready();
  const store = await newStore(system);
  const service = endpoint.service((delivered, response) => void setTimeout(() => void ok()(delivered, response), 20));
  await store.map('warehouse.add', ['custom:thing'], service.url);

  const stored: number[] = [];
  let refused = 0;
  let next = 0;
  const pusher = async (): Promise<void> => {
    while (refused === 0) {
      const n = (next += 1);
      const answer = await store.request('POST', '/messages', { message: 'custom:thing', payload: { n } }).catch(() => undefined);
      if (answer?.status === 201) stored.push(n);
      else refused += 1;
    }
  };
  const pushers = Array.from({ length: 16 }, pusher);
  await eventually(() => expect(stored.length).toBeGreaterThan(300));
  await stop(first);
  await Promise.all(pushers);

  const again = await start().ready();
  const known = new StoreClient(again, store.id, store.token);
  await eventually(async () => expect(await known.counts()).toMatchObject({ incoming: 0, pending: 0, failing: 0, parked: 0 }), {
    within: 30_000,
  });
  const times = new Map<unknown, number>();
  for (const { n } of service.payloads) times.set(n, (times.get(n) ?? 0) + 1);
  expect(stored.filter((n) => times.get(n) !== 1)).toEqual([]);
});

it('lets an attempt that is under way end', async () => {
  const first = start();
  const store = await newStore(await first.ready());
  const gate = gated(ok());
  const service = endpoint.service(gate.script);
  await store.map('warehouse.add', ['custom:thing'], service.url);
  const id = await store.push('custom:thing', {});
  await eventually(() => expect(service.requests).toHaveLength(1));
  const ended = stop(first);
  // The API is closed before the attempts are waited for.
  await eventually(async () => await expect(store.counts()).rejects.toThrow());
  gate.open();
  await ended;

  const known = new StoreClient(await start().ready(), store.id, store.token);
  expect(await known.deliveryIn('completed', id)).toMatchObject({ attempts: 1 });
  expect(service.requests).toHaveLength(1);
});

it('starts again after a kill, whose Postgres it finds still running', async () => {
  const first = start();
  const system = await first.ready();
  const store = await newStore(system);
  const gate = gated(ok());
  const service = endpoint.service(gate.script);
  await store.map('warehouse.add', ['custom:thing'], service.url);
  const id = await store.push('custom:thing', {});
  await eventually(() => expect(service.requests).toHaveLength(1));
  const orphan = postmasterOf(dataDir);
  expect(await first.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  expect(isAlive(orphan)).toBe(true);

  gate.open();
  const second = start();
  const known = new StoreClient(await second.ready(), store.id, store.token);
  // It has ended; whoever inherited it may take a moment to notice.
  await eventually(() => expect(isAlive(orphan)).toBe(false));
  const delivery = await known.deliveryIn('completed', id);
  expect(delivery.timeline.map(({ event }) => event)).toEqual(['delivery.accepted', 'delivery.attempt_lost', 'delivery.succeeded']);
  expect(delivery.attempts).toBe(2);
  expect(new Set(service.requests.map(({ headers, body }) => String(headers['webhook-id']) + body)).size).toBe(1);
  expect(service.requests).toHaveLength(2);
  await stop(second);
});

it('refuses a second process on the same data', async () => {
  await start().ready();
  const second = start();
  await expect(second.ready()).rejects.toThrow(/data_directory_in_use|in use|another/i);
  expect((await second.ended).code).not.toBe(0);
});

it('does not deliver to this machine unless that is allowed', async () => {
  const open = await startEmbeddedSystem({ dataDir });
  const store = await newStore(open);
  const service = endpoint.service();
  await store.map('warehouse.add', ['custom:thing'], service.url, { options: { retries_allowed: false } });
  await store.map('warehouse.name', ['custom:thing'], service.url.replace('127.0.0.1', 'localhost'), {
    options: { retries_allowed: false },
  });
  await open.stop();

  const closed = await startEmbeddedSystem({ dataDir, env: { CROSSDOCK_ALLOW_LOOPBACK: '0' } });
  try {
    const known = new StoreClient(closed, store.id, store.token);
    const refused = await known.request('POST', '/mappings', { name: 'warehouse.new', messages: [], url: service.url });
    expect([refused.status, refused.json]).toMatchObject([422, { code: 'mapping_url_blocked' }]);
    const { children: deliveries } = await known.storyIn('routed', await known.push('custom:thing', {}));
    for (const { id } of deliveries) expect(await known.storyIn('parked', id)).toMatchObject({ last_error_class: 'blocked', attempts: 1 });
    expect(deliveries).toHaveLength(2);
    expect(service.requests).toEqual([]);
  } finally {
    await closed.stop();
  }
});
