import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOnDatabase, type Hub } from '@crossdock/all-in-one';

interface Queues {
  readonly incoming: number;
  readonly pending: number;
  readonly failing: number;
  readonly scheduled: number;
  readonly archived: number;
  readonly parked: number;
}

/** A hub with one store, and an endpoint that takes whatever it is sent but for paths that begin with `/broken`. */
export class RunningHub {
  readonly endpoint: string;
  readonly #hub: Hub;
  readonly #server: Server;
  readonly #dataDir: string;
  readonly #store: { readonly id: string; readonly token: string };

  private constructor(parts: { hub: Hub; server: Server; dataDir: string; store: { id: string; token: string } }) {
    this.#hub = parts.hub;
    this.#server = parts.server;
    this.#dataDir = parts.dataDir;
    this.#store = parts.store;
    this.endpoint = `http://127.0.0.1:${(parts.server.address() as AddressInfo).port}`;
  }

  static async start(databaseUrl: string, env: Readonly<Record<string, string>>): Promise<RunningHub> {
    const dataDir = await mkdtemp(join(tmpdir(), 'crossdock-examples-'));
    const hub = await startOnDatabase(databaseUrl, {
      dataDir,
      port: 0,
      env: { CROSSDOCK_LOG_LEVEL: 'error', ...env },
      onFatal: (error) => {
        throw error;
      },
    });
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { message_id } = JSON.parse(Buffer.concat(parts).toString()) as { readonly message_id: string };
        response.writeHead(request.url?.startsWith('/broken') === true ? 500 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ message_id }));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const store = await call<{ id: string; token: string }>('POST', `${hub.url}/api/stores`, hub.secrets.adminToken, '{"name":"A store"}');
    return new RunningHub({ hub, server, dataDir, store });
  }

  async map(name: string, messages: readonly string[], more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.#call('POST', '/mappings', JSON.stringify({ name, messages, url: `${this.endpoint}/${name}`, ...more }));
  }

  /** Pushes a payload as it is written; answers the message's id. */
  async push(message: string, payload: string): Promise<string> {
    const answer = await this.#call<{ readonly message_id: string }>('POST', '/messages', `{"message":"${message}","payload":${payload}}`);
    return answer.message_id;
  }

  async queues(): Promise<Queues> {
    return await this.#call<Queues>('GET', '/queues');
  }

  /** Ids of the deliveries that wait for a person. */
  async parked(): Promise<readonly string[]> {
    const { messages } = await this.#call<{ readonly messages: readonly { readonly id: string }[] }>(
      'GET',
      '/queues/accepted?state=parked',
    );
    return messages.map(({ id }) => id);
  }

  async attemptNow(delivery: string): Promise<void> {
    await this.#call('PUT', `/messages/${delivery}?attempt_now=true`);
  }

  async stop(): Promise<void> {
    await this.#hub.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  async get<T>(path: string): Promise<T> {
    return await this.#call<T>('GET', path);
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return await this.#call<T>('POST', path, JSON.stringify(body));
  }

  async put(path: string): Promise<void> {
    await this.#call('PUT', path);
  }

  async #call<T>(method: string, path: string, body?: string): Promise<T> {
    return await call<T>(method, `${this.#hub.url}/api/stores/${this.#store.id}${path}`, this.#store.token, body);
  }
}

async function call<T>(method: string, url: string, token: string, body?: string): Promise<T> {
  const headers = { 'x-augury-token': token, 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  if (!answer.ok) throw new Error(`${method} ${url} was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
