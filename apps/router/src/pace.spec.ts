import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

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
