import type { QueueLists, Received, ReceivedMessages } from '@crossdock/core';
import { received } from '@crossdock/core/testing';
import { expect, it } from 'vitest';
import { visitNewest, type NewestReceivedParts, type Visited } from './newest-received.ts';

interface World {
  readonly count: number;
  readonly bytes?: number;
  readonly bounded?: boolean;
  /** ms that a message takes. */
  readonly takes?: number;
}

async function visit(
  { count, bytes = 2, bounded = false, takes = 0 }: World,
  last = 1_000,
): Promise<readonly [Visited, readonly string[]]> {
  let time = 0;
  const payload = Buffer.alloc(bytes);
  const message = (at: number): Received => ({ event: received(), shard: 0, at, payload, parsed: () => ({}) });
  const parts = {
    lists: {
      newestMessages: (_store: string, _types: readonly string[], limit: number) =>
        Promise.resolve({
          messages: Array.from({ length: Math.min(count, limit) }, (_, n) => ({
            id: String(count - n),
            message: 'order:new',
            createdAt: n,
          })),
          bounded,
        }),
    } as Pick<QueueLists, 'newestMessages'>,
    // The third is gone since.
    received: {
      get: (ids) => Promise.resolve(new Map(ids.filter((id) => id !== '3').map((id) => [id, message(Number(id))]))),
    } as ReceivedMessages,
    now: () => time,
  } as NewestReceivedParts;
  const seen: string[] = [];
  const visited = await visitNewest(parts, { store: 's', types: ['order:new'], last, which: 'all' }, (id) => {
    seen.push(id);
    time += takes;
  });
  return [visited, seen];
}

it('visits the newest first, as many as are wanted and there', async () => {
  expect(await visit({ count: 5 })).toEqual([{ count: 4, stopped: undefined }, ['5', '4', '2', '1']]);
  expect(await visit({ count: 100 }, 2)).toEqual([{ count: 2, stopped: undefined }, ['100', '99']]);
  expect(await visit({ count: 0 })).toEqual([{ count: 0, stopped: undefined }, []]);
});

it('says why it did not visit more', async () => {
  expect((await visit({ count: 2, bounded: true }))[0].stopped).toMatch(/^Only the newest messages of the store were searched/);
  expect((await visit({ count: 100, bytes: 1 << 20 }))[0]).toMatchObject({
    count: 25,
    stopped: expect.stringContaining('16777216 bytes') as string,
  });
  expect((await visit({ count: 100, takes: 1_000 }))[0]).toMatchObject({ count: 6, stopped: expect.stringContaining('5000 ms') as string });
});
