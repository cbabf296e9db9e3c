import { int8Array, textArray } from '../database/binary-arrays.ts';
import type { Database } from '../database/database.ts';
import type { AcquiredRelay, RelayHolder, RelayLease, RelayMove, RelayStore, TopicCheckpoint } from './relay-store.ts';

const acquire = {
  name: 'relay-acquire',
  text: `insert into relay as r (shard, owner) select shard, $2 from log_shard where shard = $1
    on conflict (shard) do update set owner = excluded.owner, epoch = r.epoch + 1
      where r.owner is null or r.owner = excluded.owner
        or not exists (select 1 from worker w where w.id = r.owner and w.alive_until > clock_timestamp())
    returning position, epoch as token, identity, (select s.epoch from log_shard s where s.shard = r.shard) as epoch`,
};
const places = { name: 'relay-topics', text: 'select topic, position from relay_topic where shard = $1' };
const last = { name: 'relay-last', text: 'select position from relay_topic where topic = $1 and shard = $2' };
const move = {
  name: 'relay-move',
  text: `with moved as (
      update relay r set position = $5, identity = coalesce($6, r.identity) from log_shard s
        where r.shard = $1 and r.owner = $2 and r.epoch = $3 and r.position = $4
          and s.shard = r.shard and s.epoch = $7 and s.last_position >= $5
        returning r.shard),
    noted as (
      insert into relay_topic (shard, topic, position)
        select m.shard, t.topic, t.position from moved m, unnest($8::text[], $9::bigint[]) t(topic, position)
        on conflict (shard, topic) do update set position = excluded.position)
    select shard from moved`,
};
const release = {
  name: 'relay-release',
  text: 'update relay set owner = null where shard = $1 and owner = $2 and epoch = $3',
};
const holders = {
  name: 'relay-holders',
  text: `select shard, owner, epoch as token,
      exists (select 1 from worker w where w.id = r.owner and w.alive_until > clock_timestamp()) as alive
    from relay r`,
};
const checkpoints = { name: 'relay-checkpoints', text: 'select "group", topic, position from checkpoint where shard = $1' };

/** The relay's tables. What a process may do with them hangs on its worker. */
export class PgRelayStore implements RelayStore {
  readonly #database: Database;
  readonly #worker: number;

  constructor(database: Database, worker: number) {
    this.#database = database;
    this.#worker = worker;
  }

  async acquire(shard: number): Promise<AcquiredRelay> {
    const [row] = await this.#database.query<{ position: number; token: number; identity: string | null; epoch: number }>(acquire, [
      shard,
      this.#worker,
    ]);
    if (row === undefined) return { kind: 'standby' };
    // Read on its own, behind the commit: from here on no move of an older lease can change it.
    const topics = await this.#database.query<{ topic: string; position: number }>(places, [shard]);
    return {
      kind: 'held',
      lease: { shard, token: row.token, epoch: row.epoch },
      place: {
        position: row.position,
        identity: row.identity ?? undefined,
        topics: new Map(topics.map(({ topic, position }) => [topic, position])),
      },
    };
  }

  async move(lease: RelayLease, expected: number, to: RelayMove): Promise<boolean> {
    const moved = await this.#database.query(move, [
      lease.shard,
      this.#worker,
      lease.token,
      expected,
      to.position,
      to.identity ?? null,
      lease.epoch,
      textArray([...to.topics.keys()]),
      int8Array([...to.topics.values()]),
    ]);
    return moved.length > 0;
  }

  async release(lease: RelayLease): Promise<void> {
    await this.#database.query(release, [lease.shard, this.#worker, lease.token]);
  }

  async holders(): Promise<ReadonlyMap<number, RelayHolder>> {
    const rows = await this.#database.query<{ shard: number; owner: number | null; token: number; alive: boolean }>(holders);
    return new Map(rows.map((row) => [row.shard, this.#holderOf(row)]));
  }

  #holderOf({ owner, token, alive }: { readonly owner: number | null; readonly token: number; readonly alive: boolean }): RelayHolder {
    if (owner === this.#worker) return { kind: 'self', token };
    return { kind: alive ? 'other' : 'nobody' };
  }

  async checkpoints(shard: number): Promise<readonly TopicCheckpoint[]> {
    return await this.#database.query<{ group: string; topic: string; position: number }>(checkpoints, [shard]);
  }

  async last(topic: string, shard: number): Promise<number> {
    const [row] = await this.#database.query<{ position: number }>(last, [topic, shard]);
    return row?.position ?? 0;
  }
}
