import type { MappingLife, Parameter, ParameterWrite, PastSnapshot, Registry, RegistryHistory, StoreSnapshot } from '../ports/registry.ts';
import type { Transaction } from '../ports/transaction.ts';
import type { Mapping } from '../routing/mapping.ts';
import type { RegisteredSchema } from '../validation/check-message.ts';
import { fitValue, typeOfValue } from '../routing/parameter-value.ts';
import type { MemoryTable } from './memory-table.ts';
import type { MemoryUnitOfWork } from './memory-unit-of-work.ts';

/** What a store is to have configured. */
export interface StoreContents {
  readonly mappings?: readonly Mapping[];
  readonly parameters?: readonly Parameter[];
  readonly schemas?: readonly RegisteredSchema[];
}

/** What stores have configured. Mappings come ready to use. */
export class MemoryRegistry implements Registry, RegistryHistory {
  readonly #database: MemoryUnitOfWork;
  readonly #stores: MemoryTable<StoreSnapshot>;
  /** Every revision that a store ever had. */
  readonly #past: MemoryTable<PastSnapshot>;
  readonly #typeAliases: (type: string) => readonly string[];

  constructor(database: MemoryUnitOfWork, typeAliases: (type: string) => readonly string[] = (type) => [type]) {
    this.#database = database;
    this.#stores = database.table('store');
    this.#past = database.table('store-revision');
    this.#typeAliases = typeAliases;
  }

  /** Makes this all that the store has, at its next revision; what is not given stays. */
  async save(store: string, contents: StoreContents): Promise<void> {
    await this.#database.run((tx) => {
      const former = this.#stores.get(store, tx);
      const mappings = contents.mappings ?? [...(former?.mappings.values() ?? [])];
      const parameters = contents.parameters ?? [...(former?.parameters.values() ?? [])];
      const schemas = contents.schemas ?? [...(former?.schemas.values() ?? [])];
      const snapshot = {
        store,
        revision: (former?.revision ?? 0) + 1,
        mappings: new Map(mappings.map((mapping) => [mapping.id, mapping])),
        subscribed: this.#subscribed(mappings),
        parameters: new Map(parameters.map((parameter) => [parameter.name, parameter])),
        schemas: new Map(
          schemas.flatMap((schema) => [schema.type, ...this.#typeAliases(schema.type)].map((name) => [name, schema] as const)),
        ),
      };
      return Promise.resolve(this.#keep(tx, snapshot));
    });
  }

  #keep(tx: Transaction, snapshot: StoreSnapshot): void {
    const { store, revision, mappings, subscribed } = snapshot;
    this.#stores.set(tx, store, snapshot);
    this.#past.set(tx, placeOf(store, revision), { store, revision, mappings, subscribed });
  }

  #subscribed(mappings: readonly Mapping[]): ReadonlyMap<string, readonly Mapping[]> {
    const byType = new Map<string, Mapping[]>();
    for (const mapping of [...mappings].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      for (const type of new Set(mapping.messages.flatMap((named) => [named, ...this.#typeAliases(named)]))) {
        byType.set(type, [...(byType.get(type) ?? []), mapping]);
      }
    }
    return byType;
  }

  snapshots(stores: readonly string[], tx?: Transaction): Promise<ReadonlyMap<string, StoreSnapshot>> {
    const found = new Map<string, StoreSnapshot>();
    for (const store of stores) {
      const snapshot = this.#stores.get(store, tx);
      if (snapshot !== undefined) found.set(store, snapshot);
    }
    return Promise.resolve(found);
  }

  writeParameters(tx: Transaction, writes: readonly ParameterWrite[]): ReturnType<Registry['writeParameters']> {
    const skipped: { readonly index: number; readonly problem: string }[] = [];
    const raised = new Set<string>();
    for (const [index, { store, name, value }] of writes.entries()) {
      const snapshot = this.#stores.get(store, tx);
      if (snapshot === undefined) throw new RangeError(`There is no store ${store}.`);
      const former = snapshot.parameters.get(name);
      const dataType = former?.dataType ?? typeOfValue(value);
      const fitting = fitValue(value, dataType);
      if (fitting === undefined) {
        skipped.push({ index, problem: `Parameter "${name}" was left as it is: it is of type ${dataType}.` });
        continue;
      }
      if (former !== undefined && JSON.stringify(former.value) === JSON.stringify(fitting)) continue;
      const id = former?.id ?? `5f2${String(snapshot.parameters.size + 1).padStart(21, '0')}`;
      const revision = snapshot.revision + (raised.has(store) ? 0 : 1);
      raised.add(store);
      this.#keep(tx, {
        ...snapshot,
        revision,
        parameters: new Map(snapshot.parameters).set(name, { id, name, dataType, value: fitting }),
      });
    }
    return Promise.resolve(skipped);
  }

  atRevision(store: string, revision: number): Promise<PastSnapshot | undefined> {
    return Promise.resolve(this.#past.get(placeOf(store, revision)));
  }

  livesOf(store: string, idOrName: string): Promise<readonly MappingLife[]> {
    const lives = new Map<string, MappingLife>();
    const named = new Set<string>();
    const revisions = this.#past.entries().filter(([, past]) => past.store === store);
    for (const [, past] of revisions.sort(([, a], [, b]) => a.revision - b.revision)) {
      for (const life of lives.values()) {
        if (!past.mappings.has(life.id)) lives.set(life.id, { ...life, removed: life.removed ?? past.revision });
      }
      for (const { id, name } of past.mappings.values()) {
        lives.set(id, { id, name, made: lives.get(id)?.made ?? past.revision, removed: undefined });
        if (id === idOrName || name === idOrName) named.add(id);
      }
    }
    const found = [...lives.values()].filter(({ id }) => named.has(id)).sort((a, b) => b.made - a.made);
    return Promise.resolve(found.slice(0, MOST_LIVES));
  }
}

const MOST_LIVES = 10;
const placeOf = (store: string, revision: number): string => `${store}@${revision}`;
