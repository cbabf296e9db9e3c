import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far each shard is published to topics, and what was found on topics that is no record of ours. */
export class Relay1764000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      -- One holder a shard: a worker, while it lives. The epoch rises whenever somebody begins, so that a move which was under
      -- way before, its sender's own included, comes too late. It is no epoch of the log.
      create table relay (
        shard smallint primary key,
        position bigint not null default 0,
        owner int,
        epoch int not null default 1,
        identity text
      ) with (fillfactor = 50);

      -- Position of each topic's last published event.
      create table relay_topic (
        shard smallint not null,
        topic text not null,
        position bigint not null,
        primary key (shard, topic)
      ) with (fillfactor = 50);

      -- "offset" and bytes are the broker's; the texts are strangers', made fit and cut.
      create table rejected_record (
        id bigint generated always as identity,
        "group" text not null,
        topic text not null,
        partition int not null,
        "offset" text not null,
        reason text not null,
        headers json not null,
        excerpt text not null,
        bytes bigint not null,
        rejected_at timestamptz not null,
        primary key ("group", topic, partition, "offset")
      );
      create unique index rejected_record_newest on rejected_record (rejected_at desc, id desc);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table rejected_record, relay_topic, relay');
  }
}
