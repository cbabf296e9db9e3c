import type { StoredEvent } from '@crossdock/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentEvents } from './recent-events.ts';

const eventAt = (position: number): StoredEvent => ({
  stream: position.toString(16).padStart(24, '0'),
  version: 1,
  at: position,
  shard: 0,
  position,
  event: { type: 'message.validated', store: 's', root: 'r', message: 'order:new' },
});
const eventsAfter = (base: number, count: number): readonly StoredEvent[] =>
  Array.from({ length: count }, (_, index) => eventAt(base + index + 1));
const positions = (events: readonly StoredEvent[] | undefined): readonly number[] | undefined => events?.map(({ position }) => position);

interface Batch {
  readonly base: number;
  readonly count: number;
}

/** Batches as a shard's log deals them, one after another from `start`. */
function batchesOf(sizes: readonly number[], start: number): readonly Batch[] {
  let base = start;
  return sizes.map((count) => {
    const batch = { base, count };
    base += count;
    return batch;
  });
}

describe('RecentEvents', () => {
  it('holds what follows the position that it began at', () => {
    const recent = new RecentEvents(100, 10);
    expect(recent.high).toBe(10);
    expect(recent.after(10, 5)).toEqual([]);
    expect(recent.add(10, eventsAfter(10, 3))).toBe(true);
    expect(recent.high).toBe(13);
    expect(positions(recent.after(10, 5))).toEqual([11, 12, 13]);
    expect(positions(recent.after(11, 1))).toEqual([12]);
    expect(recent.after(13, 5)).toEqual([]);
  });

  it('does not answer for what it does not hold', () => {
    const recent = new RecentEvents(100, 10);
    recent.add(10, eventsAfter(10, 3));
    expect(recent.after(9, 5)).toBeUndefined();
    expect(recent.after(14, 5)).toBeUndefined();
  });

  it('keeps a batch back until those before it are there, and takes it then', () => {
    const recent = new RecentEvents(100, 0);
    expect(recent.add(5, eventsAfter(5, 2))).toBe(false);
    expect(recent.add(2, eventsAfter(2, 3))).toBe(false);
    expect(recent.after(0, 10)).toEqual([]);
    expect(recent.add(0, eventsAfter(0, 2))).toBe(true);
    expect(positions(recent.after(0, 10))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('ignores a batch that it has, or that lies before its beginning', () => {
    const recent = new RecentEvents(100, 4);
    recent.add(4, eventsAfter(4, 2));
    expect(recent.add(4, eventsAfter(4, 2))).toBe(false);
    expect(recent.add(0, eventsAfter(0, 4))).toBe(false);
    expect(positions(recent.after(4, 10))).toEqual([5, 6]);
  });

  it('forgets the oldest beyond its capacity, even within one batch', () => {
    const recent = new RecentEvents(4, 0);
    recent.add(0, eventsAfter(0, 3));
    recent.add(3, eventsAfter(3, 3));
    expect(recent.after(1, 10)).toBeUndefined();
    expect(positions(recent.after(2, 10))).toEqual([3, 4, 5, 6]);
    recent.add(6, eventsAfter(6, 50));
    expect(recent.after(51, 10)).toBeUndefined();
    expect(positions(recent.after(52, 10))).toEqual([53, 54, 55, 56]);
  });

  it('begins anew behind a position, with the batches that wait there', () => {
    const recent = new RecentEvents(100, 0);
    recent.add(7, eventsAfter(7, 2));
    recent.add(3, eventsAfter(3, 4));
    recent.add(12, eventsAfter(12, 1));
    recent.restart(3);
    expect(positions(recent.after(3, 20))).toEqual([4, 5, 6, 7, 8, 9]);
    recent.restart(10);
    expect(recent.after(9, 20)).toBeUndefined();
    expect(recent.after(10, 20)).toEqual([]);
    recent.add(10, eventsAfter(10, 2));
    expect(positions(recent.after(10, 20))).toEqual([11, 12, 13]);
  });

  it('holds a range without a gap, whatever the order in which batches are published', () => {
    const plan = fc.record({
      start: fc.nat(5),
      sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 25 }),
      capacity: fc.integer({ min: 1, max: 40 }),
      seed: fc.array(fc.nat(), { minLength: 25, maxLength: 25 }),
    });
    fc.assert(
      fc.property(plan, ({ start, sizes, capacity, seed }) => {
        const batches = batchesOf(sizes, start);
        const order = batches.map((batch, index) => ({ batch, rank: seed[index] ?? 0 })).sort((a, b) => a.rank - b.rank);
        const recent = new RecentEvents(capacity, start);
        const published = new Set<Batch>();
        for (const { batch } of order) {
          const before = recent.high;
          const grew = recent.add(batch.base, eventsAfter(batch.base, batch.count));
          published.add(batch);
          const firstMissing = batches.find((one) => !published.has(one));
          const last = batches.at(-1) ?? { base: start, count: 0 };
          expect(recent.high).toBe(firstMissing?.base ?? last.base + last.count);
          expect(grew).toBe(recent.high > before);
          const low = Math.max(start, recent.high - capacity);
          expect(positions(recent.after(low, Number.MAX_SAFE_INTEGER))).toEqual(positions(eventsAfter(low, recent.high - low)));
          expect(recent.after(low - 1, 1)).toBeUndefined();
        }
      }),
    );
  });

  it('holds such a range also when it begins anew in between', () => {
    const step = fc.oneof(fc.record({ restart: fc.nat(60) }), fc.record({ publish: fc.nat(19) }));
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 20, maxLength: 20 }),
        fc.array(step, { maxLength: 40 }),
        (sizes, steps) => {
          const batches = batchesOf(sizes, 0);
          const recent = new RecentEvents(1_000, 0);
          let low = 0;
          for (const taken of steps) {
            if ('restart' in taken) {
              // Only the log's own positions, which are ends of batches, are begun at.
              low = batches[taken.restart % batches.length]?.base ?? 0;
              recent.restart(low);
            } else {
              const batch = batches[taken.publish] ?? { base: 0, count: 0 };
              recent.add(batch.base, eventsAfter(batch.base, batch.count));
            }
            expect(positions(recent.after(low, 1_000))).toEqual(positions(eventsAfter(low, recent.high - low)));
          }
        },
      ),
    );
  });
});
