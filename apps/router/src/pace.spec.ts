import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

it('gives everybody else a turn after ten milliseconds of work, and not before', async () => {
  let now = 100;
  const pace = new Pace(
    () => Promise.resolve(),
    () => now,
  );
  now += 9;
  expect(pace.isDue).toBe(false);
  now += 1;
  expect(pace.isDue).toBe(true);
  let others = 0;
  setImmediate(() => (others += 1));
  await pace.rest();
  expect([others, pace.isDue]).toEqual([1, false]);
});

it('lets the database hear of a transaction every two seconds', async () => {
  let now = 0;
  const heard: number[] = [];
  const pace = new Pace(
    () => Promise.resolve(heard.push(now)),
    () => now,
  );
  for (; now < 6_500; now += 500) await pace.rest();
  expect(heard).toEqual([2_000, 4_000, 6_000]);
});
