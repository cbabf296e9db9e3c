import { SCHEMALESS_TRUST_MS, type Clock, type Registry, type StoreSnapshot, type Transaction } from '@crossdock/core';

type Schemas = StoreSnapshot['schemas'];

const MOST_TRUSTED = 10_000;
const none: Schemas = new Map();

/**
 * The schemas of stores. Whoever has some pays for being held to the newest with every batch: a condition that the transaction fails by. A
 * store that was just seen to have none is taken to have none for a moment, which registering one waits for: most have none, and are not
 * to pay for those that do.
 */
export class SchemasInUse {
  readonly #registry: Registry;
  readonly #now: Clock;
  /** When stores were last seen to have none, ms. */
  readonly #without = new Map<string, number>();

  constructor(registry: Registry, now: Clock) {
    this.#registry = registry;
    this.#now = now;
  }

  async of(stores: readonly string[], tx: Transaction): Promise<ReadonlyMap<string, Schemas>> {
    const now = this.#now();
    const asked = tx.repeated ? stores : stores.filter((store) => !this.#hasNone(store, now));
    if (asked.length === 0) return new Map();
    const snapshots = await this.#registry.snapshots(asked, tx);
    const found = new Map(asked.map((store) => [store, snapshots.get(store)?.schemas ?? none]));
    // What was assumed is known when the transaction has held.
    tx.onCommit(() => this.#remember(found, now));
    return found;
  }

  #hasNone(store: string, now: number): boolean {
    const seen = this.#without.get(store);
    // A clock that was set back says nothing.
    return seen !== undefined && seen <= now && now < seen + SCHEMALESS_TRUST_MS;
  }

  #remember(found: ReadonlyMap<string, Schemas>, now: number): void {
    if (this.#without.size > MOST_TRUSTED) this.#without.clear();
    for (const [store, schemas] of found) {
      if (schemas.size === 0) this.#without.set(store, now);
      else this.#without.delete(store);
    }
  }
}
