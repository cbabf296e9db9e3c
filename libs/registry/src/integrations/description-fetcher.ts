import type { DescriptorRead, DescriptorSource } from '@crossdock/core';
import { Signal, pause, within } from '@crossdock/kit';
import type { ClaimedDescription, DescriptionQueue } from './description-queue.ts';

export interface DescriptionFetcherOptions {
  readonly queue: Pick<DescriptionQueue, 'claim' | 'record' | 'release' | 'isHopeless'>;
  readonly descriptors: DescriptorSource;
  /** How often to look for what other processes were asked for, and for what is to be tried again. */
  readonly pollMs: number;
  /** Fetches at once, in this process. */
  readonly concurrency: number;
  /** Of these, for one store: so none can take all. */
  readonly perStore: number;
  /** No fetch takes longer. Shorter than the lease. */
  readonly fetchMs: number;
  /** How long to wait for fetches that are under way when stopping. */
  readonly stopMs: number;
  readonly onProblem: (error: unknown) => void;
}

export const descriptionFetcherDefaults = { pollMs: 3_000, concurrency: 8, perStore: 2, fetchMs: 60_000, stopMs: 2_000 } as const;

/** Fetches the descriptions of integrations in the background. */
export class DescriptionFetcher {
  readonly #options: DescriptionFetcherOptions;
  readonly #signal = new Signal();
  readonly #under = new Map<ClaimedDescription, Promise<void>>();
  #stop: AbortController | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: DescriptionFetcherOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#stop !== undefined) return;
    this.#stop = new AbortController();
    this.#loop = this.#run(this.#stop.signal);
  }

  /** Something is due: looks at once. */
  wake(): void {
    this.#signal.wake();
  }

  /** Begins nothing any more; what does not end soon is left to others. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    this.wake();
    await this.#loop;
    await within(this.#options.stopMs, Promise.all(this.#under.values()));
    await Promise.all([...this.#under.keys()].map((claimed) => this.#options.queue.release(claimed).catch(this.#options.onProblem)));
  }

  async #run(stop: AbortSignal): Promise<void> {
    const { concurrency, pollMs } = this.#options;
    while (!stop.aborted) {
      const claimed = this.#under.size >= concurrency ? [] : await this.#claim();
      for (const each of claimed) this.#begin(each);
      // One of each store was taken: there may be more.
      if (claimed.length === 0) await this.#signal.wait(pollMs);
    }
  }

  async #claim(): Promise<readonly ClaimedDescription[]> {
    const { queue, concurrency, perStore, onProblem } = this.#options;
    const stores = [...this.#under.keys()].map(({ store }) => store);
    const busy = [...new Set(stores)].filter((store) => stores.filter((other) => other === store).length >= perStore);
    try {
      return await queue.claim(concurrency - this.#under.size, busy);
    } catch (error) {
      onProblem(error);
      return [];
    }
  }

  #begin(claimed: ClaimedDescription): void {
    const fetching = this.#fetch(claimed)
      .catch(this.#options.onProblem)
      .then(() => {
        this.#under.delete(claimed);
        this.wake();
      });
    this.#under.set(claimed, fetching);
  }

  async #fetch(claimed: ClaimedDescription): Promise<void> {
    const { queue } = this.#options;
    await queue.record(claimed, queue.isHopeless(claimed) ? hopeless : await this.#read(claimed.url));
  }

  /** The source promises to end in time and not to throw; a broken promise must not hold a place for ever. */
  async #read(url: string): Promise<DescriptorRead> {
    const { descriptors, fetchMs, onProblem } = this.#options;
    const over = new AbortController();
    const late = pause(fetchMs, over.signal).then(() =>
      unreached(`The endpoint's description did not arrive within ${fetchMs / 1_000} s.`),
    );
    try {
      return await Promise.race([descriptors.fetch(url), late]);
    } catch (error) {
      onProblem(error);
      return unreached('The description could not be read.');
    } finally {
      over.abort();
    }
  }
}

function unreached(reason: string): DescriptorRead {
  const hint = 'It is tried again; if it stays so, tell whoever runs the hub.';
  return { ok: false, retriable: true, problems: [{ pointer: '', code: 'integration_unreachable', reason, hint }] };
}

const hopeless: DescriptorRead = {
  ok: false,
  retriable: false,
  problems: [
    {
      pointer: '',
      code: 'integration_unreachable',
      reason: 'Reading the description was begun many times and never came to an end.',
      hint: 'See whether endpoint.json is what it should be, then refresh the integration.',
    },
  ],
};
