import type { Finding } from '../validation/finding.ts';
import { unreachable } from '../unreachable.ts';
import type { MessageEvent, MessageInvalid, MessageNeverProcessed, MessageReceived, MessageRouted } from './events.ts';
import { follows } from './follows.ts';
import type { Versioned } from './hub-event.ts';

interface Known {
  readonly version: number;
  readonly id: string;
  readonly received: MessageReceived;
  readonly createdAt: number;
}

/** An incoming message. Every message is in exactly one status. */
export type MessageState =
  | { readonly status: 'unknown'; readonly version: 0 }
  | (Known & { readonly status: 'received' })
  | (Known & { readonly status: 'validated'; readonly warnings: readonly Finding[] })
  | (Known & { readonly status: 'invalid'; readonly endedAt: number; readonly outcome: MessageInvalid })
  | (Known & {
      readonly status: 'routed';
      readonly endedAt: number;
      readonly outcome: MessageRouted;
      readonly warnings: readonly Finding[];
    })
  | (Known & {
      readonly status: 'never_processed';
      readonly endedAt: number;
      readonly outcome: MessageNeverProcessed;
      readonly warnings: readonly Finding[];
    })
  | (Known & { readonly status: 'archived'; readonly endedAt: number; readonly by: string; readonly reason: string | undefined });

export const unknownMessage: MessageState = { status: 'unknown', version: 0 };

/**
 * The state after one more event. An event that was already applied changes nothing. One that leaves a gap throws, as does a
 * stream that begins with anything but its first event, or has that twice: the log cannot hold it, so it is a bug. What may
 * follow what is not asked here: the decisions have settled it, and a story that was written must remain readable.
 */
export function evolveMessage(state: MessageState, versioned: Versioned<MessageEvent>): MessageState {
  if (!follows(state, versioned)) return state;
  const { event, version, at, stream } = versioned;
  if (event.type === 'message.received') {
    if (state.status !== 'unknown') throw new TypeError(`${event.type} can only be the first event of message ${stream}.`);
    return { status: 'received', version, id: stream, received: event, createdAt: at };
  }
  if (state.status === 'unknown') throw new TypeError(`${event.type} cannot be the first event of message ${stream}.`);
  const known = { version, id: state.id, received: state.received, createdAt: state.createdAt };
  const warnings = 'warnings' in state ? state.warnings : [];
  switch (event.type) {
    case 'message.validated':
      return { ...known, status: 'validated', warnings: event.warnings ?? [] };
    case 'message.invalid':
      return { ...known, status: 'invalid', endedAt: at, outcome: event };
    case 'message.routed':
      return { ...known, status: 'routed', endedAt: at, outcome: event, warnings };
    case 'message.never_processed':
      return { ...known, status: 'never_processed', endedAt: at, outcome: event, warnings };
    case 'message.archived':
      return { ...known, status: 'archived', endedAt: at, by: event.by, reason: event.reason };
    case 'message.resubmitted':
      return { ...state, version };
    default:
      return unreachable(event);
  }
}
