import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request that a service got. */
export interface Delivered {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly json: DeliveredBody;
  /** ms since the epoch. */
  readonly at: number;
}
export interface DeliveredBody {
  readonly message: string;
  readonly message_id: string;
  readonly store_id: string;
  readonly source?: string;
  readonly payload: Readonly<Record<string, unknown>> & {
    readonly parameters: readonly { readonly name: string; readonly value: unknown }[];
  };
}

/** What a service does with a request. */
export type Script = (delivered: Delivered, response: ServerResponse) => void | Promise<void>;

/** Success, with these members beside the `message_id`. */
export const ok =
  (members: Readonly<Record<string, unknown>> = {}): Script =>
  ({ json }, response) =>
    send(response, 200, JSON.stringify({ message_id: json.message_id, ...members }));

/** That status with that body; `{"message_id"}` is added to an object. */
export const status =
  (code: number, body: string | Readonly<Record<string, unknown>> = {}, headers: Readonly<Record<string, string>> = {}): Script =>
  ({ json }, response) =>
    send(response, code, typeof body === 'string' ? body : JSON.stringify({ message_id: json.message_id, ...body }), headers);

/** Never an answer. */
export const hang: Script = () => undefined;

/** The connection is closed without one. */
export const reset: Script = (_delivered, response) => void response.socket?.destroy();

/** One script after the other, the last one for all that follow. */
export function inOrder(...scripts: readonly Script[]): Script {
  let next = 0;
  return (delivered, response) => {
    const script = scripts[Math.min(next, scripts.length - 1)] ?? ok();
    next += 1;
    return script(delivered, response);
  };
}

/** A script that waits for a sign before it goes on as another one. */
export function gated(script: Script): { readonly script: Script; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    open: () => open(),
    script: async (delivered, response) => {
      await opened;
      await script(delivered, response);
    },
  };
}

export function send(response: ServerResponse, code: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

/** One path of an endpoint, with a script of its own. */
export class Service {
  readonly url: string;
  readonly requests: Delivered[] = [];
  script: Script;

  constructor(url: string, script: Script) {
    this.url = url;
    this.script = script;
  }

  /** The payloads that were delivered, in order of arrival. */
  get payloads(): readonly DeliveredBody['payload'][] {
    return this.requests.map(({ json }) => json.payload);
  }
}

/** An endpoint that does as it is told and remembers every request. */
export class Endpoint {
  readonly origin: string;
  readonly #server: Server;
  readonly #services = new Map<string, Service>();
  readonly #sockets = new Set<Socket>();
  /** What `GET /endpoint.json` is answered with; there is nothing until it is told. */
  descriptor: string | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      if (request.method === 'GET') return this.#read(request.url ?? '/', response);
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts).toString('utf8');
        void this.#serve(
          request.url ?? '/',
          { headers: request.headers, body, json: JSON.parse(body) as DeliveredBody, at: Date.now() },
          response,
        );
      });
    });
  }

  static async start(): Promise<Endpoint> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Endpoint(server);
  }

  #read(path: string, response: ServerResponse): void {
    const found = path === '/endpoint.json' ? this.descriptor : undefined;
    send(response, found === undefined ? 404 : 200, found ?? '{"error":"There is nothing."}');
  }

  async #serve(path: string, delivered: Delivered, response: ServerResponse): Promise<void> {
    const service = this.#services.get(path);
    if (service === undefined) return send(response, 404, '{"error":"There is no such service."}');
    service.requests.push(delivered);
    await service.script(delivered, response);
  }

  /** A new service at a path of its own. */
  service(script: Script = ok()): Service {
    const path = `/service-${this.#services.size + 1}`;
    const service = new Service(`${this.origin}${path}`, script);
    this.#services.set(path, service);
    return service;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
