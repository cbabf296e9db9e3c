import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { root } from '../testing/workspace.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(status: number, body: string): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/readyz' ? status : 404).end(body);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return String((server.address() as AddressInfo).port);
}

async function probe(port: string | undefined): Promise<readonly [number | null, string]> {
  const child = spawn(process.execPath, [join(root, 'tools/probe.mjs')], {
    env: port === undefined ? {} : { CROSSDOCK_PORT: port },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, said];
}

it('passes where the service is ready, and says nothing', async () => {
  expect(await probe(await serve(200, '{"status":"ok"}'))).toEqual([0, '']);
});

it('fails where it is not, with what the service says', async () => {
  const port = await serve(503, '{"error":"Not ready: database: failed."}');
  expect(await probe(port)).toEqual([1, `http://127.0.0.1:${port}/readyz: 503 {"error":"Not ready: database: failed."}\n`]);
});

it('fails where nobody answers, or no port is given', async () => {
  expect(await probe('1')).toEqual([1, expect.stringContaining('http://127.0.0.1:1/readyz: connect ECONNREFUSED')]);
  expect(await probe(undefined)).toEqual([1, expect.stringContaining('CROSSDOCK_PORT is not set')]);
});
