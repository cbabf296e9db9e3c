import { randomBytes } from 'node:crypto';
import { freePort, newToken } from '@crossdock/runtime';
import type { RunningSystem } from '../system.ts';
import { serviceNames, ServiceProcess, type ServiceName } from './service-process.ts';

export interface DistributedOptions {
  readonly databaseUrl: string;
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** Settings over those of the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The five services, each in processes of its own, on one Postgres and one Kafka. */
export class DistributedSystem implements RunningSystem {
  readonly api: string;
  readonly adminToken: string;
  readonly databaseUrl: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #apiPort: number;
  readonly #processes: ServiceProcess[] = [];

  private constructor({ databaseUrl, brokers, env }: DistributedOptions, apiPort: number) {
    this.databaseUrl = databaseUrl;
    this.adminToken = newToken('e2e').text;
    this.api = `http://127.0.0.1:${apiPort}`;
    this.#apiPort = apiPort;
    this.#env = {
      CROSSDOCK_ALLOW_LOOPBACK: '1',
      CROSSDOCK_DATABASE_CONNECTIONS: '8',
      CROSSDOCK_DATABASE_URL: databaseUrl,
      CROSSDOCK_KAFKA_BROKERS: brokers.join(','),
      CROSSDOCK_SECRET_KEYS: `main:${randomBytes(32).toString('base64')}`,
      CROSSDOCK_ADMIN_TOKEN: this.adminToken,
      ...env,
    };
  }

  /** Resolves when every service is ready. */
  static async start(options: DistributedOptions): Promise<DistributedSystem> {
    const system = new DistributedSystem(options, await freePort());
    await Promise.all(serviceNames.map((name) => system.add(name)));
    return system;
  }

  /** Starts one more process of a service, and does not wait for it; of the API, which has one address, one may run. */
  launch(name: ServiceName): ServiceProcess {
    const port = name === 'ingest-api' ? this.#apiPort : 0;
    const launched = new ServiceProcess(name, `${name}-${this.#processes.length + 1}`, { ...this.#env, CROSSDOCK_PORT: String(port) });
    this.#processes.push(launched);
    return launched;
  }

  /** Starts one more process of a service; resolves when it is ready. */
  async add(name: ServiceName): Promise<ServiceProcess> {
    const added = this.launch(name);
    await added.ready();
    return added;
  }

  /** The processes that run, of one service or of all. */
  running(name?: ServiceName): readonly ServiceProcess[] {
    return this.#processes.filter((child) => child.isRunning && (name === undefined || child.name === name));
  }

  /** What each process said, for whoever looks for a cause. */
  logs(): readonly { readonly name: string; readonly text: string }[] {
    return this.#processes.map((child) => ({ name: `${child.name}-${child.pid}`, text: child.output + child.log }));
  }

  /** Ends all of them, politely; fails where one does not end well. */
  async stop(): Promise<void> {
    const ended = await Promise.all(
      this.running().map(async (child) => {
        child.signal('SIGCONT');
        return { name: child.name, ...(await child.kill('SIGTERM')), said: child.log.slice(-2_000) };
      }),
    );
    const unwell = ended.filter(({ code }) => code !== 0);
    if (unwell.length > 0) throw new Error(`Services did not end well: ${JSON.stringify(unwell)}`);
  }
}
