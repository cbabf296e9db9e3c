import type { DescriptorRead, IntegrationView, JsonObject } from '@crossdock/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { described, endpoint, refusing, service } from '../testing/fake-descriptors.ts';
import { OpenIntegrations, saved } from '../testing/open-integrations.ts';
import { openRegistry, type OpenRegistry } from '../testing/open-registry.ts';

let database: TestDatabase;
let open: OpenRegistry;
let rig: OpenIntegrations;
let store: string;

beforeAll(async () => {
  database = await createDatabase();
  open = await openRegistry(database.url);
});
beforeEach(async () => {
  // What an earlier test left is tried again by whoever looks.
  await open.database.query('delete from integration');
  rig = new OpenIntegrations(open);
  store = (await open.stores.create('A store')).store.id;
});
afterEach(() => rig.stop());
afterAll(async () => {
  await open.close();
  await database.drop();
});

const url = 'https://mandrill.test';
const addOrder = described(endpoint([service('add_order')]));
const quick = { backoff: { baseMs: 1, factor: 1, capMs: 1 } };

async function created(more: JsonObject = {}, at = store): Promise<IntegrationView> {
  return saved(await rig.integrations.create(at, { name: 'mandrill', url, category: 'email', ...more }));
}

/** The integration once it is in this state. */
async function inState(state: string, { id, store_id }: IntegrationView): Promise<IntegrationView> {
  return await vi.waitFor(
    async () => {
      const view = await rig.integrations.get(store_id, id);
      if (view?.state !== state) throw new Error(`${view?.name} is ${view?.state}: ${JSON.stringify(view?.error_messages)}`);
      return view;
    },
    { timeout: 20_000, interval: 5 },
  );
}

