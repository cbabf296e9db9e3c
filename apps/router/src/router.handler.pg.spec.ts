import type { HubEvent, JsonValue, LogRecord, NewEvent, RecordOutcome, StoredEvent } from '@crossdock/core';
import { MemoryRegistry, MemoryUnitOfWork } from '@crossdock/core/memory';
import { beginning, bytesOf, identifiers, mapping, received, storeId, validated } from '@crossdock/core/testing';
import { sha256 } from '@crossdock/kit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PgWorlds, type PgProcess, type PgWorld } from '../../../tools/testing/pg-world.ts';
import { RouterHandler } from './router.handler.ts';

const [erp, crm] = [mapping('a', { identifiers: identifiers({ order: 'payload.number' }) }), mapping('b')];
const idOf = (n: number): string => `6b0000000000000000${n.toString(16).padStart(6, '0')}`;
const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, n) => from + n);

/** Routers on a real database. What they route by does not change. */
describe('RouterHandler on Postgres', () => {
  let worlds: PgWorlds;
  let world: PgWorld;
  let registry: MemoryRegistry;
  beforeAll(async () => {
    worlds = await PgWorlds.prepare();
    const memory = new MemoryUnitOfWork();
    registry = new MemoryRegistry(memory);
    await registry.save(storeId, { mappings: [erp, crm] });
  });
  afterAll(() => worlds.drop());
  beforeEach(async () => {
    world = await worlds.open();
  });
  afterEach(() => world.close());

  const routerOf = ({ log, received: messages, identifiers: claims }: PgProcess): RouterHandler =>
    new RouterHandler(log, messages, registry, claims, sha256, () => beginning + 60_000);
  const message = (n: number, payload: JsonValue): readonly NewEvent[] => [
    { stream: idOf(n), version: 1, at: beginning, payload: bytesOf(payload), event: received({ root: idOf(n) }) },
    { stream: idOf(n), version: 2, at: beginning, event: { ...validated(), root: idOf(n) } },
  ];
  /** Stores validated messages in a shard; answers their records. */
  const store = async (shard: number, messages: readonly (readonly NewEvent[])[]): Promise<readonly LogRecord[]> => {
    const { log, unitOfWork, tail } = world.one;
    await unitOfWork.run((tx) => log.append(tx, shard, messages.flat()));
    const stored: readonly StoredEvent[] = await tail.read(shard, 0, 10_000);
    return stored
      .filter(({ event }) => event.type === 'message.validated')
      .map((event) => ({ ...event, topic: 'crossdock.messages.validated', previous: 0 }));
  };
  const handle = (process: PgProcess, records: readonly LogRecord[], router = routerOf(process)): Promise<readonly RecordOutcome[]> =>
    process.unitOfWork.run((tx) => router.onValidated(records, tx));
  /** The whole log, as the other process reads it when it has heard of everything. */
  const events = async (): Promise<readonly StoredEvent[]> => {
    const { tail } = world.two;
    const shards = await world.one.database.query<{ shard: number; last_position: number }>('select shard, last_position from log_shard');
    await vi.waitFor(() => {
      for (const { shard, last_position } of shards) expect(tail.head(shard)).toBe(last_position);
    });
    return (await Promise.all(tail.shards.map((shard) => tail.read(shard, 0, 10_000)))).flat();
  };
  const outcomes = async (): Promise<readonly HubEvent[]> =>
    (await events()).map(({ event }) => event).filter(({ type }) => type === 'message.routed' || type === 'message.never_processed');
  const holders = async (): Promise<readonly string[]> =>
    (
      await world.one.database.query<{ delivery: string }>(
        "select left(replace(delivery_id::text, '-', ''), 24) as delivery from identifier order by 1",
      )
    ).map(({ delivery }) => delivery);

  it('sends the same identifying values once, though two shards’ routers find them at the same moment', async () => {
    const numbers = range(0, 60);
    const [zero, one] = [
      await store(
        0,
        numbers.map((n) => message(n + 1, { number: `R${n}` })),
      ),
      // The other way round, so that whoever does not lock in order meets the other one.
      await store(
        1,
        [...numbers].reverse().map((n) => message(n + 1_001, { number: `R${n}` })),
      ),
    ];
    await Promise.all([handle(world.one, zero), handle(world.two, one)]);
    const sent = (await events()).flatMap(({ stream, event }) =>
      event.type === 'delivery.accepted' && event.mapping === erp.id ? [stream] : [],
    );
    expect(sent).toHaveLength(60);
    expect(await holders()).toEqual([...sent].sort());
    const duplicates = (await outcomes()).flatMap((event) => ('reasons' in event ? event.reasons : []));
    expect(duplicates.map(({ code }) => code)).toEqual(numbers.map(() => 'duplicate_identifier'));
    expect(duplicates.map((reason) => (reason.code === 'duplicate_identifier' ? reason.earlier : '')).sort()).toEqual([...sent].sort());
    expect((await events()).filter(({ event }) => event.type === 'delivery.accepted' && event.mapping === crm.id)).toHaveLength(120);
  });

  it('holds nothing for a batch that crashed, and decides it once when it comes again', async () => {
    const records = await store(
      0,
      range(1, 9).map((n) => message(n, { number: `R${n % 4}` })),
    );
    const crash = world.one.unitOfWork.run(async (tx) => {
      await routerOf(world.one).onValidated(records, tx);
      throw new TypeError('crash');
    });
    await expect(crash).rejects.toThrow('crash');
    expect([await holders(), await outcomes()]).toEqual([[], []]);
    await handle(world.two, records);
    const [once, held] = [await events(), await holders()];
    expect(held).toHaveLength(4);
    // The checkpoint was lost: the batch comes again, to a process that knows nothing of it, in parts and as a whole.
    await handle(world.one, records.slice(3));
    await Promise.all([handle(world.one, records), handle(world.two, records)]);
    expect([await events(), await holders()]).toEqual([once, held]);
  });

  it('decides each message once where two routers handle the same batch', async () => {
    const records = await store(
      0,
      range(1, 41).map((n) => message(n, { number: `R${n % 10}` })),
    );
    await Promise.all([handle(world.one, records), handle(world.two, records)]);
    expect(await outcomes()).toHaveLength(40);
    expect(await holders()).toHaveLength(10);
  });

  it('sends values again when the delivery that held them is parked, and not while it is under way or completed', async () => {
    const records = await store(
      0,
      range(1, 5).map((n) => message(n, { number: 'R1' })),
    );
    await handle(world.one, records.slice(0, 2));
    const [holder = ''] = await holders();
    await world.two.unitOfWork.run((tx) => world.two.identifiers.release(tx, [holder]));
    await handle(world.two, records.slice(2));
    const [next = ''] = await holders();
    expect(next).not.toBe(holder);
    const earlier = (await outcomes()).map((event) =>
      'reasons' in event ? event.reasons.map((reason) => ('earlier' in reason ? reason.earlier : '')) : [],
    );
    expect(earlier).toEqual([[], [holder], [], [next]]);
  });
});
