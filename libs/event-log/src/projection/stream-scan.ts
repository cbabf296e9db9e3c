import type { StoredEvent } from '@crossdock/core';
import type { Database } from '../database/database.ts';
import { idOf, uuidOf } from '../database/object-id.ts';
import { eventColumns, eventOf, type EventRow } from '../log/event-row.ts';
import { partitionOf } from '../log/partitions.ts';

/** Days of the log that hold events, oldest first. */
export async function daysOfLog(database: Database): Promise<readonly number[]> {
  const rows = await database.query<{ day: number }>('select distinct day from log_day order by day');
  return rows.map((row) => row.day);
}

/** The last position of each shard. */
export async function headsOfLog(database: Database): Promise<ReadonlyMap<number, number>> {
  const rows = await database.query<{ shard: number; last_position: number }>('select shard, last_position from log_shard order by shard');
  return new Map(rows.map((row) => [row.shard, row.last_position]));
}

/** A day's events, stream by stream and version by version, in pages; the next page is fetched while one is worked on. */
export async function* scanDay(database: Database, day: number, pageEvents: number): AsyncGenerator<readonly StoredEvent[]> {
  const sql = `select ${eventColumns} from ${partitionOf(day)} where (stream_id, version) > ($1::uuid, $2::int) order by stream_id, version limit $3`;
  const page = (stream: string, version: number): Promise<EventRow[]> =>
    database.query<EventRow>(sql, [uuidOf(stream), version, pageEvents]);
  let coming: Promise<EventRow[]> | undefined = page('0'.repeat(24), 0);
  try {
    while (coming !== undefined) {
      const rows: readonly EventRow[] = await coming;
      const last = rows.at(-1);
      coming = last === undefined || rows.length < pageEvents ? undefined : page(idOf(last.stream_id), last.version);
      // Whoever stops early does not wait for it.
      coming?.catch(() => undefined);
      yield rows.map(eventOf);
    }
  } finally {
    await coming?.catch(() => undefined);
  }
}
