import { HubError } from '@crossdock/kit';
import { idArray, int2Array, int4Array, int8Array, jsonArray, textArray, timestampArray } from '../database/binary-arrays.ts';
import type { Database, PgTransaction, Statement } from '../database/database.ts';
import type { Counter } from './counter-deltas.ts';
import type { ItemRow, NotificationRow } from './item.ts';
import { itemColumns, itemOf, notificationColumns, notificationOf, type StoredItem, type StoredNotification } from './stored-rows.ts';

/** Where a schema of the projection stands in a shard. */
export interface ProjectedUpTo {
  readonly position: number;
  readonly generation: number;
}

export interface Changes {
  readonly newItems: readonly ItemRow[];
  readonly items: readonly ItemRow[];
  readonly notifications: readonly NotificationRow[];
  readonly counters: readonly Counter[];
}

const itemTypes = 'uuid,uuid,timestamptz,timestamptz,timestamptz,int,int,int,smallint,uuid,uuid,uuid,text,text,text,text,text,text';
const notificationTypes = 'uuid,uuid,timestamptz,timestamptz,int,smallint,uuid,text,text,text,text,text,text,text,json';

function unnest(types: string): string {
  return `unnest(${types
    .split(',')
    .map((type, index) => `$${index + 1}::${type}[]`)
    .join(', ')})`;
}

/** Reads and writes the rows of one schema of the projection. */
export class ProjectionRows {
  readonly #insertItems: Statement;
  readonly #upsertItems: Statement;
  readonly #upsertNotifications: Statement;
  readonly #addCounters: Statement;
  readonly #move: Statement;
  readonly #items: Statement;
  readonly #notifications: Statement;
  readonly #position: Statement;
  readonly #begin: Statement;

