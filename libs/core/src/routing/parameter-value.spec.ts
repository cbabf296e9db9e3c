import { expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import type { ParameterType } from '../ports/registry.ts';
import { fitValue, typeOfValue } from './parameter-value.ts';

it.each<[JsonValue, ParameterType]>([
  ['text', 'string'],
  ['5', 'string'],
  [5, 'integer'],
  [-1, 'integer'],
  [5.5, 'float'],
  [1e300, 'float'],
  [true, 'boolean'],
  [[{ sku: 'A' }], 'list'],
  [[], 'list'],
  [{ a: 1 }, 'string'],
  [null, 'string'],
])('makes a parameter of %j of type %s', (value, type) => {
  expect(typeOfValue(value)).toBe(type);
  expect(fitValue(value, type)).toEqual(typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value) : value);
});

it.each<[JsonValue, ParameterType, JsonValue | undefined]>([
  [5, 'string', '5'],
  [true, 'string', 'true'],
  [['a'], 'string', undefined],
  ['5', 'integer', 5],
  ['-12', 'integer', -12],
  ['5.0', 'integer', undefined],
  [5.5, 'integer', undefined],
  ['9007199254740993', 'integer', undefined],
  ['', 'integer', undefined],
  ['0x10', 'integer', undefined],
  [null, 'integer', undefined],
  [5, 'float', 5],
  ['99.95', 'float', 99.95],
  ['1e3', 'float', 1000],
  ['Infinity', 'float', undefined],
  ['1e999', 'float', undefined],
  ['abc', 'float', undefined],
  ['true', 'boolean', true],
  ['false', 'boolean', false],
  [1, 'boolean', undefined],
  ['yes', 'boolean', undefined],
  ['[]', 'list', undefined],
  [{ a: 1 }, 'list', undefined],
])('holds %j in a parameter of type %s as %j', (value, type, held) => {
  expect(fitValue(value, type)).toEqual(held);
});

it('looks at a long text of digits once', () => {
  const digits = '1'.repeat(100_000);
  const started = performance.now();
  expect(fitValue(`${digits}x`, 'float')).toBeUndefined();
  expect(fitValue(`${digits}x`, 'integer')).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(1_000);
});
