import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Endpoint, Service, ServiceRequest } from './endpoint.ts';

const maxBodyBytes = 16 * 1024 * 1024;
// Longer than the hub keeps idle connections, so that it is the hub that closes them and no request meets a closed one.
const keepAliveMs = 75_000;
const closeMs = 3000;

export interface ServeOptions {
  readonly endpoints: readonly Endpoint[];
  /** What the hub must send as `X-Augury-Token`. */
  readonly token: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface ServedEndpoints {
  /** Address before the endpoints' names, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly port: number;
  /** Takes nothing new and ends when what runs is answered, or after three seconds. */
  close(): Promise<void>;
}

/** Serves endpoints on 127.0.0.1: `POST /<endpoint>/<service>`, and `GET /<endpoint>/endpoint.json` to describe each. */
export async function serveEndpoints({ endpoints, token, port }: ServeOptions): Promise<ServedEndpoints> {
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    void answer(request, { endpoints, token })
      .catch((error: unknown) => refuse(500, error instanceof Error ? error.message : String(error)))
      .then((reply) => {
        // Kept open, the connection would hold up the closing.
        if (!server.listening) response.setHeader('connection', 'close');
        send(response, reply);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        const patience = setTimeout(() => server.closeAllConnections(), closeMs);
        server.close(() => {
          clearTimeout(patience);
          resolve();
        });
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

const refuse = (status: number, error: string): Reply => ({ status, body: { error } });

async function answer(request: IncomingMessage, { endpoints, token }: Omit<ServeOptions, 'port'>): Promise<Reply> {
  const [name, part = 'endpoint.json', ...rest] = new URL(request.url ?? '/', 'http://localhost').pathname
    .split('/')
    .filter((each) => each !== '');
  const endpoint = endpoints.find((candidate) => candidate.name === name);
  if (endpoint === undefined || rest.length > 0) return refuse(404, 'There is no such endpoint');
  if (part === 'endpoint.json') return { status: 200, body: describe(endpoint) };
  if (!isToken(request, token)) return refuse(401, 'The X-Augury-Token is not the one agreed on');
  if (part === 'auth') return { status: 200, body: {} };
  const service = endpoint.services.find((candidate) => candidate.name === part);
  if (service === undefined) return refuse(404, 'There is no such service');
  if (request.method !== 'POST') return { ...refuse(405, 'Services take POST'), headers: { allow: 'POST' } };
  return callService(service, await readBody(request));
}

async function callService(service: Service, body: Buffer | undefined): Promise<Reply> {
  if (body === undefined) return refuse(413, `The body is larger than ${maxBodyBytes} bytes`);
  const request = parse(body);
  if (request === undefined) return refuse(400, 'The body is not a JSON object with message, message_id and payload');
  return service.handle(request);
}

/** Compared by digest and in constant time, so that the time it takes tells nothing about the token. */
function isToken(request: IncomingMessage, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const sent = request.headers['x-augury-token'];
  return typeof sent === 'string' && timingSafeEqual(digest(sent), digest(token));
}

/** `undefined` when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size > maxBodyBytes ? undefined : Buffer.concat(chunks);
}

function parse(body: Buffer): ServiceRequest | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isServiceRequest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isServiceRequest(value: unknown): value is ServiceRequest {
  if (!isObject(value)) return false;
  return typeof value['message'] === 'string' && typeof value['message_id'] === 'string' && isObject(value['payload']);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers }).end(text);
}

/** What the hub reads to learn which services there are, what they need, and what it should send them. */
function describe({ name, display, description, services }: Endpoint): object {
  return { name, display, description, services: services.map(describeService) };
}

function describeService({ name, description, messages, identifiers, filters, options, ...service }: Service): object {
  const { required, parameters = [], produces = [] } = service;
  return {
    name,
    path: `/${name}`,
    description,
    required,
    requires: { parameters },
    recommends: { messages, identifiers, filters, options },
    produces: { messages: produces.map((message) => ({ message })) },
  };
}
