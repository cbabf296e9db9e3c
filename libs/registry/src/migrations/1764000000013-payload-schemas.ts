import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The schemas that stores hold their messages to, by type, with every version that there was. */
export class PayloadSchemas1764000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      create table payload_schema (
        store_id uuid not null references store,
        -- The canonical name: one schema for all names of a type.
        type text collate "C" not null,
        -- The newest there is, also of a schema that was removed: numbers are not given twice.
        version int not null,
        removed boolean not null default false,
        revision bigint not null,
        primary key (store_id, type)
      );

      -- Append-only. The text is JSON in which U+0000 is written as an escape, so that any schema can be kept.
      create table payload_schema_version (
        store_id uuid not null,
        type text collate "C" not null,
        version int not null,
        revision bigint not null,
        schema text not null,
        compatibility text not null,
        created_at timestamptz not null default clock_timestamp(),
        created_by text not null,
        primary key (store_id, type, version),
        foreign key (store_id, type) references payload_schema
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table payload_schema_version, payload_schema');
  }
}
