import type { Mapping, ReceivedMessages, SendResult } from '@crossdock/core';
import { answer, sendFailure, StoreError, type Script } from '@crossdock/core/memory';
import { beginning, decoded, mapping, options, storeId } from '@crossdock/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DeliveryRig, deliveryOf, type RigParts } from '../testing/delivery-rig.ts';

/** An answer that says it is about the delivery that was sent. */
const ok: Script = (request) => answer(200, { message_id: request.headers['webhook-id']?.slice(4), messages: [] });
const narrow = (digits: string, concurrency: number, endpoint = 1): Mapping =>
  mapping(digits, { endpoint, options: options({ concurrency }) });

describe('Dispatcher', { timeout: 30_000 }, () => {
  let rig: DeliveryRig;
  const open = async (script: Script, parts?: (world: DeliveryRig['world']) => RigParts): Promise<void> => {
    rig = await DeliveryRig.open(script, parts);
  };
  afterEach(async () => {
    await rig.sender.close();
    await rig.dispatcher.stop(2_000);
  });

  const until = (expectation: () => void | Promise<void>): Promise<void> => vi.waitFor(expectation, { timeout: 20_000, interval: 5 });
  const lastOf = (n: number, to?: Mapping): string | undefined => rig.types(deliveryOf(n, to)).at(-1);
  const bodyOf = (index: number): unknown => JSON.parse(decoded(rig.sender.requests[index]?.body ?? []));

  it('sends what is due, and stores what came of it', async () => {
    await open(ok);
    await rig.makeDue(1);
    rig.dispatcher.run();
    await until(() => expect(lastOf(1)).toBe('delivery.succeeded'));
    expect(rig.sender.requests.map(({ url, method, headers, timeoutMs }) => [url, method, headers['webhook-id'], timeoutMs])).toEqual([
      ['http://erp.example/orders', 'POST', `msg_${deliveryOf(1)}`, 180_000],
    ]);
    expect(bodyOf(0)).toEqual({
      message: 'order:new',
      message_id: deliveryOf(1),
      payload: { n: 1, parameters: [{ name: 'store_id', value: storeId }] },
      store_id: storeId,
    });
    expect(rig.events(deliveryOf(1))[1]).toMatchObject({ attempt: { number: 1, startedAt: beginning, status: 200 } });
    expect(rig.hub.due.rows()).toEqual([]);
    await until(() => expect(rig.slots.inFlight).toBe(0));
  });

  it('tries again what failed, when its time has come, and not before', async () => {
    await open((request, n) => (n < 2 ? sendFailure('connection_refused') : ok(request, n)));
    await rig.makeDue(1);
    rig.dispatcher.run();
    await until(() => expect(rig.types(deliveryOf(1))).toEqual(['delivery.accepted', 'delivery.failed']));
    expect(rig.hub.due.rows()).toMatchObject([{ attempt: 1, failures: 1, version: 2, dueAt: beginning + 1_000, running: false }]);
    rig.clock.now = beginning + 1_000;
    await until(() => expect(rig.types(deliveryOf(1)).slice(2)).toEqual(['delivery.failed']));
    expect(rig.hub.due.rows()).toMatchObject([{ attempt: 2, failures: 2, dueAt: beginning + 3_000 }]);
    rig.clock.now = beginning + 3_000;
    await until(() => expect(lastOf(1)).toBe('delivery.succeeded'));
    expect(rig.events(deliveryOf(1)).flatMap((event) => ('attempt' in event ? [event.attempt?.number] : []))).toEqual([1, 2, 3]);
    expect(new Set(rig.sender.requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([`msg_${deliveryOf(1)}`]));
  });

  it('waits as long as the endpoint asked', async () => {
    await open(() => answer(429, 'Too many.', { 'retry-after': '30' }));
    await rig.makeDue(1);
    rig.dispatcher.run();
    await until(() => expect(rig.hub.due.rows()).toMatchObject([{ dueAt: beginning + 30_000 }]));
  });

  it('parks what has no mapping any more, without asking anybody', async () => {
    await open(ok);
    await rig.makeDue(1, mapping('f'));
    rig.dispatcher.run();
    await until(() =>
      expect(rig.events(deliveryOf(1, mapping('f')))[1]).toMatchObject({ type: 'delivery.parked', reason: 'mapping_gone' }),
    );
    expect(rig.sender.requests).toEqual([]);
    await until(() => expect(rig.slots.inFlight).toBe(0));
  });

  it.each([
    ['paused', { paused: true }],
    ['disabled', { enabled: false }],
  ])('lets what came up for a %s mapping wait without a time', async (_, held) => {
    await open(ok);
    await rig.registry.save(storeId, { mappings: [mapping('a', held)] });
    await rig.makeDue(1);
    rig.dispatcher.run();
    await until(() => expect(rig.hub.due.rows()).toMatchObject([{ dueAt: Number.POSITIVE_INFINITY, attempt: 0, running: false }]));
    await until(() => expect(rig.paused).toEqual([mapping('a').id]));
    expect([rig.sender.requests, rig.types(deliveryOf(1))]).toEqual([[], ['delivery.accepted']]);
    expect(rig.slots.freeOf(1)).toBe(10);
  });

  it('leaves the lease of an attempt that was cut off: nobody knows what the endpoint saw', async () => {
    await open(() => new Promise<SendResult>(() => undefined));
    await rig.makeDue(1);
    rig.dispatcher.run();
    await until(() => expect(rig.sender.requests).toHaveLength(1));
    await rig.sender.close();
    await until(() => expect(rig.slots.inFlight).toBe(0));
    expect(rig.types(deliveryOf(1))).toEqual(['delivery.accepted']);
    expect(rig.hub.due.rows()).toMatchObject([{ attempt: 1, running: true }]);
  });

  it('asks an endpoint no more often at once than it may, and takes up the rest when a slot is free', async () => {
    const held: (() => void)[] = [];
    let most = 0;
    await open(async (request, n) => {
      most = Math.max(most, held.length + 1);
      await new Promise<void>((resolve) => held.push(resolve));
      return await ok(request, n);
    });
    await rig.registry.save(storeId, { mappings: [narrow('a', 2)] });
    rig.slots.learn(1, 2);
    for (let n = 1; n <= 7; n += 1) await rig.makeDue(n);
    rig.dispatcher.run();
    for (let done = 0; done < 7; done += 1) {
      await until(() => expect(held.length).toBeGreaterThan(0));
      held.shift()?.();
    }
    await until(() => expect([1, 2, 3, 4, 5, 6, 7].map((n) => lastOf(n))).toEqual(Array.from({ length: 7 }, () => 'delivery.succeeded')));
    expect(most).toBe(2);
  });

  it('gives back what was leased beside each other and is more than it may, and delivers it later', async () => {
    const held: (() => void)[] = [];
    await open(async (request, n) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return await ok(request, n);
    });
    await rig.registry.save(storeId, { mappings: [narrow('a', 2)] });
    rig.slots.learn(1, 2);
    for (let n = 1; n <= 4; n += 1) await rig.makeDue(n);
    // Both see two free slots, as the batches of two shards do.
    const leased = [
      await rig.hub.due.claim([{ endpoint: 1, limit: 2 }], beginning),
      await rig.hub.due.claim([{ endpoint: 1, limit: 2 }], beginning),
    ];
    for (const jobs of leased) rig.dispatcher.start(jobs);
    await until(() =>
      expect(
        rig.hub.due
          .rows()
          .map(({ attempt, running }) => `${attempt} ${running}`)
          .toSorted(),
      ).toEqual(['0 false', '0 false', '1 true', '1 true']),
    );
    await until(() => expect(held).toHaveLength(2));
    rig.dispatcher.run();
    for (let done = 0; done < 4; done += 1) {
      await until(() => expect(held.length).toBeGreaterThan(0));
      expect(held.length).toBeLessThanOrEqual(2);
      held.shift()?.();
    }
    await until(() => expect([1, 2, 3, 4].map((n) => lastOf(n))).toEqual(Array.from({ length: 4 }, () => 'delivery.succeeded')));
    expect(
      [1, 2, 3, 4].flatMap((n) => rig.events(deliveryOf(n))).flatMap((event) => ('attempt' in event ? [event.attempt?.number] : [])),
    ).toEqual([1, 1, 1, 1]);
  });

  it('lets an endpoint that hangs hold up nobody else', async () => {
    const slow = mapping('a', { url: 'http://slow.example/', options: options({ concurrency: 4 }) });
    const quick = mapping('b', { endpoint: 2, url: 'http://quick.example/' });
    await open((request, n) => (request.url === slow.url ? new Promise<SendResult>(() => undefined) : ok(request, n)));
    await rig.registry.save(storeId, { mappings: [slow, quick] });
    rig.slots.learn(1, 4);
    for (let n = 1; n <= 30; n += 1) await rig.makeDue(n, slow);
    for (let n = 31; n <= 60; n += 1) await rig.makeDue(n, quick);
    rig.dispatcher.run();
    await until(() =>
      expect(Array.from({ length: 30 }, (_, index) => lastOf(31 + index, quick))).toEqual(
        Array.from({ length: 30 }, () => 'delivery.succeeded'),
      ),
    );
    expect(rig.hub.due.rows().filter(({ running }) => running)).toHaveLength(4);
  });

  it('begins no more attempts in all than it may', async () => {
    await open(
      () => new Promise<SendResult>(() => undefined),
      () => ({ slots: { maxInFlight: 3 } }),
    );
    for (let n = 1; n <= 6; n += 1) await rig.makeDue(n);
    rig.dispatcher.run();
    await until(() => expect(rig.sender.requests).toHaveLength(3));
    expect([rig.slots.inFlight, rig.slots.free()]).toEqual([3, 0]);
    expect(rig.hub.due.rows().filter(({ running }) => running)).toHaveLength(3);
  });

  it('leaves an endpoint alone for a while that fails again and again, and tries it with one attempt after that', async () => {
    let broken = true;
    await open(
      (request, n) => (broken ? sendFailure('connection_refused') : ok(request, n)),
      () => ({ slots: { failuresToClose: 3 } }),
    );
    for (let n = 1; n <= 3; n += 1) await rig.makeDue(n);
    rig.dispatcher.run();
    await until(() => expect([1, 2, 3].map((n) => lastOf(n))).toEqual(['delivery.failed', 'delivery.failed', 'delivery.failed']));
    await until(async () => expect(await rig.hub.due.ready(beginning + 4_000, 0, 9)).toEqual([]));
    expect(await rig.hub.due.ready(beginning + 5_000, 0, 9)).toHaveLength(1);
    for (let n = 4; n <= 6; n += 1) await rig.makeDue(n);
    const before = rig.sender.requests.length;
    rig.clock.now = beginning + 4_999;
    rig.dispatcher.wake();
    await until(() => expect(rig.slots.freeOf(1)).toBe(0));
    expect(rig.sender.requests).toHaveLength(before);
    broken = false;
    rig.clock.now = beginning + 5_000;
    expect(rig.slots.freeOf(1)).toBe(1);
    await until(() => expect([1, 2, 3, 4, 5, 6].map((n) => lastOf(n))).toEqual(Array.from({ length: 6 }, () => 'delivery.succeeded')));
    expect(rig.slots.freeOf(1)).toBe(10);
  });

  it('keeps a lease until what the attempt needs can be read', async () => {
    await open(ok);
    await rig.makeDue(1);
    const get = rig.hub.received.get.bind(rig.hub.received);
    let storms = 2;
    vi.spyOn(rig.hub.received as ReceivedMessages, 'get').mockImplementation((ids) => {
      storms -= 1;
      return storms >= 0 ? Promise.reject(new StoreError('database_unreachable', 'The database cannot be reached.', true)) : get(ids);
    });
    rig.dispatcher.run();
    await until(() => expect(lastOf(1)).toBe('delivery.succeeded'));
    expect(rig.sender.requests).toHaveLength(1);
  });

  it('delivers a payload with more members than anybody would count', async () => {
    const members = Array.from({ length: 100_001 }, (_, n) => `"m${n}":0`).join();
    await open(ok);
    await rig.makeDue(1, mapping('a'), {}, `{${members}}`);
    rig.dispatcher.run();
    await until(() => expect(lastOf(1)).toBe('delivery.succeeded'));
  });

  it('takes a request that cannot be made for a failure that people see', async () => {
    await open(ok);
    await rig.makeDue(1, mapping('a'), {}, '[1]');
    await rig.makeDue(2);
    rig.dispatcher.run();
    await until(() => expect([lastOf(1), lastOf(2)]).toEqual(['delivery.failed', 'delivery.succeeded']));
    expect(rig.events(deliveryOf(1))[1]).toMatchObject({
      attempt: { error: { text: expect.stringContaining('is not an object') as string } },
    });
    await until(() => expect(rig.slots.inFlight).toBe(0));
  });

  it('waits, when it stops, for what is under way, and begins nothing more', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await open(async (request, n) => {
      await held;
      return await ok(request, n);
    });
    await rig.makeDue(1);
    rig.dispatcher.run();
    await until(() => expect(rig.sender.requests).toHaveLength(1));
    const stopped = rig.dispatcher.stop(60_000);
    await rig.makeDue(2);
    letGo();
    await stopped;
    expect([lastOf(1), lastOf(2)]).toEqual(['delivery.succeeded', 'delivery.accepted']);
    expect(rig.hub.due.rows()).toMatchObject([{ delivery: deliveryOf(2), running: false }]);
  });

  it('does not wait for it longer than it is told to', async () => {
    await open(() => new Promise<SendResult>(() => undefined));
    await rig.makeDue(1);
    rig.dispatcher.run();
    await until(() => expect(rig.sender.requests).toHaveLength(1));
    await rig.dispatcher.stop(50);
    expect(rig.slots.inFlight).toBe(1);
  });
});
