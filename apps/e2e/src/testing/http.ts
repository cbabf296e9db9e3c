import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body parsed; undefined where it is no JSON. */
  readonly json: unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 128 });

/** One HTTP exchange that sends exactly what it is told to, no header of its own but the body's length. */
export function call(url: string, { method = 'GET', headers = {}, body, timeoutMs = 30_000 }: Call = {}): Promise<Answer> {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, agent, headers: { ...headers, ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }) } },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const all = Buffer.concat(parts);
          const text = all.toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: all, text, json: parsed(text) });
        });
      },
    );
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error(`${method} ${url} was not answered within ${timeoutMs} ms.`)));
    sent.on('error', reject);
    sent.end(bytes);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
