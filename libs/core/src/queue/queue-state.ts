import type { DeliveryState } from '../delivery/delivery.ts';
import type { MessageState } from '../message/message.ts';

/** What a message or delivery is in. */
export type ItemState = Exclude<MessageState['status'] | DeliveryState['status'], 'unknown'>;
export type QueueName = 'incoming' | 'accepted' | 'archived';

/** Every message and delivery is in exactly one queue, and its state says in which. */
export const queueOf: Readonly<Record<ItemState, QueueName>> = {
  received: 'incoming',
  validated: 'incoming',
  pending: 'accepted',
  failing: 'accepted',
  scheduled: 'accepted',
  parked: 'accepted',
  completed: 'archived',
  routed: 'archived',
  invalid: 'archived',
  never_processed: 'archived',
  archived: 'archived',
};

const allStates = Object.keys(queueOf) as ItemState[];

export function isItemState(text: string): text is ItemState {
  return Object.hasOwn(queueOf, text);
}

/** The states that a queue's items are in. */
export const statesOf: Readonly<Record<QueueName, readonly ItemState[]>> = {
  incoming: allStates.filter((state) => queueOf[state] === 'incoming'),
  accepted: allStates.filter((state) => queueOf[state] === 'accepted'),
  archived: allStates.filter((state) => queueOf[state] === 'archived'),
};
