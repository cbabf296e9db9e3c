import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The append-only log: shards, events by day of birth, and the one function that appends. */
export class Log1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      create table log_shard (
        shard smallint primary key,
        last_position bigint not null default 0,
        epoch int not null default 1
      ) with (fillfactor = 50);

      create table event (
        stream_id uuid not null,
        version int not null,
        shard smallint not null,
        position bigint not null,
        type text not null,
        payload json,
        facts json not null,
        at timestamptz not null,
        primary key (stream_id, version)
      ) partition by range (stream_id);
      alter table event alter column payload set storage external;
      create index event_position on event (shard, position);

      -- Which days a shard has written to, and up to where: readers skip the days that hold nothing new.
      create table log_day (
        shard smallint not null,
        day int not null,
        first_position bigint not null,
        last_position bigint not null,
        primary key (shard, day)
      ) with (fillfactor = 50);

      -- Positions are dealt from one row a shard, locked until the commit: commit order is position order, without gaps.
      create function append_events(
        s smallint, e int, ids uuid[], versions int[], types text[], ats timestamptz[], payloads json[], facts json[], days int[]
      ) returns bigint language plpgsql as $$
      declare base bigint;
      begin
        update log_shard set last_position = last_position + cardinality(ids)
          where shard = s and epoch = e returning last_position - cardinality(ids) into base;
        if base is null then
          raise exception 'shard % is not at epoch %', s, e using errcode = 'XD002';
        end if;
        insert into event (shard, position, stream_id, version, type, at, payload, facts)
          select s, base + x.ord, x.i, x.v, x.t, x.a, x.p, x.f
          from unnest(ids, versions, types, ats, payloads, facts) with ordinality x(i, v, t, a, p, f, ord);
        insert into log_day (shard, day, first_position, last_position)
          select s, d, base + 1, base + cardinality(ids) from unnest(days) d order by d
          on conflict (shard, day) do update set last_position = excluded.last_position;
        return base;
      end $$;

      -- For a batch whose commit is in doubt: appends what is missing of it.
      create function append_missing(
        s smallint, e int, ids uuid[], versions int[], types text[], ats timestamptz[], payloads json[], facts json[], days int[]
      ) returns int language plpgsql as $$
      declare base bigint; n int;
      begin
        select last_position into base from log_shard where shard = s and epoch = e for update;
        if base is null then
          raise exception 'shard % is not at epoch %', s, e using errcode = 'XD002';
        end if;
        insert into event (shard, position, stream_id, version, type, at, payload, facts)
          select s, base + row_number() over (order by x.ord), x.i, x.v, x.t, x.a, x.p, x.f
          from unnest(ids, versions, types, ats, payloads, facts) with ordinality x(i, v, t, a, p, f, ord)
          where not exists (select 1 from event k where k.stream_id = x.i and k.version = x.v);
        get diagnostics n = row_count;
        update log_shard set last_position = base + n where shard = s;
        insert into log_day (shard, day, first_position, last_position)
          select s, d, base + 1, base + n from unnest(days) d order by d
          on conflict (shard, day) do update set last_position = excluded.last_position;
        return n;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function append_missing; drop function append_events; drop table log_day, event, log_shard');
  }
}
