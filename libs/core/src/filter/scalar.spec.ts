import { expect, it } from 'vitest';
import { finiteNumber } from './scalar.ts';

it.each(['5', '+5', '-5.', '.5', '5.25', '1e3', '1E-3', ' 5 '])('reads %j as a number', (text) => {
  expect(finiteNumber(text)).toBe(Number(text));
});

it.each(['', '.', '5,5', '0x10', '1e', '1e999', 'Infinity', '5 5', '--5'])('reads %j as no number', (text) => {
  expect(finiteNumber(text)).toBeUndefined();
});

it('looks at a long text of digits once', () => {
  const started = performance.now();
  expect(finiteNumber(`${'1'.repeat(100_000)}x`)).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(1_000);
});
