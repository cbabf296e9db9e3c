import type { DeliveryAccepted } from '../delivery/events.ts';
import { boundedText } from '../json/text.ts';
import type { MessageNeverProcessed, MessageRouted } from '../message/events.ts';
import type { MessageState } from '../message/message.ts';
import { unreachable } from '../unreachable.ts';
import { nameOf, type Candidate, type Matched } from './match-mappings.ts';
import { MOST_REASONS, ReasonList } from './reason-list.ts';
import type { RoutedTo } from './routing-reason.ts';

export type RoutingDecision =
  | {
      readonly kind: 'decided';
      readonly outcome: MessageRouted | MessageNeverProcessed;
      readonly deliveries: readonly { readonly id: string; readonly accepted: DeliveryAccepted }[];
    }
  | { readonly kind: 'ignored'; readonly because: 'not_validated' | 'already_decided' };

export interface RoutingInput {
  readonly matched: Matched;
  /** The registry revision that the mappings are of. */
  readonly revision: number;
  /** The id of the delivery that a candidate would become. */
  deliveryOf(candidate: Candidate): string;
  /** The delivery that holds a candidate's identifying values: its own, or an earlier one. */
  holderOf(candidate: Candidate): string;
}

/** Who gets this message, and why the others do not. Same inputs, same answer. */
export function decideRouting(state: MessageState, input: RoutingInput): RoutingDecision {
  switch (state.status) {
    case 'unknown':
    case 'received':
    case 'invalid':
      return { kind: 'ignored', because: 'not_validated' };
    case 'routed':
    case 'never_processed':
    case 'archived':
      return { kind: 'ignored', because: 'already_decided' };
    case 'validated':
      return decide(state, input);
    default:
      return unreachable(state);
  }
}

function decide(state: Extract<MessageState, { status: 'validated' }>, input: RoutingInput): RoutingDecision {
  const { store, root, message, rootMessage, hops, trail, source } = state.received;
  const reasons = new ReasonList(MOST_REASONS);
  for (const reason of input.matched.reasons) reasons.add(reason);
  for (const [code, count] of Object.entries(input.matched.more ?? {})) reasons.count(code, count);
  const sent: RoutedTo[] = [];
  const deliveries: { id: string; accepted: DeliveryAccepted }[] = [];
  for (const candidate of input.matched.candidates) {
    const { mapping } = candidate;
    const id = input.deliveryOf(candidate);
    const earlier = input.holderOf(candidate);
    if (earlier !== id) {
      reasons.add({
        code: 'duplicate_identifier',
        ...nameOf(mapping),
        identifier: boundedText(candidate.identifier ?? ''),
        earlier,
      });
      continue;
    }
    const paused = mapping.paused ? ({ remark: 'mapping_paused' } as const) : {};
    sent.push({ ...nameOf(mapping), delivery: id, ...paused });
    deliveries.push({
      id,
      accepted: {
        type: 'delivery.accepted',
        store,
        root,
        message,
        rootMessage,
        parent: state.id,
        ...(source === undefined ? {} : { source }),
        mapping: mapping.id,
        name: mapping.name,
        revision: input.revision,
        mappingRevision: mapping.revision,
        endpoint: mapping.endpoint,
        hops,
        ...(trail === undefined ? {} : { trail }),
        ...(mapping.paused ? { paused: true as const } : {}),
      },
    });
  }
  const facts = { store, root, message, revision: input.revision, ...reasons.facts() };
  const outcome: MessageRouted | MessageNeverProcessed =
    sent.length > 0 ? { type: 'message.routed', ...facts, sent } : { type: 'message.never_processed', ...facts };
  return { kind: 'decided', outcome, deliveries };
}
