import { sha256 } from '@crossdock/kit';
import {
  notificationId,
  type DeliveryAccepted,
  type HubEvent,
  type LogRecord,
  type MessageReceived,
  type NewEvent,
  type RecordOutcome,
} from '@crossdock/core';
import {
  accepted,
  answeredLate,
  attempt,
  beginning,
  bytesOf,
  entry,
  failed,
  finding,
  invalid,
  messageArchived,
  openMemoryWorld,
  parked,
  received,
  recordsOf,
  routed,
  store,
  storeId,
  succeeded,
  type MemoryProcess,
} from '@crossdock/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { NotificationsHandler } from './notifications.handler.ts';

const now = beginning + 60_000;
const idOf = (n: number): string => `6b000000000000000000${n.toString(16).padStart(4, '0')}`;
const outOfStock = entry();

describe('NotificationsHandler', () => {
  let hub: MemoryProcess;
  let handler: NotificationsHandler;
  beforeEach(async () => {
    hub = (await openMemoryWorld()).one;
    handler = new NotificationsHandler(hub.log, hub.received, sha256, () => now);
  });

  const storeAll = (...events: readonly (readonly [string, number, HubEvent, string?])[]): Promise<void> =>
    store(
      hub,
      events.map(([stream, version, event, payload]): NewEvent => ({
        stream,
        version,
        at: beginning,
        event,
        ...(event.type === 'message.received' ? { payload: bytesOf(payload ?? '{}') } : {}),
      })),
    );
  const pushed = (n: number, facts: Partial<MessageReceived> = {}): MessageReceived => received({ root: idOf(n), ...facts });
  const delivery = (facts: Partial<DeliveryAccepted> = {}): DeliveryAccepted => accepted({ root: idOf(1), parent: idOf(1), ...facts });
  const handle = (of: 'messages' | 'deliveries', records: readonly LogRecord[]): Promise<readonly RecordOutcome[]> =>
    hub.unitOfWork.run((tx) => (of === 'messages' ? handler.onMessageOutcomes(records, tx) : handler.onDeliveryOutcomes(records, tx)));
  const messages = (): Promise<readonly LogRecord[]> =>
    recordsOf(hub, ['message.invalid', 'message.routed', 'message.never_processed', 'message.archived']);
  const deliveries = (): Promise<readonly LogRecord[]> =>
    recordsOf(hub, ['delivery.succeeded', 'delivery.failed', 'delivery.parked', 'delivery.answered_late']);
  const raisedBy = (about: string, origin: string, said = outOfStock): readonly HubEvent[] =>
    hub.log.events(notificationId(sha256, { about, origin, entry: said })).map(({ event }) => event);
  /** What was appended after what the test stored. */
  const since = async (position: number): Promise<readonly HubEvent[]> => (await hub.log.read(0, position, 100)).map(({ event }) => event);

  it('raises what an endpoint said, and pushes it as a message', async () => {
    await storeAll(
      [idOf(1), 1, pushed(1)],
      [idOf(2), 1, delivery({ hops: 4, trail: [idOf(81), idOf(82)] })],
      [idOf(2), 2, succeeded(1, { root: idOf(1), notifications: [outOfStock] })],
    );
    expect(await handle('deliveries', await deliveries())).toEqual([{ kind: 'done' }]);
    const [raised, message] = await since(3);
    const origin = 'erp.orders';
    expect(message).toEqual({
      type: 'message.received',
      store: storeId,
      root: idOf(1),
      message: 'notification:warn',
      rootMessage: 'notification:warn',
      origin: 'notification',
      source: origin,
      parent: idOf(2),
      hops: 5,
      trail: [idOf(81), idOf(82), accepted().mapping],
      bytes: 69,
    });
    const [, pushedStream = ''] = (await hub.log.read(0, 3, 2)).map(({ stream }) => stream);
    expect(raised).toEqual({
      type: 'notification.raised',
      store: storeId,
      root: idOf(1),
      about: idOf(2),
      origin,
      ...outOfStock,
      pushed: pushedStream,
    });
    expect((await hub.received.get([pushedStream])).get(pushedStream)?.parsed()).toEqual({
      subject: 'Out of stock',
      description: 'APC-00001 is out of stock.',
    });
  });

  it('counts what it has heard before, within a batch and ever after, and pushes it once', async () => {
    await storeAll(
      [idOf(2), 1, delivery()],
      [idOf(2), 2, { ...failed(1), notifications: [outOfStock, outOfStock] }],
      [idOf(2), 3, { ...parked('attempts_exhausted', 2), notifications: [outOfStock] }],
    );
    const [first, second] = await deliveries();
    await handle('deliveries', [first as LogRecord]);
    await handle('deliveries', [second as LogRecord]);
    expect(raisedBy(idOf(2), 'erp.orders').map(({ type }) => type)).toEqual([
      'notification.raised',
      'notification.repeated',
      'notification.repeated',
    ]);
    expect((await since(3)).filter(({ type }) => type === 'message.received')).toHaveLength(1);
  });

  it('tells notifications apart by message, origin, level, subject and description', async () => {
    const others = [entry({ level: 'info' }), entry({ subject: 'Sold out' }), entry({ description: 'Another one.' })];
    await storeAll(
      [idOf(2), 1, delivery()],
      [idOf(3), 1, delivery()],
      [idOf(4), 1, delivery({ name: 'crm.orders' })],
      ...[2, 3, 4].map((n) => [idOf(n), 2, succeeded(1, { notifications: [outOfStock, ...others] })] as const),
    );
    await handle('deliveries', await deliveries());
    const events = await since(6);
    expect(events.filter(({ type }) => type === 'notification.raised')).toHaveLength(12);
    expect(events.filter(({ type }) => type === 'notification.repeated')).toEqual([]);
  });

  it('tells a store that a message of its is invalid, and why', async () => {
    await storeAll([idOf(1), 1, pushed(1)], [idOf(1), 2, { ...invalid(finding('/order/id'), finding('', 'It is odd.')), root: idOf(1) }]);
    await handle('messages', await messages());
    const [raised, message] = await since(2);
    expect(raised).toMatchObject({
      type: 'notification.raised',
      about: idOf(1),
      origin: 'validator',
      level: 'error',
      subject: `Message ${idOf(1)} (order:new) is invalid`,
      description: '/order/id: It is not there.\nIt is odd.',
      referenceType: 'message',
      referenceId: idOf(1),
    });
    expect(message).toMatchObject({
      type: 'message.received',
      message: 'notification:error',
      origin: 'notification',
      parent: idOf(1),
      hops: 1,
    });
  });

  it('raises a notification that was pushed as a message, without pushing it again', async () => {
    const type = { message: 'notification:error', rootMessage: 'notification:error' };
    const payload = '{"subject":"Broken","description":"It broke.","reference_type":"order","reference_id":"R1","more":{"a":1}}';
    await storeAll(
      [idOf(1), 1, pushed(1, { ...type, source: 'shop' }), payload],
      [idOf(1), 2, { ...routed(), root: idOf(1), message: type.message }],
    );
    await handle('messages', await messages());
    expect(await since(2)).toEqual([
      {
        type: 'notification.raised',
        store: storeId,
        root: idOf(1),
        about: idOf(1),
        origin: 'shop',
        level: 'error',
        subject: 'Broken',
        description: 'It broke.',
        referenceType: 'order',
        referenceId: 'R1',
        attributes: expect.anything() as unknown,
      },
    ]);
  });

  it('hears nothing in a message that was pushed for a notification, nor in an archived one', async () => {
    const type = { message: 'notification:warn', rootMessage: 'notification:warn' };
    await storeAll(
      [idOf(1), 1, pushed(1, { ...type, origin: 'notification', source: 'erp.orders' }), '{"subject":"a"}'],
      [idOf(1), 2, { ...routed(), root: idOf(1), message: type.message }],
      [idOf(2), 1, pushed(2, type), '{"subject":"b"}'],
      [idOf(2), 2, { ...messageArchived('a person'), root: idOf(2), message: type.message }],
    );
    expect(await handle('messages', await messages())).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(await since(4)).toEqual([]);
  });

  it('keeps what is said about a notification’s own delivery, and never pushes it: that would go on for ever', async () => {
    const type = { message: 'notification:warn', rootMessage: 'notification:warn' };
    await storeAll([idOf(2), 1, delivery(type)], [idOf(2), 2, succeeded(1, { notifications: [outOfStock] })]);
    await handle('deliveries', await deliveries());
    expect((await since(2)).map(({ type: kind }) => kind)).toEqual(['notification.raised']);
    expect(raisedBy(idOf(2), 'erp.orders')[0]).not.toHaveProperty('pushed');
  });

  it('hears nothing in an answer that came late, nor where nothing was said', async () => {
    const late = { ...answeredLate(1), attempt: attempt(1), notifications: [outOfStock] };
    await storeAll([idOf(2), 1, delivery()], [idOf(2), 2, late], [idOf(2), 3, succeeded(2)]);
    expect(await handle('deliveries', await deliveries())).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    await storeAll([idOf(1), 1, pushed(1)], [idOf(1), 2, routed()]);
    expect(await handle('messages', await messages())).toEqual([{ kind: 'done' }]);
    expect(await since(5)).toEqual([]);
  });
});
