import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { freePort } from './free-port.ts';

const servers: Server[] = [];

async function occupy(port: number, host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, () => resolve()));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

it('answers the wanted port while it is free', async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
});

it('answers a later one that can be listened on when the wanted one is taken', async () => {
  const taken = await occupy(0);
  const port = await freePort(taken);
  expect(port).toBeGreaterThan(taken);
  expect(await occupy(port)).toBe(port);
});

it('does not answer a port that is taken for those who say localhost', async (test) => {
  const port = await freePort();
  await occupy(port, '::1').catch(() => test.skip('This machine has no ::1.'));
  expect(await freePort(port)).not.toBe(port);
});

it('answers some port when there is none above the wanted one', async () => {
  await occupy(65_535).catch(() => undefined);
  const port = await freePort(65_535);
  expect([port > 0, port < 65_535]).toEqual([true, true]);
});
