import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbedded, type Embedded } from '../start-embedded.ts';
import { openDemo, type Demo } from './open-demo.ts';
import { pushTo } from './push-to.ts';

let dataDir: string;
let embedded: Embedded;
let demo: Demo;

async function start(): Promise<void> {
  embedded = await startEmbedded({
    dataDir,
    port: 0,
    env: { CROSSDOCK_LOG_LEVEL: 'error' },
    postgresSettings: { fsync: 'off' },
    onFatal: (error) => {
      throw error;
    },
  });
  const { stores, mappings, parameters } = embedded.running.adapters;
  demo = await openDemo({ dataDir, directory: stores, mappings, parameters, slowMs: 50 });
}

async function stop(): Promise<void> {
  await embedded.close();
  await demo.close();
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'crossdock-demo-e2e-'));
  await chmod(dataDir, 0o711);
  await start();
});
afterAll(async () => {
  await stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function get(path: string): Promise<unknown> {
  const response = await fetch(`${embedded.url}/api/stores/${demo.storeId}${path}`, { headers: { 'x-augury-token': demo.token } });
  return response.json();
}

interface Listed {
  readonly messages: readonly {
    readonly message: string;
    readonly state: string;
    readonly consumer: string | null;
    readonly last_error: string | null;
  }[];
}

/** Waits until nothing is under way or waits for another attempt. */
async function quiet(): Promise<unknown> {
  const end = performance.now() + 45_000;
  for (;;) {
    const counts = (await get('/queues')) as Readonly<Record<string, number>>;
    const busy = ['incoming', 'pending', 'failing', 'scheduled'].filter((queue) => counts[queue] !== 0);
    if (busy.length === 0 || performance.now() > end) return counts;
    await sleep(50);
  }
}

it('shows what a hub does: deliveries, answers that are messages, retries, duplicates, and what waits for a person', async () => {
  expect(await demo.pushSamples({ push: pushTo(embedded.url, demo.storeId, demo.token), pauseMs: 0 })).toBe(20);
  expect(await quiet()).toMatchObject({ incoming: 0, pending: 0, failing: 0, scheduled: 0, parked: 2 });

  const parked = ((await get('/queues/accepted')) as Listed).messages;
  expect(
    parked
      .map(({ message, state, consumer, last_error }) => ({ message, state, consumer, last_error }))
      .toSorted((a, b) => (a.message < b.message ? -1 : 1)),
  ).toEqual([
    { message: 'product:new', state: 'parked', consumer: 'flaky.publish_product', last_error: 'Publishing is switched off' },
    { message: 'product:update', state: 'parked', consumer: 'flaky.publish_product', last_error: 'Publishing is switched off' },
  ]);

  const archived = ((await get('/queues/archived')) as Listed).messages;
  const completed = new Map<string, number>();
  for (const { consumer, state } of archived) {
    if (consumer !== null && state === 'completed') completed.set(consumer, (completed.get(consumer) ?? 0) + 1);
  }
  expect(Object.fromEntries(completed)).toEqual({
    'order-confirmations.new_order': 1,
    'order-confirmations.cancellation': 2,
    // The sample and the one that the flaky endpoint raises, however often.
    'order-confirmations.alert_staff': expect.any(Number) as unknown,
    // Pushed twice.
    'warehouse.ship': 1,
    'warehouse.reserve': 1,
    'accounting.book_order': 2,
    // The warehouse's answer, and two that were pushed.
    'accounting.book_shipment': 3,
    'flaky.sync_customer': 2,
    // Without the one whose quantity is not above 0.
    'flaky.sync_stock': 3,
  });
  const [lastEntry] = (await get('/parameters')) as readonly { readonly name: string; readonly value: unknown }[];
  expect(JSON.stringify(lastEntry)).not.toContain('not-a-real-key');
});

it('tells the same store and token at the next start, and pushes nothing again', async () => {
  const { storeId, token } = demo;
  const before = await get('/queues');
  await stop();
  await start();
  expect({ created: demo.created, storeId: demo.storeId, token: demo.token }).toEqual({ created: false, storeId, token });
  expect(await demo.pushSamples({ push: pushTo(embedded.url, demo.storeId, demo.token), pauseMs: 0 })).toBe(0);
  expect(await get('/queues')).toEqual(before);
});
