import type { Database } from '@crossdock/event-log';

/** What is on disk, bytes; `wal` counts from the beginning of time. */
export interface Sizes {
  readonly log: number;
  readonly projection: number;
  readonly wal: number;
  /** Messages in the log, deliveries left out. */
  readonly messages: number;
}

export async function sizesOf(database: Database): Promise<Sizes> {
  const [row] = await database.query<{ log: number; projection: number; wal: number; messages: number }>(
    `select (select coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint from pg_inherits where inhparent = 'event'::regclass) as log,
       (select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint from pg_class where relnamespace = 'projection'::regnamespace and relkind = 'r') as projection,
       (pg_current_wal_lsn() - '0/0')::bigint as wal,
       (select count(*) from event where type = 'message.received') as messages`,
  );
  return row ?? { log: Number.NaN, projection: Number.NaN, wal: Number.NaN, messages: Number.NaN };
}
