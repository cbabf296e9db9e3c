/** Lineages that are counted at once; those that nothing was added to for longest are forgotten. */
const MOST_LINEAGES = 10_000;

/**
 * How many deliveries the answers of each lineage have come to. A lineage stays in one shard, and a shard has one router, so that
 * nothing has to be read for it. What another process routed before is not known here: the count is a bound on what explodes
 * within seconds, and no record.
 */
export class LineageCounts {
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  constructor(most = MOST_LINEAGES) {
    this.#most = most;
  }

  of(root: string): number {
    return this.#counts.get(root) ?? 0;
  }

  add(root: string, deliveries: number): void {
    const count = this.of(root) + deliveries;
    this.#counts.delete(root);
    this.#counts.set(root, count);
    if (this.#counts.size <= this.#most) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}

/** The counts as they are within a batch that is not committed. */
export class LineageTally {
  readonly #counts: LineageCounts;
  readonly #own = new Map<string, number>();

  constructor(counts: LineageCounts) {
    this.#counts = counts;
  }

  of(root: string): number {
    return this.#counts.of(root) + (this.#own.get(root) ?? 0);
  }

  add(root: string, deliveries: number): void {
    if (deliveries > 0) this.#own.set(root, (this.#own.get(root) ?? 0) + deliveries);
  }

  /** The batch is committed. */
  keep(): void {
    for (const [root, deliveries] of this.#own) this.#counts.add(root, deliveries);
    this.#own.clear();
  }
}
