import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from './server.ts';

let server: FastifyInstance;
beforeAll(async () => {
  server = createServer({ maxBodyBytes: 1_000 });
  const own = { config: { errors: 'problem' } };
  server.get('/api/stores/:store_id/messages/:id', () => ({}));
  server.put('/api/stores/:store_id/messages/:id', () => ({}));
  server.post('/api/stores/:store_id/messages/batch', own, () => ({}));
  server.get('/api/stores/:store_id/schemas', own, () => ({}));
  server.post('/api/stores/:store_id/schemas', own, () => ({}));
  server.get('/api/rejected_records', own, () => ({}));
  server.get('/livez', () => ({}));
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());

async function ask(method: 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST', url: string) {
  const answer = await server.inject({ method, url });
  const { code, error } = answer.body === '' ? {} : answer.json<{ code?: string; error?: string }>();
  return [answer.statusCode, code, error === undefined ? 'problem' : 'original', answer.headers.allow];
}

describe('a path whose routes take other methods', () => {
  it('is answered 405, with the methods that it takes', async () => {
    expect(await ask('DELETE', '/api/stores/a/messages/b')).toEqual([405, 'method_not_allowed', 'original', 'GET, HEAD, PUT']);
    expect(await ask('OPTIONS', '/livez/')).toEqual([405, 'method_not_allowed', 'original', 'GET, HEAD']);
    expect(await ask('PATCH', '/api/stores/a/schemas?limit=5')).toEqual([405, 'method_not_allowed', 'problem', 'GET, HEAD, POST']);
  });

  it('counts the routes of all patterns that it fits', async () => {
    expect(await ask('DELETE', '/api/stores/a/messages/batch')).toEqual([405, 'method_not_allowed', 'original', 'GET, HEAD, POST, PUT']);
    expect(await ask('GET', '/api/stores/a/messages/batch')).toEqual([200, undefined, 'problem', undefined]);
  });

  it('takes HEAD where it takes GET', async () => {
    expect(await ask('HEAD', '/livez')).toEqual([200, undefined, 'problem', undefined]);
  });
});

describe('a path without a route', () => {
  it.each([
    ['/api/stores/a/messages/b/c', 'original'],
    ['/api/stores/a/nothing', 'original'],
    ['/api/stores/a/schemas/b', 'problem'],
    ['/api/rejected_records/b', 'problem'],
    ['/api/nothing', 'original'],
    ['/nothing', 'problem'],
    ['/', 'problem'],
    ['//', 'problem'],
  ])('%s is answered 404 in the form of the routes that begin alike: %s', async (url, form) => {
    expect(await ask('GET', url)).toEqual([404, 'route_not_found', form, undefined]);
  });

  it('says of problem documents where they are from, without the query', async () => {
    const answer = await server.inject({ method: 'GET', url: '/nothing?token=secret' });
    expect([answer.headers['content-type'], answer.json()]).toMatchObject([
      'application/problem+json; charset=utf-8',
      { instance: '/nothing', status: 404 },
    ]);
    expect(answer.body).not.toContain('secret');
  });
});

describe('what cannot be read', () => {
  it.each([
    ['/api/stores/%/messages/b', 400, 'path_encoding'],
    ['/api/stores/%ff/messages/b', 400, 'path_encoding'],
    [`/api/stores/${'a'.repeat(301)}/messages/b`, 414, 'uri_too_long'],
  ])('%.40s is refused as every other request is', async (url, status, code) => {
    expect(await ask('GET', url)).toEqual([status, code, 'original', undefined]);
  });

  it.each([
    ['GET /livez HTTP/1.1\r\nHost: a\r\nno header\r\n\r\n', 400, 'request_malformed'],
    ['\u0016\u0003\u0001 hello\r\n\r\n', 400, 'request_malformed'],
    [`GET /livez HTTP/1.1\r\nHost: a\r\nCookie: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ])('%.30j is refused, also behind a request that was answered', async (request, status, code) => {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'readable');
    expect(String(socket.read())).toMatch(/^HTTP\/1.1 200 /);
    socket.write(request);
    const said = await text(socket);
    expect([said.slice(0, 12), JSON.parse(said.slice(said.indexOf('\r\n\r\n')))]).toMatchObject([`HTTP/1.1 ${status}`, { code }]);
  });
});
