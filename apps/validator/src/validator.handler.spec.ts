import type { HubEvent, LogRecord, MessageReceived, NewEvent, RecordOutcome } from '@crossdock/core';
import {
  beginning,
  bytesOf,
  messageArchived,
  openMemoryWorld,
  received,
  recordsOf,
  store,
  validated,
  type MemoryProcess,
} from '@crossdock/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { ValidatorHandler } from './validator.handler.ts';

const now = beginning + 60_000;
const idOf = (n: number): string => `6b000000000000000000${n.toString(16).padStart(4, '0')}`;
const message = (n: number, payload: string, facts: Partial<MessageReceived> = {}): NewEvent => ({
  stream: idOf(n),
  version: 1,
  at: beginning,
  payload: bytesOf(payload),
  event: received({ root: idOf(n), ...facts }),
});
const legal = '{"shipment":{"id":"H1","items":[]}}';
const custom = { message: 'acme:thing:happened' };

describe('ValidatorHandler', () => {
  let hub: MemoryProcess;
  let handler: ValidatorHandler;
  beforeEach(async () => {
    hub = (await openMemoryWorld()).one;
    handler = new ValidatorHandler(hub.log, hub.received, () => now);
  });

  const handle = (records: readonly LogRecord[]): Promise<readonly RecordOutcome[]> =>
    hub.unitOfWork.run((tx) => handler.onReceived(records, tx));
  const receivedRecords = (): Promise<readonly LogRecord[]> => recordsOf(hub, ['message.received']);
  const streamOf = (n: number): readonly HubEvent[] => hub.log.events(idOf(n)).map(({ event }) => event);

  it('finds a message fit that nothing is wrong with', async () => {
    await store(hub, [message(1, '{"anything":[]}', custom)]);
    expect(await handle(await receivedRecords())).toEqual([{ kind: 'done' }]);
    expect(hub.log.events(idOf(1))[1]).toEqual({
      stream: idOf(1),
      version: 2,
      at: now,
      shard: 0,
      position: 2,
      event: { ...validated(), root: idOf(1), ...custom },
    });
  });

  it('finds a message invalid, and says everything that is wrong with it', async () => {
    await store(hub, [message(1, '{"order":{"line_items":"none"}}'), message(2, legal, { message: 'shipment:ready' })]);
    expect(await handle(await receivedRecords())).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    const [, invalid] = streamOf(1);
    expect(invalid?.type).toBe('message.invalid');
    expect(invalid?.type === 'message.invalid' ? invalid.errors.map(({ pointer }) => pointer) : []).toContain('/order/line_items');
  });

  it('decides once, however often a message is delivered', async () => {
    await store(hub, [message(1, '{}', custom), message(2, '{}', custom)]);
    const records = await receivedRecords();
    await handle(records);
    const once = await hub.log.read(0, 0, 100);
    expect(once).toHaveLength(4);
    expect(await handle(records)).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(await handle([...records].reverse())).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(await hub.log.read(0, 0, 100)).toEqual(once);
  });

  it('leaves alone what a person archived meanwhile, and decides about the others', async () => {
    await store(hub, [message(1, '{}', custom), message(2, '{}', custom)]);
    const records = await receivedRecords();
    await store(hub, [{ stream: idOf(1), version: 2, at: now, event: messageArchived('a person') }]);
    expect(await handle(records)).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(streamOf(1).map(({ type }) => type)).toEqual(['message.received', 'message.archived']);
    expect(streamOf(2).map(({ type }) => type)).toEqual(['message.received', 'message.validated']);
  });

  it('parks a record whose payload the log does not have, and does the others', async () => {
    await store(hub, [message(1, '{}', custom)]);
    const [record] = await receivedRecords();
    const stray = { ...(record as LogRecord), stream: idOf(99) };
    expect(await handle([stray, record as LogRecord])).toEqual([
      { kind: 'poison', reason: 'The log has no payload for this message.' },
      { kind: 'done' },
    ]);
    expect(streamOf(1).map(({ type }) => type)).toEqual(['message.received', 'message.validated']);
  });

  it('has nothing to do with nothing', async () => {
    expect(await handle([])).toEqual([]);
    expect(hub.log.head(0)).toBe(0);
  });
});
