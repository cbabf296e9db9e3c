import type { Versioned } from '../message/hub-event.ts';
import { follows } from '../message/follows.ts';
import { unreachable } from '../unreachable.ts';
import type { Attempt, AttemptError, DeliveryAccepted, DeliveryEvent, ParkReason } from './events.ts';

interface Known {
  readonly version: number;
  readonly id: string;
  readonly accepted: DeliveryAccepted;
  readonly createdAt: number;
  /** Attempts begun so far, the lost ones included. */
  readonly attempts: number;
  /** Attempts in a row that failed, since it was accepted or requeued: what the retry schedule counts. */
  readonly failures: number;
  readonly lastError: AttemptError | undefined;
}

/** An accepted message on its way to one mapping. Every delivery is in exactly one status. */
export type DeliveryState =
  | { readonly status: 'unknown'; readonly version: 0 }
  | (Known & { readonly status: 'pending' })
  | (Known & { readonly status: 'failing'; readonly nextAt: number })
  | (Known & { readonly status: 'scheduled'; readonly nextAt: number })
  | (Known & { readonly status: 'parked'; readonly reason: ParkReason })
  | (Known & { readonly status: 'completed'; readonly endedAt: number; readonly children: readonly string[] })
  | (Known & { readonly status: 'archived'; readonly endedAt: number; readonly by: string; readonly reason: string | undefined });

export const unknownDelivery: DeliveryState = { status: 'unknown', version: 0 };

const attemptsAfter = (known: Known, attempt: Attempt | undefined): number => Math.max(known.attempts, attempt?.number ?? 0);

/** The state after one more event; the rules are those of `evolveMessage`. */
export function evolveDelivery(state: DeliveryState, versioned: Versioned<DeliveryEvent>): DeliveryState {
  if (!follows(state, versioned)) return state;
  const { event, version, at, stream } = versioned;
  if (event.type === 'delivery.accepted') {
    if (state.status !== 'unknown') throw new TypeError(`${event.type} can only be the first event of delivery ${stream}.`);
    return { status: 'pending', version, id: stream, accepted: event, createdAt: at, attempts: 0, failures: 0, lastError: undefined };
  }
  if (state.status === 'unknown') throw new TypeError(`${event.type} cannot be the first event of delivery ${stream}.`);
  const known: Known = {
    version,
    id: state.id,
    accepted: state.accepted,
    createdAt: state.createdAt,
    attempts: state.attempts,
    failures: state.failures,
    lastError: state.lastError,
  };
  switch (event.type) {
    case 'delivery.succeeded':
      return { ...known, status: 'completed', attempts: attemptsAfter(known, event.attempt), endedAt: at, children: event.children ?? [] };
    case 'delivery.failed':
      return { ...failed(known, event.attempt), status: 'failing', nextAt: event.retryAt };
    case 'delivery.scheduled':
      return { ...known, status: 'scheduled', attempts: attemptsAfter(known, event.attempt), nextAt: event.until };
    case 'delivery.parked':
      return { ...(event.attempt === undefined ? known : failed(known, event.attempt)), status: 'parked', reason: event.reason };
    case 'delivery.requeued':
      return { ...known, status: 'pending', failures: 0 };
    case 'delivery.archived':
      return { ...known, status: 'archived', endedAt: at, by: event.by, reason: event.reason };
    case 'delivery.answered_late':
      return { ...state, version };
    case 'delivery.attempt_lost':
      return { ...state, version, attempts: Math.max(state.attempts, event.number) };
    default:
      return unreachable(event);
  }
}

function failed(known: Known, attempt: Attempt): Known {
  return { ...known, attempts: attemptsAfter(known, attempt), failures: known.failures + 1, lastError: attempt.error };
}
