import { topics } from '@crossdock/contracts';
import {
  MAX_HOPS,
  done,
  holdsDeliveries,
  poison,
  type Clock,
  type DeliveryAccepted,
  type DueDeliveries,
  type DueDelivery,
  type EventLog,
  type Identifiers,
  type LogRecord,
  type NewEvent,
  type RecordOutcome,
  type Registry,
  type StoreSnapshot,
  type Transaction,
} from '@crossdock/core';
import { BatchPattern, CLOCK, DUE_DELIVERIES, EVENT_LOG, IDENTIFIERS, REGISTRY } from '@crossdock/kit';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { DispatchService } from './dispatch.service.ts';

/**
 * Takes accepted deliveries into the due table. What there is a slot for is leased at once and sent right after the commit;
 * the rest waits in the table, where it holds up nobody.
 */
@Controller()
export class DeliveryHandler {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(DUE_DELIVERIES) private readonly due: DueDeliveries,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(CLOCK) private readonly now: Clock,
    private readonly dispatch: DispatchService,
  ) {}

  @BatchPattern(topics.accepted)
  async onAccepted(@Payload() records: readonly LogRecord[], @Ctx() tx: Transaction): Promise<readonly RecordOutcome[]> {
    const snapshots = await this.registry.snapshots([...new Set(records.map((record) => record.event.store))], tx);
    const rows: (DueDelivery & { leased: boolean })[] = [];
    const parked: NewEvent[] = [];
    const taken = new Map<number, number>();
    const outcomes = records.map((record): RecordOutcome => {
      const { event } = record;
      // A person's verb has put the row into the table itself.
      if (event.type !== 'delivery.accepted')
        return event.type === 'delivery.requeued' ? done : poison(`${event.type} is no event of this topic.`);
      if (event.hops > MAX_HOPS) parked.push(this.#loop(record, event));
      else rows.push(this.#row(record, event, snapshots.get(event.store), taken));
      return done;
    });
    const leased = rows.filter((row) => row.leased);
    await this.due.insert(tx, rows);
    await this.identifiers.release(
      tx,
      parked.map(({ stream }) => stream),
    );
    const [first] = records;
    if (first !== undefined) await this.log.append(tx, first.shard, parked);
    tx.onCommit(() => {
      if (leased.length < rows.length) this.dispatch.dispatcher.leftBacklog();
      for (const row of rows) if (row.dueAt === Number.POSITIVE_INFINITY) this.dispatch.paused.add(row);
      this.dispatch.dispatcher.start(leased, snapshots);
    });
    return outcomes;
  }

  #row(
    record: LogRecord,
    event: DeliveryAccepted,
    snapshot: StoreSnapshot | undefined,
    taken: Map<number, number>,
  ): DueDelivery & { leased: boolean } {
    const { slots } = this.dispatch;
    const mapping = snapshot?.mappings.get(event.mapping);
    if (mapping !== undefined) slots.learn(mapping.endpoint, mapping.options.concurrency);
    const waits = mapping === undefined ? event.paused === true : holdsDeliveries(mapping);
    const before = taken.get(event.endpoint) ?? 0;
    const all = taken.get(ALL) ?? 0;
    const leased = !waits && slots.freeOf(event.endpoint) > before && slots.free() > all;
    if (leased) {
      taken.set(event.endpoint, before + 1);
      taken.set(ALL, all + 1);
    }
    return {
      delivery: record.stream,
      shard: record.shard,
      store: event.store,
      endpoint: event.endpoint,
      message: event.parent,
      mapping: event.mapping,
      version: record.version,
      attempt: leased ? 1 : 0,
      failures: 0,
      dueAt: waits ? Number.POSITIVE_INFINITY : this.now(),
      leased,
    };
  }

  #loop(record: LogRecord, event: DeliveryAccepted): NewEvent {
    const { store, root } = event;
    return {
      stream: record.stream,
      version: record.version + 1,
      at: this.now(),
      event: { type: 'delivery.parked', store, root, reason: 'loop_guard' },
    };
  }
}

/** No endpoint has this number. */
const ALL = -1;
