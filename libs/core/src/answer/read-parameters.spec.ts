import { expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import { readParameters } from './read-parameters.ts';

const nested = (depth: number): JsonValue => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as JsonValue;

it.each<[string, JsonValue | undefined]>([
  ['absent', undefined],
  ['null', null],
  ['empty', []],
])('there are none where `parameters` is %s', (_what, value) => {
  expect(readParameters(value, 10)).toEqual({ values: [], warnings: [] });
});

it.each<[JsonValue]>([[{ a: 1 }], ['a'], [1], [true]])('`parameters` has to be an array, which %j is not', (value) => {
  expect(readParameters(value, 10)).toEqual({ values: [], warnings: ['`parameters` is not an array: ignored.'] });
});

it('keeps names and values as they are, in their order, given twice or not', () => {
  const values = [
    { name: 'spree.api_key', value: 'a' },
    { name: 'cursor', value: 12.5 },
    { name: 'on', value: false },
    { name: 'none', value: null },
    { name: 'lookup', value: [{ from: 'A', to: ['B'] }] },
    { name: 'cursor', value: { deep: { deeper: 1 } } },
    { name: '__proto__', value: 1 },
    { name: 'n'.repeat(255), value: 512 },
    { name: 'nested', value: nested(512) },
  ];
  expect(readParameters(values, 10)).toEqual({ values, warnings: [] });
});

it('leaves other members of an entry out', () => {
  expect(readParameters([{ name: 'a', value: 1, data_type: 'integer' }], 10)).toEqual({ values: [{ name: 'a', value: 1 }], warnings: [] });
});

it.each<[JsonValue, string]>([
  ['a', 'is not an object'],
  [null, 'is not an object'],
  [['a', 1], 'is not an object'],
  [{}, 'has no usable name'],
  [{ value: 1 }, 'has no usable name'],
  [{ name: '', value: 1 }, 'has no usable name'],
  [{ name: 7, value: 1 }, 'has no usable name'],
  [{ name: 'n'.repeat(256), value: 1 }, 'has no usable name'],
  [{ name: 'a\0', value: 1 }, 'has no usable name'],
  [{ name: '\uD800', value: 1 }, 'has no usable name'],
  [{ name: 'store_id', value: 'mine' }, 'is store_id, which is the hub’s own'],
  [{ name: 'a' }, 'has no value'],
  [{ name: 'a', value: nested(513) }, 'has a value that nests deeper than 512'],
  [{ name: 'a', value: { wide: [1, 2, { deep: nested(511) }] } }, 'has a value that nests deeper than 512'],
  [{ name: 'a', value: nested(100_000) }, 'has a value that nests deeper than 512'],
])('skips what is malformed, and takes the others (%#)', (malformed, problem) => {
  expect(readParameters([{ name: 'before', value: 1 }, malformed, { name: 'after', value: 2 }], 10)).toEqual({
    values: [
      { name: 'before', value: 1 },
      { name: 'after', value: 2 },
    ],
    warnings: [`Parameter 1 ${problem}: skipped.`],
  });
});

it('takes the first ones where there are too many, and says how many it left out', () => {
  const values = Array.from({ length: 5 }, (_, index) => ({ name: `p${index}`, value: index }));
  expect(readParameters(values, 3)).toEqual({ values: values.slice(0, 3), warnings: ['2 parameters beyond the first 3: ignored.'] });
});
