import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, newToken, superviseEmbeddedPostgres, waitForDatabase, type EmbeddedPostgres } from '@crossdock/runtime';
import { ChildSystem, root } from '../child-process.ts';
import { eventually } from '../eventually.ts';
import { newStore, StoreClient } from '../hub.ts';
import { killFamily } from '../processes.ts';
import type { ServicesOptions } from '../services-child.ts';
import { temporaryDirectory } from '../start-embedded-system.ts';
import type { System } from '../system.ts';
import { check, quiesce } from './check.ts';
import { History } from './history.ts';
import { chosenSeed, seeded } from './random.ts';
import { PER_SECOND, Pusher, Receiver } from './workload.ts';

/** What a process said, for whoever looks for a cause. */
export interface Trace {
  readonly name: string;
  readonly text: string;
}

export interface WorldOptions {
  /** Pushes a second. */
  readonly perSecond?: number;
  /** Of processes that outlive the world. */
  readonly traces?: () => readonly Trace[];
}

/** A run of chaos: what is pushed, what arrives, what is killed when. Everything that is drawn comes from one seed. */
export class World {
  readonly dataDir: string;
  readonly history: History;
  readonly receiver: Receiver;
  readonly seed: number;
  readonly random: () => number;
  readonly #options: WorldOptions;
  readonly #children: ChildSystem[] = [];
  readonly #servers: EmbeddedPostgres[] = [];
  #pusher: Pusher | undefined;
  #store: StoreClient | undefined;
  #kills = 0;
  readonly #durations = new Map<string, number[]>();

  private constructor(dataDir: string, receiver: Receiver, seed: number, options: WorldOptions) {
    this.dataDir = dataDir;
    this.#options = options;
    this.history = new History(join(dataDir, 'history.jsonl'));
    this.receiver = receiver;
    this.seed = seed;
    this.random = seeded(seed);
  }

  /** Runs the story in a world of its own, whose traces stay where it fails. */
  static async run(story: (world: World) => Promise<void>, options: WorldOptions = {}): Promise<void> {
    const world = new World(await temporaryDirectory(), await Receiver.start(), chosenSeed(), options);
    try {
      await story(world);
    } catch (error) {
      await world.#end();
      await world.#keepLogs();
      throw new Error(`Seed ${world.seed}, traces in ${world.dataDir}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    await world.#end();
    await rm(world.dataDir, { recursive: true, force: true });
  }

  async #end(): Promise<void> {
    await this.#pusher?.stop();
    for (const child of this.#children) if (child.isRunning) await child.kill('SIGTERM');
    for (const server of this.#servers) await server.stop();
    await this.receiver.endpoint.stop();
    await this.history.close();
  }

  async #keepLogs(): Promise<void> {
    const own = this.#children.map((child, index) => ({ name: `process-${index + 1}`, text: child.log }));
    const traces = [...own, ...(this.#options.traces?.() ?? [])];
    await Promise.all(traces.map(({ name, text }) => writeFile(join(this.dataDir, `${name}.log`), text)));
  }

  /** Any number between, drawn. */
  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  /** Lets the load go on for a drawn while: at its end something is killed. */
  async moment(low: number, high: number): Promise<void> {
    await pause(this.between(low, high));
  }

  /** A process that ends with the world. */
  child(child: ChildSystem): ChildSystem {
    this.#children.push(child);
    return child;
  }

  async killed(what: string, kill: () => void | Promise<unknown>): Promise<void> {
    this.#kills += 1;
    this.history.note({ op: 'kill', what });
    await kill();
  }

  /** How long something takes, for the summary. */
  async timed<T>(what: string, work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    const done = await work();
    const seconds = (performance.now() - from) / 1_000;
    this.#durations.set(what, [...(this.#durations.get(what) ?? []), seconds]);
    return done;
  }

  /** A Postgres that comes back at once. */
  async postgres(settings: Readonly<Record<string, string>> = {}): Promise<EmbeddedPostgres> {
    const onLog = (line: string): void => this.history.note({ op: 'postgres', line });
    const server = await superviseEmbeddedPostgres({ dataDir: join(this.dataDir, 'pg'), settings, onLog, restartAfter: () => 0 });
    this.#servers.push(server);
    return server;
  }

  async killPostgres(server: EmbeddedPostgres): Promise<void> {
    const { pid } = server;
    await this.killed('postgres', () => killFamily(pid));
    await eventually(() => {
      if (server.pid === pid) throw new Error('Postgres has not come back.');
    });
    await waitForDatabase(server.url, 30_000);
  }

  /** The services' side of a composition with a Postgres that is not theirs. */
  async servicesOn({ url }: { readonly url: string }, mistake?: ServicesOptions['mistake']): Promise<ServicesOptions> {
    return {
      databaseUrl: url,
      adminToken: newToken('chaos').text,
      secretKeys: `main:${randomBytes(32).toString('base64')}`,
      port: await freePort(),
      ...(mistake === undefined ? {} : { mistake }),
    };
  }

  startServices(options: ServicesOptions): ChildSystem {
    return this.child(new ChildSystem(join(root, 'apps/e2e/dist/testing/services-child.js'), [JSON.stringify(options)]));
  }

  /** Points the load at the system; the first time it sets everything up. */
  async load(system: System): Promise<void> {
    if (this.#store === undefined || this.#pusher === undefined) {
      this.#store = await newStore(system);
      await this.receiver.map(this.#store);
      this.#pusher = new Pusher(this.history, this.#store, this.random, this.#options.perSecond ?? PER_SECOND);
      this.#pusher.target = system;
      this.#pusher.start();
    }
    this.#pusher.target = system;
  }

  /** Waits until this many more pushes were acknowledged, and then until some more requests arrived: all of it is at work. */
  async progress(acknowledged: number, arrived = 5, within = 30_000): Promise<void> {
    await this.#more('acknowledged pushes', acknowledged, () => this.history.count('ok'), within);
    await this.#more('requests', arrived, () => this.receiver.requests, within);
  }

  async #more(what: string, wanted: number, count: () => number, within: number): Promise<void> {
    const until = count() + wanted;
    await eventually(
      () => {
        if (count() < until) throw new Error(`There should be ${until - count()} more ${what}.`);
      },
      { within },
    );
  }

  /** The store that the load is of. */
  get store(): string {
    if (this.#store === undefined) throw new Error('There was no load.');
    return this.#store.id;
  }

  async endLoad(): Promise<void> {
    await this.#pusher?.stop();
  }

  /** Everything that is not as it must be, once all is quiet; that it does not get quiet is one of them. */
  async findings(system: System, within?: number): Promise<readonly string[]> {
    if (this.#store === undefined) throw new Error('There was no load.');
    const store = new StoreClient(system, this.#store.id, this.#store.token);
    const restless = await quiesce(store, within).then(
      () => [],
      (error: unknown) => [String(error)],
    );
    return [...restless, ...(await check(system.databaseUrl, store.id, this.history, this.receiver))];
  }

  /** One line for people. */
  summary(): string {
    const { history, receiver } = this;
    const counts = (['ok', 'unknown', 'refused'] as const).map((kind) => `${history.count(kind)} ${kind}`).join(', ');
    const durations = [...this.#durations].map(
      ([what, seconds]) => `; ${what} ${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)} s`,
    );
    return `seed ${this.seed}: ${this.#kills} kills; pushes ${counts}; ${receiver.arrivals.size} deliveries in ${receiver.requests} requests${durations.join('')}`;
  }
}
