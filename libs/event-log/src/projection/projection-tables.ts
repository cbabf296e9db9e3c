/** The schema that readers read. */
export const LIVE = 'projection';
/** Where a rebuild puts its tables until they take the place of the live ones. */
export const NEXT = 'projection_next';
/** The former live schema, for the moment between the swap and its removal. */
export const FORMER = 'projection_former';

export const tableNames = ['item', 'notification', 'counter', 'position'] as const;

/**
 * Everything that the projection is. It holds nothing that the log does not: the schema may be dropped at any time, and a
 * change of these tables is a migration that drops it.
 */
export function projectionTables(schema: string): readonly string[] {
  return [
    `create schema ${schema}`,
    /* sql */ `create table ${schema}.item (
      id uuid primary key,
      store_id uuid not null,
      created_at timestamptz not null,
      ended_at timestamptz,
      next_at timestamptz,
      version int not null,
      attempts int not null,
      failures int not null,
      shard smallint not null,
      root_id uuid not null,
      parent_id uuid,
      mapping_id uuid,
      state text collate "C" not null,
      message text not null,
      source text,
      consumer text,
      error_class text,
      last_error text
    ) with (fillfactor = 95, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1)`,
    `create index item_list on ${schema}.item (store_id, state, created_at, id)`,
    /* sql */ `create table ${schema}.notification (
      id uuid primary key,
      store_id uuid not null,
      logged_on timestamptz not null,
      last_update timestamptz not null,
      occurrences int not null,
      shard smallint not null,
      message_id uuid not null,
      level text collate "C" not null,
      subject text not null,
      description text not null,
      origin text not null,
      reference_type text,
      reference_id text,
      reference_token text,
      attributes json
    ) with (fillfactor = 90)`,
    `create index notification_list on ${schema}.notification (store_id, level, logged_on, id)`,
    // Kept, not counted. One row per shard, so that no two writers share one; readers add them up.
    /* sql */ `create table ${schema}.counter (
      store_id uuid not null,
      queue text collate "C" not null,
      state text collate "C" not null,
      shard smallint not null,
      n bigint not null,
      primary key (store_id, queue, state, shard)
    ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000)`,
    // Up to where the log is in here. The generation is another one after every rebuild: whoever wrote to the former one notices.
    /* sql */ `create table ${schema}.position (
      shard smallint primary key,
      position bigint not null,
      generation int not null
    ) with (fillfactor = 50)`,
  ];
}
