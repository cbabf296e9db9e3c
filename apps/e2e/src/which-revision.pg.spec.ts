import {
  foldMessage,
  matchMappings,
  messageRoot,
  retraceRouting,
  type MessageNeverProcessed,
  type MessageRouted,
  type PastSnapshot,
} from '@crossdock/core';
import { rebuildProjection, verify, type InvariantResult } from '@crossdock/event-log';
import { createLogger, objectIds, pause } from '@crossdock/kit';
import { readConfig, startAll, type RunningServices } from '@crossdock/runtime';
import { router } from '@crossdock/router';
import { validator } from '@crossdock/validator';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../tools/testing/database.ts';

const MESSAGES = 3_000;
const PER_TICK = 10;
const TICK_MS = 10;
/** A change is in effect everywhere within this time. */
const IN_EFFECT_MS = 1_000;
const TYPE = 'order:new';

let place: TestDatabase;
let hub: RunningServices;
beforeAll(async () => {
  place = await createDatabase();
  const config = readConfig({
    CROSSDOCK_LOG_LEVEL: 'warn',
    CROSSDOCK_DATABASE_URL: place.url,
    CROSSDOCK_SHARDS: '2',
    CROSSDOCK_SECRET_KEYS: `main:${Buffer.alloc(32, 1).toString('base64')}`,
  });
  const logger = createLogger({ level: config.logLevel, service: 'e2e', destination: 2 });
  hub = await startAll({
    config,
    logger,
    services: [validator, router],
    soleOwner: false,
    onFatal: (error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  await hub.close();
  await place.drop();
});

interface Change {
  readonly revision: number;
  readonly at: number;
}

/** A message's routing event, and when it was decided. */
interface Routed {
  readonly id: string;
  readonly total: number;
  readonly decision: MessageRouted | MessageNeverProcessed;
  readonly at: number;
}

const newId = objectIds(Date.now);

async function push(store: string, total: number): Promise<string> {
  const id = newId();
  const payload = Buffer.from(JSON.stringify({ order: { id: `R${total}`, status: 'complete', totals: { order: total } } }));
  const event = {
    type: 'message.received',
    store,
    root: id,
    message: TYPE,
    rootMessage: TYPE,
    origin: 'push',
    hops: 0,
    bytes: payload.length,
  } as const;
  expect(await hub.adapters.open.intake.receive({ stream: id, version: 1, at: Date.now(), payload, event })).toBe('stored');
  return id;
}

/** Mappings that are changed again and again until told to stop; answers every change with when it was committed. */
async function keepChanging(store: string, ids: readonly string[], stop: AbortSignal): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (let n = 0; !stop.aborted; n += 1) {
    const input =
      n % 3 === 0
        ? { enabled: n % 2 === 0 }
        : { filters: [{ path: 'payload.order.totals.order', operator: 'gt', value: n % 2 === 0 ? 1_000 : 2_000 }] };
    const saved = await hub.adapters.mappings.update(store, ids[n % ids.length] ?? '', input);
    if (saved.kind !== 'saved') throw new TypeError(JSON.stringify(saved));
    changes.push({ revision: saved.value.revision, at: Date.now() });
    await pause(5);
  }
  return changes;
}

async function routedMessages(ids: readonly string[]): Promise<readonly Routed[]> {
  const streams = await hub.adapters.open.log.load(ids);
  return ids.map((id, total) => {
    const events = streams.get(id) ?? [];
    const decisions = events.filter(({ event }) => event.type === 'message.routed' || event.type === 'message.never_processed');
    expect([id, decisions.length]).toEqual([id, 1]);
    const state = foldMessage(events);
    if (state.status !== 'routed' && state.status !== 'never_processed') throw new TypeError(`${id} is ${state.status}.`);
    return { id, total, decision: state.outcome, at: decisions[0]?.at ?? 0 };
  });
}

it('each message that is pushed while mappings change is routed by exactly one revision, and says which', async () => {
  const { stores, mappings, registry, database } = hub.adapters;
  const store = (await stores.create('Changing')).store.id;
  const saved = await Promise.all(
    ['erp.orders', 'crm.orders', 'mail.orders'].map((name) =>
      mappings.create(store, { name, url: 'https://erp.example/orders', messages: [TYPE] }),
    ),
  );
  const mappingIds = saved.map((each) => (each.kind === 'saved' ? each.value.id : ''));
  const stop = new AbortController();
  const changing = keepChanging(store, mappingIds, stop.signal);
  const began = Date.now();
  const pushed: Promise<string>[] = [];
  for (let n = 0; n < MESSAGES; n += 1) {
    if (n % PER_TICK === 0) await pause(Math.max(0, began + (n / PER_TICK) * TICK_MS - Date.now()));
    pushed.push(push(store, n));
  }
  const ids = await Promise.all(pushed);
  stop.abort();
  const changes = await changing;
  const count = (): Promise<{ count: number }[]> =>
    database.query("select count(*)::int as count from event where type in ('message.routed', 'message.never_processed')");
  await vi.waitFor(async () => expect(await count()).toEqual([{ count: MESSAGES }]), { timeout: 30_000, interval: 100 });

  const routed = await routedMessages(ids);
  const past = async (revision: number): Promise<PastSnapshot> => {
    const found = await registry.atRevision(store, revision);
    if (found === undefined) throw new TypeError(`There was no revision ${revision}.`);
    return found;
  };
  const retrace = ({ id, total, decision }: Routed, { subscribed }: PastSnapshot): string | undefined => {
    const root = messageRoot(id, { message: TYPE, store }, { order: { id: `R${total}`, status: 'complete', totals: { order: total } } });
    return retraceRouting(decision, matchMappings(root, subscribed.get(TYPE) ?? []));
  };
  for (const each of routed) {
    // Every mapping has a line, with the revision that made it what it was then.
    const snapshot = await past(each.decision.revision);
    const lines = [...('sent' in each.decision ? each.decision.sent : []), ...each.decision.reasons];
    expect(new Map(lines.map(({ mapping, revision }) => [mapping, revision]))).toEqual(
      new Map(mappingIds.map((id) => [id, snapshot.mappings.get(id)?.revision])),
    );
    expect(retrace(each, snapshot)).toBeUndefined();
    const late = changes.filter(({ revision, at }) => revision > each.decision.revision && at < each.at - IN_EFFECT_MS);
    expect(late).toEqual([]);
  }
  // It says something: many revisions decided, and another one would have decided otherwise.
  const revisions = [...new Set(routed.map(({ decision }) => decision.revision))];
  expect(revisions.length).toBeGreaterThan(20);
  const before = await Promise.all(routed.map(async (each) => retrace(each, await past(each.decision.revision - 1))));
  expect(before.filter((difference) => difference !== undefined).length).toBeGreaterThan(100);

  await rebuildProjection(database);
  // The same is what verify does with every decision of a log.
  expect(await lineages()).toMatchObject({ holds: true, checked: { decisions: MESSAGES } });
  await database.query(
    `update event set facts = replace(facts::text, '"code":"filter_failed"', '"code":"path_missing"')::json
     where (stream_id, version) = (select stream_id, version from event where type = 'message.never_processed' limit 1)`,
  );
  expect(await lineages()).toMatchObject({ holds: false, violations: 1 });
});

async function lineages(): Promise<InvariantResult | undefined> {
  const { database, registry } = hub.adapters;
  return (await verify(database, { history: registry, rechecks: 1 })).find(({ id }) => id === 'I6');
}
