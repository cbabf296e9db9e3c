import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accepted,
  answeredLate,
  attemptLost,
  beginning,
  deliveryArchived,
  deliveryId,
  failed,
  givenDelivery,
  parked,
  refused,
  requeued,
  scheduled,
  streamed,
  succeeded,
  withRepeats,
} from '../testing/builders.ts';
import { evolveDelivery, unknownDelivery, type DeliveryState } from './delivery.ts';
import type { DeliveryEvent } from './events.ts';

const events: { readonly [T in DeliveryEvent['type']]: Extract<DeliveryEvent, { readonly type: T }> } = {
  'delivery.accepted': accepted(),
  'delivery.succeeded': succeeded(1),
  'delivery.failed': failed(1),
  'delivery.scheduled': scheduled(1),
  'delivery.parked': parked('attempts_exhausted', 1),
  'delivery.requeued': requeued('ann'),
  'delivery.archived': deliveryArchived('ann'),
  'delivery.answered_late': answeredLate(1),
  'delivery.attempt_lost': attemptLost(1),
};
const states: { readonly [S in DeliveryState['status']]: DeliveryState } = {
  unknown: unknownDelivery,
  pending: givenDelivery(accepted()),
  failing: givenDelivery(accepted(), failed(1)),
  scheduled: givenDelivery(accepted(), scheduled(1)),
  parked: givenDelivery(accepted(), parked('loop_guard')),
  completed: givenDelivery(accepted(), succeeded(1)),
  archived: givenDelivery(accepted(), deliveryArchived('ann')),
};

function statusAfter(state: DeliveryState, event: DeliveryEvent): string {
  try {
    return evolveDelivery(state, { stream: deliveryId, version: state.version + 1, at: beginning, event }).status;
  } catch (error) {
    return error instanceof TypeError ? 'throws' : 'dies';
  }
}

describe('the status after each event', () => {
  const columns = Object.keys(events) as DeliveryEvent['type'][];
  const none = ['throws', 'throws', 'throws', 'throws', 'throws', 'throws', 'throws', 'throws'];
  const ended = ['completed', 'failing', 'scheduled', 'parked', 'pending', 'archived'];
  const table: Readonly<Record<DeliveryState['status'], readonly string[]>> = {
    //            .accepted  .succeeded .failed .scheduled .parked .requeued .archived  .answered_late .attempt_lost
    unknown: /* */ ['pending', ...none],
    pending: /* */ ['throws', ...ended, 'pending', 'pending'],
    failing: /* */ ['throws', ...ended, 'failing', 'failing'],
    scheduled: ['throws', ...ended, 'scheduled', 'scheduled'],
    parked: /*  */ ['throws', ...ended, 'parked', 'parked'],
    completed: ['throws', ...ended, 'completed', 'completed'],
    archived: /**/ ['throws', ...ended, 'archived', 'archived'],
  };

  it.each(Object.values(states).map((state) => [state.status, state] as const))('of a delivery that is %s', (status, state) => {
    expect(columns.map((type) => statusAfter(state, events[type]))).toEqual(table[status]);
  });
});

