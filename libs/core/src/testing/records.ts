import { decodeUtf8 } from '../json/utf8.ts';
import type { EventType, NewEvent } from '../message/hub-event.ts';
import type { LogRecord } from '../ports/bus.ts';
import type { MemoryProcess } from './memory-world.ts';

/** Appends events of one shard in one transaction. */
export function store({ unitOfWork, log }: MemoryProcess, events: readonly NewEvent[], shard = 0): Promise<void> {
  return unitOfWork.run((tx) => log.append(tx, shard, events));
}

/** A shard's events of these types, as a consumer of their topic gets them. */
export async function recordsOf({ log }: MemoryProcess, types: readonly EventType[], shard = 0): Promise<readonly LogRecord[]> {
  const events = await log.read(shard, 0, Number.MAX_SAFE_INTEGER);
  return events
    .filter(({ event }) => types.includes(event.type))
    .map((event) => ({ ...event, topic: `of ${types.join(', ')}`, previous: event.position - 1 }));
}

/** What parts of a body say together. */
export function decoded(parts: readonly Uint8Array[]): string {
  return (
    decodeUtf8(
      Uint8Array.from(parts.flatMap((part) => [...part])),
      0,
      parts.reduce((sum, part) => sum + part.length, 0),
    ) ?? ''
  );
}
