import type { EndpointCalls } from '../endpoint/endpoint-calls.ts';
import type { GeneratorCalls, LoadPlan, LoadReport, LoadTarget } from '../load/load-plan.ts';
import { spentBetween, usageOf, type Spent, type Usage } from '../measure/usage.ts';
import { Child } from '../processes/child.ts';
import type { StartHub } from './hub-calls.ts';
import { Hub, type Store } from './hub.ts';

/** What one run of load came to. Index 0 of the series is the message with number `first`; times in ms of one clock. */
export interface Run extends LoadReport {
  readonly arrivedAt: Float64Array;
  /** Arrivals of messages that had arrived before, since the rig was started. */
  readonly repeated: number;
  /** What it took from `windowMs` after the first request until the last one. */
  readonly window: Window;
}

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly spent: Spent;
}

export type RunPlan = Omit<LoadPlan, 'host' | 'port'> & {
  /** Left out of the window: code gets compiled, caches fill. */
  readonly warmUpMs: number;
  /** How long to wait for what is still under way after the last request. */
  readonly settleMs: number;
  /** How many deliveries come of a message: 0 when nobody consumes. */
  readonly fanOut?: 0 | 1;
  /** Called when the window begins. */
  readonly onWindow?: () => Promise<void>;
};

const SETTLE_LOOK_MS = 50;

interface Parts {
  readonly hub: Hub;
  readonly options: StartHub;
  readonly env: Readonly<Record<string, string>>;
  readonly generator: Child<GeneratorCalls>;
  readonly endpoint: Child<EndpointCalls>;
  readonly port: number;
}

export interface Route {
  readonly type: string;
  readonly path: string;
  /** The mapping's. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A hub, a generator and an endpoint, each a process of its own. */
export class Rig {
  #hub: Hub;
  readonly #options: StartHub;
  readonly #env: Readonly<Record<string, string>>;
  readonly #generator: Child<GeneratorCalls>;
  readonly #endpoint: Child<EndpointCalls>;
  readonly #endpointUrl: string;
  /** Arrivals that all runs so far should come to. */
  #expected = 0;

  private constructor({ hub, options, env, generator, endpoint, port }: Parts) {
    this.#hub = hub;
    this.#options = options;
    this.#env = env;
    this.#generator = generator;
    this.#endpoint = endpoint;
    this.#endpointUrl = `http://127.0.0.1:${port}`;
    endpoint.onTold((count) => void generator.call('arrived', count).catch(() => undefined));
  }

  static async start(options: StartHub, env: Readonly<Record<string, string>> = {}): Promise<Rig> {
    const started: { stop(): Promise<void> }[] = [];
    const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
      const child = await starting;
      started.push(child);
      return child;
    };
    try {
      const endpoint = await keep(Child.start<EndpointCalls>({ program: 'endpoint/endpoint.js' }));
      const generator = await keep(Child.start<GeneratorCalls>({ program: 'load/generator.js' }));
      const hub = await keep(Hub.start(options, env));
      const { port } = await endpoint.call('listen', undefined);
      return new Rig({ hub, options, env, generator, endpoint, port });
    } catch (error) {
      await Promise.all(started.map((child) => child.stop()));
      throw error;
    }
  }

  get hub(): Hub {
    return this.#hub;
  }

  /** Does something to the data while no hub runs on it. */
  async restartHub(work: (dataDir: string) => Promise<void>): Promise<void> {
    await this.#hub.stop();
    await work(this.#options.dataDir);
    this.#hub = await Hub.start(this.#options, this.#env);
  }

  endpointUrl(path: string): string {
    return `${this.#endpointUrl}${path}`;
  }

  async mode(path: string, mode: Parameters<EndpointCalls['mode']>[0]['mode']): Promise<void> {
    await this.#endpoint.call('mode', { path, mode });
  }

  /** Sends a store's messages of one type to one path of the endpoint. */
  async route(store: Store, { type, path, options = {} }: Route): Promise<LoadTarget> {
    const name = `bench.${type.replaceAll(/[^a-z0-9]/g, '_')}`;
    await this.hub.createMapping(store, { name, url: this.endpointUrl(path), messages: [type], options });
    return targetOf(store, type);
  }

  async run(plan: RunPlan): Promise<Run> {
    const { warmUpMs, settleMs, fanOut = 1, onWindow, ...load } = plan;
    const reported = this.#generator.call('run', { ...this.hub.address, ...load });
    const window = await this.#watch(load.durationMs, warmUpMs, onWindow);
    const report = await reported;
    this.#expected += fanOut * (report.count - failuresOf(report));
    await this.settle(settleMs);
    const arrivals = await this.#endpoint.call('arrivals', { first: report.first, count: report.count });
    return { ...report, arrivedAt: arrivals.at, repeated: arrivals.repeated, window };
  }

  async #watch(durationMs: number, warmUpMs: number, onWindow: RunPlan['onWindow']): Promise<Window> {
    await sleep(warmUpMs);
    await onWindow?.();
    const begin = await this.usage();
    await sleep(durationMs - warmUpMs);
    const end = await this.usage();
    return { fromMs: begin.atMs, toMs: end.atMs, spent: spentBetween(begin, end) };
  }

  async usage(): Promise<Usage> {
    return await usageOf({
      node: this.hub.child.pid,
      postmaster: this.hub.started.postmaster,
      generator: this.#generator.pid,
      endpoint: this.#endpoint.pid,
    });
  }

  /** Waits until everything that was accepted has arrived, at most so long. */
  async settle(mostMs: number): Promise<void> {
    const end = performance.now() + mostMs;
    while (performance.now() < end && (await this.#endpoint.call('count', undefined)) < this.#expected) await sleep(SETTLE_LOOK_MS);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#generator.stop(), this.hub.stop()]);
    await this.#endpoint.stop();
  }
}

export function targetOf(store: Store, type: string): LoadTarget {
  return { path: `/api/stores/${store.id}/messages`, token: store.token, type };
}

/** Pushes that were not answered with 201. */
export function failuresOf({ statuses }: Pick<LoadReport, 'statuses'>): number {
  return Object.entries(statuses).reduce((sum, [status, count]) => (status === '201' ? sum : sum + count), 0);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
