import type { Pool } from 'undici';

/** The connections to one origin (scheme, host, port). */
export interface OriginPool {
  readonly origin: string;
  readonly pool: Pool;
  /** Requests that were begun and have not ended. */
  inFlight: number;
  /** Open connections, idle ones included. */
  connected: number;
}

/**
 * One pool per origin, kept while it has requests or open connections; beyond `max` origins the one unused for longest is closed.
 * Nothing is kept of an origin that nobody uses.
 */
export class OriginPools {
  readonly #pools = new Map<string, OriginPool>();
  readonly #max: number;
  readonly #create: (origin: string) => Pool;

  constructor(max: number, create: (origin: string) => Pool) {
    this.#max = max;
    this.#create = create;
  }

  get size(): number {
    return this.#pools.size;
  }

  /** The origin's pool, counted as used by one more request until `release`. */
  acquire(origin: string): OriginPool {
    const entry = this.#pools.get(origin) ?? this.#open(origin);
    // Insertion order is the order of use.
    this.#pools.delete(origin);
    this.#pools.set(origin, entry);
    entry.inFlight += 1;
    return entry;
  }

  release(entry: OriginPool): void {
    entry.inFlight -= 1;
    if (entry.inFlight > 0) return;
    if (entry.connected === 0) this.#retireSoon(entry);
    else if (this.#pools.size > this.#max) this.#retire(entry);
  }

  /** Ends all connections; requests on them fail. */
  async destroy(): Promise<void> {
    const entries = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(entries.map(({ pool }) => pool.destroy()));
  }

  #open(origin: string): OriginPool {
    if (this.#pools.size >= this.#max) this.#closeLeastRecentlyUsed();
    const entry: OriginPool = { origin, pool: this.#create(origin), inFlight: 0, connected: 0 };
    entry.pool
      .on('connect', () => {
        entry.connected += 1;
      })
      .on('disconnect', () => {
        entry.connected -= 1;
        if (entry.connected === 0 && entry.inFlight === 0) this.#retireSoon(entry);
      });
    return entry;
  }

  #closeLeastRecentlyUsed(): void {
    for (const entry of this.#pools.values()) {
      if (entry.inFlight > 0) continue;
      this.#retire(entry);
      return;
    }
  }

  /** Not at once: the pool is often in the middle of telling us that a connection ended. */
  #retireSoon(entry: OriginPool): void {
    queueMicrotask(() => {
      if (entry.inFlight === 0 && entry.connected === 0) this.#retire(entry);
    });
  }

  #retire(entry: OriginPool): void {
    if (this.#pools.get(entry.origin) === entry) this.#pools.delete(entry.origin);
    void entry.pool.destroy();
  }
}
