import { HubError } from '@crossdock/kit';
import { Child } from '../processes/child.ts';
import type { HubCalls, StartHub, StartedHub } from './hub-calls.ts';

export interface Store {
  readonly id: string;
  readonly token: string;
}

export interface MappingInput {
  readonly name: string;
  readonly url: string;
  readonly messages: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The hub under test, in its process, and its API as far as a run needs it. */
export class Hub {
  readonly child: Child<HubCalls>;
  readonly started: StartedHub;

  private constructor(child: Child<HubCalls>, started: StartedHub) {
    this.child = child;
    this.started = started;
  }

  static async start(options: StartHub, env: Readonly<Record<string, string>> = {}): Promise<Hub> {
    const child = await Child.start<HubCalls>({ program: 'hub/hub-process.js', env });
    try {
      return new Hub(child, await child.call('start', options));
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  get address(): { readonly host: string; readonly port: number } {
    const { hostname, port } = new URL(this.started.url);
    return { host: hostname, port: Number(port) };
  }

  async createStore(name: string): Promise<Store> {
    return (await this.#post('/api/stores', { name })) as Store;
  }

  async createMapping(store: Store, mapping: MappingInput): Promise<{ readonly id: string; readonly revision: number }> {
    return (await this.#post(`/api/stores/${store.id}/mappings`, mapping)) as { id: string; revision: number };
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${this.started.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-augury-token': this.started.adminToken },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await answer.text();
    if (answer.status !== 201) throw new HubError('bench_failed', `POST ${path} was answered with ${answer.status}: ${text}`);
    return JSON.parse(text) as unknown;
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }
}
