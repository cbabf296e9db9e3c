import { describe, expect, it } from 'vitest';
import { verdictOf } from './targets.ts';

describe('verdictOf', () => {
  it.each([
    [30_000, 'least', 'then'],
    [29_999, 'least', 'first'],
    [14_999, 'least', 'none'],
    [15_000, 'most', 'first'],
    [30_001, 'most', 'none'],
    [Number.NaN, 'least', 'none'],
  ] as const)('of %d where the limits are %s is %s', (value, at, verdict) => {
    const limits = at === 'least' ? { first: 15_000, then: 30_000 } : { first: 30_000, then: 10_000 };
    expect(verdictOf(value, { at, ...limits })).toBe(verdict);
  });
});
