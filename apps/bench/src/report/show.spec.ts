import { describe, expect, it } from 'vitest';
import { show } from './show.ts';

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
