import type { NewEvent } from '@crossdock/core';
import { Database, databaseDefaults } from '../../database/database.ts';
import { openLog, type OpenLog } from '../../log/open-log.ts';
import { intakeDefaults } from '../../log/pg-intake.ts';
import { Log1764000000001 } from '../../migrations/1764000000001-log.ts';
import { Work1764000000002 } from '../../migrations/1764000000002-work.ts';
import { Projection1764000000003 } from '../../migrations/1764000000003-projection.ts';
import { Relay1764000000004 } from '../../migrations/1764000000004-relay.ts';
import { migrate } from '../../migrations/migrate.ts';

export interface TestLog extends OpenLog {
  readonly database: Database;
  /** Appends to the shard that the root's id tells, a few events a transaction. */
  append(events: readonly NewEvent[], perTransaction?: number): Promise<void>;
  shardOf(event: NewEvent): number;
  close(): Promise<void>;
}

/** A migrated database with an open log of `shards` shards. */
export async function openTestLog(url: string, shards = 2): Promise<TestLog> {
  await migrate(url, [Log1764000000001, Work1764000000002, Projection1764000000003, Relay1764000000004]);
  const database = new Database({ ...databaseDefaults, url, name: 'test', connections: 6 });
  const problems: unknown[] = [];
  const open = await openLog(database, {
    shards,
    receivedCacheBytes: 1 << 20,
    tail: { pollMs: 50, recentEvents: 50_000, onProblem: (error) => problems.push(error) },
    intake: { ...intakeDefaults, onProblem: (error) => problems.push(error) },
  });
  const shardOf = (event: NewEvent): number => Math.floor(Number.parseInt(event.event.root.slice(-8), 16) / 64) % shards;
  return {
    ...open,
    database,
    shardOf,
    async append(events, perTransaction = 500) {
      for (let shard = 0; shard < shards; shard += 1) {
        const own = events.filter((event) => shardOf(event) === shard);
        for (let start = 0; start < own.length; start += perTransaction) {
          await database.run((tx) => open.log.append(tx, shard, own.slice(start, start + perTransaction)));
        }
      }
    },
    async close() {
      open.tail.stop();
      await database.close();
    },
  };
}
