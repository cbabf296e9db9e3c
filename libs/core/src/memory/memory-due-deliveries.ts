import type { Clock } from '../ports/ambient.ts';
import type { DueDeliveries, DueDelivery, ReadyEndpoint, Settlement, WaitingCount, WaitingMapping } from '../ports/due.ts';
import type { Transaction } from '../ports/transaction.ts';
import type { MemoryTable } from './memory-table.ts';
import type { MemoryUnitOfWork } from './memory-unit-of-work.ts';
import { isAlive, type MemoryWorker } from './memory-worker.ts';

interface Lease {
  readonly worker: number;
  readonly since: number;
}

interface Row {
  readonly due: DueDelivery;
  readonly lease: Lease | undefined;
}

const byTime = (a: Row, b: Row): number => a.due.dueAt - b.due.dueAt;
const byDelivery = (a: Row, b: Row): number => (a.due.delivery < b.due.delivery ? -1 : 1);

/** What waits for an attempt. Leases belong to the worker. */
export class MemoryDueDeliveries implements DueDeliveries {
  readonly #database: MemoryUnitOfWork;
  readonly #worker: MemoryWorker;
  readonly #now: Clock;
  readonly #rows: MemoryTable<Row>;
  readonly #gates: MemoryTable<number>;

  constructor(database: MemoryUnitOfWork, worker: MemoryWorker, now: Clock) {
    this.#database = database;
    this.#worker = worker;
    this.#now = now;
    this.#rows = database.table('due');
    this.#gates = database.table('endpoint_gate');
  }

  /** All that waits or runs, by id. */
  rows(): readonly (DueDelivery & { readonly running: boolean })[] {
    return this.#all()
      .sort(byDelivery)
      .map(({ due, lease }) => ({ ...due, running: lease !== undefined }));
  }

