import { randomInt } from 'node:crypto';
import { HubError } from '@crossdock/kit';
import type { Database } from '../database/database.ts';
import { Partitions } from './partitions.ts';
import { PgEventLog } from './pg-event-log.ts';
import { PgIntake, type IntakeOptions } from './pg-intake.ts';
import { PgLogTail, type LogTailOptions } from './pg-log-tail.ts';
import { PgReceivedMessages } from './pg-received-messages.ts';

export interface OpenLogOptions {
  /** Shards to make when the log is new; a log that exists keeps its number. */
  readonly shards: number;
  readonly receivedCacheBytes: number;
  readonly tail: LogTailOptions;
  readonly intake: IntakeOptions;
}

/** The log's parts in one process. */
export interface OpenLog {
  readonly partitions: Partitions;
  readonly log: PgEventLog;
  readonly tail: PgLogTail;
  readonly received: PgReceivedMessages;
  readonly intake: PgIntake;
}

/** Drawn, so that a new log is never taken for another one whose records are still on the same topics. */
const MOST_EPOCH = 2 ** 30;

/** Opens the log of a migrated database: makes its shards the first time, and the partitions for the days to come. */
export async function openLog(database: Database, options: OpenLogOptions): Promise<OpenLog> {
  await database.query(
    `insert into log_shard (shard, epoch) select s, $2 from generate_series(0, $1 - 1) s where not exists (select 1 from log_shard)
      on conflict do nothing`,
    [options.shards, randomInt(1, MOST_EPOCH)],
  );
  const shards = await database.query<{ shard: number; last_position: number; epoch: number }>(
    'select shard, last_position, epoch from log_shard order by shard',
  );
  if (shards.length === 0) throw new HubError('config_invalid', 'The log has no shards; at least one is needed.');
  const partitions = new Partitions(database);
  await partitions.makeAhead(Date.now());
  const tail = new PgLogTail(
    database,
    new Map(shards.map((row) => [row.shard, { head: row.last_position, epoch: row.epoch }])),
    options.tail,
  );
  const received = new PgReceivedMessages(database, partitions, options.receivedCacheBytes);
  const log = new PgEventLog({ database, partitions, tail, received, epochs: new Map(shards.map((row) => [row.shard, row.epoch])) });
  const intake = new PgIntake(
    database,
    log,
    shards.map((row) => row.shard),
    options.intake,
  );
  return { partitions, log, tail, received, intake };
}
