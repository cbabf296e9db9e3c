import { expect, it } from 'vitest';
import type { DeliveryEvent } from '../delivery/events.ts';
import {
  accepted,
  beginning,
  deliveryArchived,
  failed,
  givenDelivery,
  parked,
  requeued,
  scheduled,
  succeeded,
} from '../testing/builders.ts';
import { explainStanding, type Standing } from './explain-standing.ts';

it.each<readonly [events: readonly DeliveryEvent[], but: Partial<Standing>, words: string]>([
  [[], {}, 'pending, it waits for its first attempt'],
  [[], { held: 'paused' }, 'pending, it waits while its mapping is paused'],
  [
    [failed(1)],
    { held: 'disabled' },
    'failing after 1 attempt, the next waits while its mapping is disabled; the last said: Nobody listens there',
  ],
  [[], { running: 1 }, 'running, attempt 1 is under way'],
  [[failed(1, beginning + 5)], {}, 'failing after 1 attempt, the next is at +5; the last said: Nobody listens there'],
  [[failed(1), requeued('api')], {}, 'pending, its next attempt is to come at once'],
  [[scheduled(1, beginning + 9)], {}, 'scheduled, the endpoint asked to wait until +9'],
  [
    [failed(1), parked('attempts_exhausted', 2)],
    {},
    'parked (attempts_exhausted) after 2 attempts, it needs a person; the last said: Nobody listens there',
  ],
  [[parked('mapping_gone')], {}, 'parked (mapping_gone) after 0 attempts, it needs a person'],
  [[succeeded(1)], {}, 'completed'],
  [[failed(1), succeeded(2)], {}, 'completed at attempt 2'],
  [[deliveryArchived('api')], {}, 'archived by hand (api)'],
  [[deliveryArchived('api', 'not wanted')], {}, 'archived by hand (api), because: not wanted'],
])('%j is told', (events, but, words) => {
  const state = givenDelivery(accepted(), ...events);
  if (state.status === 'unknown') throw new TypeError('The delivery is not known.');
  expect(explainStanding({ state, running: undefined, held: undefined, timeText: (at) => `+${at - beginning}`, ...but })).toBe(words);
});
