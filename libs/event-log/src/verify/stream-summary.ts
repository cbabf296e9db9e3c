import {
  evolveDelivery,
  evolveMessage,
  evolveNotification,
  unknownDelivery,
  unknownMessage,
  unknownNotification,
  type DeliveryEvent,
  type DeliveryState,
  type EventType,
  type MessageEvent,
  type MessageState,
  type NotificationEntry,
  type NotificationEvent,
  type NotificationState,
  type RoutedTo,
  type StoredEvent,
} from '@crossdock/core';
import type { Finding, InvariantId } from './report.ts';
import { deliveryTransitions, messageTransitions } from './transitions.ts';

/** Everything that the other rules need to know of a stream. */
export interface StreamSummary {
  readonly id: string;
  readonly shard: number;
  /** Position and type of the last event. */
  readonly position: number;
  readonly type: EventType;
  readonly version: number;
  /** Absent where the first event is missing. */
  readonly fold: StreamFold | undefined;
  /** What is wrong within the stream: the rules that compare it with others do not apply then. */
  readonly findings: readonly Finding[];
  /** Who the router sent it to. */
  readonly sent: readonly RoutedTo[] | undefined;
  /** Messages of its answers, and those that it was sent again as. */
  readonly children: readonly string[];
  /** What its attempts notified of, and where. */
  readonly noted: readonly { readonly entry: NotificationEntry; readonly position: number }[];
}

export type StreamFold =
  | { readonly kind: 'message'; readonly state: MessageState }
  | { readonly kind: 'delivery'; readonly state: DeliveryState }
  | { readonly kind: 'notification'; readonly state: NotificationState };

/** Folds one stream through the core, event by event, and applies the rules that need nothing else: I2, I4 and I5. */
export class StreamCheck {
  readonly #id: string;
  readonly #findings: Finding[] = [];
  #last: StoredEvent | undefined;
  #fold: StreamFold | undefined;
  #sent: readonly RoutedTo[] | undefined;
  #children: string[] = [];
  #noted: { entry: NotificationEntry; position: number }[] = [];
  readonly #attempts = new Map<number, EventType>();

  constructor(id: string) {
    this.#id = id;
  }

  add(stored: StoredEvent): void {
    if (this.#findings.some(({ invariant }) => invariant === 'I2' || invariant === 'I4')) return;
    const before = this.#last;
    this.#last = stored;
    if (before === undefined) {
      if (stored.version !== 1) return this.#found('I2', `begins with version ${stored.version}: the events before it are missing.`);
      this.#fold = beginning(stored);
      if (this.#fold === undefined) return this.#found('I2', `begins with ${stored.event.type}, which cannot be a first event.`);
    } else if (stored.version !== before.version + 1) {
      return this.#found('I4', `has version ${stored.version} right after ${before.version}.`);
    } else if (stored.shard !== before.shard) {
      return this.#found('I4', `has version ${stored.version} in shard ${stored.shard}, the one before in ${before.shard}.`);
    } else if (stored.position <= before.position) {
      return this.#found('I4', `has version ${stored.version} at position ${stored.position}, the one before at ${before.position}.`);
    }
    try {
      this.#apply(stored);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#found('I4', `cannot be folded: ${error.message}`);
    }
  }

  #found(invariant: InvariantId, text: string): void {
    this.#findings.push({ invariant, subject: this.#id, text: `Stream ${this.#id} ${text}` });
  }

  #apply(stored: StoredEvent): void {
    switch (this.#fold?.kind) {
      case 'message':
        return this.#message(this.#fold.state, stored as StoredEvent<MessageEvent>);
      case 'delivery':
        return this.#delivery(this.#fold.state, stored as StoredEvent<DeliveryEvent>);
      case 'notification':
        return this.#notification(this.#fold.state, stored as StoredEvent<NotificationEvent>);
      case undefined:
        return;
    }
  }

  #message(state: MessageState, stored: StoredEvent<MessageEvent>): void {
    const { event, version } = stored;
    if (!messageTransitions[state.status].includes(event.type)) {
      return this.#found('I4', `has ${event.type} as version ${version}, which cannot come when a message is ${state.status}.`);
    }
    this.#fold = { kind: 'message', state: evolveMessage(state, stored) };
    if (event.type === 'message.routed') this.#sent = event.sent;
    if (event.type === 'message.resubmitted') this.#children.push(event.child);
  }

  #delivery(state: DeliveryState, stored: StoredEvent<DeliveryEvent>): void {
    const { event, version } = stored;
    const legal = deliveryTransitions[state.status];
    if (legal === 'any_later') this.#afterTheEnd(state, stored);
    else if (!legal.includes(event.type)) {
      return this.#found('I4', `has ${event.type} as version ${version}, which cannot come when a delivery is ${state.status}.`);
    }
    this.#fold = { kind: 'delivery', state: evolveDelivery(state, stored) };
    this.#outcome(stored);
    if (event.type === 'delivery.succeeded') this.#children.push(...(event.children ?? []));
    if ('notifications' in event && event.notifications !== undefined) {
      for (const entry of event.notifications) this.#noted.push({ entry, position: stored.position });
    }
  }

  #afterTheEnd(state: DeliveryState, { event, version }: StoredEvent<DeliveryEvent>): void {
    if (event.type === 'delivery.answered_late') return;
    if (event.type === 'delivery.requeued' && state.status === 'archived') return;
    this.#found('I5', `has ${event.type} as version ${version}, after it was ${state.status}.`);
  }

  /** A poll of an asynchronous answer goes on with the attempt it belongs to; every other attempt ends once. */
  #outcome({ event }: StoredEvent<DeliveryEvent>): void {
    const number = attemptEnded(event);
    if (number === undefined) return;
    const earlier = this.#attempts.get(number);
    if (earlier !== undefined && earlier !== 'delivery.scheduled') {
      this.#found('I5', `has two outcomes of attempt ${number}: ${earlier} and ${event.type}.`);
    }
    this.#attempts.set(number, event.type);
  }

  #notification(state: NotificationState, stored: StoredEvent<NotificationEvent>): void {
    const isFirst = stored.event.type === 'notification.raised';
    if (isFirst !== (state.status === 'unknown') || !stored.event.type.startsWith('notification.')) {
      return this.#found('I4', `has ${stored.event.type} as version ${stored.version} of a notification.`);
    }
    this.#fold = { kind: 'notification', state: evolveNotification(state, stored) };
  }

  /** `undefined` when it has no event. */
  end(): StreamSummary | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    return {
      id: this.#id,
      shard: last.shard,
      position: last.position,
      type: last.event.type,
      version: last.version,
      fold: this.#fold,
      findings: this.#findings,
      sent: this.#sent,
      children: this.#children,
      noted: this.#noted,
    };
  }
}

function beginning({ event }: StoredEvent): StreamFold | undefined {
  if (event.type === 'message.received') return { kind: 'message', state: unknownMessage };
  if (event.type === 'delivery.accepted') return { kind: 'delivery', state: unknownDelivery };
  if (event.type === 'notification.raised') return { kind: 'notification', state: unknownNotification };
  return undefined;
}

/** Number of the attempt that this event ends. A late answer ends nothing. */
function attemptEnded(event: DeliveryEvent): number | undefined {
  if (event.type === 'delivery.attempt_lost') return event.number;
  return event.type !== 'delivery.answered_late' && 'attempt' in event ? event.attempt?.number : undefined;
}
