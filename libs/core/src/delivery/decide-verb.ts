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

/** May the verb be done now? A delivery with an attempt under way is left alone; a completed one is not sent again by a retry. */
export function decideVerb(state: DeliveryState, running: boolean, verb: DeliveryVerb, endpoint: number): VerbDecision {
  if (state.status === 'unknown') return { kind: 'unknown' };
  if (running) return { kind: 'refused', code: 'delivery_running', detail: 'An attempt is under way.' };
  const { store, root } = state.accepted;
  switch (state.status) {
    case 'completed':
      return {
        kind: 'refused',
        code: verb.kind === 'attempt_now' ? 'delivery_not_retryable' : 'message_not_archivable',
        detail: 'The delivery is completed.',
      };
    case 'archived':
      if (verb.kind === 'archive') return { kind: 'refused', code: 'message_not_archivable', detail: 'The delivery is archived already.' };
      return { kind: 'decided', event: { type: 'delivery.requeued', store, root, by: verb.by, endpoint } };
    case 'pending':
    case 'failing':
    case 'scheduled':
    case 'parked':
      if (verb.kind === 'attempt_now') return { kind: 'decided', event: { type: 'delivery.requeued', store, root, by: verb.by, endpoint } };
      return {
        kind: 'decided',
        event: { type: 'delivery.archived', store, root, by: verb.by, ...(verb.reason === undefined ? {} : { reason: verb.reason }) },
      };
    default:
      return unreachable(state);
  }
}
