import type { DeliveryEvent } from '../delivery/events.ts';
import type { NotificationEvent } from '../notifying/events.ts';
import type { MessageEvent } from './events.ts';

/** Everything that can happen. The log holds nothing else. */
export type HubEvent = MessageEvent | DeliveryEvent | NotificationEvent;
export type EventType = HubEvent['type'];

/** An event with its place in its stream. `at`: ms since the epoch. */
export interface Versioned<E extends HubEvent = HubEvent> {
  readonly stream: string;
  readonly version: number;
  readonly at: number;
  readonly event: E;
}

/** An event to append. Only `message.received` has a payload: its bytes as they were sent. */
export interface NewEvent<E extends HubEvent = HubEvent> extends Versioned<E> {
  readonly payload?: Uint8Array;
  /** The payload parsed, where it is at hand: saves parsing it again. Never stored. */
  readonly parsed?: unknown;
}