  #all(tx?: Transaction): Row[] {
    return this.#rows.entries(tx).map(([, row]) => row);
  }

  #put(tx: Transaction, due: DueDelivery, lease?: Lease): void {
    this.#rows.set(tx, due.delivery, { due, lease });
  }

  #lease(): Lease {
    return { worker: this.#worker.id, since: this.#now() };
  }

  #owned(tx: Transaction, delivery: string, attempt: number): Row | undefined {
    const row = this.#rows.get(delivery, tx);
    return row?.lease?.worker === this.#worker.id && row.due.attempt === attempt ? row : undefined;
  }

  // oxlint-disable-next-line typescript/require-await -- what is thrown is a rejection, as it is of every other adapter
  async insert(tx: Transaction, rows: readonly (DueDelivery & { readonly leased: boolean })[]): Promise<void> {
    for (const { leased, ...due } of rows) {
      if (this.#rows.get(due.delivery, tx) !== undefined) throw new RangeError(`Delivery ${due.delivery} is in the table already.`);
      this.#put(tx, due, leased ? this.#lease() : undefined);
    }
  }

  ready(now: number, after: number, limit: number): Promise<readonly ReadyEndpoint[]> {
    const endpoints = new Map<number, string>();
    for (const { due, lease } of this.#all()) {
      const isReady =
        lease === undefined && due.dueAt <= now && due.endpoint > after && (this.#gates.get(String(due.endpoint)) ?? 0) <= now;
      if (isReady) endpoints.set(due.endpoint, due.store);
    }
    const sorted = [...endpoints].sort(([a], [b]) => a - b).slice(0, limit);
    return Promise.resolve(sorted.map(([endpoint, store]) => ({ endpoint, store })));
  }

  async claim(wanted: readonly { readonly endpoint: number; readonly limit: number }[], now: number): Promise<readonly DueDelivery[]> {
    return await this.#database.run((tx) => {
      const waiting = this.#all(tx).filter(({ due, lease }) => lease === undefined && due.dueAt <= now);
      const claimed = wanted.flatMap(({ endpoint, limit }) =>
        waiting
          .filter(({ due }) => due.endpoint === endpoint)
          .sort(byTime)
          .slice(0, limit)
          .map(({ due }) => ({ ...due, attempt: due.attempt + 1 })),
      );
      for (const due of claimed) this.#put(tx, due, this.#lease());
      return Promise.resolve(claimed);
    });
  }

  async release(deliveries: readonly { readonly delivery: string; readonly attempt: number }[]): Promise<void> {
    await this.#database.run((tx) => {
      for (const { delivery, attempt } of deliveries) {
        const row = this.#owned(tx, delivery, attempt);
        if (row !== undefined) this.#put(tx, { ...row.due, attempt: attempt - 1 });
      }
      return Promise.resolve();
    });
  }

  settle(tx: Transaction, settlements: readonly Settlement[]): Promise<ReadonlySet<string>> {
    const owned = new Set<string>();
    for (const { delivery, attempt, next } of settlements) {
      const row = this.#owned(tx, delivery, attempt);
      if (row === undefined) continue;
      owned.add(delivery);
      if (next === undefined) this.#rows.delete(tx, delivery);
      else this.#put(tx, { ...row.due, ...next });
    }
    return Promise.resolve(owned);
  }

  lock(tx: Transaction, delivery: string): Promise<(DueDelivery & { readonly running: boolean }) | undefined> {
    const row = this.#rows.get(delivery, tx);
    return Promise.resolve(row === undefined ? undefined : { ...row.due, running: row.lease !== undefined });
  }

  reschedule(tx: Transaction, row: DueDelivery): Promise<void> {
    this.#put(tx, row);
    return Promise.resolve();
  }

  remove(tx: Transaction, delivery: string): Promise<void> {
    this.#rows.delete(tx, delivery);
    return Promise.resolve();
  }

  #lost(tx?: Transaction): Row[] {
    return this.#all(tx).filter(({ lease }) => lease !== undefined && !isAlive(this.#database, lease.worker, tx));
  }

  takeOver(tx: Transaction, shard: number, limit: number): Promise<readonly DueDelivery[]> {
    const rows = this.#lost(tx).filter(({ due }) => due.shard === shard);
    return Promise.resolve(
      rows
        .sort(byDelivery)
        .slice(0, limit)
        .map(({ due }) => due),
    );
  }

  hasLostLeases(): Promise<boolean> {
    return Promise.resolve(this.#lost().length > 0);
  }

  async postpone({ delivery, attempt }: DueDelivery): Promise<void> {
    await this.#database.run((tx) => {
      const row = this.#owned(tx, delivery, attempt);
      if (row !== undefined) this.#put(tx, { ...row.due, attempt: attempt - 1, dueAt: Number.POSITIVE_INFINITY });
      return Promise.resolve();
    });
  }

  waiting(): Promise<readonly WaitingMapping[]> {
    const found = new Map<string, WaitingMapping>();
    for (const { due, lease } of this.#all()) {
      if (lease !== undefined || due.dueAt !== Number.POSITIVE_INFINITY) continue;
      const { store, mapping, endpoint } = due;
      found.set(`${mapping} ${endpoint}`, { store, mapping, endpoint });
    }
    return Promise.resolve([...found.values()]);
  }

  countWaiting(mappings: readonly string[], most: number): Promise<ReadonlyMap<string, WaitingCount>> {
    const rows = this.#all().filter(({ due, lease }) => lease === undefined && due.dueAt === Number.POSITIVE_INFINITY);
    const counted = mappings.map((mapping) => {
      const all = rows.filter(({ due }) => due.mapping === mapping).length;
      return [mapping, { count: Math.min(all, most), bounded: all > most }] as const;
    });
    return Promise.resolve(new Map(counted));
  }

  async resume({ endpoint, mapping }: WaitingMapping, now: number): Promise<void> {
    await this.#database.run((tx) => {
      for (const { due, lease } of this.#all(tx)) {
        const waits = lease === undefined && due.endpoint === endpoint && due.mapping === mapping && due.dueAt === Number.POSITIVE_INFINITY;
        if (waits) this.#put(tx, { ...due, dueAt: now });
      }
      return Promise.resolve();
    });
  }

  leases(forMs: number): Promise<readonly { readonly delivery: string; readonly attempt: number }[]> {
    const since = this.#now() - forMs;
    const own = this.#all().filter(({ lease }) => lease?.worker === this.#worker.id && lease.since <= since);
    return Promise.resolve(own.map(({ due: { delivery, attempt } }) => ({ delivery, attempt })));
  }

  running(deliveries: readonly string[]): Promise<ReadonlyMap<string, { readonly attempt: number; readonly since: number }>> {
    const running = this.#all().flatMap(({ due, lease }) =>
      lease !== undefined && deliveries.includes(due.delivery)
        ? [[due.delivery, { attempt: due.attempt, since: lease.since }] as const]
        : [],
    );
    return Promise.resolve(new Map(running));
  }

  async closeGate(endpoint: number, until: number): Promise<void> {
    await this.#database.run((tx) => Promise.resolve(this.#gates.set(tx, String(endpoint), until)));
  }

  async openGate(endpoint: number): Promise<void> {
    await this.#database.run((tx) => Promise.resolve(this.#gates.delete(tx, String(endpoint))));
  }
}
