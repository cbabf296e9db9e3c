import { expect, it } from 'vitest';
import { accepted, deliveryArchived, failed, givenDelivery, parked, requeued, scheduled, succeeded } from '../testing/builders.ts';
import { decideVerb, type DeliveryVerb } from './decide-verb.ts';
import { unknownDelivery, type DeliveryState } from './delivery.ts';

const states: { readonly [S in DeliveryState['status']]: DeliveryState } = {
  unknown: unknownDelivery,
  pending: givenDelivery(accepted()),
  failing: givenDelivery(accepted(), failed(1)),
  scheduled: givenDelivery(accepted(), scheduled(1)),
  parked: givenDelivery(accepted(), parked('attempts_exhausted', 1)),
  completed: givenDelivery(accepted(), succeeded(1)),
  archived: givenDelivery(accepted(), deliveryArchived('bob')),
};
const verbs: readonly DeliveryVerb[] = [
  { kind: 'attempt_now', by: 'ann' },
  { kind: 'archive', by: 'ann', reason: 'sent by hand' },
];

/** The verb's event, the code of the refusal, or neither. */
function outcome(state: DeliveryState, running: boolean, verb: DeliveryVerb): string {
  const decision = decideVerb(state, running, verb, 5);
  if (decision.kind === 'decided') return decision.event.type;
  return decision.kind === 'refused' ? decision.code : 'unknown';
}

it.each<[DeliveryState['status'], boolean, string, string]>([
  // status    running  attempt now               archive
  ['unknown', false, 'unknown', 'unknown'],
  ['unknown', true, 'unknown', 'unknown'],
  ['pending', false, 'delivery_not_retryable', 'delivery.archived'],
  ['pending', true, 'delivery_running', 'delivery_running'],
  ['failing', false, 'delivery.requeued', 'delivery.archived'],
  ['failing', true, 'delivery_running', 'delivery_running'],
  ['scheduled', false, 'delivery.requeued', 'delivery.archived'],
  ['scheduled', true, 'delivery_running', 'delivery_running'],
  ['parked', false, 'delivery.requeued', 'delivery.archived'],
  ['parked', true, 'delivery_running', 'delivery_running'],
  ['completed', false, 'delivery_not_retryable', 'message_not_archivable'],
  ['completed', true, 'delivery_running', 'delivery_running'],
  ['archived', false, 'delivery.requeued', 'message_not_archivable'],
  ['archived', true, 'delivery_running', 'delivery_running'],
])('a delivery that is %s, running: %s', (status, running, attemptNow, archive) => {
  expect(verbs.map((verb) => outcome(states[status], running, verb))).toEqual([attemptNow, archive]);
});

it('attempt now says who did it, and which endpoint it goes to', () => {
  expect(decideVerb(states.failing, false, { kind: 'attempt_now', by: 'ann' }, 5)).toEqual({ kind: 'decided', event: requeued('ann', 5) });
});

it('archive says who did it, and why if they said so', () => {
  expect(decideVerb(states.parked, false, { kind: 'archive', by: 'ann', reason: 'sent by hand' }, 5)).toEqual({
    kind: 'decided',
    event: deliveryArchived('ann', 'sent by hand'),
  });
  expect(decideVerb(states.parked, false, { kind: 'archive', by: 'ann' }, 5)).toEqual({ kind: 'decided', event: deliveryArchived('ann') });
});

it('a refusal says why', () => {
  const details = [states.pending, states.completed, states.archived].map((state) =>
    verbs.map((verb) => {
      const decision = decideVerb(state, false, verb, 5);
      return decision.kind === 'refused' ? decision.detail : decision.kind;
    }),
  );
  expect(details).toEqual([
    ['The delivery is pending: it is attempted as soon as it can be.', 'decided'],
    ['The delivery is completed.', 'The delivery is completed.'],
    ['decided', 'The delivery is archived already.'],
  ]);
});
