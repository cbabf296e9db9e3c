import type { MessageInvalid, MessageValidated } from '../message/events.ts';
import type { MessageState } from '../message/message.ts';
import { unreachable } from '../unreachable.ts';
import type { CheckedMessage } from './check-message.ts';

export type ValidationDecision =
  | { readonly kind: 'decided'; readonly event: MessageValidated | MessageInvalid }
  | { readonly kind: 'ignored'; readonly because: 'unknown' | 'already_decided' };

/** Is this message fit to be routed? */
export function decideValidation(state: MessageState, { errors, warnings, schema }: CheckedMessage): ValidationDecision {
  switch (state.status) {
    case 'unknown':
      return { kind: 'ignored', because: 'unknown' };
    case 'received': {
      const { store, root, message } = state.received;
      const facts = { store, root, message, ...(schema === undefined ? {} : { schema }) };
      const odd = warnings.length === 0 ? {} : { warnings };
      if (errors.length === 0) return { kind: 'decided', event: { type: 'message.validated', ...facts, ...odd } };
      return { kind: 'decided', event: { type: 'message.invalid', ...facts, errors, ...odd } };
    }
    case 'validated':
    case 'invalid':
    case 'routed':
    case 'never_processed':
    case 'archived':
      return { kind: 'ignored', because: 'already_decided' };
    default:
      return unreachable(state);
  }
}
