import {
  foldDelivery,
  foldMessage,
  foldNotification,
  notificationId,
  notificationOfInvalid,
  notificationOfMessage,
  type DeliveryState,
  type Destination,
  type DueDeliveries,
  type EventLog,
  type HubEvent,
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
    const notificationIds = this.#notificationIds(id, state, events, received.get(owner));
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

  /** Ids are made of what a notification says, so that the ones about a message can be found without an index. */
  #notificationIds(
    about: string,
    state: KnownMessage | KnownDelivery,
    events: readonly StoredEvent[],
    received: Received | undefined,
  ): readonly string[] {
    const said = 'accepted' in state ? saidByAttempts(state.accepted.name, events) : saidByMessage(about, state, received);
    return [...new Set(said.map(({ origin, entry }) => notificationId(this.sha256, { about, origin, entry })))];
  }
}

function saidByAttempts(origin: string, events: readonly StoredEvent[]): readonly MessageNotification[] {
  return events.flatMap(({ event }) => ('notifications' in event ? (event.notifications ?? []) : []).map((entry) => ({ origin, entry })));
}

function saidByMessage(id: string, state: KnownMessage, received: Received | undefined): readonly MessageNotification[] {
  const own = received === undefined ? undefined : notificationOfMessage(received.event, received.parsed());
  const invalid = state.status === 'invalid' ? [notificationOfInvalid(id, state.outcome)] : [];
  return own === undefined ? invalid : [...invalid, own];
}

function stateOf(events: readonly StoredEvent[]): KnownMessage | KnownDelivery | undefined {
  const message = foldMessage(events);
  if (message.status !== 'unknown') return message;
  const delivery = foldDelivery(events);
  return delivery.status === 'unknown' ? undefined : delivery;
}

function childIdsOf(events: readonly HubEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === 'message.routed') return event.sent.map(({ delivery }) => delivery);
    return event.type === 'delivery.succeeded' ? (event.children ?? []) : [];
  });
}

function childOf(id: string, events: readonly StoredEvent[] | undefined): readonly Child[] {
  const state = events === undefined ? undefined : stateOf(events);
  if (state === undefined) return [];
  return [{ id, message: 'accepted' in state ? state.accepted.message : state.received.message, state }];
}
