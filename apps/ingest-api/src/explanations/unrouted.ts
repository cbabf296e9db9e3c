import { listed, type MessageState } from '@crossdock/core';

type Unrouted = Extract<MessageState, { status: 'received' | 'validated' | 'invalid' | 'archived' }>;

const MOST_ERRORS = 5;

/**
 * Why a message was routed to nobody: it has not come so far, or never will.
 * @param stuck why a step could not work with it, where one could not
 */
export function explainUnrouted(state: Unrouted, stuck: string | undefined): string {
  switch (state.status) {
    case 'received':
      return stuck === undefined
        ? 'Not routed yet: the message waits to be validated.'
        : `Not routed: the validator could not work with the message. ${stuck} Attempt it now, or archive it.`;
    case 'validated':
      return stuck === undefined
        ? 'Not routed yet: the message waits for the router.'
        : `Not routed: the router could not work with the message. ${stuck} Attempt it now, or archive it.`;
    case 'invalid': {
      const { errors } = state.outcome;
      const reasons = errors.map(({ pointer, reason }) => `${pointer === '' ? 'the payload' : pointer}: ${reason.replace(/\.$/, '')}`);
      return `Not routed: the message is invalid. ${listed(reasons, MOST_ERRORS, 'It was not stored why')}.`;
    }
    case 'archived': {
      const because = state.reason === undefined ? '' : ` Reason given: ${state.reason.replace(/\.$/, '')}.`;
      return `Not routed: the message was archived by hand (${state.by}) before it was routed.${because}`;
    }
  }
}
