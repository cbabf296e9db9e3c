import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { FuzzRequest } from './requests.ts';

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const TIMEOUT_MS = 30_000;

/** Sends requests over connections that are kept. */
export class Sender {
  readonly #base: URL;
  readonly #agent: Agent;

  constructor(url: string, connections: number) {
    this.#base = new URL(url);
    const options = { keepAlive: true, maxSockets: connections };
    this.#agent = this.#base.protocol === 'https:' ? new TlsAgent(options) : new Agent(options);
  }

  /** Rejects where there is no answer: the hub has closed the connection, or is silent. */
  send(request: FuzzRequest): Promise<FuzzAnswer> {
    const { body } = request;
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const ask = this.#base.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sent = ask(
        {
          agent: this.#agent,
          host: this.#base.hostname,
          port: this.#base.port,
          method: request.method,
          path: this.#base.pathname.replace(/\/$/, '') + targetOf(request),
          headers: { ...request.headers, ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }) },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString('utf8') }),
          );
        },
      );
      sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error(`There was no answer within ${TIMEOUT_MS} ms.`)));
      sent.on('error', reject);
      sent.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Path and query as on the wire. */
export function targetOf({ path, query }: FuzzRequest): string {
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${value}`);
  return pairs.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const MOST_SHOWN = 2_000;

/** The request as a command; bytes that are no text are shown as JSON text. */
export function curlOf(url: string, request: FuzzRequest): string {
  const { method, headers, body } = request;
  const text = body === undefined ? undefined : typeof body === 'string' ? body : Buffer.from(body).toString('latin1');
  const shown = text === undefined || text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}… (${text.length} characters)`;
  return [
    `curl -sS -i --path-as-is${method === 'GET' ? '' : method === 'HEAD' ? ' -I' : ` -X ${method}`} ${quoted(url + targetOf(request))}`,
    ...Object.entries(headers).map(
      ([name, value]) => `-H ${quoted(`${name}: ${name === 'x-augury-token' || name === 'authorization' ? '…' : value}`)}`,
    ),
    ...(shown === undefined
      ? []
      : [`--data-binary ${typeof body === 'string' ? quoted(shown) : `$${quoted(JSON.stringify(shown).slice(1, -1))}`}`]),
  ].join(' \\\n  ');
}
