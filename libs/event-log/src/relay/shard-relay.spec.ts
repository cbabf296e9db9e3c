import { unreachable } from '@crossdock/core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RelayWorld, type Fate, type Fault } from './testing/relay-world.ts';

const PROCESSES = 3;

type Step =
  | { readonly kind: 'append'; readonly picks: readonly number[] }
  | { readonly kind: 'run'; readonly process: number; readonly fate: Fate; readonly turns: number }
  | { readonly kind: 'disturb'; readonly process: number; readonly how: 'resume' | 'expire' | 'revive' };

const process: fc.Arbitrary<number> = fc.nat(PROCESSES - 1);
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate>({ kind: 'confirmed' }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('refused' as const), written: fc.constantFrom(0, 0.3, 0.7, 1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('stopped' as const), written: fc.boolean() }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('append' as const), picks: fc.array(fc.nat(79), { minLength: 1, maxLength: 12 }) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('run' as const), process, fate, turns: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('disturb' as const),
      process,
      how: fc.constantFrom('resume' as const, 'expire' as const, 'expire' as const, 'revive' as const),
    }),
  },
);

async function take(world: RelayWorld, next: Step): Promise<void> {
  switch (next.kind) {
    case 'append':
      return await world.append(next.picks);
    case 'run':
      return await world.processes[next.process]?.run(next.fate, next.turns);
    case 'disturb':
      return await world.processes[next.process]?.[next.how]();
    default:
      return unreachable(next);
  }
}

/** Whatever stops, dies, is taken over and comes back, at every moment and at the end. */
const law = (fault: Fault): fc.IAsyncProperty<[readonly Step[]]> =>
  fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
    const world = new RelayWorld(PROCESSES, fault);
    let highest = 0;
    for (const each of steps) {
      await take(world, each);
      expect(await world.violations()).toEqual([]);
      expect(world.position).toBeGreaterThanOrEqual(highest);
      highest = world.position;
    }
    for (const each of world.processes) each.expire();
    for (const each of world.processes) await each.resume();
    const [first] = world.processes;
    first?.revive();
    // One that took itself for the holder learns of it first.
    for (let round = 0; round < 2; round += 1) await first?.run({ kind: 'confirmed' }, 1_000);
    expect(await world.violations()).toEqual([]);
    expect(world.position).toBe(world.log.head(0));
  });

it('publishes a prefix of the log to each topic, whoever crashes, stands still or takes over, and all of it in the end', async () => {
  await fc.assert(law('none'), { numRuns: 300 });
});

it.each(['moves first', 'moves whatever happened'] as const)('would not, and this would show it, if it %s', async (fault) => {
  expect((await fc.check(law(fault), { numRuns: 500, endOnFailure: true })).failed).toBe(true);
});
