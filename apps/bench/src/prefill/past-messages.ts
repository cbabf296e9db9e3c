import { childId, type NewEvent, type NewId, type Sha256 } from '@crossdock/core';

/** Where messages of the past came from and went to. */
export interface PastRoute {
  readonly store: string;
  readonly revision: number;
  readonly mapping: { readonly id: string; readonly name: string; readonly url: string; readonly endpoint: number };
}

export interface PastMessage {
  /** When it came in, ms since the epoch; its id says the same. */
  readonly at: number;
  readonly type: string;
  readonly payload: Uint8Array;
}

const HEADERS = { 'content-type': 'application/json', 'content-length': '41' } as const;

/**
 * All that a batch of messages left in the log when they were pushed, found valid, routed to one mapping and delivered, in the
 * order in which a hub under load would have written it.
 */
export function pastEvents(
  messages: readonly PastMessage[],
  route: PastRoute,
  tools: { readonly newId: NewId; readonly sha256: Sha256 },
): readonly NewEvent[] {
  const lineages = messages.map((message) => lineageOf(message, route, tools));
  return [
    ...lineages.map(({ received }) => received),
    ...lineages.map(({ validated }) => validated),
    ...lineages.flatMap(({ routed, accepted }) => [routed, accepted]),
    ...lineages.map(({ succeeded }) => succeeded),
  ];
}

function lineageOf(
  { at, type, payload }: PastMessage,
  { store, revision, mapping }: PastRoute,
  { newId, sha256 }: { readonly newId: NewId; readonly sha256: Sha256 },
): Record<'received' | 'validated' | 'routed' | 'accepted' | 'succeeded', NewEvent> {
  const id = newId();
  const delivery = childId(sha256, { kind: 'delivery', parent: id, key: mapping.id });
  const shared = { store, root: id };
  const named = { ...shared, message: type };
  const answer = { headers: HEADERS, body: JSON.stringify({ message_id: delivery }), bytes: 41 };
  const sent = [{ mapping: mapping.id, name: mapping.name, delivery }];
  return {
    received: {
      stream: id,
      version: 1,
      at,
      payload,
      event: { type: 'message.received', ...named, rootMessage: type, origin: 'push', hops: 0, bytes: payload.length },
    },
    validated: { stream: id, version: 2, at: at + 1, event: { type: 'message.validated', ...named } },
    routed: { stream: id, version: 3, at: at + 2, event: { type: 'message.routed', ...named, revision, sent, reasons: [] } },
    accepted: {
      stream: delivery,
      version: 1,
      at: at + 2,
      event: {
        type: 'delivery.accepted',
        ...named,
        rootMessage: type,
        parent: id,
        mapping: mapping.id,
        name: mapping.name,
        revision,
        endpoint: mapping.endpoint,
        hops: 0,
      },
    },
    succeeded: {
      stream: delivery,
      version: 2,
      at: at + 5,
      event: {
        type: 'delivery.succeeded',
        ...shared,
        attempt: { number: 1, startedAt: at + 3, durationMs: 1, url: mapping.url, status: 200, answer },
      },
    },
  };
}