describe('the fetcher of descriptions', () => {
  it('fills the services of what was created, at once', async () => {
    rig.start({ pollMs: 600_000 });
    rig.descriptors.answer(url, addOrder);
    const integration = await created();
    expect([integration.state, integration.services, integration.fetched_at]).toEqual(['pending', [], null]);
    const ready = await inState('ready', integration);
    expect(ready).toMatchObject({ display: 'Mandrill', description: 'Sends mail.', services: [service('add_order')], next_fetch_at: null });
    expect(ready.revision).toBeGreaterThan(integration.revision);
    expect((await open.registry.snapshots([store])).get(store)?.revision).toBe(ready.revision);
  });

  it('finds what another process was asked for', async () => {
    rig.descriptors.answer(url, addOrder);
    const integration = await created();
    rig.start();
    await inState('ready', integration);
  });

  it('asks once, however many processes look', async () => {
    rig.descriptors.answer(url, addOrder);
    const integration = await created();
    for (let process = 0; process < 4; process += 1) rig.start();
    await inState('ready', integration);
    await rig.stop();
    expect(rig.descriptors.asked).toEqual([url]);
  });

  it('tries again what may mend itself, and forgets what was wrong', async () => {
    rig.descriptors.answer(url, refusing('Nobody is there.', true));
    rig.start({ queueOptions: { backoff: { baseMs: 300, factor: 1, capMs: 300 } } });
    const failed = await inState('failed', await created());
    expect(failed.error_messages).toEqual([{ pointer: '', code: 'integration_unreachable', reason: 'Nobody is there.', hint: 'Mend it.' }]);
    expect(failed.next_fetch_at).not.toBeNull();
    rig.descriptors.answer(url, addOrder);
    expect(await inState('ready', failed)).toMatchObject({ error_messages: [], next_fetch_at: null });
  });

  it('gives up after so many tries, until somebody asks', async () => {
    rig.start({ queueOptions: { ...quick, maxTries: 3 } });
    const integration = await created();
    await vi.waitFor(async () => expect((await rig.integrations.get(store, integration.id))?.next_fetch_at).toBeNull(), {
      timeout: 20_000,
    });
    expect([rig.descriptors.asked.length, (await inState('failed', integration)).state]).toEqual([3, 'failed']);
    rig.descriptors.answer(url, addOrder);
    expect(saved(await rig.integrations.refresh(store, integration.id))).toMatchObject({ state: 'pending' });
    await inState('ready', integration);
  });

  it('does not try again what a person has to mend, until the URL is another', async () => {
    rig.start({ queueOptions: quick });
    rig.descriptors.answer(url, refusing('It is no JSON.', false));
    rig.descriptors.answer('https://other.test', addOrder);
    const failed = await inState('failed', await created());
    expect(failed.next_fetch_at).toBeNull();
    const moved = saved(await rig.integrations.update(store, failed.id, { url: 'https://other.test' }));
    expect([moved.state, moved.error_messages]).toEqual(['pending', []]);
    await inState('ready', failed);
    expect(rig.descriptors.asked).toEqual([url, 'https://other.test']);
  });

  it('keeps the last good services where a refresh fails, and says what is wrong now', async () => {
    rig.start();
    rig.descriptors.answer(url, addOrder);
    const ready = await inState('ready', await created());
    rig.descriptors.answer(url, refusing('It is no JSON any more.', false));
    await rig.integrations.refresh(store, ready.id);
    const failed = await inState('failed', ready);
    expect(failed.error_messages).toMatchObject([{ reason: 'It is no JSON any more.' }]);
    const { services, fetched_at, revision } = ready;
    expect(failed).toMatchObject({ services, fetched_at, revision });
  });

  it('raises the revision for another description, and for nothing else', async () => {
    rig.start();
    rig.descriptors.answer(url, addOrder);
    const ready = await inState('ready', await created());
    await rig.integrations.refresh(store, ready.id);
    const again = await inState('ready', ready);
    expect([again.revision, again.fetched_at]).toEqual([ready.revision, expect.not.stringMatching(String(ready.fetched_at))]);
    rig.descriptors.answer(url, described(endpoint([service('add_order'), service('cancel')])));
    await rig.integrations.refresh(store, ready.id);
    expect((await inState('ready', ready)).revision).toBe(ready.revision + 1);
  });

  it('does not count what it fetched where the URL was changed meanwhile', async () => {
    const release = rig.descriptors.hold(url, addOrder);
    rig.descriptors.answer('https://other.test', described(endpoint([service('other')])));
    rig.start();
    const integration = await created();
    await vi.waitFor(() => expect(rig.descriptors.asked).toEqual([url]), { timeout: 20_000, interval: 5 });
    await rig.integrations.update(store, integration.id, { url: 'https://other.test' });
    const ready = await inState('ready', integration);
    release();
    await rig.stop();
    expect([ready.services.map(({ name }) => name), await rig.integrations.get(store, ready.id)]).toEqual([['other'], ready]);
  });

  it('lets another process go on where one died while fetching', async () => {
    const integration = await created();
    // It claims, and is never heard of again.
    const [claimed] = await rig.queue({ leaseMs: 400 }).claim(1, []);
    expect(claimed).toMatchObject({ integration: integration.id, url, tries: 1 });
    expect(await rig.queue().claim(10, [])).toEqual([]);
    rig.descriptors.answer(url, addOrder);
    rig.start();
    await inState('ready', integration);
  });

  it('leaves alone what it was begun with too often without an end', async () => {
    const integration = await created();
    const dying = rig.queue({ leaseMs: 1 });
    for (let tries = 1; tries <= 3; tries += 1) {
      await vi.waitFor(async () => expect(await dying.claim(1, [])).toMatchObject([{ tries }]), { timeout: 20_000, interval: 5 });
    }
    rig.descriptors.answer(url, addOrder);
    rig.start({ queueOptions: { maxTries: 3 } });
    expect(await inState('failed', integration)).toMatchObject({
      error_messages: [{ code: 'integration_unreachable' }],
      next_fetch_at: null,
    });
    expect(rig.descriptors.asked).toEqual([]);
  });

  it('hands what is under way to others when it stops', async () => {
    rig.descriptors.hold(url, addOrder);
    const stopping = rig.start({ stopMs: 1 });
    const integration = await created();
    await vi.waitFor(() => expect(rig.descriptors.asked).toEqual([url]), { timeout: 20_000, interval: 5 });
    await stopping.stop();
    rig.descriptors.answer(url, addOrder);
    rig.start();
    await inState('ready', integration);
    expect((await open.database.query('select fetch_claim from integration where store_id = $1', [`${store}00000000`]))[0]).toEqual({
      fetch_claim: 2,
    });
  });

  it('lets no slow endpoint keep others waiting, nor a store with many of them', async () => {
    const releases: (() => void)[] = [];
    rig.start({ concurrency: 4, perStore: 2 });
    for (let index = 0; index < 6; index += 1) {
      const slow = `https://slow${index}.test`;
      releases.push(rig.descriptors.hold(slow, addOrder));
      await created({ name: `slow${index}`, url: slow });
    }
    rig.descriptors.answer(url, addOrder);
    const other = (await open.stores.create('Another store')).store.id;
    await inState('ready', await created({}, other));
    expect(rig.descriptors.asked).toEqual([expect.stringContaining('slow'), expect.stringContaining('slow'), url]);
    for (const release of releases) release();
    for (const integration of await rig.integrations.list(store)) await inState('ready', integration);
  });

  it('waits no longer than it may for a source that never ends, nor ends itself where one throws', async () => {
    const endless = new Promise<DescriptorRead>(() => undefined);
    rig.descriptors.answer(url, () => endless);
    rig.descriptors.answer('https://throwing.test', () => Promise.reject(new TypeError('a bug')));
    rig.start({ fetchMs: 50 });
    const late = await inState('failed', await created());
    expect(late.error_messages).toMatchObject([{ reason: "The endpoint's description did not arrive within 0.05 s." }]);
    const thrown = await inState('failed', await created({ name: 'b', url: 'https://throwing.test' }));
    expect(thrown.error_messages).toMatchObject([{ reason: 'The description could not be read.' }]);
    expect(rig.problems).toEqual([new TypeError('a bug')]);
  });

  it('warns of what is recommended and not usable', async () => {
    rig.start();
    const recommends = {
      messages: ['order:new', 'No Type'],
      identifiers: { number: 'payload.order.number', broken: '' },
      filters: [{ path: 'payload.order.email', operator: 'resembles', match_rule: 'all' as const }],
      options: { retries_allowed: false, speed: 11 },
    };
    rig.descriptors.answer(url, described(endpoint([service('add_order', { recommends })])));
    const { warnings } = await inState('ready', await created());
    expect(warnings.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/services/0/recommends/messages/1', 'mapping_messages_invalid'],
      ['/services/0/recommends/identifiers/broken', 'identifier_path_empty'],
      ['/services/0/recommends/filters/0', 'filter_operator_unknown'],
      ['/services/0/recommends/options/speed', 'mapping_invalid'],
    ]);
  });

  it('says nothing of an integration that was removed meanwhile', async () => {
    const release = rig.descriptors.hold(url, addOrder);
    rig.start();
    const { id } = await created();
    await vi.waitFor(() => expect(rig.descriptors.asked).toEqual([url]), { timeout: 20_000, interval: 5 });
    expect(await rig.integrations.remove(store, id)).toEqual({ kind: 'removed' });
    release();
    await rig.stop();
    expect([await rig.integrations.list(store), rig.problems]).toEqual([[], []]);
  });
});
