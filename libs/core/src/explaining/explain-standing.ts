import type { DeliveryState } from '../delivery/delivery.ts';
import { boundedText } from '../json/text.ts';
import { unreachable } from '../unreachable.ts';

export interface Standing {
  readonly state: Exclude<DeliveryState, { status: 'unknown' }>;
  /** The attempt that is under way. */
  readonly running: number | undefined;
  /** What its mapping is now, if that holds deliveries. */
  readonly held: 'paused' | 'disabled' | undefined;
  /** A time (ms since the epoch) for people. */
  readonly timeText: (at: number) => string;
}

const MAX_ERROR = 200;

/** How a delivery stands, as the end of a sentence: `Delivery … is` completed at attempt 2. */
export function explainStanding({ state, running, held, timeText }: Standing): string {
  if (running !== undefined) return `running, attempt ${running} is under way`;
  switch (state.status) {
    case 'pending':
      if (held !== undefined) return `pending, it waits while its mapping is ${held}`;
      return state.attempts === 0 ? 'pending, it waits for its first attempt' : 'pending, its next attempt is to come at once';
    case 'failing':
      return `failing after ${attempts(state.attempts)}, the next ${held === undefined ? `is at ${timeText(state.nextAt)}` : `waits while its mapping is ${held}`}${lastError(state)}`;
    case 'scheduled':
      return `scheduled, the endpoint asked to wait until ${timeText(state.nextAt)}`;
    case 'parked':
      return `parked (${state.reason}) after ${attempts(state.attempts)}, it needs a person${lastError(state)}`;
    case 'completed':
      return state.attempts > 1 ? `completed at attempt ${state.attempts}` : 'completed';
    case 'archived':
      return `archived by hand (${state.by})${state.reason === undefined ? '' : `, because: ${boundedText(state.reason, MAX_ERROR)}`}`;
    default:
      return unreachable(state);
  }
}

const attempts = (n: number): string => (n === 1 ? '1 attempt' : `${n} attempts`);

function lastError({ lastError: error }: Standing['state']): string {
  return error === undefined ? '' : `; the last said: ${boundedText(error.text, MAX_ERROR).replace(/\.$/, '')}`;
}
