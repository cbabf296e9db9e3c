import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RETRY_AFTER_MS, parseRetryAfter, retryDelay, type BackoffPolicy } from './backoff.ts';

const policy: BackoffPolicy = { baseMs: 1_000, factor: 2, capMs: 60_000 };
const policies = fc.record({
  baseMs: fc.integer({ min: 0, max: 100_000 }),
  factor: fc.double({ min: 1, max: 10, noNaN: true }),
  capMs: fc.integer({ min: 0, max: 10_000_000 }),
});
const failures = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1_000_000 }));
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const nominal = (n: number, { baseMs, factor, capMs }: BackoffPolicy): number =>
  baseMs === 0 ? 0 : Math.min(capMs, baseMs * factor ** (n - 1));

describe('retryDelay', () => {
  it('doubles up to the cap', () => {
    expect([1, 2, 3, 6, 7, 8, 5_000].map((n) => retryDelay(n, policy, 0.5))).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('spreads from half to one and a half', () => {
    expect([0, 0.25, 0.75].map((random) => retryDelay(3, policy, random))).toEqual([2_000, 3_000, 5_000]);
  });

  it('stays within [0.5, 1.5) of the nominal wait, and so within 1.5 of the cap', () => {
    fc.assert(
      fc.property(failures, policies, draw, (n, any, random) => {
        const wait = retryDelay(n, any, random);
        const middle = nominal(n, any);
        expect(wait).toBeGreaterThanOrEqual(middle * 0.5);
        expect(middle === 0 ? wait === 0 : wait < middle * 1.5 && wait < any.capMs * 1.5).toBe(true);
      }),
    );
    expect(retryDelay(1, policy, 1 - 2 ** -53)).toBeLessThan(1_500);
  });

  it('never shrinks with another failure, for equal draws', () => {
    fc.assert(
      fc.property(failures, policies, draw, (n, any, random) => {
        expect(retryDelay(n + 1, any, random)).toBeGreaterThanOrEqual(retryDelay(n, any, random));
      }),
    );
  });

  it('takes the first failure where it is told of none', () => {
    expect(retryDelay(0, policy, 0.5)).toBe(1_000);
  });

  it.each([
    ['lengthens the wait', 30_000, 30_000],
    ['does not shorten it', 10, 1_000],
    ['lengthens it to a day at most', 1e12, MAX_RETRY_AFTER_MS],
    ['is ignored when negative', -5, 1_000],
    ['is ignored when not a number', Number.NaN, 1_000],
    ['is ignored when infinite', Number.POSITIVE_INFINITY, 1_000],
  ])('what the endpoint asks for %s', (_what, asked, expected) => {
    expect(retryDelay(1, policy, 0.5, asked)).toBe(expected);
  });

  it('waits what the endpoint asked for, up to a day, or its own time if that is longer', () => {
    fc.assert(
      fc.property(failures, policies, draw, fc.double(), (n, any, random, asked) => {
        const own = retryDelay(n, any, random);
        const honoured = Number.isFinite(asked) && asked > 0 ? Math.min(asked, MAX_RETRY_AFTER_MS) : 0;
        expect(retryDelay(n, any, random, asked)).toBe(Math.max(own, honoured));
      }),
    );
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-11-21T02:28:31Z');

  it.each<[string, number | undefined]>([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sat, 21 Nov 2026 02:29:01 GMT', 30_000],
    ['Sat, 21 Nov 2026 02:00:00 GMT', 0],
    ['Sun, 29 Feb 2032 00:00:00 GMT', Date.parse('2032-02-29T00:00:00Z') - now],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['12 s', undefined],
    ['99999999999', undefined],
    ['tomorrow', undefined],
    ['2026-11-21T02:29:01Z', undefined],
    ['Sat, 21 Nov 2026 02:29:01 CET', undefined],
    ['Sat, 21 Foo 2026 02:29:01 GMT', undefined],
    ['Sat, 31 Nov 2026 02:29:01 GMT', undefined],
    ['Sun, 29 Feb 2026 02:29:01 GMT', undefined],
    ['Sat, 00 Nov 2026 02:29:01 GMT', undefined],
    ['Sat, 21 Nov 2026 24:00:00 GMT', undefined],
    ['Sat, 21 Nov 2026 02:60:00 GMT', undefined],
  ])('reads %j', (text, expected) => {
    expect(parseRetryAfter(text, now)).toBe(expected);
  });

  it('reads every date of the calendar', () => {
    const dates = fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2400-12-31T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseRetryAfter(date.toUTCString(), 0)).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
      { numRuns: 1_000 },
    );
  });
});
