import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What a payload tells the endpoint to answer: `{"answers": [{"status": 500, "body": {…}}, …]}`, one an attempt, the last one for all that follow. */
interface Wanted {
  readonly status?: number;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Milliseconds before it answers. */
  readonly after?: number;
}

const MAX_BYTES = 2 ** 20;

/** Described as the field's applications are: two services, one of them required, with all that a description can hold. */
const descriptionFor = (suffix: string) => ({
  name: 'conformance',
  display: 'Conformance',
  description: 'Tries out a hub.',
  icon_url: 'https://example.com/icon.png',
  help: 'https://example.com/help',
  services: [
    {
      name: 'add',
      path: '/add',
      description: 'Adds things.',
      requires: {
        parameters: [
          { name: `conformance.${suffix}.api_key`, description: 'The key.', data_type: 'string' },
          { name: `conformance.${suffix}.limit`, description: 'How many.', data_type: 'integer', optional: true },
        ],
      },
      recommends: {
        messages: ['conformance:thing'],
        identifiers: { number: 'payload.number' },
        filters: [{ path: 'payload.status', operator: 'eq', value: 'complete' }],
        options: { retries_allowed: false },
      },
      produces: ['conformance:made'],
    },
    {
      name: 'keep',
      path: '/keep',
      description: 'Cannot be done without.',
      required: true,
      requires: { parameters: [] },
      recommends: { messages: ['conformance:kept'] },
    },
  ],
});

/**
 * The application that the hub is to call:
 * - `POST /service` answers what the payload tells it to, 200 with the `message_id` unless it says otherwise;
 * - `/app` is described by its endpoint.json, `/moved` redirects to it, `/plain` has none and answers text.
 */
export class Endpoint {
  readonly url: string;
  readonly #close: () => Promise<void>;
  #requests = 0;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  /** @param host what the hub calls it by; it listens there where that is this machine itself, else on all addresses */
  static async open(host: string, suffix: string): Promise<Endpoint> {
    const server = createServer();
    const local = host === 'localhost' || host.startsWith('127.');
    server.listen(0, local ? '127.0.0.1' : undefined);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const endpoint = new Endpoint(`http://${host}:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const attempts = new Map<string, number>();
    const description = JSON.stringify(descriptionFor(suffix));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      endpoint.#requests += 1;
      void serve(request, response, { attempts, description });
    });
    return endpoint;
  }

  /** How often it was called. */
  get requests(): number {
    return this.#requests;
  }

  async close(): Promise<void> {
    await this.#close();
  }
}

interface Memory {
  /** By message. */
  readonly attempts: Map<string, number>;
  readonly description: string;
}

async function serve(request: IncomingMessage, response: ServerResponse, { attempts, description }: Memory): Promise<void> {
  const path = request.url ?? '/';
  if (request.method === 'GET') return describe(path, description, response);
  const body = await read(request);
  const id = typeof body['message_id'] === 'string' ? body['message_id'] : '';
  const attempt = attempts.get(id) ?? 0;
  attempts.set(id, attempt + 1);
  const wanted = wantedBy(body['payload']);
  const { status = 200, body: more = {}, after = 0 } = wanted[Math.min(attempt, wanted.length - 1)] ?? {};
  await pause(after);
  send(response, status, JSON.stringify({ message_id: id, ...more }));
}

function describe(path: string, description: string, response: ServerResponse): void {
  if (path === '/app/endpoint.json') return send(response, 200, description);
  if (path === '/app/auth') return send(response, 200, '{}');
  if (path === '/moved') return send(response, 302, '', { location: '/app/endpoint.json' });
  if (path === '/plain') return send(response, 200, 'It works.', { 'content-type': 'text/plain' });
  send(response, 404, '{"error":"There is no such page."}');
}

async function read(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes <= MAX_BYTES) parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function wantedBy(payload: unknown): readonly Wanted[] {
  const answers = (payload as { readonly answers?: unknown } | undefined)?.answers;
  return Array.isArray(answers) ? (answers as readonly Wanted[]) : [];
}

function send(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}
