import type { DeliveryState, EventType, MessageState } from '@crossdock/core';

/** Which events may come in which status. */
export const messageTransitions: Readonly<Record<MessageState['status'], readonly EventType[]>> = {
  unknown: ['message.received'],
  received: ['message.validated', 'message.invalid', 'message.archived'],
  validated: ['message.routed', 'message.never_processed', 'message.archived'],
  invalid: ['message.resubmitted'],
  routed: ['message.resubmitted'],
  never_processed: ['message.resubmitted'],
  archived: ['message.resubmitted'],
};

const whileOpen: readonly EventType[] = [
  'delivery.succeeded',
  'delivery.failed',
  'delivery.scheduled',
  'delivery.parked',
  'delivery.requeued',
  'delivery.archived',
  'delivery.answered_late',
  'delivery.attempt_lost',
];

/** What may come after the end of a delivery is I5's to say. */
export const deliveryTransitions: Readonly<Record<DeliveryState['status'], readonly EventType[] | 'any_later'>> = {
  unknown: ['delivery.accepted'],
  pending: whileOpen,
  failing: whileOpen,
  scheduled: whileOpen,
  parked: ['delivery.requeued', 'delivery.archived', 'delivery.answered_late'],
  completed: 'any_later',
  archived: 'any_later',
};
