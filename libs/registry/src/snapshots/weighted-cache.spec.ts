import { expect, it } from 'vitest';
import { WeightedCache } from './weighted-cache.ts';

it('drops what was used longest ago when it gets too heavy', () => {
  const cache = new WeightedCache<number>(10);
  cache.set('a', 1, 4);
  cache.set('b', 2, 4);
  expect(cache.get('a')).toBe(1);
  cache.set('c', 3, 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.weight]).toEqual([1, undefined, 3, 8]);
});

it('keeps the newest though it alone is too heavy', () => {
  const cache = new WeightedCache<number>(10);
  cache.set('a', 1, 4);
  cache.set('b', 2, 40);
  expect([cache.get('a'), cache.get('b'), cache.weight]).toEqual([undefined, 2, 40]);
  cache.set('c', 3, 1);
  expect([cache.get('b'), cache.get('c'), cache.weight]).toEqual([undefined, 3, 1]);
});

it('weighs an entry that is replaced once', () => {
  const cache = new WeightedCache<number>(10);
  cache.set('a', 1, 4);
  cache.set('a', 2, 6);
  expect([cache.get('a'), cache.weight]).toEqual([2, 6]);
  cache.delete('a');
  cache.delete('a');
  expect([cache.get('a'), cache.weight]).toEqual([undefined, 0]);
  cache.set('b', 1, 1);
  cache.clear();
  expect([cache.get('b'), cache.weight]).toEqual([undefined, 0]);
});

it('does not count a peek as a use', () => {
  const cache = new WeightedCache<number>(2);
  cache.set('a', 1, 1);
  cache.set('b', 2, 1);
  expect([cache.peek('a'), cache.peek('x')]).toEqual([1, undefined]);
  cache.set('c', 3, 1);
  expect([cache.peek('a'), cache.peek('b')]).toEqual([undefined, 2]);
});
