import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Working state: moved in the same transaction as its events, checked by verify, never dropped. */
export class Work1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      -- A process. Its leases are good while it is alive.
      create table worker (
        id int generated always as identity primary key,
        name text not null,
        started_at timestamptz not null default clock_timestamp(),
        alive_until timestamptz not null
      ) with (fillfactor = 50);

      create table checkpoint (
        "group" text not null,
        topic text not null,
        shard smallint not null,
        position bigint not null default 0,
        owner int,
        primary key ("group", topic, shard)
      ) with (fillfactor = 50);

      create function move_checkpoint(g text, t text, s smallint, expected bigint, next bigint) returns void language plpgsql as $$
      begin
        update checkpoint set position = next
          where "group" = g and topic = t and shard = s and position = expected
            and next <= (select last_position from log_shard where shard = s);
        if not found then
          raise exception 'checkpoint %/%/% is not at %', g, t, s, expected using errcode = 'XD001';
        end if;
      end $$;

      -- For what was assumed without reading it: the transaction that assumed wrong ends here, and is repeated.
      create function expect_rows(counted bigint, wanted bigint) returns void language plpgsql as $$
      begin
        if counted is distinct from wanted then
          raise exception '% rows are as assumed, not %', counted, wanted using errcode = 'XD003';
        end if;
      end $$;

      create table parked_record (
        "group" text not null,
        topic text not null,
        shard smallint not null,
        position bigint not null,
        stream_id uuid not null,
        version int not null,
        store_id uuid,
        reason text not null,
        parked_at timestamptz not null default clock_timestamp(),
        retry_wanted boolean not null default false,
        primary key ("group", topic, shard, position)
      );
      create index parked_record_stream on parked_record (stream_id);

      create table due (
        delivery_id uuid primary key,
        shard smallint not null,
        store_id uuid not null,
        endpoint int not null,
        message_id uuid not null,
        mapping_id uuid not null,
        version int not null,
        attempt int not null,
        failures int not null,
        due_at timestamptz not null,
        worker int,
        leased_at timestamptz
      ) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
      create index due_ready on due (endpoint, due_at) where worker is null;
      create index due_leased on due (worker) where worker is not null;

      -- An endpoint that fails again and again is left alone until then; its rows stay where they are.
      create table endpoint_gate (
        endpoint int primary key,
        closed_until timestamptz not null
      );

      create table identifier (
        mapping_id uuid not null,
        key uuid not null,
        delivery_id uuid not null,
        primary key (mapping_id, key)
      );
      create index identifier_delivery on identifier (delivery_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table identifier, endpoint_gate, due, parked_record; drop function expect_rows, move_checkpoint; drop table checkpoint, worker',
    );
  }
}
