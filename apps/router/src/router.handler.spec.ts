import { sha256 } from '@crossdock/kit';
import {
  MAX_LINEAGE,
  decideRouting,
  matchMappings,
  type HubEvent,
  type JsonValue,
  type LogRecord,
  type Mapping,
  type MessageReceived,
  type NewEvent,
  type ReceivedMessages,
  type RecordOutcome,
} from '@crossdock/core';
import { MemoryRegistry } from '@crossdock/core/memory';
import {
  beginning,
  bytesOf,
  filters,
  identifiers,
  mapping,
  messageArchived,
  openMemoryWorld,
  received,
  recordsOf,
  store,
  storeId,
  validated,
  type MemoryProcess,
} from '@crossdock/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { RouterHandler } from './router.handler.ts';

const now = beginning + 60_000;
const idOf = (n: number): string => `6b000000000000000000${n.toString(16).padStart(4, '0')}`;
/** A message that was validated. */
const message = (n: number, payload: JsonValue, facts: Partial<MessageReceived> = {}): readonly NewEvent[] => {
  const root = facts.root ?? idOf(n);
  return [
    { stream: idOf(n), version: 1, at: beginning, payload: bytesOf(payload), event: received({ root, ...facts }) },
    { stream: idOf(n), version: 2, at: beginning + 1, event: { ...validated(), root, store: facts.store ?? storeId } },
  ];
};
const large = filters([{ path: 'payload.total', operator: 'gt', value: 100 }]);
const byNumber = identifiers({ order: 'payload.number' });

