import type { Clock, QueueLists, Received, ReceivedMessages } from '@crossdock/core';
import { Turn } from '@crossdock/kit';

export interface NewestReceivedParts {
  readonly lists: QueueLists;
  readonly received: ReceivedMessages;
  readonly now: Clock;
}

/** Which messages are read. */
export interface Wanted {
  readonly store: string;
  /** Every name of the types. */
  readonly types: readonly string[];
  readonly last: number;
  readonly which: 'routable' | 'all';
}

/** How far it went. */
export interface Visited {
  readonly count: number;
  /** Why not all were visited that there may be, as a sentence. */
  readonly stopped: string | undefined;
}

/** Why not all were visited, in the words of whoever visits; `count` were. */
export interface StopSentences {
  bytes(count: number, most: number): string;
  time(count: number, mostMs: number): string;
  /** Older messages of the store were not searched. */
  readonly searched: string;
}

const inGeneral: StopSentences = {
  bytes: (count, most) => `Only the newest ${count} were read: their payloads have ${most} bytes already.`,
  time: (count, mostMs) => `Only the newest ${count} were read: that took ${mostMs} ms already.`,
  searched: 'Only the newest messages of the store were searched: there may be older ones of the type.',
};

/** Payloads that are read at once, and in all: they go through the memory that routing and deliveries use. */
const BATCH = 25;
const MOST_BYTES = 16 * 1_048_576;
export const MOST_MS = 5_000;

/** Visits real messages, the newest first so that these are seen where not all can be; bounded in memory and time. */
export async function visitNewest(
  { lists, received, now }: NewestReceivedParts,
  { store, types, last, which }: Wanted,
  visit: (id: string, message: Received, createdAt: number) => void,
  says: StopSentences = inGeneral,
): Promise<Visited> {
  const { messages, bounded } = await lists.newestMessages(store, types, last, which);
  const end = now() + MOST_MS;
  const turn = new Turn();
  let bytes = 0;
  let count = 0;
  for (let from = 0; from < messages.length; from += BATCH) {
    if (bytes > MOST_BYTES) return { count, stopped: says.bytes(count, MOST_BYTES) };
    const batch = messages.slice(from, from + BATCH);
    const found = await received.get(batch.map(({ id }) => id));
    for (const { id, createdAt } of batch) {
      const message = found.get(id);
      if (message === undefined) continue;
      if (turn.isOver) await turn.next();
      if (now() > end) return { count, stopped: says.time(count, MOST_MS) };
      visit(id, message, createdAt);
      count += 1;
      bytes += message.payload.length;
    }
  }
  return { count, stopped: bounded ? says.searched : undefined };
}
