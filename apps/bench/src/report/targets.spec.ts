import { describe, expect, it } from 'vitest';
import { show, verdictOf } from './targets.ts';

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

describe('show', () => {
  it.each([
    [12_345.6, 'per second', '12,346/s'],
    [123.456, 'µs', '123 µs'],
    [2.2, 'ms', '2.20 ms'],
    [0.5, 's', '0.500 s'],
    [262_144_000, 'bytes', '250 MB'],
    [1_999, 'bytes', '1,999 B'],
    [1.2, 'times', '1.20 ×'],
    [1_000, 'count', '1,000'],
    [0.123, 'share', '12.3 %'],
    [Number.NaN, 'ms', '–'],
  ] as const)('%d %s is %s', (value, unit, text) => {
    expect(show(value, unit)).toBe(text);
  });
});
