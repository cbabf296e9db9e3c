import type { CheckpointKey, ParkedRecord, ParkedRecords, Transaction } from '@crossdock/core';
import { pgOf, type Database } from '../database/database.ts';
import { idOf, uuidOf } from '../database/object-id.ts';

interface ParkedRow extends Record<string, unknown> {
  readonly group: string;
  readonly topic: string;
  readonly shard: number;
  readonly position: number;
  readonly stream_id: string;
  readonly version: number;
  readonly store_id: string | null;
  readonly reason: string;
  readonly parked_at: number;
}

const columns = '"group", topic, shard, position, stream_id, version, store_id, reason, parked_at';
const byKey = '"group" = $1 and topic = $2 and shard = $3';

function recordOf(row: ParkedRow): ParkedRecord {
  return {
    group: row.group,
    topic: row.topic,
    shard: row.shard,
    position: row.position,
    stream: idOf(row.stream_id),
    version: row.version,
    store: row.store_id === null ? undefined : idOf(row.store_id),
    reason: row.reason,
    parkedAt: row.parked_at,
  };
}

const keyOf = ({ group, topic, shard, position }: ParkedRecord): readonly unknown[] => [group, topic, shard, position];

/** Parked records in Postgres. */
export class PgParkedRecords implements ParkedRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(store: string, limit: number): Promise<readonly ParkedRecord[]> {
    const rows = await this.#database.query<ParkedRow>(
      `select ${columns} from parked_record where store_id = $1 order by parked_at desc, position desc limit $2`,
      [uuidOf(store), limit],
    );
    return rows.map(recordOf);
  }

  async requestRetry(tx: Transaction, stream: string): Promise<boolean> {
    return (
      (await pgOf(tx).query('update parked_record set retry_wanted = true where stream_id = $1 returning position', [uuidOf(stream)]))
        .length > 0
    );
  }

  async dismiss(tx: Transaction, stream: string): Promise<void> {
    pgOf(tx).send('delete from parked_record where stream_id = $1', [uuidOf(stream)]);
  }

  async wanted({ group, topic, shard }: CheckpointKey): Promise<readonly ParkedRecord[]> {
    const rows = await this.#database.query<ParkedRow>(
      { name: 'parked-wanted', text: `select ${columns} from parked_record where ${byKey} and retry_wanted order by position limit 100` },
      [group, topic, shard],
    );
    return rows.map(recordOf);
  }

  async remove(tx: Transaction, record: ParkedRecord): Promise<void> {
    pgOf(tx).send(`delete from parked_record where ${byKey} and position = $4`, keyOf(record));
  }

  async refuse(record: ParkedRecord, reason: string): Promise<void> {
    await this.#database.query(`update parked_record set retry_wanted = false, reason = $5 where ${byKey} and position = $4`, [
      ...keyOf(record),
      reason,
    ]);
  }
}
