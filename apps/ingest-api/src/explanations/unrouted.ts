import { listed, unreachable, type MessageState } from '@crossdock/core';

type Unrouted = Extract<MessageState, { status: 'received' | 'validated' | 'invalid' | 'archived' }>;

const MOST_LISTED = 5;

export interface UnroutedFacts {
  /** Why a step could not work with the message, where one could not. */
  readonly stuck: string | undefined;
  /** Messages that it was sent again as. */
  readonly resubmitted: readonly string[];
}

/** Why a message was routed to nobody: it has not come so far, or never will. */
export function explainUnrouted(state: Unrouted, { stuck, resubmitted }: UnroutedFacts): string {
  const again = resubmitted.length === 0 ? '' : ` It was sent again as message ${listed(resubmitted, MOST_LISTED, '')}.`;
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
      return `Not routed: the message is invalid. ${listed(reasons, MOST_LISTED, 'It was not stored why')}.${again === '' ? ` Correct it: POST …/messages/${state.id}/resubmit.` : again}`;
    }
    case 'archived': {
      const because = state.reason === undefined ? '' : ` Reason given: ${state.reason.replace(/\.$/, '')}.`;
      return `Not routed: the message was archived by hand (${state.by}) before it was routed.${because}${again}`;
    }
    default:
      return unreachable(state);
  }
}
