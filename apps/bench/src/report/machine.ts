import { once } from 'node:events';
import { open, unlink } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { availableParallelism, cpus, freemem, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { orderBody } from '../load/orders.ts';
import { median } from '../measure/quantiles.ts';

/** Where figures come from: they mean little without it. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryBytes: number;
  readonly freeBytes: number;
  readonly system: string;
  readonly node: string;
  readonly load: number;
  /** What parsing an order takes, and sending one over the loopback and back, µs of a processor: machines differ by twice. */
  readonly parseUs: number;
  readonly echoUs: number;
  /** Median of writing 8 KB and waiting until it is safe, ms. */
  readonly fsyncMs: number;
}

const WRITES = 200;
const PAGE = 8_192;
const ORDERS = 1_000;
const ECHOES = 1_000;

export async function machineOf(folder: string): Promise<Machine> {
  return {
    cores: availableParallelism(),
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    freeBytes: freemem(),
    system: `${type()} ${release()}`,
    node: process.version,
    load: loadavg()[0] ?? 0,
    parseUs: parseUs(),
    echoUs: await echoUs(),
    fsyncMs: await fsyncMs(folder),
  };
}

const cpuUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

function parseUs(): number {
  const orders = Array.from({ length: ORDERS }, (_, seed) => orderBody('order:new', seed).toString());
  const rounds = Array.from({ length: 5 }, () => {
    const began = cpuUs();
    for (const order of orders) JSON.parse(order);
    return (cpuUs() - began) / orders.length;
  });
  return median(rounds);
}

/** Both ends are here, so that it counts two writes and two reads. */
async function echoUs(): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const order = orderBody('order:new', 1);
  const began = cpuUs();
  for (let round = 0; round < ECHOES; round += 1) {
    socket.write(order);
    for (let bytes = 0; bytes < order.length;) bytes += ((await once(socket, 'data')) as [Buffer])[0].length;
  }
  const spent = cpuUs() - began;
  socket.destroy();
  server.close();
  return spent / ECHOES;
}

/** As a commit does it: the same pages of a file that exists, over and over. */
async function fsyncMs(folder: string): Promise<number> {
  const path = join(folder, `fsync-${process.pid}`);
  const file = await open(path, 'w');
  try {
    const page = Buffer.alloc(PAGE, 1);
    await file.write(page, 0, PAGE, 0);
    await file.sync();
    const times: number[] = [];
    for (let write = 0; write < WRITES; write += 1) {
      await file.write(page, 0, PAGE, 0);
      const began = performance.now();
      await file.datasync();
      times.push(performance.now() - began);
    }
    return median(times);
  } finally {
    await file.close();
    await unlink(path);
  }
}
