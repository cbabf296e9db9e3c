import type { DueDeliveries, DueDelivery, ReadyEndpoint, Settlement, Transaction, WaitingCount, WaitingMapping } from '@crossdock/core';
import { idArray, int2Array, int4Array, timestampArray } from '../database/binary-arrays.ts';
import { pgOf, type Database, type Statement } from '../database/database.ts';
import { idOf, uuidOf } from '../database/object-id.ts';

interface DueRow extends Record<string, unknown> {
  readonly delivery_id: string;
  readonly shard: number;
  readonly store_id: string;
  readonly endpoint: number;
  readonly message_id: string;
  readonly mapping_id: string;
  readonly version: number;
  readonly attempt: number;
  readonly failures: number;
  readonly due_at: number;
}

const columns = 'delivery_id, shard, store_id, endpoint, message_id, mapping_id, version, attempt, failures, due_at';
const returned = columns
  .split(', ')
  .map((column) => `d.${column}`)
  .join(', ');

function dueOf(row: DueRow): DueDelivery {
  return {
    delivery: idOf(row.delivery_id),
    shard: row.shard,
    store: idOf(row.store_id),
    endpoint: row.endpoint,
    message: idOf(row.message_id),
    mapping: idOf(row.mapping_id),
    version: row.version,
    attempt: row.attempt,
    failures: row.failures,
    dueAt: row.due_at,
  };
}

const insert = {
  name: 'due-insert',
  text: `insert into due (${columns}, worker, leased_at)
    select a, b, c, d, e, f, g, h, i, j, nullif(k, 0), case when k = 0 then null else now() end
    from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::int[], $5::uuid[], $6::uuid[], $7::int[], $8::int[], $9::int[], $10::timestamptz[], $11::int[])
      u(a, b, c, d, e, f, g, h, i, j, k)`,
};
/**
 * Skips from endpoint to endpoint through the index: rows of one endpoint, however many, cost one probe. The gate is looked up
 * row by row: as an anti-join it would be hashed, and the endpoints would come in no order.
 */
const ready = {
  name: 'due-ready',
  text: `with recursive skip as (
      (select endpoint, store_id, due_at from due where worker is null and endpoint > $3 order by endpoint, due_at limit 1)
      union all
      select n.* from skip s cross join lateral
        (select endpoint, store_id, due_at from due where worker is null and endpoint > s.endpoint order by endpoint, due_at limit 1) n)
    select endpoint, store_id from skip s where due_at <= $1
      and coalesce((select g.closed_until from endpoint_gate g where g.endpoint = s.endpoint), '-infinity') <= $1 limit $2`,
};
/**
 * The ids are found first, once, as an array: a plan that looked twice would claim twice as many, and one that joined would read
 * the whole table to find them again (measured: 82 ms with 200,000 rows, against 0.4 ms).
 */
const claim = {
  name: 'due-claim',
  text: `update due d set worker = $1, leased_at = now(), attempt = d.attempt + 1
    where d.delivery_id = any (array(select r.delivery_id from unnest($2::int[], $3::int[]) w(endpoint, most)
      cross join lateral (select delivery_id from due where worker is null and endpoint = w.endpoint and due_at <= $4
        order by due_at limit w.most for update skip locked) r)) returning ${returned}`,
};
const leases = {
  name: 'due-leases',
  text: "select delivery_id, attempt from due where worker = $1 and leased_at <= clock_timestamp() - $2 * interval '1 millisecond'",
};
/**
 * This process's rows for these attempts, locked in the order of the ids, as tids. A table of work is often analysed while it is
 * empty, and a join planned for one row of it may read all of them again for each (seen: half a minute for 200 outcomes). So each
 * row is looked up by its key, and `worker + 0` keeps the index of leases out of it.
 */
const own = `array(select m.ctid from unnest($2::uuid[], $3::int[]) s(id, n) cross join lateral
    (select ctid from due where delivery_id = s.id and attempt = s.n and worker + 0 = $1 for update) m)`;
