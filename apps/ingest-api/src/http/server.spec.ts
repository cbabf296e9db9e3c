import { EventEmitter, once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';
import { createServer } from './server.ts';

it('closes kept connections whose request was under way when closing began', async () => {
  const server = createServer({ maxBodyBytes: 1_000 });
  const underWay = new EventEmitter();
  server.get('/slow', async () => {
    underWay.emit('arrived');
    await once(underWay, 'answer');
    return 'done';
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });

  const arrived = once(underWay, 'arrived');
  const asked = request({ port, host: '127.0.0.1', path: '/slow', agent }).end();
  await arrived;
  const closed = server.close();
  await vi.waitFor(() => expect(server.server.listening).toBe(false));
  underWay.emit('answer');
  const { statusCode } = await responseTo(asked);
  expect(statusCode).toBe(200);
  await closed;
  agent.destroy();
});

it('refuses what comes on a kept connection while it closes, with a time to come again', async () => {
  const underWay = new EventEmitter();
  const server = createServer({ maxBodyBytes: 1_000 });
  server.get('/slow', async () => {
    underWay.emit('arrived');
    await once(underWay, 'answer');
    return 'done';
  });
  server.get('/quick', () => 'done');
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const kept = connect(port, '127.0.0.1');
  const arrived = once(underWay, 'arrived');
  kept.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  await arrived;
  const closed = server.close();
  await vi.waitFor(() => expect(server.server.listening).toBe(false));
  // Behind the first on the same connection, which is therefore busy and not closed.
  kept.write('GET /quick HTTP/1.1\r\nHost: a\r\n\r\n');
  underWay.emit('answer');
  const said = await text(kept);
  await closed;
  const second = said.slice(said.lastIndexOf('HTTP/1.1'));
  expect(second).toMatch(/^HTTP\/1\.1 503 /);
  expect(second).toMatch(/\r\nretry-after: 1\r\n/i);
  expect(JSON.parse(second.slice(second.indexOf('\r\n\r\n')))).toMatchObject({ code: 'shutting_down' });
});

async function responseTo(asked: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response;
}
