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

/** Payloads that are read at once, and in all: they go through the memory that routing and deliveries use. */
const BATCH = 25;
const MOST_BYTES = 16 * 1_048_576;
const MOST_MS = 5_000;

/** Visits real messages, the newest first so that these are seen where not all can be; bounded in memory and time. */
export async function visitNewest(
  { lists, received, now }: NewestReceivedParts,
  { store, types, last, which }: Wanted,
  visit: (id: string, message: Received) => void,
): Promise<Visited> {
  const { messages, bounded } = await lists.newestMessages(store, types, last, which);
  const end = now() + MOST_MS;
  const turn = new Turn();
  let bytes = 0;
  let count = 0;
  for (let from = 0; from < messages.length; from += BATCH) {
    if (bytes > MOST_BYTES)
      return { count, stopped: `Only the newest ${count} were read: their payloads have ${MOST_BYTES} bytes already.` };
    const ids = messages.slice(from, from + BATCH).map(({ id }) => id);
    const found = await received.get(ids);
    for (const id of ids) {
      const message = found.get(id);
      if (message === undefined) continue;
      if (turn.isOver) await turn.next();
      if (now() > end) return { count, stopped: `Only the newest ${count} were read: that took ${MOST_MS} ms already.` };
      visit(id, message);
      count += 1;
      bytes += message.payload.length;
    }
  }
  return {
    count,
    stopped: bounded ? 'Only the newest messages of the store were searched: there may be older ones of the type.' : undefined,
  };
}
