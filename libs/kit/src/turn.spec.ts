import { expect, it } from 'vitest';
import { Turn } from './turn.ts';

it('is over after ten milliseconds, and begins anew when everybody else has had theirs', async () => {
  let now = 100;
  const turn = new Turn(() => now);
  now += 9;
  expect(turn.isOver).toBe(false);
  now += 1;
  expect(turn.isOver).toBe(true);
  let others = 0;
  setImmediate(() => (others += 1));
  await turn.next();
  expect([others, turn.isOver]).toEqual([1, false]);
});
