import { factsText, type EventLog, type NewEvent, type StoredEvent, type Transaction } from '@crossdock/core';
import { HubError } from '@crossdock/kit';
import { idArray, int4Array, jsonArray, textArray, timestampArray } from '../database/binary-arrays.ts';
import { pgOf, type Database } from '../database/database.ts';
import { dayOf } from '../database/object-id.ts';
import { eventColumns, eventOf, type EventRow } from './event-row.ts';
import { byDay, partitionOf, type Partitions } from './partitions.ts';
import type { PgLogTail } from './pg-log-tail.ts';
import type { PgReceivedMessages } from './pg-received-messages.ts';

const parameters = '$1::smallint, $2::int, $3::uuid[], $4::int[], $5::text[], $6::timestamptz[], $7::json[], $8::json[], $9::int[]';
const appendEvents = { name: 'append-events', text: `select append_events(${parameters}) as base` };
const appendMissing = { name: 'append-missing', text: `select append_missing(${parameters}) as appended` };

/** The log in Postgres. What this process appends is handed to its own readers right after the commit. */
export class PgEventLog implements EventLog {
  readonly #database: Database;
  readonly #partitions: Partitions;
  readonly #tail: PgLogTail;
  readonly #received: PgReceivedMessages;
  readonly #epochs: ReadonlyMap<number, number>;

  constructor(parts: {
    readonly database: Database;
    readonly partitions: Partitions;
    readonly tail: PgLogTail;
    readonly received: PgReceivedMessages;
    readonly epochs: ReadonlyMap<number, number>;
  }) {
    this.#database = parts.database;
    this.#partitions = parts.partitions;
    this.#tail = parts.tail;
    this.#received = parts.received;
    this.#epochs = parts.epochs;
  }

  async append(tx: Transaction, shard: number, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const values = await this.#values(shard, events);
    const appended = pgOf(tx).sending<{ base: number }>(appendEvents, values);
    tx.onCommit(() => void appended.then(([row]) => this.#publish(shard, row?.base, events)));
  }

  /** Appends what is missing of a batch whose commit was in doubt. */
  async appendMissing(tx: Transaction, shard: number, events: readonly NewEvent[]): Promise<void> {
    pgOf(tx).send(appendMissing, await this.#values(shard, events));
    tx.onCommit(() => this.#received.remember(shard, events));
  }

  async #values(shard: number, events: readonly NewEvent[]): Promise<readonly unknown[]> {
    const epoch = this.#epochs.get(shard);
    if (epoch === undefined) throw new RangeError(`There is no shard ${shard}.`);
    const days = [...new Set(events.map((event) => dayOf(event.stream)))];
    await this.#partitions.ensure(days);
    return [
      shard,
      epoch,
      idArray(events.map((event) => event.stream)),
      int4Array(events.map((event) => event.version)),
      textArray(events.map((event) => event.event.type)),
      timestampArray(events.map((event) => event.at)),
      jsonArray(events.map((event) => event.payload)),
      jsonArray(events.map(({ event }) => factsText(event))),
      int4Array(days),
    ];
  }

  #publish(shard: number, base: number | undefined, events: readonly NewEvent[]): void {
    if (base === undefined) throw new HubError('internal_error', 'append_events answered no position.');
    this.#received.remember(shard, events);
    this.#tail.publish(
      shard,
      base,
      events.map((event, index): StoredEvent => ({
        stream: event.stream,
        version: event.version,
        at: event.at,
        event: event.event,
        shard,
        position: base + index + 1,
      })),
    );
  }

  async load(streams: readonly string[], tx?: Transaction): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    const found = new Map<string, StoredEvent[]>();
    for (const [day, ids] of byDay(streams)) {
      if (!(await this.#partitions.has(day))) continue;
      const sql = `select ${eventColumns} from ${partitionOf(day)} where stream_id = any($1::uuid[]) order by stream_id, version`;
      const rows = await (tx === undefined ? this.#database : pgOf(tx)).query<EventRow>(sql, [idArray(ids)]);
      for (const row of rows) {
        const event = eventOf(row);
        const events = found.get(event.stream);
        if (events === undefined) found.set(event.stream, [event]);
        else events.push(event);
      }
    }
    return found;
  }
}