const nth = (list: string): string => `(${list})[array_position($2::uuid[], delivery_id)]`;
const release = {
  name: 'due-release',
  text: `update due set worker = null, leased_at = null, attempt = attempt - 1 where ctid = any (${own})`,
};
const giveBack = {
  name: 'due-give-back',
  text: "update due set worker = null, leased_at = null, attempt = attempt - 1, due_at = 'infinity' where worker = $1 and delivery_id = $2 and attempt = $3",
};
const finish = { name: 'due-finish', text: `delete from due where ctid = any (${own}) returning delivery_id` };
const postpone = {
  name: 'due-postpone',
  text: `update due set worker = null, leased_at = null, version = ${nth('$4::int[]')}, failures = ${nth('$5::int[]')},
    due_at = ${nth('$6::timestamptz[]')} where ctid = any (${own}) returning delivery_id`,
};
/** The same where every row is assumed to be this process's still: nobody waits for the answer, and a wrong one ends the transaction. */
const assumingAll = ({ name, text }: Statement): Statement => ({
  name: `${name}-all`,
  text: `with settled as (${text}) select expect_rows((select count(*) from settled), cardinality($2::uuid[]))`,
});
const finishAll = assumingAll(finish);
const postponeAll = assumingAll(postpone);
const lock = {
  name: 'due-lock',
  text: `select ${columns}, worker is not null as running from due where delivery_id = $1 for update`,
};
const replace = {
  name: 'due-replace',
  text: `insert into due (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (delivery_id) do update set version = excluded.version, attempt = excluded.attempt, failures = excluded.failures,
      due_at = excluded.due_at, endpoint = excluded.endpoint, worker = null, leased_at = null`,
};
const takeOver = {
  name: 'due-take-over',
  text: `select ${columns} from due d where worker is not null and shard = $1 and worker = any($2::int[])
    order by delivery_id limit $3 for update skip locked`,
};
/** Skips from worker to worker, as `ready` does from endpoint to endpoint. Whether it is dead itself, a process does not judge. */
const lost = {
  name: 'due-lost',
  text: `with recursive skip as (
      (select worker from due where worker is not null order by worker limit 1)
      union all
      select n.worker from skip s cross join lateral (select worker from due where worker is not null and worker > s.worker order by worker limit 1) n)
    select worker from skip s where worker <> $1 and not exists (select 1 from worker w where w.id = s.worker and w.alive_until > clock_timestamp())`,
};
/** Skips from mapping to mapping, so that a mapping costs one probe, however many deliveries wait for it. */
const waiting = {
  name: 'due-waiting',
  text: `with recursive skip as (
      (select mapping_id, endpoint, store_id from due where worker is null and due_at = 'infinity' order by mapping_id, endpoint limit 1)
      union all
      select n.* from skip s cross join lateral
        (select mapping_id, endpoint, store_id from due where worker is null and due_at = 'infinity'
          and (mapping_id, endpoint) > (s.mapping_id, s.endpoint) order by mapping_id, endpoint limit 1) n)
    select store_id, mapping_id, endpoint from skip`,
};
/**
 * Counts up to one more than is told: millions may wait. In the order of the index, which the planner would else leave for the whole table
 * where it takes a mapping for a common one.
 */
const countWaiting = {
  name: 'due-count-waiting',
  text: `select m.id as mapping_id, (select count(*) from (
        select from due where mapping_id = m.id and worker is null and due_at = 'infinity' order by mapping_id, endpoint limit $2 + 1) w)::int as waiting
    from unnest($1::uuid[]) m(id)`,
};
/** In portions, each a commit: a paused mapping may have millions waiting, and no statement may last that long. */
const RESUMED_AT_ONCE = 1_000;
const resume = {
  name: 'due-resume',
  text: `update due set due_at = $3 where delivery_id = any (array(select delivery_id from due
      where endpoint = $1 and mapping_id = $2 and worker is null and due_at = 'infinity'
      order by mapping_id, endpoint limit ${RESUMED_AT_ONCE} for update skip locked))
    returning 1`,
};
const running = {
  name: 'due-running',
  text: 'select delivery_id, attempt, leased_at from due where delivery_id = any($1::uuid[]) and worker is not null',
};

