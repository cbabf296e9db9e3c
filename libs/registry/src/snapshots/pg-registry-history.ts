import { isMessageId, type CompileRegex, type MappingLife, type PastSnapshot, type RegistryHistory } from '@crossdock/core';
import { idOf, uuidOf, type Database } from '@crossdock/event-log';
import { compileMapping, indexByType, type TypeAliases } from '../mappings/compile-mapping.ts';
import { livesStatement, readDefinition, versionsStatement, type LifeRow, type VersionRow } from './snapshot-rows.ts';
import { WeightedCache } from './weighted-cache.ts';

export interface PgRegistryHistoryOptions {
  readonly database: Database;
  readonly compileRegex: CompileRegex;
  readonly typeAliases: TypeAliases;
  /** Mappings of past revisions that are kept in memory. */
  readonly maxCachedPast?: number;
}

/** What stores had configured, from the versions of their mappings. */
export class PgRegistryHistory implements RegistryHistory {
  readonly #options: PgRegistryHistoryOptions;
  readonly #past: WeightedCache<PastSnapshot>;

  constructor(options: PgRegistryHistoryOptions) {
    this.#options = options;
    this.#past = new WeightedCache(options.maxCachedPast ?? 5_000);
  }

  async atRevision(store: string, revision: number): Promise<PastSnapshot | undefined> {
    const key = `${store}@${revision}`;
    const cached = this.#past.get(key);
    if (cached !== undefined) return cached;
    const rows = await this.#options.database.query<VersionRow>(versionsStatement, [uuidOf(store), revision]);
    const current = rows[0]?.current;
    if (current === undefined || revision < 0 || revision > current) return undefined;
    const mappings = new Map(
      rows.flatMap(({ id, revision: made, endpoint, definition }) => {
        if (id === null || definition === null) return [];
        const stored = {
          id: idOf(id),
          revision: made ?? 0,
          endpoint: endpoint ?? 0,
          token: undefined,
          definition: readDefinition(definition),
        };
        return [[stored.id, compileMapping(stored, this.#options.compileRegex).mapping] as const];
      }),
    );
    const snapshot = { store, revision, mappings, subscribed: indexByType(mappings, this.#options.typeAliases) };
    this.#past.set(key, snapshot, 1 + mappings.size);
    return snapshot;
  }

  async livesOf(store: string, idOrName: string): Promise<readonly MappingLife[]> {
    const id = isMessageId(idOrName) ? uuidOf(idOrName) : null;
    const rows = await this.#options.database.query<LifeRow>(livesStatement, [uuidOf(store), id, idOrName]);
    return rows.map((row) => ({ id: idOf(row.id), name: row.name ?? '', made: row.made, removed: row.removed ?? undefined }));
  }

  /** Another incarnation of the database may deal the same revisions again. */
  forget(): void {
    this.#past.clear();
  }
}
