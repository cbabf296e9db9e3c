import { carriesPayload } from '@crossdock/contracts';
import type { EventLog, ReceivedMessages, StoredEvent } from '@crossdock/core';

export interface CarriedPayloadsParts {
  readonly received: ReceivedMessages;
  readonly log: Pick<EventLog, 'load'>;
}

/** Payload bytes of the events that carry any, by position: of the message itself, or of the one that is delivered. */
export async function carriedPayloads(
  parts: CarriedPayloadsParts,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  const carrying = events.filter(({ event }) => carriesPayload.has(event.type));
  if (carrying.length === 0) return new Map();
  const parents = await requeuedParents(parts.log, carrying);
  const messages = carrying.map((event) => messageOf(event) ?? parents.get(event.stream));
  const received = await parts.received.get([...new Set(messages.filter((id) => id !== undefined))]);
  const payloads = new Map<number, Uint8Array>();
  for (const [index, { position }] of carrying.entries()) {
    const id = messages[index];
    const payload = id === undefined ? undefined : received.get(id)?.payload;
    if (payload !== undefined) payloads.set(position, payload);
  }
  return payloads;
}

function messageOf({ stream, event }: StoredEvent): string | undefined {
  if (event.type === 'message.received') return stream;
  return event.type === 'delivery.accepted' ? event.parent : undefined;
}

/** A requeued delivery names its message in its first event only. Somebody pressed a button: they are few. */
async function requeuedParents(log: Pick<EventLog, 'load'>, events: readonly StoredEvent[]): Promise<ReadonlyMap<string, string>> {
  const requeued = events.filter(({ event }) => event.type === 'delivery.requeued').map(({ stream }) => stream);
  if (requeued.length === 0) return new Map();
  const parents = new Map<string, string>();
  for (const [stream, [first]] of await log.load(requeued))
    if (first?.event.type === 'delivery.accepted') parents.set(stream, first.event.parent);
  return parents;
}