/** The due table. Its rows are leased to this process's worker. */
export class PgDueDeliveries implements DueDeliveries {
  readonly #database: Database;
  readonly #worker: number;

  constructor(database: Database, worker: number) {
    this.#database = database;
    this.#worker = worker;
  }

  async insert(tx: Transaction, rows: readonly (DueDelivery & { readonly leased: boolean })[]): Promise<void> {
    if (rows.length === 0) return;
    pgOf(tx).send(insert, [
      idArray(rows.map((row) => row.delivery)),
      int2Array(rows.map((row) => row.shard)),
      idArray(rows.map((row) => row.store)),
      int4Array(rows.map((row) => row.endpoint)),
      idArray(rows.map((row) => row.message)),
      idArray(rows.map((row) => row.mapping)),
      int4Array(rows.map((row) => row.version)),
      int4Array(rows.map((row) => row.attempt)),
      int4Array(rows.map((row) => row.failures)),
      timestampArray(rows.map((row) => row.dueAt)),
      int4Array(rows.map((row) => (row.leased ? this.#worker : 0))),
    ]);
  }

  async ready(now: number, after: number, limit: number): Promise<readonly ReadyEndpoint[]> {
    const rows = await this.#database.query<{ endpoint: number; store_id: string }>(ready, [new Date(now), limit, after]);
    return rows.map((row) => ({ endpoint: row.endpoint, store: idOf(row.store_id) }));
  }

  async claim(wanted: readonly { readonly endpoint: number; readonly limit: number }[], now: number): Promise<readonly DueDelivery[]> {
    if (wanted.length === 0) return [];
    const rows = await this.#database.query<DueRow>(claim, [
      this.#worker,
      int4Array(wanted.map((endpoint) => endpoint.endpoint)),
      int4Array(wanted.map((endpoint) => endpoint.limit)),
      new Date(now),
    ]);
    return rows.map(dueOf);
  }

  async release(deliveries: readonly { readonly delivery: string; readonly attempt: number }[]): Promise<void> {
    if (deliveries.length === 0) return;
    await this.#database.query(release, [
      this.#worker,
      idArray(deliveries.map((row) => row.delivery)),
      int4Array(deliveries.map((row) => row.attempt)),
    ]);
  }

  async postpone(row: DueDelivery): Promise<void> {
    await this.#database.query(giveBack, [this.#worker, uuidOf(row.delivery), row.attempt]);
  }

  async settle(tx: Transaction, settlements: readonly Settlement[]): Promise<ReadonlySet<string>> {
    const sorted = [...settlements].sort((a, b) => (a.delivery < b.delivery ? -1 : 1));
    const ended = sorted.filter((row) => row.next === undefined);
    const again = sorted.flatMap((row) => (row.next === undefined ? [] : [{ ...row, next: row.next }]));
    const finished = [this.#worker, idArray(ended.map((row) => row.delivery)), int4Array(ended.map((row) => row.attempt))];
    const postponed = [
      this.#worker,
      idArray(again.map((row) => row.delivery)),
      int4Array(again.map((row) => row.attempt)),
      int4Array(again.map((row) => row.next.version)),
      int4Array(again.map((row) => row.next.failures)),
      timestampArray(again.map((row) => row.next.dueAt)),
    ];
    const own = pgOf(tx);
    if (!tx.repeated) {
      if (ended.length > 0) own.send(finishAll, finished);
      if (again.length > 0) own.send(postponeAll, postponed);
      return new Set(settlements.map((row) => row.delivery));
    }
    const matched = await Promise.all([
      ended.length === 0 ? [] : own.query<{ delivery_id: string }>(finish, finished),
      again.length === 0 ? [] : own.query<{ delivery_id: string }>(postpone, postponed),
    ]);
    return new Set(matched.flat().map((row) => idOf(row.delivery_id)));
  }

  async lock(tx: Transaction, delivery: string): Promise<(DueDelivery & { readonly running: boolean }) | undefined> {
    const [row] = await pgOf(tx).query<DueRow & { running: boolean }>(lock, [uuidOf(delivery)]);
    return row === undefined ? undefined : { ...dueOf(row), running: row.running };
  }

  async reschedule(tx: Transaction, row: DueDelivery): Promise<void> {
    pgOf(tx).send(replace, [
      uuidOf(row.delivery),
      row.shard,
      uuidOf(row.store),
      row.endpoint,
      uuidOf(row.message),
      uuidOf(row.mapping),
      row.version,
      row.attempt,
      row.failures,
      row.dueAt === Number.POSITIVE_INFINITY ? 'infinity' : new Date(row.dueAt),
    ]);
  }

  async remove(tx: Transaction, delivery: string): Promise<void> {
    pgOf(tx).send('delete from due where delivery_id = $1', [uuidOf(delivery)]);
  }

  async takeOver(tx: Transaction, shard: number, limit: number): Promise<readonly DueDelivery[]> {
    const dead = await pgOf(tx).query<{ worker: number }>(lost, [this.#worker]);
    if (dead.length === 0) return [];
    return (await pgOf(tx).query<DueRow>(takeOver, [shard, int4Array(dead.map((row) => row.worker)), limit])).map(dueOf);
  }

  async hasLostLeases(): Promise<boolean> {
    return (await this.#database.query(lost, [this.#worker])).length > 0;
  }

  async waiting(): Promise<readonly WaitingMapping[]> {
    const rows = await this.#database.query<{ store_id: string; mapping_id: string; endpoint: number }>(waiting);
    return rows.map((row) => ({ store: idOf(row.store_id), mapping: idOf(row.mapping_id), endpoint: row.endpoint }));
  }

  async countWaiting(mappings: readonly string[], most: number): Promise<ReadonlyMap<string, WaitingCount>> {
    if (mappings.length === 0) return new Map();
    const rows = await this.#database.query<{ mapping_id: string; waiting: number }>(countWaiting, [idArray(mappings), most]);
    return new Map(rows.map((row) => [idOf(row.mapping_id), { count: Math.min(row.waiting, most), bounded: row.waiting > most }] as const));
  }

  async resume({ endpoint, mapping }: WaitingMapping, now: number): Promise<void> {
    for (let resumed = RESUMED_AT_ONCE; resumed === RESUMED_AT_ONCE;) {
      resumed = (await this.#database.query(resume, [endpoint, uuidOf(mapping), new Date(now)])).length;
    }
  }

  async leases(forMs: number): Promise<readonly { readonly delivery: string; readonly attempt: number }[]> {
    const rows = await this.#database.query<{ delivery_id: string; attempt: number }>(leases, [this.#worker, forMs]);
    return rows.map((row) => ({ delivery: idOf(row.delivery_id), attempt: row.attempt }));
  }

  async running(deliveries: readonly string[]): Promise<ReadonlyMap<string, { readonly attempt: number; readonly since: number }>> {
    const rows = await this.#database.query<{ delivery_id: string; attempt: number; leased_at: number }>(running, [idArray(deliveries)]);
    return new Map(rows.map((row) => [idOf(row.delivery_id), { attempt: row.attempt, since: row.leased_at }]));
  }

  async closeGate(endpoint: number, until: number): Promise<void> {
    await this.#database.query(
      'insert into endpoint_gate (endpoint, closed_until) values ($1, $2) on conflict (endpoint) do update set closed_until = excluded.closed_until',
      [endpoint, new Date(until)],
    );
  }

  async openGate(endpoint: number): Promise<void> {
    await this.#database.query('delete from endpoint_gate where endpoint = $1', [endpoint]);
  }
}
