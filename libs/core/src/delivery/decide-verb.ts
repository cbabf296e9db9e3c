import { unreachable } from '../unreachable.ts';
import type { DeliveryArchived, DeliveryRequeued } from './events.ts';
import type { DeliveryState } from './delivery.ts';

/** What a person asks of a delivery. */
export type DeliveryVerb =
  | { readonly kind: 'attempt_now'; readonly by: string }
  | { readonly kind: 'archive'; readonly by: string; readonly reason?: string };

export type VerbDecision =
  | { readonly kind: 'decided'; readonly event: DeliveryRequeued | DeliveryArchived }
  | {
      readonly kind: 'refused';
      readonly code: 'delivery_running' | 'delivery_not_retryable' | 'message_not_archivable';
      readonly detail: string;
    }
  | { readonly kind: 'unknown' };

/**
 * May the verb be done now? A delivery with an attempt under way is left alone. What waits for an attempt, or for a person, can be
 * attempted now, and so can what a person archived: that takes the archiving back. A completed one is never sent again by a retry.
 */
export function decideVerb(state: DeliveryState, running: boolean, verb: DeliveryVerb, endpoint: number): VerbDecision {
  if (state.status === 'unknown') return { kind: 'unknown' };
  if (running) return { kind: 'refused', code: 'delivery_running', detail: 'An attempt is under way.' };
  return verb.kind === 'attempt_now' ? attemptNow(state, verb.by, endpoint) : archive(state, verb);
}

type KnownDelivery = Exclude<DeliveryState, { status: 'unknown' }>;

function attemptNow(state: KnownDelivery, by: string, endpoint: number): VerbDecision {
  const { store, root } = state.accepted;
  switch (state.status) {
    case 'pending':
      return { kind: 'refused', code: 'delivery_not_retryable', detail: 'The delivery is pending: it is attempted as soon as it can be.' };
    case 'completed':
      return { kind: 'refused', code: 'delivery_not_retryable', detail: 'The delivery is completed.' };
    case 'failing':
    case 'scheduled':
    case 'parked':
    case 'archived':
      return { kind: 'decided', event: { type: 'delivery.requeued', store, root, by, endpoint } };
    default:
      return unreachable(state);
  }
}

function archive(state: KnownDelivery, { by, reason }: Extract<DeliveryVerb, { kind: 'archive' }>): VerbDecision {
  const { store, root } = state.accepted;
  switch (state.status) {
    case 'completed':
      return { kind: 'refused', code: 'message_not_archivable', detail: 'The delivery is completed.' };
    case 'archived':
      return { kind: 'refused', code: 'message_not_archivable', detail: 'The delivery is archived already.' };
    case 'pending':
    case 'failing':
    case 'scheduled':
    case 'parked':
      return { kind: 'decided', event: { type: 'delivery.archived', store, root, by, ...(reason === undefined ? {} : { reason }) } };
    default:
      return unreachable(state);
  }
}
