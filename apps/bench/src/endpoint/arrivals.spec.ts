import { expect, it } from 'vitest';
import { Arrivals } from './arrivals.ts';

it('keeps the first arrival of every number, and counts the others', () => {
  const arrivals = new Arrivals();
  arrivals.add(2, 10);
  arrivals.add(0, 11);
  arrivals.add(2, 12);
  arrivals.add(200_000, 13);
  expect({
    first: Array.from(arrivals.slice(0, 4)),
    far: Array.from(arrivals.slice(199_999, 3)),
    beyond: Array.from(arrivals.slice(10_000_000, 1)),
    count: arrivals.count,
    repeated: arrivals.repeated,
  }).toEqual({ first: [11, 0, 10, 0], far: [0, 13, 0], beyond: [0], count: 3, repeated: 1 });
});

it('leaves out what has no number', () => {
  const arrivals = new Arrivals();
  arrivals.add(-1, 10);
  expect([arrivals.count, arrivals.repeated]).toEqual([0, 0]);
});
