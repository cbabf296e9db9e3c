import type {
  MappingLife,
  NewId,
  ParameterWrite,
  PastSnapshot,
  Registry,
  RegistryHistory,
  StoreSnapshot,
  Transaction,
} from '@crossdock/core';
import { idArray, idOf, int8Array, pgOf, type Database, type Row, type Statement } from '@crossdock/event-log';
import { parameterLimits, type ParameterLimits } from '../parameters/parameter-value.ts';
import { writeParameters, type SkippedWrite } from '../parameters/write-parameters.ts';
import { PgRegistryHistory, type PgRegistryHistoryOptions } from './pg-registry-history.ts';
import { SnapshotBuilder, type SnapshotBuilderOptions } from './snapshot-builder.ts';
import {
  assumedStatement,
  isStoreRow,
  revisionsStatement,
  snapshotStatement,
  type RevisionRow,
  type SnapshotRow,
} from './snapshot-rows.ts';
import { WeightedCache } from './weighted-cache.ts';

export interface PgRegistryOptions extends SnapshotBuilderOptions, PgRegistryHistoryOptions {
  readonly database: Database;
  readonly newId: NewId;
  readonly parameterLimits?: ParameterLimits;
  /** About how much memory snapshots may take; those of the stores used last are kept. */
  readonly maxCachedBytes?: number;
}

type Query = <R extends Row>(statement: Statement, values: readonly unknown[]) => Promise<R[]>;

/** The registry in Postgres: a revision per store says whether what is in memory still holds. */
export class PgRegistry implements Registry, RegistryHistory {
  readonly #options: PgRegistryOptions;
  readonly #builder: SnapshotBuilder;
  readonly #present: WeightedCache<StoreSnapshot>;
  readonly #history: PgRegistryHistory;
  /** Stores that a transaction has written: what it sees of them is not committed, so nobody else may. */
  readonly #written = new WeakMap<Transaction, Set<string>>();
  readonly #stopListening: () => void;

  constructor(options: PgRegistryOptions) {
    this.#options = options;
    this.#builder = new SnapshotBuilder(options);
    this.#present = new WeightedCache(options.maxCachedBytes ?? 64 * 1_048_576);
    this.#history = new PgRegistryHistory(options);
    // Another incarnation of the database may deal the same revisions again.
    this.#stopListening = options.database.onConnectionLost(() => this.#forget());
  }

  async snapshots(stores: readonly string[], tx?: Transaction): Promise<ReadonlyMap<string, StoreSnapshot>> {
    const found = new Map<string, StoreSnapshot>();
    if (stores.length === 0) return found;
    const assumed = tx === undefined || tx.repeated ? undefined : this.#assumed(stores, tx);
    if (assumed !== undefined) return assumed;
    const query = this.#queryOf(tx);
    const before = new Map(stores.map((store) => [store, this.#present.get(store)]));
    const changed = new Map<string, StoreSnapshot | undefined>();
    for (const row of await query<RevisionRow>(revisionsStatement, [idArray(stores)])) {
      const store = idOf(row.id);
      const cached = before.get(store);
      if (cached?.revision === row.revision) found.set(store, cached);
      else changed.set(store, this.#followable(store, cached, row.revision));
    }
    if (changed.size > 0) await this.#load(query, changed, found, tx);
    return found;
  }

  /** The snapshot that another one can take over from. */
  #followable(store: string, cached: StoreSnapshot | undefined, revision: number): StoreSnapshot | undefined {
    if (cached === undefined || cached.revision < revision) return cached;
    // A lower revision than the one in memory is of another history: nothing of that can be taken over.
    this.#present.delete(store);
    return undefined;
  }

  /** What is in memory, on the condition that it still holds when the transaction comes by: the batch need not wait to know. */
  #assumed(stores: readonly string[], tx: Transaction): ReadonlyMap<string, StoreSnapshot> | undefined {
    if (this.#written.has(tx)) return undefined;
    const found = new Map<string, StoreSnapshot>();
    for (const store of stores) {
      const cached = this.#present.get(store);
      if (cached === undefined) return undefined;
      found.set(store, cached);
    }
    const snapshots = [...found.values()];
    pgOf(tx).send(assumedStatement, [
      idArray(snapshots.map((snapshot) => snapshot.store)),
      int8Array(snapshots.map((snapshot) => snapshot.revision)),
    ]);
    return found;
  }

  async #load(
    query: Query,
    changed: ReadonlyMap<string, StoreSnapshot | undefined>,
    found: Map<string, StoreSnapshot>,
    tx: Transaction | undefined,
  ): Promise<void> {
    const known = [...changed.values()].map((former) => former?.revision ?? -1);
    const rows = await query<SnapshotRow>(snapshotStatement, [idArray([...changed.keys()]), int8Array(known)]);
    const byStore = new Map<string, SnapshotRow[]>();
    for (const row of rows) {
      const parts = byStore.get(row.store);
      if (parts === undefined) byStore.set(row.store, [row]);
      else parts.push(row);
    }
    const own = tx === undefined ? undefined : this.#written.get(tx);
    const anew = new Map<string, undefined>();
    for (const [first, ...rest] of byStore.values()) {
      if (first === undefined || !isStoreRow(first)) continue;
      const store = idOf(first.store);
      const { revision, number: parameters } = first;
      const former = changed.get(store);
      const snapshot = await this.#builder.build({ store, revision, parameters: parameters ?? 0, rows: rest, former });
      if (snapshot === undefined) anew.set(store, undefined);
      else {
        found.set(store, snapshot);
        if (own?.has(store) !== true) this.#remember(snapshot);
      }
    }
    if (anew.size > 0) await this.#load(query, anew, found, tx);
  }

  /** Who was faster may have loaded a newer one. */
  #remember(snapshot: StoreSnapshot): void {
    const { store, revision } = snapshot;
    if ((this.#present.peek(store)?.revision ?? -1) <= revision) this.#present.set(store, snapshot, this.#builder.sizeOf(snapshot));
  }

  async writeParameters(tx: Transaction, writes: readonly ParameterWrite[]): Promise<readonly SkippedWrite[]> {
    const { secrets, newId, parameterLimits: limits = parameterLimits } = this.#options;
    const { skipped, stores } = await writeParameters(pgOf(tx), writes, { secrets, newId, limits });
    if (stores.length > 0) this.#written.set(tx, new Set([...(this.#written.get(tx) ?? []), ...stores]));
    return skipped;
  }

  atRevision(store: string, revision: number): Promise<PastSnapshot | undefined> {
    return this.#history.atRevision(store, revision);
  }

  livesOf(store: string, idOrName: string): Promise<readonly MappingLife[]> {
    return this.#history.livesOf(store, idOrName);
  }

  #queryOf(tx: Transaction | undefined): Query {
    if (tx === undefined) return (statement, values) => this.#options.database.query(statement, values);
    const pg = pgOf(tx);
    return (statement, values) => pg.query(statement, values);
  }

  #forget(): void {
    this.#present.clear();
    this.#history.forget();
  }

  /** Stops following the database. */
  close(): void {
    this.#stopListening();
    this.#forget();
  }
}
