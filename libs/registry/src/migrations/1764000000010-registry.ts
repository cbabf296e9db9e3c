import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What stores have configured. `store.revision` counts every change, and rows say which change made them. */
export class Registry1764000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      create table store (
        id uuid primary key,
        name text not null,
        revision bigint not null default 0,
        created_at timestamptz not null default clock_timestamp()
      ) with (fillfactor = 50);

      -- Of the token itself only a hash is kept. No store: the token of an administrator.
      create table api_token (
        id text primary key,
        store_id uuid references store,
        hash bytea not null,
        created_at timestamptz not null default clock_timestamp(),
        last_used_at timestamptz
      );
      create index api_token_store on api_token (store_id);

      create table endpoint (
        id int generated always as identity primary key,
        store_id uuid not null references store,
        url text not null,
        unique (store_id, url)
      );

      create table mapping (
        id uuid primary key,
        store_id uuid not null references store,
        name text not null,
        endpoint_id int not null references endpoint,
        definition json not null,
        token text,
        revision bigint not null,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp(),
        unique (store_id, name)
      );

      -- Kept as long as the log, without secrets: what routed a message can be asked later. No definition: deleted.
      create table mapping_version (
        store_id uuid not null references store,
        revision bigint not null,
        mapping_id uuid not null,
        endpoint_id int,
        definition json,
        primary key (store_id, mapping_id, revision)
      );

      -- The value of a secret one is the JSON string of a sealed value.
      create table parameter (
        id uuid primary key,
        store_id uuid not null references store,
        name text not null,
        data_type text not null,
        secret boolean not null default false,
        value json not null,
        revision bigint not null,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp(),
        unique (store_id, name)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table parameter, mapping_version, mapping, endpoint, api_token, store');
  }
}
