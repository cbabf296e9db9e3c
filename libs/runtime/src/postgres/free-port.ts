import { createServer } from 'node:net';

const tries = 100;

/**
 * A TCP port on which nothing listens at 127.0.0.1: `wanted` or the next free one above it; without `wanted`, or with 0, any.
 * It is free now and may be taken a moment later, so whoever binds it must be ready for that.
 */
export async function freePort(wanted = 0): Promise<number> {
  const last = wanted === 0 ? 0 : Math.min(wanted + tries - 1, 65_535);
  for (let port = Math.max(1, wanted); port <= last; port += 1) {
    if (await isFree(port)) return port;
  }
  return bind(0, '127.0.0.1');
}

/** Free for whoever says `localhost`, which may mean ::1. */
async function isFree(port: number): Promise<boolean> {
  try {
    await bind(port, '127.0.0.1');
  } catch {
    return false;
  }
  try {
    await bind(port, '::1');
    return true;
  } catch (error) {
    // A machine without IPv6 has no ::1 that another could hold.
    return (error as NodeJS.ErrnoException).code !== 'EADDRINUSE';
  }
}

function bind(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port, host, exclusive: true }, () => {
      const address = probe.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      probe.close(() => resolve(bound));
    });
  });
}
