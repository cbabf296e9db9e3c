import type { HubEvent, LogRecord, MessageReceived, NewEvent, RecordOutcome, RegisteredSchema } from '@crossdock/core';
import {
  beginning,
  bytesOf,
  finding,
  invalid,
  messageArchived,
  openMemoryWorld,
  received,
  recordsOf,
  store,
  storeId,
  validated,
  type MemoryProcess,
} from '@crossdock/core/testing';
import { typeAliases } from '@crossdock/contracts';
import { MemoryRegistry } from '@crossdock/core/memory';
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
  let registry: MemoryRegistry;
  let handler: ValidatorHandler;
  let time: number;
  beforeEach(async () => {
    time = now;
    hub = (await openMemoryWorld()).one;
    registry = new MemoryRegistry(hub.unitOfWork, typeAliases);
    handler = new ValidatorHandler(hub.log, hub.received, registry, () => time);
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

  describe('where the store has a schema for the type', () => {
    /** Takes payloads whose `good` is true. */
    const schema = (type: string, version = 1): RegisteredSchema => ({
      type,
      version,
      check: (payload, bytes) => ({
        errors: JSON.stringify(payload).includes('"good":true') ? [] : [finding('/good', `${bytes} bytes are not good.`)],
        warnings: [],
      }),
    });

    it('holds messages to it, and says so', async () => {
      await registry.save(storeId, { schemas: [schema('acme:thing:happened', 4)] });
      await store(hub, [
        message(1, '{"good":true}', custom),
        message(2, '{"good":0}', custom),
        message(3, '{}', { message: 'acme:other' }),
      ]);
      expect(await handle(await receivedRecords())).toEqual([{ kind: 'done' }, { kind: 'done' }, { kind: 'done' }]);
      const applied = { schema: { type: 'acme:thing:happened', version: 4 } };
      expect(streamOf(1)[1]).toEqual({ ...validated(), root: idOf(1), ...custom, ...applied });
      expect(streamOf(2)[1]).toEqual({ ...invalid(finding('/good', '10 bytes are not good.')), root: idOf(2), ...custom, ...applied });
      expect(streamOf(3)[1]).toEqual({ ...validated(), root: idOf(3), message: 'acme:other' });
    });

    it('holds messages of every name of the type to it, after the rules of the type', async () => {
      await registry.save(storeId, { schemas: [schema('order:updated')] });
      await store(hub, [message(1, '{"order":7}', { message: 'order:update' })]);
      await handle(await receivedRecords());
      const [, event] = streamOf(1);
      expect(event).toMatchObject({ type: 'message.invalid', schema: { type: 'order:updated', version: 1 } });
      expect(event?.type === 'message.invalid' ? event.errors.map(({ pointer }) => pointer) : []).toEqual(['/order', '/good']);
    });

    it('does so from then on, and not any more when it is gone', async () => {
      const outcomeOf = async (n: number): Promise<string | undefined> => {
        await store(hub, [message(n, '{}', custom)]);
        await handle((await receivedRecords()).slice(-1));
        return streamOf(n)[1]?.type;
      };
      expect(await outcomeOf(1)).toBe('message.validated');
      await registry.save(storeId, { schemas: [schema('acme:thing:happened')] });
      time += 250;
      expect(await outcomeOf(2)).toBe('message.invalid');
      await registry.save(storeId, { schemas: [] });
      expect(await outcomeOf(3)).toBe('message.validated');
    });

    it('is nobody else’s', async () => {
      await registry.save('5f00000000000000000000aa', { schemas: [schema('acme:thing:happened')] });
      await store(hub, [message(1, '{}', custom)]);
      await handle(await receivedRecords());
      expect(streamOf(1)[1]?.type).toBe('message.validated');
    });

    it('lets others have their turn while it checks what takes long', async () => {
      const until = (ms: number): void => {
        const end = performance.now() + ms;
        while (performance.now() < end);
      };
      const slow: RegisteredSchema = { type: 'acme:thing:happened', version: 1, check: () => (until(12), { errors: [], warnings: [] }) };
      await registry.save(storeId, { schemas: [slow] });
      await store(
        hub,
        Array.from({ length: 5 }, (_, n) => message(n + 1, '{}', custom)),
      );
      const records = await receivedRecords();
      let turns = 0;
      const others = setInterval(() => (turns += 1), 1);
      await handle(records);
      clearInterval(others);
      expect(turns).toBeGreaterThan(2);
    });
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
