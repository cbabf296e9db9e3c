import { pause } from './signal.ts';

export interface LaneOptions<T> {
  /** Items of one batch. */
  readonly maxBatch: number;
  /** Weight (e.g. bytes) of one batch; a single item may exceed it. */
  readonly maxWeight: number;
  weigh(item: T): number;
  /** How long to gather before the next batch, ms, given how many the last one had. Default: not at all. */
  linger?(lastBatch: number): number;
  /** Does the work of one batch. Must not throw: what happens to its items is its business. */
  commit(batch: readonly T[]): Promise<void>;
}

/**
 * Gathers items while the batch before them commits: batches grow with the load by themselves, and an item that comes
 * alone does not wait.
 */
export class Lane<T> {
  readonly #options: LaneOptions<T>;
  #waiting: T[] = [];
  #weight = 0;
  #running: Promise<void> | undefined;

  constructor(options: LaneOptions<T>) {
    this.#options = options;
  }

  /** Items waiting. */
  get length(): number {
    return this.#waiting.length;
  }

  /** What the waiting items weigh. */
  get weight(): number {
    return this.#weight;
  }

  add(item: T): void {
    this.#waiting.push(item);
    this.#weight += this.#options.weigh(item);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Whatever comes in the same turn of the event loop shares the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      await this.#options.commit(batch);
      const linger = this.#options.linger?.(batch.length) ?? 0;
      if (linger > 0 && this.#waiting.length < this.#options.maxBatch) await pause(linger);
    }
    this.#running = undefined;
  }

  #take(): readonly T[] {
    let count = 0;
    let weight = 0;
    for (const item of this.#waiting) {
      const more = this.#options.weigh(item);
      if (count > 0 && (count >= this.#options.maxBatch || weight + more > this.#options.maxWeight)) break;
      count += 1;
      weight += more;
    }
    const batch = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#weight -= weight;
    return batch;
  }
}

/**
 * How long to gather under load: a commit costs about the same for one item as for fifty, so where items come quickly, a few
 * milliseconds more make half the work. At low load nothing waits.
 */
export function lingerUnderLoad(lastBatch: number): number {
  if (lastBatch >= 100) return 0;
  if (lastBatch >= 12) return 6;
  return lastBatch >= 4 ? 2 : 0;
}
