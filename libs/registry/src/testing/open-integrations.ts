import type { Saved } from '@crossdock/core';
import { DescriptionFetcher, descriptionFetcherDefaults, type DescriptionFetcherOptions } from '../integrations/description-fetcher.ts';
import { DescriptionQueue, descriptionQueueDefaults, type DescriptionQueueOptions } from '../integrations/description-queue.ts';
import { integrationLimits } from '../integrations/integration-limits.ts';
import { Integrations, type IntegrationsOptions } from '../integrations/integrations.ts';
import { FakeDescriptors } from './fake-descriptors.ts';
import { newId, testSecrets, type OpenRegistry } from './open-registry.ts';
import { testRules } from './rules.ts';

type FetcherOptions = Partial<DescriptionFetcherOptions> & { readonly queueOptions?: Partial<DescriptionQueueOptions> };

/** Integrations on an open registry, with endpoints that answer as they are told. */
export class OpenIntegrations {
  readonly descriptors = new FakeDescriptors();
  readonly problems: unknown[] = [];
  readonly integrations: Integrations;
  readonly #open: OpenRegistry;
  #fetchers: DescriptionFetcher[] = [];

  constructor(open: OpenRegistry, options: Partial<IntegrationsOptions> = {}) {
    this.#open = open;
    this.integrations = new Integrations({
      source: open.source,
      secrets: testSecrets,
      newId,
      limits: integrationLimits,
      mappings: testRules,
      onDue: () => this.#fetchers.forEach((fetcher) => fetcher.wake()),
      ...options,
    });
  }

  queue(options: Partial<DescriptionQueueOptions> = {}): DescriptionQueue {
    const { database, source } = this.#open;
    return new DescriptionQueue({ ...descriptionQueueDefaults, database, source, mappings: testRules, random: () => 0.5, ...options });
  }

  /** One that runs until `stop`. It is woken by what happens here; a second one would be in another process, and has to look. */
  start({ queueOptions, ...options }: FetcherOptions = {}): DescriptionFetcher {
    const fetcher = new DescriptionFetcher({
      ...descriptionFetcherDefaults,
      pollMs: 20,
      descriptors: this.descriptors,
      queue: this.queue(queueOptions),
      onProblem: (error) => this.problems.push(error),
      ...options,
    });
    fetcher.start();
    this.#fetchers.push(fetcher);
    return fetcher;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#fetchers.map((fetcher) => fetcher.stop()));
    this.#fetchers = [];
  }
}

/** The value that was saved. */
export function saved<T>(result: Saved<T>): T {
  if (result.kind !== 'saved') throw new TypeError(JSON.stringify(result));
  return result.value;
}

export const problemsOf = (result: Saved<unknown>): readonly (readonly [string, string])[] =>
  result.kind === 'refused' ? result.problems.map(({ pointer, code }) => [pointer, code] as const) : [];
