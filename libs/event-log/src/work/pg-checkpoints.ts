import type { CheckpointKey, Checkpoints, ParkedRecord, Transaction } from '@crossdock/core';
import { HubError } from '@crossdock/kit';
import { idArray, int2Array, int4Array, int8Array, textArray } from '../database/binary-arrays.ts';
import { pgOf, type Database } from '../database/database.ts';

const acquire = {
  name: 'checkpoint-acquire',
  text: `insert into checkpoint as c ("group", topic, shard, owner) values ($1, $2, $3, $4)
    on conflict ("group", topic, shard) do update set owner = excluded.owner
      where c.owner is null or c.owner = excluded.owner
        or not exists (select 1 from worker w where w.id = c.owner and w.alive_until > clock_timestamp())
    returning position`,
};
const position = {
  name: 'checkpoint-position',
  text: `insert into checkpoint as c ("group", topic, shard) values ($1, $2, $3)
    on conflict ("group", topic, shard) do update set position = c.position returning position`,
};
const move = { name: 'checkpoint-move', text: 'select move_checkpoint($1, $2, $3::smallint, $4::bigint, $5::bigint)' };
const park = {
  name: 'park-records',
  text: `insert into parked_record ("group", topic, shard, position, stream_id, version, store_id, reason)
    select * from unnest($1::text[], $2::text[], $3::smallint[], $4::bigint[], $5::uuid[], $6::int[], $7::uuid[], $8::text[])
    on conflict do nothing`,
};

/** Where the consumer groups stand. A key belongs to one living worker at a time; the compare-and-set decides in any case. */
export class PgCheckpoints implements Checkpoints {
  readonly #database: Database;
  readonly #worker: number;

  constructor(database: Database, worker: number) {
    this.#database = database;
    this.#worker = worker;
  }

  async position({ group, topic, shard }: CheckpointKey): Promise<number> {
    const [row] = await this.#database.query<{ position: number }>(position, [group, topic, shard]);
    return row?.position ?? 0;
  }

  async acquire(key: CheckpointKey): Promise<{ readonly kind: 'owned'; readonly position: number } | { readonly kind: 'standby' }> {
    const [row] = await this.#database.query<{ position: number }>(acquire, [key.group, key.topic, key.shard, this.#worker]);
    return row === undefined ? { kind: 'standby' } : { kind: 'owned', position: row.position };
  }

  async release(key: CheckpointKey): Promise<void> {
    await this.#database.query('update checkpoint set owner = null where "group" = $1 and topic = $2 and shard = $3 and owner = $4', [
      key.group,
      key.topic,
      key.shard,
      this.#worker,
    ]);
  }

  async move(tx: Transaction, key: CheckpointKey, expected: number, next: number): Promise<void> {
    if (next < expected) throw new HubError('checkpoint_moved', `A checkpoint never goes back (${expected} → ${next}).`);
    pgOf(tx).send(move, [key.group, key.topic, key.shard, expected, next]);
  }

  async park(tx: Transaction, records: readonly ParkedRecord[]): Promise<void> {
    if (records.length === 0) return;
    pgOf(tx).send(park, [
      textArray(records.map((record) => record.group)),
      textArray(records.map((record) => record.topic)),
      int2Array(records.map((record) => record.shard)),
      int8Array(records.map((record) => record.position)),
      idArray(records.map((record) => record.stream)),
      int4Array(records.map((record) => record.version)),
      idArray(records.map((record) => record.store)),
      textArray(records.map((record) => record.reason)),
    ]);
  }
}
