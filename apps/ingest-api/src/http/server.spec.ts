import { EventEmitter, once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
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

async function responseTo(asked: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response;
}
