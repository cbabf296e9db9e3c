import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Integrations: applications that a store uses, as their `endpoint.json` describes them, and which mappings are theirs. */
export class Integrations1764000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      create table integration (
        id uuid primary key,
        store_id uuid not null references store,
        name text not null,
        url text not null,
        category text not null,
        -- Null: as the endpoint calls itself.
        display text,
        token text,
        -- The last good one; null: never read.
        description json,
        -- What signup made of it, by service: where a mapping still is that, the next signup may change it.
        signed_up json not null,
        state text not null,
        error_messages json not null,
        warnings json not null,
        fetched_at timestamptz,
        -- When the description is to be fetched; null: not before somebody asks.
        fetch_at timestamptz,
        fetch_tries int not null default 0,
        -- Counts the claims. What somebody fetched under an earlier one is void.
        fetch_claim int not null default 0,
        -- Until then somebody fetches, or has died.
        fetch_until timestamptz,
        revision bigint not null,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp(),
        unique (store_id, name)
      );
      create index integration_fetch on integration (fetch_at) where fetch_at is not null;

      alter table mapping add column integration_id uuid references integration, add column service text;
      create unique index mapping_service on mapping (integration_id, service) where integration_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table mapping drop column integration_id, drop column service; drop table integration');
  }
}
