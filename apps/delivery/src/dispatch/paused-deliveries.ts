import { holdsDeliveries, type Clock, type DueDeliveries, type Registry, type WaitingMapping } from '@crossdock/core';
import { pause, type Logger } from '@crossdock/kit';

export interface PausedDeliveriesParts {
  readonly due: DueDeliveries;
  readonly registry: Registry;
  readonly now: Clock;
  readonly logger: Logger;
  /** Called when deliveries became due. */
  onResumed(): void;
}

const LOOK_MS = 1_000;
/** How often to look for what another process let wait, ms. */
const FIND_MS = 60_000;

/** Deliveries of paused and disabled mappings wait without a time; this resumes them when their mapping takes them again. */
export class PausedDeliveries {
  readonly #parts: PausedDeliveriesParts;
  readonly #stop = new AbortController();
  readonly #known = new Map<string, WaitingMapping>();
  #findAt = 0;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: PausedDeliveriesParts) {
    this.#parts = parts;
  }

  run(): void {
    this.#loop = this.#look();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  /** A delivery of this mapping waits. */
  add(waiting: WaitingMapping): void {
    this.#known.set(keyOf(waiting), waiting);
  }

  async #look(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#find();
        await this.#resume();
      } catch (error) {
        this.#parts.logger.warn({ event: 'resume_failed', err: error }, 'paused deliveries could not be looked at');
      }
      await pause(LOOK_MS, this.#stop.signal);
    }
  }

  async #find(): Promise<void> {
    if (this.#parts.now() < this.#findAt) return;
    this.#findAt = this.#parts.now() + FIND_MS;
    for (const waiting of await this.#parts.due.waiting()) this.add(waiting);
  }

  async #resume(): Promise<void> {
    if (this.#known.size === 0) return;
    const waiting = [...this.#known.values()];
    const snapshots = await this.#parts.registry.snapshots([...new Set(waiting.map(({ store }) => store))]);
    for (const one of waiting) {
      // A mapping that is gone is no reason to wait either: its deliveries are parked when they come up.
      const mapping = snapshots.get(one.store)?.mappings.get(one.mapping);
      if (mapping !== undefined && holdsDeliveries(mapping)) continue;
      await this.#parts.due.resume(one, this.#parts.now());
      this.#known.delete(keyOf(one));
      this.#parts.onResumed();
    }
  }
}

/** A mapping may have moved to another endpoint while its deliveries waited. */
function keyOf({ mapping, endpoint }: WaitingMapping): string {
  return `${mapping} ${endpoint}`;
}
