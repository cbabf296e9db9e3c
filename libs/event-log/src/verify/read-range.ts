import { idArray } from '../database/binary-arrays.ts';
import type { Database, PgTransaction, Row } from '../database/database.ts';
import { idOf, uuidOf } from '../database/object-id.ts';
import type { ItemRow, NotificationRow } from '../projection/item.ts';
import { LIVE } from '../projection/projection-tables.ts';
import {
  itemColumns,
  itemOf,
  notificationColumns,
  notificationOf,
  type StoredItem,
  type StoredNotification,
} from '../projection/stored-rows.ts';
import type { ProjectedUpTo } from './expected-row.ts';
import type { RangeRows } from './row-rules.ts';

/** Either a transaction or the database itself. */
export type Queries = Pick<PgTransaction | Database, 'query'>;

/** Which streams: those after `low` up to `high`, or these. */
export type Range = { readonly low: string; readonly high: string } | { readonly ids: readonly string[] };

/** The rows, and up to where the projection was when they were read. */
export type ReadRange = RangeRows & ProjectedUpTo;

interface UpTo extends Row {
  readonly up_to_shard: number;
  readonly up_to: number;
}

/** Rows and positions come in one statement, so that they are of one moment. */
export async function readRange(queries: Queries, range: Range): Promise<ReadRange> {
  const values = 'ids' in range ? [idArray(range.ids)] : [uuidOf(range.low), uuidOf(range.high)];
  const where = (column: string): string =>
    'ids' in range ? `${column} = any($1::uuid[])` : `${column} > $1::uuid and ${column} <= $2::uuid`;
  const withPositions = (columns: string, table: string): string =>
    `select p.shard as up_to_shard, p.position as up_to, i.* from ${LIVE}.position p
     left join (select ${columns} from ${LIVE}.${table} where ${where('id')}) i on i.shard = p.shard`;
  const [items, notifications, due, identifiers] = await Promise.all([
    queries.query<UpTo & { id: string | null }>(withPositions(itemColumns, 'item'), values),
    queries.query<UpTo & { id: string | null }>(withPositions(notificationColumns, 'notification'), values),
    queries.query<{ delivery_id: string; version: number; shard: number }>(
      `select delivery_id, version, shard from due where ${where('delivery_id')}`,
      values,
    ),
    queries.query<{ delivery_id: string }>(`select delivery_id from identifier where ${where('delivery_id')}`, values),
  ]);
  const itemRows: ItemRow[] = items.flatMap((row) => (row.id === null ? [] : [itemOf(row as unknown as StoredItem)]));
  const notificationRows: NotificationRow[] = notifications.flatMap((row) =>
    row.id === null ? [] : [notificationOf(row as unknown as StoredNotification)],
  );
  return {
    items: new Map(itemRows.map((row) => [row.id, row])),
    notifications: new Map(notificationRows.map((row) => [row.id, row])),
    due: new Map(due.map((row) => [idOf(row.delivery_id), { version: row.version, shard: row.shard }])),
    identifiers: new Set(identifiers.map((row) => idOf(row.delivery_id))),
    itemsUpTo: new Map(items.map((row) => [row.up_to_shard, row.up_to])),
    notificationsUpTo: new Map(notifications.map((row) => [row.up_to_shard, row.up_to])),
  };
}
