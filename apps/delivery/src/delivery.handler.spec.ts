import type { LogRecord, Mapping, RecordOutcome, SendResult } from '@crossdock/core';
import { answer, type Script } from '@crossdock/core/memory';
import { beginning, mapping, options, recordsOf, requeued, storeId } from '@crossdock/core/testing';
import {
  CLOCK,
  DUE_DELIVERIES,
  EVENT_LOG,
  IDENTIFIERS,
  LOGGER,
  LOG_TAIL,
  RANDOM,
  RECEIVED_MESSAGES,
  REGISTRY,
  SENDER,
  SHA256,
  UNIT_OF_WORK,
  sha256,
} from '@crossdock/kit';
import type { ModuleRef } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryHandler } from './delivery.handler.ts';
import { DispatchService } from './dispatch.service.ts';
import { DeliveryRig, deliveryOf, idOf, quiet } from './testing/delivery-rig.ts';

const ok: Script = (request) => answer(200, { message_id: request.headers['webhook-id']?.slice(4) });
const hangs: Script = () => new Promise<SendResult>(() => undefined);
const narrow = (digits: string, concurrency: number, endpoint: number): Mapping =>
  mapping(digits, { endpoint, options: options({ concurrency }) });

describe('DeliveryHandler', { timeout: 30_000 }, () => {
  let rig: DeliveryRig;
  let dispatch: DispatchService;
  let handler: DeliveryHandler;
  beforeEach(() => open(hangs));
  afterEach(async () => {
    await rig.sender.close();
    await dispatch.dispatcher.stop(1_000);
  });

  async function open(script: Script): Promise<void> {
    rig = await DeliveryRig.open(script);
    const { unitOfWork, log, tail, received, due, identifiers } = rig.hub;
    const parts = new Map<unknown, unknown>([
      [UNIT_OF_WORK, unitOfWork],
      [EVENT_LOG, log],
      [LOG_TAIL, tail],
      [RECEIVED_MESSAGES, received],
      [DUE_DELIVERIES, due],
      [IDENTIFIERS, identifiers],
      [REGISTRY, rig.registry],
      [SENDER, rig.sender],
      [SHA256, sha256],
      [CLOCK, () => rig.clock.now],
      [RANDOM, () => 0.5],
      [LOGGER, quiet],
    ]);
    dispatch = new DispatchService({ get: (token: unknown) => parts.get(token) } as ModuleRef);
    handler = new DeliveryHandler(log, due, identifiers, rig.registry, () => rig.clock.now, dispatch);
  }

  const records = (): Promise<readonly LogRecord[]> => recordsOf(rig.hub, ['delivery.accepted', 'delivery.requeued']);
  const handle = async (batch?: readonly LogRecord[]): Promise<readonly RecordOutcome[]> => {
    const all = batch ?? (await records());
    return await rig.hub.unitOfWork.run((tx) => handler.onAccepted(all, tx));
  };
  const until = (expectation: () => void): Promise<void> => vi.waitFor(expectation, { timeout: 20_000, interval: 5 });
  const rows = (): readonly unknown[] =>
    rig.hub.due.rows().map(({ delivery, attempt, dueAt, running }) => [delivery, attempt, dueAt, running]);

  it('leases what there is a slot for, and sends it right after the commit', async () => {
    await open(ok);
    await rig.accept(1);
    const work = rig.hub.unitOfWork.run(async (tx) => {
      await handler.onAccepted(await records(), tx);
      // Nothing is sent that might still be rolled back.
      expect(rig.sender.requests).toEqual([]);
    });
    await work;
    await until(() => expect(rig.types(deliveryOf(1))).toEqual(['delivery.accepted', 'delivery.succeeded']));
    expect(rig.sender.requests).toHaveLength(1);
    expect(rig.hub.due.rows()).toEqual([]);
  });

  it('sends nothing of a batch that was rolled back', async () => {
    await rig.accept(1);
    const work = rig.hub.unitOfWork.run(async (tx) => {
      await handler.onAccepted(await records(), tx);
      throw new TypeError('no');
    });
    await expect(work).rejects.toThrow('no');
    expect([rows(), rig.sender.requests, dispatch.slots.inFlight]).toEqual([[], [], 0]);
  });

  it('leaves in the table what an endpoint has no slot for, and leases the other endpoints’', async () => {
    const [slow, other] = [narrow('a', 2, 1), narrow('b', 5, 2)];
    await rig.registry.save(storeId, { mappings: [slow, other] });
    for (let n = 1; n <= 4; n += 1) await rig.accept(n, [slow, other]);
    expect(await handle()).toEqual(Array.from({ length: 8 }, () => ({ kind: 'done' })));
    const waiting = [deliveryOf(3, slow), deliveryOf(4, slow)].sort();
    expect(
      rig.hub.due
        .rows()
        .filter(({ running }) => !running)
        .map(({ delivery, attempt }) => [delivery, attempt]),
    ).toEqual(waiting.map((delivery) => [delivery, 0]));
    await until(() => expect(rig.sender.requests).toHaveLength(6));
    await rig.accept(5, [slow]);
    await handle((await records()).slice(8));
    expect(rig.hub.due.rows().filter(({ running }) => running)).toHaveLength(6);
  });

  it('takes up what waited for a slot as soon as there is one', async () => {
    await open(ok);
    await rig.registry.save(storeId, { mappings: [narrow('a', 1, 1)] });
    for (let n = 1; n <= 5; n += 1) await rig.accept(n);
    await handle();
    dispatch.dispatcher.run();
    await until(() =>
      expect([1, 2, 3, 4, 5].map((n) => rig.types(deliveryOf(n)).at(-1))).toEqual(Array.from({ length: 5 }, () => 'delivery.succeeded')),
    );
  });

  it.each([
    ['paused', { paused: true }],
    ['disabled', { enabled: false }],
  ])('lets what is for a %s mapping wait without a time, and leases none of it', async (_, held) => {
    await rig.registry.save(storeId, { mappings: [mapping('a', held)] });
    await rig.accept(1);
    await rig.hub.unitOfWork.run(async (tx) => {
      await handler.onAccepted(await records(), tx);
      expect(await rig.hub.due.lock(tx, deliveryOf(1))).toMatchObject({ attempt: 0, dueAt: Number.POSITIVE_INFINITY, running: false });
    });
    expect(rows()).toEqual([[deliveryOf(1), 0, Number.POSITIVE_INFINITY, false]]);
    expect(rig.sender.requests).toEqual([]);
  });

  it('resumes it within a second or so of the mapping’s resuming', async () => {
    await open(ok);
    await rig.registry.save(storeId, { mappings: [mapping('a', { paused: true })] });
    await rig.accept(1);
    await handle();
    dispatch.onApplicationBootstrap();
    await rig.registry.save(storeId, { mappings: [mapping('a')] });
    await until(() => expect(rig.types(deliveryOf(1)).at(-1)).toBe('delivery.succeeded'));
    await dispatch.beforeApplicationShutdown();
  });

  it('parks what comes from too deep a lineage: it goes round in circles', async () => {
    await rig.accept(1, [mapping('a')], '{}', 20);
    await rig.accept(2, [mapping('a')], '{}', 21);
    const claims = [1, 2].map((n) => ({ mapping: mapping('a').id, key: `R${n}`, delivery: deliveryOf(n) }));
    await rig.hub.unitOfWork.run((tx) => rig.hub.identifiers.claim(tx, claims));
    expect(await handle()).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(rows()).toEqual([[deliveryOf(1), 1, beginning, true]]);
    expect(rig.events(deliveryOf(2))[1]).toEqual({ type: 'delivery.parked', store: storeId, root: idOf(2), reason: 'loop_guard' });
    const again = claims.map((claim) => ({ ...claim, delivery: deliveryOf(3) }));
    expect(await rig.hub.unitOfWork.run((tx) => rig.hub.identifiers.claim(tx, again))).toEqual([deliveryOf(1), deliveryOf(3)]);
  });

  it('has nothing to do for a delivery that a person requeued: its row is there', async () => {
    await rig.accept(1);
    await rig.hub.unitOfWork.run((tx) =>
      rig.hub.log.append(tx, 0, [{ stream: deliveryOf(1), version: 2, at: 0, event: requeued('a person') }]),
    );
    expect(await handle((await records()).slice(1))).toEqual([{ kind: 'done' }]);
    expect(rows()).toEqual([]);
  });

  it('takes a delivery into the table once, however often it is delivered', async () => {
    await rig.accept(1);
    await handle();
    await until(() => expect(rig.sender.requests).toHaveLength(1));
    await expect(handle()).rejects.toThrow('is in the table already');
    expect([rows(), rig.sender.requests.length]).toEqual([[[deliveryOf(1), 1, beginning, true]], 1]);
  });

  it('still takes up what has no mapping any more: it is parked when it comes up', async () => {
    await rig.accept(1, [mapping('f')]);
    await handle();
    await until(() => expect(rig.types(deliveryOf(1, mapping('f')))).toEqual(['delivery.accepted', 'delivery.parked']));
    expect(rig.events(deliveryOf(1, mapping('f')))[1]).toMatchObject({ reason: 'mapping_gone' });
  });
});
