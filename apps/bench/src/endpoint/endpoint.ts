import { createServer, type AddressInfo, type Socket } from 'node:net';
import { FrameReader } from '../load/frame-reader.ts';
import { readNumber } from '../load/orders.ts';
import { monotonicMs } from '../measure/clock.ts';
import { serve, tell } from '../processes/serve.ts';
import { Arrivals } from './arrivals.ts';
import type { EndpointCalls, Mode } from './endpoint-calls.ts';

// The receiving end, a process of its own. It reads the socket itself: node:http would cost as much as what is measured.

const TELL_EVERY_MS = 5;
const ID_MEMBER = Buffer.from('"message_id":"');
const ID_LENGTH = 24;
const ANSWER_HEAD = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${'{"message_id":""}'.length + ID_LENGTH}\r\n\r\n`;

const arrivals = new Arrivals();
const modes = new Map<string, Mode>();
const held = new Map<string, (() => void)[]>();
const sockets = new Set<Socket>();

function onRequest(socket: Socket, head: string, body: Buffer): void {
  arrivals.add(readNumber(body), monotonicMs());
  const from = body.indexOf(ID_MEMBER) + ID_MEMBER.length;
  const answer = `${ANSWER_HEAD}{"message_id":"${body.toString('latin1', from, from + ID_LENGTH)}"}`;
  const send = (): void => void (socket.writable && socket.write(answer, 'latin1'));
  if (modes.size === 0) return send();
  const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/'));
  const mode = modes.get(path) ?? 'normal';
  if (mode === 'normal') send();
  else if (mode === 'hang') held.set(path, [...(held.get(path) ?? []), send]);
  else setTimeout(send, mode.slowMs);
}

const server = createServer({ noDelay: true }, (socket) => {
  const reader = new FrameReader((head, body) => onRequest(socket, head, body));
  sockets.add(socket);
  socket.on('data', (chunk) => reader.read(chunk));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
});

let told = 0;
const telling = setInterval(() => {
  if (arrivals.count !== told) tell((told = arrivals.count));
}, TELL_EVERY_MS);

serve<EndpointCalls>(
  {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', 4_096, () => resolve({ port: (server.address() as AddressInfo).port }));
      }),
    mode: ({ path, mode }) => {
      if (mode === 'normal') modes.delete(path);
      else modes.set(path, mode);
      for (const send of held.get(path) ?? []) send();
      held.delete(path);
    },
    arrivals: ({ first, count }) => ({ at: arrivals.slice(first, count), repeated: arrivals.repeated }),
    count: () => arrivals.count,
  },
  () => {
    clearInterval(telling);
    server.close();
    for (const socket of sockets) socket.destroy();
  },
);
