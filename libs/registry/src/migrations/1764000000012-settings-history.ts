import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who changed what a store has configured, and when; what parameters were; and schedules. */
export class SettingsHistory1764000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      -- Null: from before this was noted.
      alter table mapping_version add column changed_at timestamptz, add column changed_by text,
        add column token_changed boolean not null default false;
      alter table mapping_version alter column changed_at set default clock_timestamp();

      -- Number of its newest version.
      alter table parameter add column version int not null default 0;
      update parameter set version = 1;

      -- What a parameter was from then on: the newest ones of each, the next in the place of the oldest, so that nothing has to be looked for
      -- and removed. No reference to the store: answers write here, and a reference would cost a look-up for each.
      create table parameter_version (
        parameter_id uuid not null,
        -- The number, modulo how many are kept.
        slot int not null,
        number int not null,
        store_id uuid not null,
        revision bigint not null,
        name text not null,
        data_type text not null,
        secret boolean not null,
        -- Null where it is secret, too long to be kept, or removed.
        value json,
        value_changed boolean not null,
        removed boolean not null default false,
        changed_at timestamptz not null default clock_timestamp(),
        -- 'api', 'admin', or the delivery whose answer it was, as hex; null: from before this was noted.
        changed_by text,
        primary key (parameter_id, slot)
      ) with (fillfactor = 85);
      create index parameter_version_removed on parameter_version (store_id, parameter_id) where removed;
      insert into parameter_version (parameter_id, slot, number, store_id, revision, name, data_type, secret, value, value_changed, changed_at)
        select id, 1, 1, store_id, revision, name, data_type, secret, case when not secret and octet_length(value::text) <= 16384 then value end, true, updated_at
          from parameter;

      -- Either count and interval, or cron and time zone.
      create table scheduler (
        id uuid primary key,
        store_id uuid not null references store,
        key text not null,
        count int,
        interval text,
        cron text,
        time_zone text,
        enabled boolean not null,
        -- From when its intervals are counted.
        counted_from timestamptz not null,
        revision bigint not null,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp()
      );
      create index scheduler_store on scheduler (store_id, key, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table scheduler, parameter_version;
      alter table parameter drop column version;
      alter table mapping_version drop column changed_at, drop column changed_by, drop column token_changed;
    `);
  }
}
