import type { Answer, DueDelivery, HubEvent, Mapping, Transaction } from '@crossdock/core';
import { StoreError } from '@crossdock/core/memory';
import { attempt, beginning, bytesOf, deliveryArchived, entry, mapping, options, storeId } from '@crossdock/core/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryRig, deliveryOf, idOf, type RigParts } from '../testing/delivery-rig.ts';

type Success = Extract<Answer, { kind: 'success' }>;
const success = (but: Partial<Success> = {}): Success => ({
  kind: 'success',
  messages: [],
  notifications: [],
  parameters: [],
  result: undefined,
  warnings: [],
  ...but,
});
const failure: Answer = { kind: 'failure', class: 'http_5xx', text: 'It is broken.', notifications: [], warnings: [] };
const answerMessage = { message: 'shipment:transmitted', payload: bytesOf('{"id":"H1", "big":9007199254740993}') };

describe('OutcomeWriter', () => {
  let rig: DeliveryRig;
  const open = async (parts?: (world: DeliveryRig['world']) => RigParts): Promise<void> => {
    rig = await DeliveryRig.open(() => {
      throw new TypeError('Nothing is sent here.');
    }, parts);
    rig.clock.now = beginning + 10_000;
  };
  beforeEach(() => open());

  /** Ends attempts all at once, and waits until each is settled. */
  const end = async (...ended: readonly (readonly [DueDelivery, Answer, Mapping?])[]): Promise<void> => {
    await Promise.all(
      ended.map(async ([due, outcome, to = mapping('a')]) => {
        const message = (await rig.hub.received.get([due.message])).get(due.message);
        if (message === undefined) throw new TypeError('The log has no such message.');
        const { status: _status, ...facts } = attempt(due.attempt);
        await new Promise<void>((settled) => {
          rig.outcomes.add({ due, received: message, mapping: to, attempt: facts, outcome, retryAfterMs: undefined, settled });
        });
      }),
    );
    await rig.outcomes.idle();
  };
  const row = async (n: number): Promise<unknown> => rig.hub.due.rows().find(({ delivery }) => delivery === deliveryOf(n));
  const parameters = async (): Promise<unknown> =>
    Object.fromEntries(
      [...((await rig.registry.snapshots([storeId])).get(storeId)?.parameters ?? [])].map(([name, { value }]) => [name, value]),
    );
  /** The delivery's process dies, and another one takes the row over and begins the next attempt. */
  const takeOver = async (): Promise<DueDelivery> => {
    const { one, two } = rig.world;
    await one.die();
    await two.unitOfWork.run(async (tx) => {
      const [lost] = await two.due.takeOver(tx, 0, 1);
      if (lost === undefined) throw new TypeError('Nothing was lost.');
      const event: HubEvent = { type: 'delivery.attempt_lost', store: storeId, root: lost.message, number: lost.attempt };
      await two.due.reschedule(tx, { ...lost, version: 2, dueAt: 0 });
      await two.log.append(tx, 0, [{ stream: lost.delivery, version: 2, at: 0, event }]);
    });
    const [job] = await two.due.claim([{ endpoint: 1, limit: 1 }], 1);
    if (job === undefined) throw new TypeError('Nothing was claimed.');
    return job;
  };

  it('says which delivery’s answer brought a parameter', async () => {
    const written = vi.spyOn(rig.registry, 'writeParameters');
    await end(
      [await rig.begin(1, mapping('a'), {}), success({ parameters: [{ name: 'cursor', value: 'c-7' }] })],
      [await rig.begin(2, mapping('a'), {}), success({ parameters: [{ name: 'cursor', value: 'c-8' }] })],
    );
    expect(written.mock.calls.flatMap(([, writes]) => writes)).toEqual([
      { store: storeId, name: 'cursor', value: 'c-7', by: deliveryOf(1) },
      { store: storeId, name: 'cursor', value: 'c-8', by: deliveryOf(2) },
    ]);
  });

  it('stores a success with all that the answer brought, in one transaction', async () => {
    const due = await rig.begin(1, mapping('a'), {});
    const before = rig.hub.log.head(0);
    let commits = 0;
    rig.hub.log.onAppend(() => {
      commits += 1;
    });
    await end([
      due,
      success({
        messages: [answerMessage, { ...answerMessage, attributes: { request_id: 'x' } }],
        notifications: [entry()],
        parameters: [
          { name: 'cursor', value: 'c-7' },
          { name: 'count', value: 3 },
        ],
        result: '{"ok":true}',
      }),
    ]);
    expect(commits).toBe(1);
    expect(await row(1)).toBeUndefined();
    expect(await parameters()).toEqual({ cursor: 'c-7', count: 3 });
    const written = await rig.hub.log.read(0, before, 10);
    const children = written.slice(1).map(({ stream }) => stream);
    const { status: _status, ...facts } = attempt(1);
    expect(written.map(({ version, position, event }) => [version, position - before, event.type])).toEqual([
      [2, 1, 'delivery.succeeded'],
      [1, 2, 'message.received'],
      [1, 3, 'message.received'],
    ]);
    expect(written[0]?.event).toEqual({
      type: 'delivery.succeeded',
      store: storeId,
      root: idOf(1),
      attempt: facts,
      children,
      notifications: [entry()],
      parameters: ['cursor', 'count'],
      result: '{"ok":true}',
    });
    expect(written[2]?.event).toEqual({
      type: 'message.received',
      store: storeId,
      root: idOf(1),
      message: 'shipment:transmitted',
      rootMessage: 'order:new',
      origin: 'answer',
      source: mapping('a').name,
      parent: deliveryOf(1),
      hops: 1,
      trail: [mapping('a').id],
      attributes: { request_id: 'x' },
      bytes: answerMessage.payload.length,
    });
    const [child = ''] = children;
    expect((await rig.hub.received.get([child])).get(child)?.payload).toEqual(answerMessage.payload);
    expect(child.slice(0, 8)).toBe(idOf(1).slice(0, 8));
  });

  it('lets a failure wait for its next attempt', async () => {
    const due = await rig.begin(1);
    await end([due, failure]);
    const retryAt = beginning + 11_000;
    expect(rig.events(deliveryOf(1))[1]).toMatchObject({
      type: 'delivery.failed',
      retryAt,
      attempt: { number: 1, error: { class: 'http_5xx' } },
    });
    expect(await row(1)).toEqual({ ...due, version: 2, failures: 1, dueAt: retryAt, running: false });
  });

  it('parks after the last attempt, and frees the identifying values', async () => {
    const claim = { mapping: mapping('a').id, key: '["R1"]', delivery: deliveryOf(1) };
    await rig.hub.unitOfWork.run((tx) => rig.hub.identifiers.claim(tx, [claim]));
    const due = await rig.begin(1, mapping('a'), { attempt: 4, failures: 4 });
    await end([due, failure]);
    expect(rig.events(deliveryOf(1))[1]).toMatchObject({ type: 'delivery.parked', reason: 'attempts_exhausted', attempt: { number: 5 } });
    expect(await row(1)).toBeUndefined();
    const holders = await rig.hub.unitOfWork.run((tx) => rig.hub.identifiers.claim(tx, [{ ...claim, delivery: deliveryOf(2) }]));
    expect(holders).toEqual([deliveryOf(2)]);
  });

  it('keeps the identifying values of what succeeded or will be tried again', async () => {
    const claims = [1, 2].map((n) => ({ mapping: mapping('a').id, key: `R${n}`, delivery: deliveryOf(n) }));
    await rig.hub.unitOfWork.run((tx) => rig.hub.identifiers.claim(tx, claims));
    await end([await rig.begin(1), success()], [await rig.begin(2), failure]);
    const again = claims.map((claim) => ({ ...claim, delivery: deliveryOf(9) }));
    expect(await rig.hub.unitOfWork.run((tx) => rig.hub.identifiers.claim(tx, again))).toEqual([deliveryOf(1), deliveryOf(2)]);
  });

  it('parks at once what may not be tried again', async () => {
    const once = mapping('a', { options: options({ retriesAllowed: false }) });
    await end([await rig.begin(1), failure, once]);
    expect(rig.events(deliveryOf(1))[1]).toMatchObject({ type: 'delivery.parked', reason: 'retries_not_allowed' });
  });

  it('parks a delivery whose mapping is gone, without any attempt', async () => {
    const due = await rig.begin(1);
    const message = (await rig.hub.received.get([due.message])).get(due.message);
    if (message === undefined) throw new TypeError('The log has no such message.');
    await new Promise<void>((settled) => {
      rig.outcomes.add({ due, received: message, mapping: undefined, settled });
    });
    expect(rig.events(deliveryOf(1))[1]).toEqual({ type: 'delivery.parked', store: storeId, root: idOf(1), reason: 'mapping_gone' });
    expect(await row(1)).toBeUndefined();
  });

  it('tells in the attempt which parameters did not fit', async () => {
    await rig.registry.save(storeId, { parameters: [{ id: idOf(900), name: 'count', dataType: 'integer', value: 1 }] });
    await end([
      await rig.begin(1),
      success({
        parameters: [
          { name: 'count', value: 'many' },
          { name: 'ok', value: 1 },
        ],
        warnings: ['It is odd.'],
      }),
    ]);
    expect(rig.events(deliveryOf(1))[1]).toMatchObject({
      type: 'delivery.succeeded',
      attempt: { warnings: ['It is odd.', 'Parameter "count" was left as it is: it is of type integer.'] },
    });
    expect(await parameters()).toEqual({ count: 1, ok: 1 });
  });

  it('stores many outcomes in one transaction, each its own', async () => {
    const dues = [await rig.begin(1), await rig.begin(2), await rig.begin(3)] as const;
    let commits = 0;
    rig.hub.log.onAppend(() => {
      commits += 1;
    });
    await end([dues[0], success()], [dues[1], failure], [dues[2], success({ parameters: [{ name: 'x', value: 1 }] })]);
    expect(commits).toBe(1);
    expect([1, 2, 3].map((n) => rig.types(deliveryOf(n))[1])).toEqual(['delivery.succeeded', 'delivery.failed', 'delivery.succeeded']);
  });

  it('only records an answer that comes when another process has the delivery: it makes nothing and changes nothing', async () => {
    const due = await rig.begin(1);
    const next = await takeOver();
    await end([due, success({ messages: [answerMessage], parameters: [{ name: 'cursor', value: 'late' }] })]);
    expect(rig.types(deliveryOf(1))).toEqual(['delivery.accepted', 'delivery.attempt_lost', 'delivery.answered_late']);
    expect(rig.events(deliveryOf(1))[2]).toMatchObject({ attempt: { number: 1 } });
    expect(await parameters()).toEqual({});
    expect(rig.hub.log.head(0)).toBe(4);
    expect(await row(1)).toEqual({ ...next, running: true });
  });

  it('stores the owner’s outcome although a late answer made the stream longer than the row knows', async () => {
    await rig.begin(1);
    // The row is the other one's now; this rig plays its part from here on.
    const late: HubEvent = { type: 'delivery.answered_late', store: storeId, root: idOf(2), attempt: attempt(1) };
    const due = await rig.begin(2);
    await rig.hub.unitOfWork.run((tx) => rig.hub.log.append(tx, 0, [{ stream: deliveryOf(2), version: 2, at: 0, event: late }]));
    await end([due, failure]);
    expect(rig.types(deliveryOf(2))).toEqual(['delivery.accepted', 'delivery.answered_late', 'delivery.failed']);
    expect(await row(2)).toMatchObject({ version: 3, failures: 1, running: false });
    const [again] = await rig.hub.due.claim([{ endpoint: 1, limit: 9 }], Number.MAX_SAFE_INTEGER);
    await end([again as DueDelivery, success()]);
    expect(rig.types(deliveryOf(2)).at(-1)).toBe('delivery.succeeded');
  });

  it('records late answers of one delivery one after another', async () => {
    const due = await rig.begin(1);
    await takeOver();
    await end([due, success()], [{ ...due, attempt: 7 }, failure]);
    expect(rig.types(deliveryOf(1)).slice(2)).toEqual(['delivery.answered_late', 'delivery.answered_late']);
  });

  it('only records an answer to what a person archived meanwhile', async () => {
    const due = await rig.begin(1);
    await rig.hub.unitOfWork.run(async (tx) => {
      await rig.hub.due.remove(tx, due.delivery);
      await rig.hub.log.append(tx, 0, [{ stream: due.delivery, version: 2, at: 0, event: deliveryArchived('a person') }]);
    });
    await end([due, success({ messages: [answerMessage] })]);
    expect(rig.types(deliveryOf(1))).toEqual(['delivery.accepted', 'delivery.archived', 'delivery.answered_late']);
  });

  /** Fails with these errors, one after another, before or after the commit. */
  const stormy = (errors: unknown[], committed: boolean): ((world: DeliveryRig['world']) => RigParts) => {
    return ({ one }) => ({
      unitOfWork: {
        run: async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
          const error = errors.shift();
          if (error === undefined) return await one.unitOfWork.run(work);
          if (committed) await one.unitOfWork.run(work);
          throw error;
        },
      },
    });
  };
  const unreachable = new StoreError('database_unreachable', 'The database cannot be reached.', true);

  it('waits for better weather, and stores the outcome once', async () => {
    const errors = [unreachable, Object.assign(new RangeError('canceling statement due to statement timeout'), { code: '57014' })];
    await open(stormy(errors, false));
    await end([await rig.begin(1), success({ messages: [answerMessage] })]);
    expect(errors).toEqual([]);
    expect(rig.types(deliveryOf(1))).toEqual(['delivery.accepted', 'delivery.succeeded']);
  });

  it('stores an outcome once when nobody knows whether its commit happened', async () => {
    await open(stormy([unreachable], true));
    await end([await rig.begin(1), success({ messages: [answerMessage] })], [await rig.begin(2), failure]);
    expect([1, 2].map((n) => rig.types(deliveryOf(n)).slice(1))).toEqual([['delivery.succeeded'], ['delivery.failed']]);
    expect(await row(2)).toMatchObject({ version: 2, failures: 1, running: false });
    expect((await rig.hub.log.read(0, 0, 100)).filter(({ event }) => event.type === 'message.received')).toHaveLength(3);
  });

  it('sets aside the one outcome that cannot be stored, and stores its neighbours', async () => {
    const bad = deliveryOf(2);
    await open(({ one }) => ({
      log: {
        load: (streams) => one.log.load(streams),
        append: async (tx, shard, events) => {
          if (events.some(({ stream }) => stream === bad)) throw new RangeError('It cannot be stored.');
          await one.log.append(tx, shard, events);
        },
      },
    }));
    const dues = [await rig.begin(1), await rig.begin(2), await rig.begin(3)] as const;
    await end([dues[0], success()], [dues[1], success()], [dues[2], failure]);
    expect([1, 2, 3].map((n) => rig.types(deliveryOf(n)).slice(1))).toEqual([['delivery.succeeded'], [], ['delivery.failed']]);
    expect(await row(2)).toEqual({ ...dues[1], dueAt: beginning + 70_000, running: false });
  });

  it('gives an answer’s messages the same ids whenever it is stored', async () => {
    await end([await rig.begin(1), success({ messages: [answerMessage] })]);
    const first = rig.events(deliveryOf(1))[1];
    await open();
    await end([await rig.begin(1), success({ messages: [answerMessage] })]);
    expect(rig.events(deliveryOf(1))[1]).toEqual(first);
  });
});
