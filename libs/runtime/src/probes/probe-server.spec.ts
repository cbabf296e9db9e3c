import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Probes } from '@crossdock/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startProbeServer, type ProbeServer } from './probe-server.ts';

const probes: Probes = {
  answer: (url) =>
    Promise.resolve(url === '/readyz' ? { status: 503, headers: { 'retry-after': '5' }, body: '{"code":"not_ready"}' } : undefined),
};
let server: ProbeServer;
beforeEach(async () => {
  server = await startProbeServer(probes, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => await server.close());

async function ask(method: string, path: string): Promise<readonly [number | undefined, unknown, string]> {
  const asked = request(`${server.url}${path}`, { method, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return [response.statusCode, response.headers['retry-after'], await text(response)];
}

it('gives the answers of the probes, to HEAD without a body', async () => {
  expect([await ask('GET', '/readyz'), await ask('HEAD', '/readyz')]).toEqual([
    [503, '5', '{"code":"not_ready"}'],
    [503, '5', ''],
  ]);
});

it('has nothing else', async () => {
  const [status, , body] = await ask('GET', '/metrics');
  expect([status, JSON.parse(body)]).toMatchObject([
    404,
    { code: 'route_not_found', error: 'There is no GET /metrics here: this service answers GET /livez, /readyz and /startupz.' },
  ]);
  expect((await ask('POST', '/readyz'))[0]).toBe(404);
});

it('says which port is taken', async () => {
  const port = Number(new URL(server.url).port);
  await expect(startProbeServer(probes, { host: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'port_taken',
    message: `Cannot listen on 127.0.0.1:${port}: another process does. Set CROSSDOCK_HOST and CROSSDOCK_PORT.`,
  });
});
