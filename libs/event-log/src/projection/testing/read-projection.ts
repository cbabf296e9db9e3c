import type { StoredEvent } from '@crossdock/core';
import type { Database } from '../../database/database.ts';
import { idOf } from '../../database/object-id.ts';
import { readLog } from '../../log/pg-log-tail.ts';
import type { Counter } from '../counter-deltas.ts';
import { countersOf, foldBatch, noRows, type Rows } from '../fold-batch.ts';
import { itemColumns, itemOf, notificationColumns, notificationOf, type StoredItem, type StoredNotification } from '../stored-rows.ts';

export interface WholeProjection extends Rows {
  readonly counters: readonly Counter[];
}

/** Everything that a schema of the projection holds. */
export async function readProjection(database: Database, schema = 'projection'): Promise<WholeProjection> {
  const items = await database.query<StoredItem>(`select ${itemColumns} from ${schema}.item order by id`);
  const notifications = await database.query<StoredNotification>(`select ${notificationColumns} from ${schema}.notification order by id`);
  const counters = await database.query<{ store_id: string; queue: Counter['queue']; state: string; shard: number; n: number }>(
    `select store_id, queue, state, shard, n from ${schema}.counter where n <> 0 order by store_id, queue, state, shard`,
  );
  return {
    items: new Map(items.map(itemOf).map((row) => [row.id, row])),
    notifications: new Map(notifications.map(notificationOf).map((row) => [row.id, row])),
    counters: counters.map((row) => ({ shard: row.shard, store: idOf(row.store_id), queue: row.queue, state: row.state, n: row.n })),
  };
}

/** What it should hold: the whole log, folded in memory. */
export async function foldLog(database: Database): Promise<WholeProjection> {
  const shards = await database.query<{ shard: number; last_position: number }>(
    'select shard, last_position from log_shard order by shard',
  );
  const events: StoredEvent[] = [];
  for (const { shard, last_position } of shards) events.push(...(await readLog(database, shard, 0, last_position)));
  const rows = foldBatch(events, noRows);
  const sorted = <T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { items: sorted(rows.items), notifications: sorted(rows.notifications), counters: countersOf(rows, noRows) };
}

/** Waits until a condition holds; says what it waited for when it never does. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const until = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > until) throw new RangeError(`Still not so after ${withinMs} ms: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
