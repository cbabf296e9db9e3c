import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { GetResult } from '@crossdock/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpSender, type HttpSender } from '../sending/http-sender.ts';
import { policyOf } from '../testing/policy-of.ts';
import { answer, RawServer } from '../testing/raw-server.ts';
import { createHttpGetter, type HttpGetterOptions } from './http-getter.ts';

const PATIENCE_MS = 5_000;
let sender: HttpSender;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  sender = createHttpSender({ policy: policyOf({ allowLoopback: true }) });
});
afterEach(async () => {
  await sender.close();
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

const get = (url: string, timeoutMs = PATIENCE_MS, options: Partial<HttpGetterOptions> = {}): Promise<GetResult> =>
  createHttpGetter({ sender, ...options }).get(url, timeoutMs);

/** What the result says, its body as text and without headers. */
async function told(result: Promise<GetResult>): Promise<object> {
  const { ...got } = await result;
  if (got.kind !== 'answered') return got;
  const { headers: _headers, body, ...rest } = got;
  return { ...rest, body: Buffer.from(body).toString() };
}

/** A server that answers by path; paths that were asked for come in `asked`. */
async function http(listener: RequestListener): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function raw(onRequest: (socket: Socket) => void): Promise<RawServer> {
  const server = await RawServer.start(onRequest);
  cleanUps.push(() => server.stop());
  return server;
}

/** Redirects each path to the location that is listed for it, and answers all others. */
const redirecting =
  (locations: Readonly<Record<string, string>>, status = 302): RequestListener =>
  ({ url = '' }, response) => {
    const location = locations[url];
    if (location === undefined) response.end(`this is ${url}`);
    else response.writeHead(status, { location }).end('moved');
  };

describe('a request', () => {
  it('asks for JSON as it is, and shows no credentials', async () => {
    const server = await raw((socket) => socket.end(answer('{}')));
    await get(server.url);
    expect(server.received.split('\r\n').toSorted()).toEqual([
      '',
      '',
      'GET /hook HTTP/1.1',
      'accept-encoding: identity',
      'accept: application/json',
      'connection: keep-alive',
      `host: 127.0.0.1:${server.port}`,
    ]);
  });
});

describe('an answer', () => {
  it.each([200, 204, 304, 404, 500])('of %i comes back with where it came from', async (status) => {
    const { url } = await http((_request, response) => response.writeHead(status).end());
    expect(await told(get(url))).toEqual({ kind: 'answered', status, body: '', url });
  });

  it('larger than allowed is cut off while it arrives', async () => {
    let written = 0;
    const endless = await http((_request, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384;
      };
      response.on('drain', pour);
      pour();
    });
    expect(await told(get(endless.url))).toEqual({
      kind: 'failed',
      failure: 'too_large',
      detail: "The answer's body is larger than 1048576 bytes.",
      status: 200,
      url: endless.url,
    });
    // What the two sockets' buffers hold comes on top.
    expect(written).toBeLessThan(16 * 1_048_576);
  });

  it('that says it is larger than allowed is not waited for', async () => {
    const server = await raw((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000001\r\n\r\n'));
    expect(await told(get(server.url, PATIENCE_MS, { maxBytes: 1_000_000 }))).toMatchObject({ kind: 'failed', failure: 'too_large' });
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['whose headers never come', () => undefined, 'waiting for the answer to begin'],
    [
      'that drips',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        const drip = setInterval(() => socket.write('{'), 20);
        socket.on('close', () => clearInterval(drip));
      },
      'before the answer was complete',
    ],
    [
      'whose headers drip',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const drip = setInterval(() => socket.write('x-a: b\r\n'), 20);
        socket.on('close', () => clearInterval(drip));
      },
      'waiting for the answer to begin',
    ],
  ])('%s ends in time', async (_name, misbehave, phase) => {
    const server = await raw(misbehave);
    expect(await told(get(server.url, 300))).toMatchObject({
      kind: 'failed',
      failure: 'timeout',
      detail: `Timed out after 300 ms, ${phase}.`,
    });
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('of %i is followed within the origin', async (status) => {
    const { url, asked } = await http(redirecting({ '/': '/endpoint.json' }, status));
    expect(await told(get(url))).toEqual({ kind: 'answered', status: 200, body: 'this is /endpoint.json', url: `${url}/endpoint.json` });
    expect(asked).toEqual(['/', '/endpoint.json']);
  });

  it('may be relative, absolute, or without a scheme', async () => {
    const locations: Record<string, string> = { '/a/': 'b' };
    const { url } = await http(redirecting(locations));
    locations['/a/b'] = `${url}/c`;
    locations['/c'] = `${url.slice('http:'.length)}/d`;
    expect(await told(get(`${url}/a/`))).toMatchObject({ body: 'this is /d' });
  });

  it('is followed three times, and not a fourth', async () => {
    const { url, asked } = await http(redirecting({ '/0': '/1', '/1': '/2', '/2': '/3', '/3': '/4?secret=1' }));
    expect(await told(get(`${url}/1`))).toMatchObject({ kind: 'answered', body: 'this is /4?secret=1' });
    expect(asked).toEqual(['/1', '/2', '/3', '/4?secret=1']);
    expect(await told(get(`${url}/0`))).toEqual({
      kind: 'redirected',
      status: 302,
      because: 'too_many',
      location: `${url}/4`,
      url: `${url}/3`,
    });
  });

  it('to itself ends', async () => {
    const { url, asked } = await http(redirecting({ '/': '/' }));
    expect(await told(get(url))).toMatchObject({ kind: 'redirected', because: 'too_many', location: `${url}/` });
    expect(asked).toEqual(['/', '/', '/', '/']);
  });

  it.each([
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'https://else.example/a',
    'file:///etc/passwd',
    'http://localhost:1/',
  ])('to %s is not followed, and tells where it leads', async (location) => {
    const { url, asked } = await http(redirecting({ '/': `${location}?secret=1#x` }));
    expect(await told(get(url))).toEqual({
      kind: 'redirected',
      status: 302,
      because: 'other_origin',
      location: location.startsWith('file:') ? 'file:' : location,
      url,
    });
    expect(asked).toEqual(['/']);
  });

  it('to another port of the same host is not followed', async () => {
    const other = await raw((socket) => socket.end(answer('secret')));
    const { url } = await http(redirecting({ '/': other.url }));
    expect(await told(get(url))).toMatchObject({ kind: 'redirected', because: 'other_origin', location: other.url });
    expect(other.connections).toBe(0);
  });

  it('with credentials in it is refused by the guard', async () => {
    const locations: Record<string, string> = {};
    const { url, asked } = await http(redirecting(locations));
    locations['/'] = url.replace('http://', 'http://me:secret@');
    expect(await told(get(url))).toMatchObject({ kind: 'failed', failure: 'invalid_url' });
    expect(asked).toEqual(['/']);
  });

  it.each<[string | undefined, string]>([
    [undefined, ''],
    ['http://[', 'http://['],
    [`http://[${'a'.repeat(300)}?secret`, `http://[${'a'.repeat(191)}…`],
  ])('that leads nowhere is told: %s', async (location, shown) => {
    const { url } = await http((_request, response) => response.writeHead(302, location === undefined ? {} : { location }).end());
    expect(await told(get(url))).toEqual({ kind: 'redirected', status: 302, because: 'unreadable', location: shown, url });
  });

  it('takes its time out of that of the whole', async () => {
    const { url } = await http(({ url: path = '' }, response) => {
      const at = Number(path.slice(1));
      setTimeout(() => response.writeHead(302, { location: `/${at + 1}` }).end(), at < 2 ? 150 : 60_000).unref();
    });
    const started = performance.now();
    expect(await told(get(`${url}/0`, 400))).toMatchObject({
      kind: 'failed',
      failure: 'timeout',
      detail: 'Timed out after 400 ms, redirects included.',
    });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('the guard', () => {
  it.each(['http://10.0.0.1/', 'http://169.254.169.254/', 'http://[fd00::1]/', 'ftp://else.example/', 'nonsense'])(
    'closes %s',
    async (url) => {
      expect(await told(get(url))).toMatchObject({
        kind: 'failed',
        failure: url.startsWith('http') ? 'blocked' : 'invalid_url',
        url,
      });
    },
  );

  it('closes loopback where the policy does', async () => {
    const server = await raw((socket) => socket.end(answer('{}')));
    const strict = createHttpSender({ policy: policyOf({}) });
    cleanUps.push(() => strict.close());
    expect(await told(get(server.url, PATIENCE_MS, { sender: strict }))).toMatchObject({ kind: 'failed', failure: 'blocked' });
    expect(server.connections).toBe(0);
  });
});