describe('RouterHandler', () => {
  let hub: MemoryProcess;
  let registry: MemoryRegistry;
  let handler: RouterHandler;
  beforeEach(async () => {
    hub = (await openMemoryWorld()).one;
    registry = new MemoryRegistry(hub.unitOfWork);
    handler = new RouterHandler(hub.log, hub.received, registry, hub.identifiers, sha256, () => now);
  });

  const withMappings = (...mappings: readonly Mapping[]): Promise<void> => registry.save(storeId, { mappings });
  const handle = (records: readonly LogRecord[]): Promise<readonly RecordOutcome[]> =>
    hub.unitOfWork.run((tx) => handler.onValidated(records, tx));
  const records = (): Promise<readonly LogRecord[]> => recordsOf(hub, ['message.validated']);
  const streamOf = (stream: string): readonly HubEvent[] => hub.log.events(stream).map(({ event }) => event);
  const outcomeOf = (n: number): HubEvent | undefined => streamOf(idOf(n))[2];
  const sentBy = (n: number): readonly string[] => {
    const outcome = outcomeOf(n);
    return outcome?.type === 'message.routed' ? outcome.sent.map(({ delivery }) => delivery) : [];
  };

  it('makes a delivery for every mapping that wants the message, and says why the others do not get it', async () => {
    const [a, b, c] = [mapping('a'), mapping('b', { filters: large }), mapping('c', { enabled: false })];
    await withMappings(a, b, c, mapping('d', { messages: ['stock:change'] }));
    await store(hub, message(1, { total: 12 }, { source: 'shop', hops: 3 }));
    expect(await handle(await records())).toEqual([{ kind: 'done' }]);
    const outcome = outcomeOf(1);
    expect(outcome).toMatchObject({
      type: 'message.routed',
      store: storeId,
      root: idOf(1),
      message: 'order:new',
      revision: 1,
      sent: [{ mapping: a.id, name: a.name }],
      reasons: [
        { code: 'filter_failed', mapping: b.id, name: b.name },
        { code: 'mapping_disabled', mapping: c.id, name: c.name },
      ],
    });
    const [delivery = ''] = sentBy(1);
    expect(delivery.slice(0, 8)).toBe(idOf(1).slice(0, 8));
    expect(hub.log.events(delivery)).toEqual([
      {
        stream: delivery,
        version: 1,
        at: now,
        shard: 0,
        position: 4,
        event: {
          type: 'delivery.accepted',
          store: storeId,
          root: idOf(1),
          message: 'order:new',
          rootMessage: 'order:new',
          source: 'shop',
          parent: idOf(1),
          mapping: a.id,
          name: a.name,
          revision: 1,
          mappingRevision: 5,
          endpoint: 1,
          hops: 3,
        },
      },
    ]);
  });

  it('says why nobody gets a message', async () => {
    await withMappings(mapping('b', { filters: large }));
    await store(hub, [...message(1, { total: 12 }), ...message(2, {}, { message: 'nobody:wants' })]);
    await handle(await records());
    expect(outcomeOf(1)).toMatchObject({ type: 'message.never_processed', revision: 1, reasons: [{ code: 'filter_failed' }] });
    expect(outcomeOf(2)).toMatchObject({ type: 'message.never_processed', message: 'nobody:wants', reasons: [] });
    expect(hub.log.head(0)).toBe(6);
  });

  it('sends to a paused mapping, whose delivery waits', async () => {
    await withMappings(mapping('a', { paused: true }));
    await store(hub, message(1, {}));
    await handle(await records());
    expect(outcomeOf(1)).toMatchObject({ sent: [{ remark: 'mapping_paused' }] });
    expect(streamOf(sentBy(1)[0] ?? '')).toMatchObject([{ type: 'delivery.accepted', paused: true }]);
  });

  it('lets filters see the message as its endpoint will', async () => {
    const fromShop = filters([
      { path: 'source', operator: 'eq', value: 'shop' },
      { path: 'message', operator: 'eq', value: 'order:new' },
      { path: 'message_id', operator: 'eq', value: idOf(1) },
      { path: 'store_id', operator: 'eq', value: storeId },
    ]);
    await withMappings(mapping('a', { filters: fromShop }));
    await store(hub, [...message(1, {}, { source: 'shop' }), ...message(2, {})]);
    await handle(await records());
    expect([outcomeOf(1)?.type, outcomeOf(2)?.type]).toEqual(['message.routed', 'message.never_processed']);
  });

  it('decides once, however often a message is delivered, even when the mappings have changed', async () => {
    await withMappings(mapping('a', { identifiers: byNumber }), mapping('b'));
    await store(hub, [...message(1, { number: 'R1' }), ...message(2, { number: 'R2' })]);
    const batch = await records();
    await handle(batch);
    const once = await hub.log.read(0, 0, 100);
    await withMappings(mapping('c'));
    expect(await handle(batch)).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(await handle([...batch].reverse())).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(await hub.log.read(0, 0, 100)).toEqual(once);
  });

  it('routes nothing of what a person archived meanwhile, and the others all the same', async () => {
    await withMappings(mapping('a', { identifiers: byNumber }));
    await store(hub, [...message(1, { number: 'R1' }), ...message(2, { number: 'R2' })]);
    const batch = await records();
    await store(hub, [{ stream: idOf(1), version: 3, at: now, event: messageArchived('a person') }]);
    expect(await handle(batch)).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(streamOf(idOf(1)).map(({ type }) => type)).toEqual(['message.received', 'message.validated', 'message.archived']);
    expect(sentBy(2)).toHaveLength(1);
    // What it would have claimed is free: the next message with these values is no duplicate.
    await store(hub, message(3, { number: 'R1' }));
    await handle((await records()).slice(2));
    expect(sentBy(3)).toHaveLength(1);
  });

  it('sends values that identify something once to each mapping, within a batch and ever after', async () => {
    const [a, b] = [mapping('a', { identifiers: byNumber }), mapping('b')];
    await withMappings(a, b);
    await store(hub, [...message(1, { number: 'R1' }), ...message(2, { number: 'R1' })]);
    await handle(await records());
    await store(hub, [...message(3, { number: 'R1' }), ...message(4, { other: true })]);
    await handle((await records()).slice(2));
    expect([1, 2, 3, 4].map((n) => sentBy(n).length)).toEqual([2, 1, 1, 2]);
    const [first] = sentBy(1);
    for (const n of [2, 3]) {
      expect(outcomeOf(n)).toMatchObject({
        sent: [{ mapping: b.id }],
        reasons: [{ code: 'duplicate_identifier', mapping: a.id, earlier: first }],
      });
    }
  });

  it('sends them again when the delivery that held them has given them up', async () => {
    await withMappings(mapping('a', { identifiers: byNumber }));
    await store(hub, message(1, { number: 'R1' }));
    await handle(await records());
    await hub.unitOfWork.run((tx) => hub.identifiers.release(tx, sentBy(1)));
    await store(hub, message(2, { number: 'R1' }));
    await handle((await records()).slice(1));
    expect(sentBy(2)).toHaveLength(1);
  });

  it('ends what comes round a fourth time, and claims nothing for it', async () => {
    const [a, b] = [mapping('a', { identifiers: byNumber }), mapping('b')];
    await withMappings(a, b);
    const round = (n: number, trail: readonly string[]): readonly NewEvent[] =>
      message(n, { number: 'R1' }, { root: idOf(1), hops: trail.length, trail, origin: 'answer' });
    await store(hub, [...round(2, [a.id, b.id, a.id, b.id, a.id]), ...round(3, [a.id])]);
    expect(await handle(await records())).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(outcomeOf(2)).toMatchObject({
      sent: [{ mapping: b.id, revision: b.revision }],
      reasons: [{ code: 'loop_guard', mapping: a.id, revision: a.revision, guard: 'mapping', count: 3, firstHop: 0 }],
    });
    expect(streamOf(sentBy(2)[0] ?? '')).toMatchObject([{ hops: 5, trail: [a.id, b.id, a.id, b.id, a.id], mappingRevision: b.revision }]);
    expect(sentBy(3)).toHaveLength(2);
  });

  it('ends a lineage whose answers have come to a hundred thousand deliveries, and no other', async () => {
    await withMappings(mapping('a'), mapping('b'));
    const answer = (n: number, root: number): readonly NewEvent[] =>
      message(n, {}, { root: idOf(root), hops: 1, trail: [idOf(99)], origin: 'answer' });
    await store(hub, [...[2, 3, 4, 5].flatMap((n) => answer(n, 1)), ...answer(6, 90), ...message(7, {}, { root: idOf(1) })]);
    const all = await records();
    handler.lineages.add(idOf(1), MAX_LINEAGE - 5);
    // What was rolled back has not happened: it does not count. Nor does what comes again.
    const rolledBack = hub.unitOfWork.run(async (tx) => {
      await handler.onValidated(all.slice(0, 2), tx);
      throw new TypeError('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    await handle(all.slice(0, 1));
    await handle(all.slice(0, 1));
    await handle(all.slice(1));
    expect([2, 3, 4, 5, 6, 7].map((n) => sentBy(n).length)).toEqual([2, 2, 0, 0, 2, 2]);
    expect(outcomeOf(4)).toMatchObject({
      type: 'message.never_processed',
      reasons: ['a', 'b'].map((each) => ({ code: 'loop_guard', mapping: mapping(each).id, guard: 'lineage', count: 99_999 })),
    });
    expect(handler.lineages.of(idOf(1))).toBe(99_999);
  });

  it('takes large messages a few at a time, each of them once', async () => {
    await withMappings(mapping('a', { filters: large }));
    const asked: number[] = [];
    const received: ReceivedMessages = {
      get: (ids) => {
        asked.push(ids.length);
        return hub.received.get(ids);
      },
    };
    handler = new RouterHandler(hub.log, received, registry, hub.identifiers, sha256, () => now);
    const sizes = Array.from({ length: 60 }, (_, n) => (n < 30 ? 4 * 1_048_576 : 100));
    await store(
      hub,
      sizes.flatMap((bytes, n) => message(n + 1, { total: 80 + n }, { bytes })),
    );
    expect(await handle(await records())).toHaveLength(60);
    expect(asked).toEqual([16, 4, 4, 4, 4, 7, 21]);
    expect(sizes.map((_, n) => outcomeOf(n + 1)?.type)).toEqual(
      sizes.map((_, n) => (80 + n > 100 ? 'message.routed' : 'message.never_processed')),
    );
  });

  it('parks a record without a payload or a store, and routes the others', async () => {
    await withMappings(mapping('a'));
    const nowhere = '5fffffffffffffffffffffff';
    await store(hub, [...message(1, {}), ...message(2, {}, { store: nowhere })]);
    const [first, second] = await records();
    const outcomes = await handle([{ ...(first as LogRecord), stream: idOf(99) }, second as LogRecord, first as LogRecord]);
    expect(outcomes).toEqual([
      { kind: 'poison', reason: 'The log has no payload for this message.' },
      { kind: 'poison', reason: `There is no store ${nowhere}.` },
      { kind: 'done' },
    ]);
    expect([sentBy(1).length, outcomeOf(2)]).toEqual([1, undefined]);
  });

  it('decides as the core does with the registry’s revision that it names', async () => {
    await withMappings(mapping('a'), mapping('b', { filters: large }));
    await store(hub, message(1, { total: 500 }));
    await handle(await records());
    const snapshot = (await registry.snapshots([storeId])).get(storeId);
    const matched = matchMappings(
      { message: 'order:new', message_id: idOf(1), store_id: storeId, source: null, payload: { total: 500 } },
      snapshot?.subscribed.get('order:new') ?? [],
    );
    const [a = '', b = ''] = sentBy(1);
    const ids = new Map([
      [mapping('a').id, a],
      [mapping('b').id, b],
    ]);
    const decision = decideRouting(
      { status: 'validated', version: 2, id: idOf(1), received: received({ root: idOf(1) }), createdAt: beginning, warnings: [] },
      {
        matched,
        revision: snapshot?.revision ?? 0,
        deliveryOf: (one) => ids.get(one.mapping.id) ?? '',
        holderOf: (one) => ids.get(one.mapping.id) ?? '',
      },
    );
    expect(decision.kind === 'decided' ? decision.outcome : undefined).toEqual(outcomeOf(1));
  });
});