describe('what is known of a delivery', () => {
  const at = (seconds: number): number => beginning + seconds * 1000;
  const known = { id: deliveryId, accepted: accepted(), createdAt: at(0) };
  const untried = { ...known, attempts: 0, failures: 0, lastError: undefined };

  it.each<[string, DeliveryState, DeliveryState]>([
    ['that was accepted', givenDelivery(accepted()), { ...untried, status: 'pending', version: 1 }],
    [
      'that succeeded at once, with its children',
      givenDelivery(accepted(), succeeded(1, { children: ['6b0000000000000000000009'] })),
      { ...untried, status: 'completed', version: 2, attempts: 1, endedAt: at(1), children: ['6b0000000000000000000009'] },
    ],
    [
      'that succeeded after a failure, which is still the last error',
      givenDelivery(accepted(), failed(1), succeeded(2)),
      { ...known, status: 'completed', version: 3, attempts: 2, failures: 1, lastError: refused, endedAt: at(2), children: [] },
    ],
    [
      'that failed twice, with when it is due',
      givenDelivery(accepted(), failed(1), failed(2, at(90))),
      { ...known, status: 'failing', version: 3, attempts: 2, failures: 2, lastError: refused, nextAt: at(90) },
    ],
    [
      'that waits as its endpoint wishes, which is no failure',
      givenDelivery(accepted(), scheduled(1, at(60))),
      { ...untried, status: 'scheduled', version: 2, attempts: 1, nextAt: at(60) },
    ],
    [
      'that was parked after its last attempt',
      givenDelivery(accepted(), failed(1), parked('attempts_exhausted', 2)),
      { ...known, status: 'parked', version: 3, attempts: 2, failures: 2, lastError: refused, reason: 'attempts_exhausted' },
    ],
    [
      'that was parked without an attempt, which is no failure',
      givenDelivery(accepted(), failed(1), parked('mapping_gone')),
      { ...known, status: 'parked', version: 3, attempts: 1, failures: 1, lastError: refused, reason: 'mapping_gone' },
    ],
    [
      'that was requeued: failures are counted anew, attempts go on',
      givenDelivery(accepted(), failed(1), parked('attempts_exhausted', 2), requeued('ann')),
      { ...known, status: 'pending', version: 4, attempts: 2, failures: 0, lastError: refused },
    ],
    [
      'that was archived, with who did it and why',
      givenDelivery(accepted(), failed(1), deliveryArchived('ann', 'sent by hand')),
      {
        ...known,
        status: 'archived',
        version: 3,
        attempts: 1,
        failures: 1,
        lastError: refused,
        endedAt: at(2),
        by: 'ann',
        reason: 'sent by hand',
      },
    ],
    [
      'whose first attempt was lost: it counts as one, not as a failure',
      givenDelivery(accepted(), attemptLost(1)),
      { ...untried, status: 'pending', version: 2, attempts: 1 },
    ],
    [
      'whose retry was lost: when it is due stays',
      givenDelivery(accepted(), failed(1, at(5)), attemptLost(2)),
      { ...known, status: 'failing', version: 3, attempts: 2, failures: 1, lastError: refused, nextAt: at(5) },
    ],
    [
      'that was answered late: only its version tells',
      givenDelivery(accepted(), attemptLost(1), succeeded(2), answeredLate(1)),
      { ...untried, status: 'completed', version: 4, attempts: 2, endedAt: at(2), children: [] },
    ],
  ])('%s', (_what, state, expected) => {
    expect(state).toEqual(expected);
  });
});

describe('the law of evolving', () => {
  const number = fc.integer({ min: 1, max: 9 });
  const later = fc.oneof<fc.Arbitrary<DeliveryEvent>[]>(
    number.map((n) => succeeded(n)),
    fc.tuple(number, fc.nat(1e6)).map(([n, wait]) => failed(n, beginning + wait)),
    fc.tuple(number, fc.nat(1e6)).map(([n, wait]) => scheduled(n, beginning + wait)),
    number.map((n) => parked('attempts_exhausted', n)),
    number.map((n) => answeredLate(n)),
    number.map((n) => attemptLost(n)),
    fc.constantFrom(parked('loop_guard'), requeued('ann', 2), deliveryArchived('ann')),
  );
  const stories = fc.array(later, { maxLength: 12 }).map((rest) => streamed<DeliveryEvent>(deliveryId, [accepted(), ...rest]));
  const fold = (stream: ReturnType<typeof streamed<DeliveryEvent>>): DeliveryState => stream.reduce(evolveDelivery, unknownDelivery);

  it('repeats of what was applied change nothing, wherever they come', () => {
    fc.assert(
      fc.property(stories, fc.array(fc.nat()), (story, picks) => {
        expect(fold(withRepeats(story, picks))).toEqual(fold(story));
      }),
    );
  });

  it('an event that leaves a gap throws', () => {
    fc.assert(
      fc.property(stories, fc.nat(), (story, pick) => {
        const missing = pick % story.length;
        const rest = story.filter((_, index) => index !== missing);
        if (missing === story.length - 1) expect(fold(rest)).toEqual(fold(story.slice(0, -1)));
        else expect(() => fold(rest)).toThrow(`Stream ${deliveryId}: event ${missing + 2} does not follow ${missing}.`);
      }),
    );
  });

  it('attempts are the highest number told, failures those since it was requeued last', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const told = story.map(({ event }) => event);
        const counted = told.filter((event) => event.type !== 'delivery.answered_late');
        const numbers = counted.map((event) => ('number' in event ? event.number : 'attempt' in event ? (event.attempt?.number ?? 0) : 0));
        const since = told.slice(told.findLastIndex((event) => event.type === 'delivery.requeued') + 1);
        const failures = since.filter(
          (event) => event.type === 'delivery.failed' || (event.type === 'delivery.parked' && event.attempt !== undefined),
        );
        const state = fold(story);
        expect(state.status === 'unknown' ? undefined : [state.attempts, state.failures]).toEqual([Math.max(...numbers), failures.length]);
      }),
    );
  });
});

it('says which stream begins with what cannot be a beginning, and which begins twice', () => {
  expect(() => givenDelivery(failed(1))).toThrow(new TypeError(`delivery.failed cannot be the first event of delivery ${deliveryId}.`));
  expect(() => givenDelivery(accepted(), accepted())).toThrow(
    new TypeError(`delivery.accepted can only be the first event of delivery ${deliveryId}.`),
  );
});
