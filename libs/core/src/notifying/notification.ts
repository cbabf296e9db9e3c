import { follows } from '../message/follows.ts';
import type { Versioned } from '../message/hub-event.ts';
import { unreachable } from '../unreachable.ts';
import type { NotificationEvent, NotificationRaised } from './events.ts';

/** A notification. Its version is the number of its occurrences. */
export type NotificationState =
  | { readonly status: 'unknown'; readonly version: 0 }
  | {
      readonly status: 'raised';
      readonly version: number;
      readonly id: string;
      readonly raised: NotificationRaised;
      readonly loggedOn: number;
      readonly lastUpdate: number;
    };

export const unknownNotification: NotificationState = { status: 'unknown', version: 0 };

/** The state after one more event; the rules are those of `evolveMessage`. */
export function evolveNotification(state: NotificationState, versioned: Versioned<NotificationEvent>): NotificationState {
  if (!follows(state, versioned)) return state;
  const { event, version, at, stream } = versioned;
  switch (event.type) {
    case 'notification.raised':
      if (state.status !== 'unknown') throw new TypeError(`${event.type} can only be the first event of notification ${stream}.`);
      return { status: 'raised', version, id: stream, raised: event, loggedOn: at, lastUpdate: at };
    case 'notification.repeated':
      if (state.status === 'unknown') throw new TypeError(`${event.type} cannot be the first event of notification ${stream}.`);
      return { ...state, version, lastUpdate: at };
    default:
      return unreachable(event);
  }
}
