import {
  foldDelivery,
  foldMessage,
  foldNotification,
  notificationOfMessage,
  type DeliveryState,
  type Destination,
  type DueDeliveries,
  type EventLog,
  type IntegrationStore,
  type MessageNotification,
  type MessageState,
  type NotificationState,
  type Received,
  type ReceivedMessages,
  type Sha256,
  type StoredEvent,
} from '@crossdock/core';
import { DUE_DELIVERIES, EVENT_LOG, INTEGRATION_STORE, RECEIVED_MESSAGES, SHA256 } from '@crossdock/kit';
import { Inject, Injectable } from '@nestjs/common';
import { childIdsOf, notificationIdsOf, saidBy } from './made-from.ts';

export type KnownMessage = Exclude<MessageState, { status: 'unknown' }>;
export type KnownDelivery = Exclude<DeliveryState, { status: 'unknown' }>;
export type KnownNotification = Exclude<NotificationState, { status: 'unknown' }>;

/** Something that was made from a message or delivery. */
export interface Child {
  readonly id: string;
  readonly message: string;
  readonly state: KnownMessage | KnownDelivery;
}

/** A message or delivery with everything the log knows of it. */
export interface Story {
  readonly events: readonly StoredEvent[];
  readonly state: KnownMessage | KnownDelivery;
  readonly received: Received;
  /** The attempt that is under way, and since when. */
  readonly running: { readonly attempt: number; readonly since: number } | undefined;
  /** What the endpoint is called today; undefined where the mapping is of no integration, or is gone. */
  readonly destination: Destination | undefined;
  readonly children: readonly Child[];
  readonly notifications: readonly KnownNotification[];
}

/** Reads stories from the log: exact at once, whatever the lists lag. */
@Injectable()
export class MessageStories {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(RECEIVED_MESSAGES) private readonly received: ReceivedMessages,
    @Inject(DUE_DELIVERIES) private readonly due: DueDeliveries,
    @Inject(SHA256) private readonly sha256: Sha256,
    @Inject(INTEGRATION_STORE) private readonly integrations: IntegrationStore,
  ) {}

  /** The story of a message or delivery of this store. */
  async read(store: string, id: string): Promise<Story | undefined> {
    const events = (await this.log.load([id])).get(id);
    const first = events?.[0]?.event;
    if (events === undefined || first === undefined || first.store !== store) return undefined;
    const state = stateOf(events);
    if (state === undefined) return undefined;
    const owner = 'accepted' in state ? state.accepted.parent : id;
    const received = await this.received.get([owner]);
    const notificationIds = notificationIdsOf(this.sha256, id, saidOf(state, events, received.get(owner)));
    const childIds = childIdsOf(events.map(({ event }) => event));
    const [running, destination, streams] = await Promise.all([
      'accepted' in state ? this.due.running([id]) : undefined,
      'accepted' in state ? this.integrations.destinationOf(store, state.accepted.mapping) : undefined,
      this.log.load([...childIds, ...notificationIds]),
    ]);
    const payload = received.get(owner);
    if (payload === undefined) return undefined;
    const notifications = notificationIds.flatMap((notification) => {
      const folded = foldNotification(streams.get(notification) ?? []);
      return folded.status === 'unknown' ? [] : [folded];
    });
    const pushed = notifications.flatMap(({ raised }) => (raised.pushed === undefined ? [] : [raised.pushed]));
    const pushedStreams = pushed.length === 0 ? streams : await this.log.load(pushed);
    return {
      events,
      state,
      received: payload,
      running: running?.get(id),
      destination,
      children: [
        ...childIds.flatMap((child) => childOf(child, streams.get(child))),
        ...pushed.flatMap((child) => childOf(child, pushedStreams.get(child))),
      ],
      notifications,
    };
  }
}

/** What gives a message or delivery something to be notified of. */
function saidOf(
  state: KnownMessage | KnownDelivery,
  events: readonly StoredEvent[],
  received: Received | undefined,
): readonly MessageNotification[] {
  const own = 'accepted' in state || received === undefined ? undefined : notificationOfMessage(received.event, received.parsed());
  return own === undefined ? saidBy(events) : [...saidBy(events), own];
}

function stateOf(events: readonly StoredEvent[]): KnownMessage | KnownDelivery | undefined {
  const message = foldMessage(events);
  if (message.status !== 'unknown') return message;
  const delivery = foldDelivery(events);
  return delivery.status === 'unknown' ? undefined : delivery;
}

function childOf(id: string, events: readonly StoredEvent[] | undefined): readonly Child[] {
  const state = events === undefined ? undefined : stateOf(events);
  if (state === undefined) return [];
  return [{ id, message: 'accepted' in state ? state.accepted.message : state.received.message, state }];
}
