import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateSchedule } from './rate-schedule.ts';

describe('RateSchedule', () => {
  it('spaces requests evenly from the start on', () => {
    const schedule = new RateSchedule(1_000, 200);
    expect([0, 1, 2, 200].map((index) => schedule.dueAt(index))).toEqual([1_000, 1_005, 1_010, 2_000]);
  });

  it.each([
    [999.9, 0],
    [1_000, 1],
    [1_004.9, 1],
    [1_005, 2],
    [2_000, 201],
  ])('has at %d ms %d due', (now, count) => {
    expect(new RateSchedule(1_000, 200).dueBy(now)).toBe(count);
  });

  it('counts exactly those whose time has come', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0.5, max: 50_000, noNaN: true }),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        (start, rate, after) => {
          const schedule = new RateSchedule(start, rate);
          const now = start + after;
          const count = schedule.dueBy(now);
          expect([schedule.dueAt(count - 1) <= now, schedule.dueAt(count) > now]).toEqual([true, true]);
        },
      ),
    );
  });

  it('refuses what is no rate', () => {
    expect(() => new RateSchedule(0, 0)).toThrow(RangeError);
    expect(() => new RateSchedule(0, Number.NaN)).toThrow(RangeError);
  });
});
