import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { SendRequest, SendResult, StopSignal } from '@crossdock/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EgressSettings } from '../guard/egress-policy.ts';
import { policyOf } from '../testing/policy-of.ts';
import { answer, RawServer } from '../testing/raw-server.ts';
import { createHttpSender, type HttpSender, type HttpSenderOptions } from './http-sender.ts';

let sender: HttpSender;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  sender = senderWith({ allowLoopback: true });
});

afterEach(async () => {
  await sender.close();
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

describe('an answer', () => {
  it('comes back whole: status, headers in lower case, repeated ones joined, body', async () => {
    const { url } = await http((_request, response) => {
      response.sendDate = false;
      response.writeHead(201, { 'Content-Type': 'application/json', 'X-Many': ['a', 'b'], 'Set-Cookie': ['c=1', 'd=2'] });
      response.write('{"message_id":');
      response.end('"1"}');
    });
    expect(readable(await sender.send(post(url)))).toEqual({
      kind: 'answered',
      status: 201,
      headers: {
        'content-type': 'application/json',
        'x-many': 'a, b',
        'set-cookie': 'c=1, d=2',
        'transfer-encoding': 'chunked',
        connection: 'keep-alive',
        'keep-alive': 'timeout=5',
      },
      body: '{"message_id":"1"}',
    });
  });

  it.each([204, 304])('may have no body (%i)', async (status) => {
    const { url } = await http((_request, response) => response.writeHead(status).end());
    const result = await sender.send(post(url));
    expect(result).toMatchObject({ kind: 'answered', status, body: new Uint8Array(0) });
  });

  it('of 302 is handed back, and nothing is asked of where it points to', async () => {
    const target = await raw((socket) => socket.end(answer('secret')));
    const { url } = await http((_request, response) => response.writeHead(302, { location: target.url }).end());
    const result = await sender.send(post(url));
    expect(result).toMatchObject({ kind: 'answered', status: 302, headers: { location: target.url } });
    expect(target.connections).toBe(0);
  });

  it('may be preceded by early hints', async () => {
    const { url } = await raw((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${answer('late', 'x-a: 1\r\n')}`));
    expect(readable(await sender.send(post(url)))).toEqual({
      kind: 'answered',
      status: 200,
      headers: { 'content-length': '4', 'x-a': '1' },
      body: 'late',
    });
  });

  it('may end with the connection', async () => {
    const { url } = await raw((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nold'));
    expect(readable(await sender.send(post(url)))).toMatchObject({ status: 200, body: 'old' });
  });

  it('keeps header names apart from what every object has', async () => {
    const { url } = await raw((socket) => socket.write(answer('', 'constructor: c\r\n')));
    const result = await sender.send(post(url));
    const headers = result.kind === 'answered' ? result.headers : {};
    expect([headers['constructor'], headers['toString']]).toEqual(['c', undefined]);
  });

  it('may be exactly as large as is allowed', async () => {
    const { url } = await http((_request, response) => response.end('12345'));
    expect(readable(await sender.send({ ...post(url), maxAnswerBytes: 5 }))).toMatchObject({ kind: 'answered', body: '12345' });
  });
});

describe('a request', () => {
  it.each([
    ['nothing', []],
    ['one part', ['{"a":1}']],
    ['small parts', ['{"a":', '', '1', '}']],
    ['parts too large to be copied', ['a'.repeat(1_000_000), 'b'.repeat(70_000), '', 'c'.repeat(3)]],
  ])('arrives byte for byte, with its length: %s', async (_case, parts) => {
    const { url } = await echo();
    const body = parts.map((part) => Buffer.from(part));
    const whole = Buffer.concat(body);
    expect(readable(await sender.send({ ...post(url), body }))).toMatchObject({
      kind: 'answered',
      body: JSON.stringify({ method: 'POST', url: '/hook?a=%20b', length: String(whole.byteLength), sha256: sha256(whole) }),
    });
  });

  it('may have more time than a timer can count', async () => {
    const { url } = await http((_request, response) => void setTimeout(() => response.end('late'), 20));
    expect(readable(await sender.send({ ...post(url), timeoutMs: 2 ** 31 }))).toMatchObject({ kind: 'answered', body: 'late' });
  });

  it('by GET has no body', async () => {
    const { url } = await echo();
    expect(readable(await sender.send({ ...post(url), method: 'GET' }))).toMatchObject({
      body: JSON.stringify({ method: 'GET', url: '/hook?a=%20b', sha256: sha256(Buffer.alloc(0)) }),
    });
  });

  it('carries its headers as given', async () => {
    const server = await raw((socket) => socket.write(answer('')));
    await sender.send({
      ...post(server.url),
      headers: { 'X-Augury-Token': 'ü', 'content-type': 'application/json' },
      body: [Buffer.from('{}')],
    });
    expect(server.received).toBe(
      `POST /hook HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nconnection: keep-alive\r\n` +
        'X-Augury-Token: ü\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
    );
  });

  it.each([
    ['Host', 'evil.test', "The header 'Host' cannot be set."],
    ['content-length', '1', "The header 'content-length' cannot be set."],
    ['Transfer-Encoding', 'chunked', "The header 'Transfer-Encoding' cannot be set."],
    ['x-token', 'a\r\nx-evil: 1', 'The request holds a header or path that cannot be sent.'],
    ['x-token', '\u2603', 'The request holds a header or path that cannot be sent.'],
    ['x token', 'a', 'The request holds a header or path that cannot be sent.'],
  ])('with the header %s: %j fails before anything is sent', async (name, value, detail) => {
    const server = await raw((socket) => socket.write(answer('')));
    expect(readable(await sender.send({ ...post(server.url), headers: { [name]: value } }))).toEqual(failure('network', detail));
    expect(server.received).toBe('');
  });
});

describe('an endpoint that misbehaves', () => {
  const waiting = 'Timed out after 150 ms, waiting for the answer to begin.';
  const incomplete = 'Timed out after 150 ms, before the answer was complete.';
  const closedEarly = 'The connection was closed before the answer was complete.';
  const notHttp = 'The answer is not valid HTTP/1.1.';

  it.each<[string, (socket: Socket) => void, object]>([
    ['hangs before the headers', () => undefined, failure('timeout', waiting)],
    ['hangs in the headers', (socket) => socket.write('HTTP/1.1 200 OK\r\nx-a: 1\r\n'), failure('timeout', waiting)],
    ['hangs in the body', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab'), failure('timeout', incomplete, 200)],
    [
      'hangs in a chunk',
      (socket) => socket.write('HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'),
      failure('timeout', incomplete, 500),
    ],
    ['sends hints without end', (socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'), failure('timeout', waiting)],
    ['drips its headers', (socket) => drip(socket, 'HTTP/1.1 200 OK\r\n', 'a: b\r\n'), failure('timeout', waiting)],
    [
      'drips its body',
      (socket) => drip(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n', 'x'),
      failure('timeout', incomplete, 200),
    ],
    ['resets', (socket) => socket.resetAndDestroy(), failure('connection_reset', closedEarly)],
    ['closes without an answer', (socket) => socket.end(), failure('connection_reset', closedEarly)],
    ['closes in the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nx-a:'), failure('connection_reset', closedEarly)],
    [
      'closes in the body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab'),
      failure('connection_reset', closedEarly, 200),
    ],
    [
      'closes in the body, as announced',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nab'),
      failure('connection_reset', closedEarly, 200),
    ],
    [
      'closes in a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'),
      failure('connection_reset', closedEarly, 200),
    ],
    ['speaks another protocol', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'), failure('network', notHttp)],
    ['sends a broken header', (socket) => socket.write('HTTP/1.1 200 OK\r\n bad header\r\n\r\n'), failure('network', notHttp)],
    [
      'announces two lengths',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'),
      failure('network', notHttp),
    ],
    [
      'announces a length and chunks',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n'),
      failure('network', notHttp),
    ],
    [
      'changes the protocol',
      (socket) => socket.write('HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      failure('network', notHttp),
    ],
    [
      'sends a header without end',
      (socket) => flood(socket, 'HTTP/1.1 200 OK\r\nx-a: ', 'a'.repeat(10_000)),
      failure('too_large', "The answer's headers are too large."),
    ],
    [
      'sends headers without end',
      (socket) => flood(socket, 'HTTP/1.1 200 OK\r\n', 'x-a: b\r\n'.repeat(1000)),
      failure('too_large', "The answer's headers are too large."),
    ],
    [
      'announces a body of 10 MB',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\nab'),
      failure('too_large', "The answer's body is larger than 1000000 bytes.", 200),
    ],
    [
      'sends a body without end in chunks',
      (socket) => flood(socket, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', `186a0\r\n${'x'.repeat(100_000)}\r\n`),
      failure('too_large', "The answer's body is larger than 1000000 bytes.", 200),
    ],
    [
      'sends a body without end and without length',
      (socket) => flood(socket, 'HTTP/1.1 500 No\r\n\r\n', 'x'.repeat(100_000)),
      failure('too_large', "The answer's body is larger than 1000000 bytes.", 500),
    ],
  ])('and %s gives a failure, and the connection is closed', async (_case, misbehave, expected) => {
    const server = await raw(misbehave);
    expect(readable(await sender.send({ ...post(server.url), timeoutMs: 150, maxAnswerBytes: 1_000_000 }))).toEqual(expected);
    await expect.poll(() => server.open).toBe(0);
    await expect.poll(() => sender.origins).toBe(0);
    expect(server.connections).toBe(1);
  });

  it('and listens nowhere is said to refuse', async () => {
    const server = await RawServer.start(() => undefined);
    await server.stop();
    expect(readable(await sender.send(post(server.url)))).toEqual(failure('connection_refused', 'The endpoint refused the connection.'));
    await expect.poll(() => sender.origins).toBe(0);
  });

  it('and sends a second answer that nobody asked for does not answer the next request with it', async () => {
    let requests = 0;
    const server = await raw((socket) => {
      requests += 1;
      socket.write(requests === 1 ? answer('first') + answer('planted') : answer('own'));
    });
    expect(readable(await sender.send(post(server.url)))).toMatchObject({ body: 'first' });
    expect(readable(await sender.send(post(server.url)))).toMatchObject({ body: 'own' });
    expect(server.connections).toBe(2);
  });

  it('and closes an idle connection meets no repeated request', async () => {
    const server = await raw((socket) => (server.connections === 1 ? socket.resetAndDestroy() : socket.write(answer(''))));
    expect(readable(await sender.send(post(server.url)))).toEqual(failure('connection_reset', closedEarly));
    expect(server.received.match(/POST/g)).toHaveLength(1);
    expect(readable(await sender.send(post(server.url)))).toMatchObject({ kind: 'answered' });
  });
});

describe('a name', () => {
  it('that does not resolve is a dns failure', async () => {
    const unknown = Object.assign(new Error('queryA ENOTFOUND shop.test'), { code: 'ENOTFOUND', syscall: 'queryA' });
    const other = senderWith({}, { resolve: () => Promise.reject(unknown) });
    expect(readable(await other.send(post('http://shop.test/')))).toEqual(failure('dns', 'The host name could not be resolved.'));
    expect(other.origins).toBe(0);
  });

  it('that takes too long to resolve is a dns failure', async () => {
    const other = senderWith({}, { resolve: () => new Promise(() => undefined), limits: { lookupTimeoutMs: 50 } });
    expect(readable(await other.send(post('http://shop.test/')))).toEqual(failure('dns', 'The host name was not resolved in time.'));
  });

  it('does not outlast the time-out of the request', async () => {
    const other = senderWith({}, { resolve: () => new Promise(() => undefined) });
    const detail = 'Timed out after 50 ms, before a connection was ready.';
    expect(readable(await other.send({ ...post('http://shop.test/'), timeoutMs: 50 }))).toEqual(failure('timeout', detail));
    await other.close();
  });

  it('that resolves to a refused address is blocked, without saying which', async () => {
    const other = senderWith({}, { resolve: () => Promise.resolve([{ address: '10.1.2.3', family: 4 }]) });
    expect(readable(await other.send(post('http://shop.test/')))).toEqual(
      failure('blocked', 'The address is not allowed by the egress policy.'),
    );
  });

  it('goes by its first address that answers', async () => {
    const server = await raw((socket) => socket.write(answer('here')));
    const resolve = () =>
      Promise.resolve([
        { address: '127.0.0.2', family: 4 as const },
        { address: '127.0.0.1', family: 4 as const },
      ]);
    const other = senderWith({ allowLoopback: true }, { resolve });
    expect(readable(await other.send(post(`http://shop.test:${server.port}/`)))).toMatchObject({ body: 'here' });
    expect(server.received).toContain(`host: shop.test:${server.port}\r\n`);
    await other.close();
  });

  it('localhost is this machine in development', async () => {
    const server = await raw((socket) => socket.write(answer('here')));
    expect(readable(await sender.send(post(`http://api.localhost:${server.port}/`)))).toMatchObject({ body: 'here' });
  });
});

describe('a URL', () => {
  it.each([
    ['http://127.0.0.1:9/', 'blocked', "The URL's address is not allowed by the egress policy."],
    ['http://localhost/', 'blocked', "The URL's host name is not allowed by the egress policy."],
    ['ftp://example.com/', 'invalid_url', 'The URL must begin with http:// or https://.'],
    ['nonsense', 'invalid_url', 'The URL cannot be read. Write it in full, like https://example.com/path.'],
  ] as const)('%s is refused before anything happens', async (url, kind, detail) => {
    const other = senderWith({});
    expect(readable(await other.send(post(url)))).toEqual(failure(kind, detail));
    expect(readable(await other.send(post(url)))).toEqual(failure(kind, detail));
    expect(other.origins).toBe(0);
  });
});

describe('connections', () => {
  it('are kept and used again', async () => {
    const server = await raw((socket) => socket.write(answer('')));
    for (let round = 0; round < 20; round += 1) await sender.send(post(server.url));
    expect(server.connections).toBe(1);
  });

  it('are as many per origin as is allowed, and the other requests wait', async () => {
    const waiting: Socket[] = [];
    const server = await raw((socket) => waiting.push(socket));
    const other = senderWith({ allowLoopback: true }, { limits: { connectionsPerOrigin: 2 } });
    const results = Promise.all(Array.from({ length: 6 }, () => other.send(post(server.url))));
    for (let answered = 0; answered < 6; answered += 1) {
      await expect.poll(() => waiting.length).toBeGreaterThan(0);
      waiting.shift()?.write(answer(''));
    }
    expect((await results).map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'answered'));
    expect(server.connections).toBe(2);
    await other.close();
  });

  it('are given to the requests that wait when one before them could not be sent', async () => {
    const server = await raw((socket) => socket.write(answer('')));
    const other = senderWith({ allowLoopback: true }, { limits: { connectionsPerOrigin: 1 } });
    const bad = { ...post(server.url), headers: { 'x-token': '\n' } };
    const requests = [post(server.url), ...Array.from({ length: 20_000 }, () => bad), post(server.url)];
    const results = await Promise.all(requests.map((request) => other.send(request)));
    expect(results.map(({ kind }) => kind)).toEqual(['answered', ...Array.from({ length: 20_000 }, () => 'failed'), 'answered']);
    await other.close();
  });

  it('used last are used first', async () => {
    const waiting: Socket[] = [];
    const server = await raw((socket) => waiting.push(socket));
    const sends = [sender.send(post(server.url)), sender.send(post(server.url))];
    await expect.poll(() => waiting.length).toBe(2);
    const [early, late] = waiting.splice(0);
    early?.write(answer('early'));
    await Promise.race(sends);
    late?.write(answer('late'));
    await Promise.all(sends);
    const third = sender.send(post(server.url));
    await expect.poll(() => waiting.length).toBe(1);
    expect(waiting[0] === late).toBe(true);
    late?.write(answer(''));
    await third;
  });

  it('of a lasting time-out leave their place to the request that waits', async () => {
    const server = await raw((socket) => (server.connections === 1 ? undefined : socket.write(answer(''))));
    const other = senderWith({ allowLoopback: true }, { limits: { connectionsPerOrigin: 1 } });
    const results = await Promise.all([other.send({ ...post(server.url), timeoutMs: 100 }), other.send(post(server.url))]);
    expect(results.map(({ kind }) => kind)).toEqual(['failed', 'answered']);
    expect(server.connections).toBe(2);
    await other.close();
  });

  it('idle for longest are closed when too many are idle', async () => {
    const servers = await Promise.all(Array.from({ length: 3 }, () => raw((socket) => socket.write(answer('')))));
    const other = senderWith({ allowLoopback: true }, { limits: { maxIdleConnections: 2 } });
    for (const index of [0, 1, 0, 2]) await other.send(post(servers[index]?.url ?? ''));
    expect(other.origins).toBe(2);
    await expect.poll(() => servers.map(({ open }) => open)).toEqual([1, 0, 1]);
    await other.close();
  });

  it('that were idle for long enough are closed, and nothing is kept of their origin', async () => {
    const server = await raw((socket) => socket.write(answer('')));
    const other = senderWith({ allowLoopback: true }, { limits: { keepAliveMs: 50 } });
    await other.send(post(server.url));
    await expect.poll(() => [server.open, other.origins]).toEqual([0, 0]);
  });

  it('that the server keeps for a shorter time are given up before', async () => {
    const server = await raw((socket) => socket.write(answer('', 'keep-alive: timeout=1\r\n')));
    await sender.send(post(server.url));
    await sender.send(post(server.url));
    expect(server.connections).toBe(2);
  });
});

describe('ending', () => {
  it('by signal closes the connection', async () => {
    const stop = new AbortController();
    const server = await raw(() => stop.abort());
    expect(readable(await sender.send(post(server.url), stop.signal))).toEqual(failure('aborted', 'The request was aborted.'));
    await expect.poll(() => server.open).toBe(0);
  });

  it('by a signal given before sends nothing', async () => {
    const server = await raw((socket) => socket.write(answer('')));
    expect(readable(await sender.send(post(server.url), AbortSignal.abort()))).toEqual(
      failure('aborted', 'The request was aborted before it was sent.'),
    );
    expect(server.connections).toBe(0);
  });

  it('of a request that still waits for a connection never sends it', async () => {
    const waiting: Socket[] = [];
    const server = await raw((socket) => waiting.push(socket));
    const other = senderWith({ allowLoopback: true }, { limits: { connectionsPerOrigin: 1 } });
    const first = other.send(post(server.url));
    const stop = new AbortController();
    const second = other.send(post(server.url), stop.signal);
    await expect.poll(() => waiting.length).toBe(1);
    stop.abort();
    expect(readable(await second)).toEqual(failure('aborted', 'The request was aborted.'));
    waiting[0]?.write(answer(''));
    expect(await first).toMatchObject({ kind: 'answered' });
    const third = other.send(post(server.url));
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1]?.write(answer(''));
    expect(await third).toMatchObject({ kind: 'answered' });
    expect(server.received.match(/POST/g)).toHaveLength(2);
    await other.close();
  });

  it('by one signal for several requests keeps nothing of their origin', async () => {
    const stop = new AbortController();
    const server = await raw(() => stop.abort());
    const other = senderWith({ allowLoopback: true }, { limits: { connectionsPerOrigin: 1 } });
    const sends = Array.from({ length: 3 }, () => other.send(post(server.url), stop.signal));
    const aborted = failure('aborted', 'The request was aborted.');
    expect((await Promise.all(sends)).map(readable)).toEqual([aborted, aborted, aborted]);
    await expect.poll(() => [server.open, other.origins]).toEqual([0, 0]);
    expect(server.connections).toBe(1);
  });

  it('leaves no timer and no listener behind', async () => {
    const server = await raw((socket) => socket.write(answer('')));
    const listeners = new Set<() => void>();
    const signal: StopSignal = {
      aborted: false,
      addEventListener: (_type, listener) => listeners.add(listener),
      removeEventListener: (_type, listener) => listeners.delete(listener),
    };
    const before = timers();
    const sends = Array.from({ length: 50 }, () => sender.send(post(server.url), signal));
    expect([listeners.size, timers() - before]).toEqual([50, 50]);
    await Promise.all(sends);
    // What is left is the connections' keep-alive.
    expect([listeners.size, timers() - before < 10]).toEqual([0, true]);
  });

  it('after an answer does nothing', async () => {
    const stop = new AbortController();
    const server = await raw((socket) => socket.write(answer('')));
    const result = await sender.send(post(server.url), stop.signal);
    stop.abort();
    expect(result).toMatchObject({ kind: 'answered' });
    expect(readable(await sender.send(post(server.url)))).toMatchObject({ kind: 'answered' });
    expect(server.connections).toBe(1);
  });

  it('by close ends what runs, what waits, what resolves and what comes later as aborted', async () => {
    const server = await raw(() => undefined);
    const other = senderWith({ allowLoopback: true }, { resolve: () => new Promise(() => undefined), limits: { connectionsPerOrigin: 1 } });
    const sends = [other.send(post(server.url)), other.send(post(server.url)), other.send(post('http://shop.test/'))];
    await expect.poll(() => server.received).not.toBe('');
    await other.close();
    const ended = failure('aborted', 'The request was ended because the service is stopping.');
    expect((await Promise.all(sends)).map(readable)).toEqual([ended, ended, ended]);
    expect(readable(await other.send(post(server.url)))).toEqual(
      failure('aborted', 'The request was not sent because the service is stopping.'),
    );
    await expect.poll(() => [server.open, other.origins]).toEqual([0, 0]);
    await other.close();
  });
});

function senderWith(settings: EgressSettings, options: Partial<HttpSenderOptions> = {}): HttpSender {
  return createHttpSender({ policy: policyOf(settings), ...options });
}

function post(url: string): SendRequest {
  return { url, method: 'POST', headers: {}, body: [], timeoutMs: 5000, maxAnswerBytes: 1_000_000 };
}

function failure(kind: string, detail: string, status?: number): object {
  return { kind: 'failed', failure: kind, detail, ...(status === undefined ? {} : { status }) };
}

/** The result with its body as text, without the time it took. */
function readable(result: SendResult): object {
  const { durationMs, ...rest } = result;
  expect(durationMs).toBeGreaterThanOrEqual(0);
  return rest.kind === 'answered' ? { ...rest, headers: { ...rest.headers }, body: Buffer.from(rest.body).toString() } : rest;
}

async function raw(onRequest: (socket: Socket) => void): Promise<RawServer> {
  const server = await RawServer.start(onRequest);
  cleanUps.push(() => server.stop());
  return server;
}

async function http(listener: RequestListener): Promise<{ readonly url: string }> {
  const server: Server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=%20b` };
}

function echo(): Promise<{ readonly url: string }> {
  return http((request, response) => {
    const hash = createHash('sha256');
    request.on('data', (chunk: Buffer) => hash.update(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, length: headers['content-length'], sha256: hash.digest('hex') }));
    });
  });
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A little every few milliseconds, until the connection closes. */
function drip(socket: Socket, first: string, more = first): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(more), 5);
  socket.on('close', () => clearInterval(timer));
}

/** As much as the connection takes, until it closes. */
function flood(socket: Socket, first: string, more: string): void {
  const fill = (): void => {
    while (socket.write(more));
  };
  socket.write(first);
  socket.on('drain', fill);
  fill();
}