  constructor(schema: string) {
    const named = (name: string, text: string): Statement => ({ name: `${schema}-${name}`, text });
    const insertItems = `insert into ${schema}.item (${itemColumns}) select * from ${unnest(itemTypes)}`;
    this.#insertItems = named('new-items', insertItems);
    // What a first event settled never changes.
    this.#upsertItems = named(
      'items',
      `${insertItems}
       on conflict (id) do update set ended_at = excluded.ended_at, next_at = excluded.next_at, version = excluded.version,
         attempts = excluded.attempts, failures = excluded.failures, state = excluded.state,
         error_class = excluded.error_class, last_error = excluded.last_error
       where excluded.version > item.version`,
    );
    this.#upsertNotifications = named(
      'notifications',
      `insert into ${schema}.notification (${notificationColumns}) select * from ${unnest(notificationTypes)}
       on conflict (id) do update set last_update = excluded.last_update, occurrences = excluded.occurrences
       where excluded.occurrences > notification.occurrences`,
    );
    this.#addCounters = named(
      'counters',
      `insert into ${schema}.counter (store_id, queue, state, shard, n)
       select * from unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::bigint[])
       on conflict (store_id, queue, state, shard) do update set n = counter.n + excluded.n`,
    );
    this.#move = named(
      'move',
      `update ${schema}.position set position = $4 where shard = $1 and generation = $2 and position = $3
         and $4 <= (select last_position from log_shard where shard = $1) returning position`,
    );
    this.#items = named('items-by-id', `select ${itemColumns} from ${schema}.item where id = any($1::uuid[])`);
    this.#notifications = named(
      'notifications-by-id',
      `select ${notificationColumns} from ${schema}.notification where id = any($1::uuid[])`,
    );
    this.#begin = named(
      'begin',
      `insert into ${schema}.position (shard, position, generation)
       values ($1, 0, coalesce((select max(generation) from ${schema}.position), 1)) on conflict do nothing`,
    );
    this.#position = named('position', `select position, generation from ${schema}.position where shard = $1`);
  }

  /** Where the shard stands; a new shard begins at 0. */
  async begin(database: Database, shard: number): Promise<ProjectedUpTo> {
    for (;;) {
      const [row] = await database.query<{ position: number; generation: number }>(this.#position, [shard]);
      if (row !== undefined) return row;
      await database.query(this.#begin, [shard]);
    }
  }

  async items(database: Database, ids: readonly string[]): Promise<readonly ItemRow[]> {
    if (ids.length === 0) return [];
    return (await database.query<StoredItem>(this.#items, [idArray(ids)])).map(itemOf);
  }

  async notifications(database: Database, ids: readonly string[]): Promise<readonly NotificationRow[]> {
    if (ids.length === 0) return [];
    return (await database.query<StoredNotification>(this.#notifications, [idArray(ids)])).map(notificationOf);
  }

  /**
   * Sends rows and counters without waiting. New rows are only inserted, which costs a third less than an upsert, and fails
   * if one of them exists. All in the order of their ids, so that two writers cannot block each other.
   */
  write(tx: PgTransaction, changes: Changes): void {
    if (changes.newItems.length > 0) tx.send(this.#insertItems, itemArrays(sorted(changes.newItems)));
    if (changes.items.length > 0) tx.send(this.#upsertItems, itemArrays(sorted(changes.items)));
    if (changes.notifications.length > 0) tx.send(this.#upsertNotifications, notificationArrays(sorted(changes.notifications)));
    if (changes.counters.length > 0) tx.send(this.#addCounters, counterArrays(changes.counters));
  }

  /**
   * Moves the position; `projection_moved` when somebody else did, or when the schema is another one by now. It comes last:
   * a swap between two statements of the transaction is then always noticed.
   */
  async move(tx: PgTransaction, shard: number, from: ProjectedUpTo, to: number): Promise<void> {
    const moved = await tx.query(this.#move, [shard, from.generation, from.position, to]);
    if (moved.length === 0) {
      throw new HubError(
        'projection_moved',
        `Shard ${shard} of the projection is not at position ${from.position} of generation ${from.generation}.`,
        {
          retriable: true,
        },
      );
    }
  }
}

function sorted<R extends { readonly id: string }>(rows: readonly R[]): readonly R[] {
  return [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function itemArrays(rows: readonly ItemRow[]): unknown[] {
  return [
    idArray(rows.map((row) => row.id)),
    idArray(rows.map((row) => row.store)),
    timestampArray(rows.map((row) => row.createdAt)),
    timestampArray(rows.map((row) => row.endedAt)),
    timestampArray(rows.map((row) => row.nextAt)),
    int4Array(rows.map((row) => row.version)),
    int4Array(rows.map((row) => row.attempts)),
    int4Array(rows.map((row) => row.failures)),
    int2Array(rows.map((row) => row.shard)),
    idArray(rows.map((row) => row.root)),
    idArray(rows.map((row) => row.parent)),
    idArray(rows.map((row) => row.mapping)),
    textArray(rows.map((row) => row.state)),
    textArray(rows.map((row) => row.message)),
    textArray(rows.map((row) => row.source)),
    textArray(rows.map((row) => row.consumer)),
    textArray(rows.map((row) => row.errorClass)),
    textArray(rows.map((row) => row.lastError)),
  ];
}

function notificationArrays(rows: readonly NotificationRow[]): unknown[] {
  return [
    idArray(rows.map((row) => row.id)),
    idArray(rows.map((row) => row.store)),
    timestampArray(rows.map((row) => row.loggedOn)),
    timestampArray(rows.map((row) => row.lastUpdate)),
    int4Array(rows.map((row) => row.version)),
    int2Array(rows.map((row) => row.shard)),
    idArray(rows.map((row) => row.about)),
    textArray(rows.map((row) => row.level)),
    textArray(rows.map((row) => row.subject)),
    textArray(rows.map((row) => row.description)),
    textArray(rows.map((row) => row.origin)),
    textArray(rows.map((row) => row.referenceType)),
    textArray(rows.map((row) => row.referenceId)),
    textArray(rows.map((row) => row.referenceToken)),
    jsonArray(rows.map((row) => row.attributes)),
  ];
}

function counterArrays(rows: readonly Counter[]): unknown[] {
  return [
    idArray(rows.map((row) => row.store)),
    textArray(rows.map((row) => row.queue)),
    textArray(rows.map((row) => row.state)),
    int2Array(rows.map((row) => row.shard)),
    int8Array(rows.map((row) => row.n)),
  ];
}
