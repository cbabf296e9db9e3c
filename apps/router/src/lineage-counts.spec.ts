import { expect, it } from 'vitest';
import { LineageCounts, LineageTally } from './lineage-counts.ts';

it('counts what is committed, and within a batch what is not yet', () => {
  const counts = new LineageCounts();
  const [first, second] = [new LineageTally(counts), new LineageTally(counts)];
  first.add('a', 2);
  first.add('a', 3);
  second.add('b', 1);
  expect([first.of('a'), second.of('a'), counts.of('a')]).toEqual([5, 0, 0]);
  first.keep();
  first.keep();
  expect([first.of('a'), second.of('a'), counts.of('a'), counts.of('b')]).toEqual([5, 5, 5, 0]);
});

it('forgets the lineage that nothing was added to for longest', () => {
  const counts = new LineageCounts(2);
  counts.add('a', 1);
  counts.add('b', 1);
  counts.add('a', 1);
  counts.add('c', 1);
  expect(['a', 'b', 'c'].map((root) => counts.of(root))).toEqual([2, 0, 1]);
});
