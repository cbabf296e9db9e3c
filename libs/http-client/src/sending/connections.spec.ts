import { Client } from 'undici';
import { expect, it } from 'vitest';
import { Connections, type Borrower, type Connection } from './connections.ts';

it('does not lend to who withdrew', async () => {
  const { connections, borrower, begun } = waiting();
  const [first] = begun;
  if (first === undefined) throw new Error('nothing was lent');
  connections.withdraw('http://shop.test', borrower);
  connections.giveBack(first, false);
  await Promise.resolve();
  expect([begun.length, connections.origins]).toEqual([1, 0]);
});

it('keeps no connection that was lent and never opened', async () => {
  const { connections, begun } = waiting();
  const [first] = begun;
  if (first === undefined) throw new Error('nothing was lent');
  connections.giveBack(first, true);
  await Promise.resolve();
  expect([begun.length, begun[1] !== first, connections.origins]).toEqual([2, true, 1]);
});

it('cancels who waits when all ends', async () => {
  const { connections, cancelled } = waiting();
  await connections.destroy();
  expect([cancelled(), connections.origins]).toEqual([1, 0]);
});

/** One connection, lent to one borrower, and another borrower who waits. */
function waiting() {
  const connections = new Connections({ perOrigin: 1, maxIdle: 1 }, (origin) => new Client(origin));
  const begun: Connection[] = [];
  let cancelled = 0;
  const borrowerOf = (): Borrower => ({ begin: (connection) => begun.push(connection), cancel: () => (cancelled += 1) });
  const borrower = borrowerOf();
  connections.lend('http://shop.test', borrowerOf());
  connections.lend('http://shop.test', borrower);
  return { connections, borrower, begun, cancelled: () => cancelled };
}
