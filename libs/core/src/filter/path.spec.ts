import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import { parsePath, readPath, walk, type ParsedPath } from './path.ts';

function path(text: string): ParsedPath {
  const parsed = parsePath(text);
  if ('error' in parsed) throw new Error(parsed.reason);
  return parsed;
}

const order = {
  number: 'R1',
  totals: { tax: 5, item: '20.00' },
  shipments: [{ items: [{ sku: 'A' }, { sku: 'B' }] }, {}, { items: [{ sku: null }] }],
  meta: { '0': 'zero', '01': 'one', length: 7 },
};
const root: JsonValue = { message: 'order:new', payload: { order } };
const found = (text: string, from: JsonValue = root): [string, JsonValue][] =>
  walk(path(text), from).values.map(({ at, value }) => [at, value]);

describe('parsePath', () => {
  it('reads names, places and stars', () => {
    expect(parsePath('payload.*.0.sku')).toEqual({
      text: 'payload.*.0.sku',
      segments: [
        { every: false, key: 'payload', index: -1 },
        { every: true },
        { every: false, key: '0', index: 0 },
        { every: false, key: 'sku', index: -1 },
      ],
      several: true,
    });
  });

  it.each([
    ['nothing', '', 'empty', 'The path is empty.'],
    ['only blanks', '  ', 'empty', 'The path is empty.'],
    ['a blank in front', ' payload', 'invalid', 'The path begins or ends with a blank.'],
    ['two dots together', 'payload..order', 'invalid', 'Segment 2 of the path is empty: two dots stand together, or one at an end.'],
    ['a dot in front', '.payload', 'invalid', 'Segment 1 of the path is empty: two dots stand together, or one at an end.'],
    ['a dot at the end', 'payload.', 'invalid', 'Segment 2 of the path is empty: two dots stand together, or one at an end.'],
    ['a control character', 'payload.a\0b', 'invalid', 'The path holds a control character or half a surrogate pair.'],
    ['half a surrogate pair', 'payload.\ud800', 'invalid', 'The path holds a control character or half a surrogate pair.'],
    ['513 characters', 'a'.repeat(513), 'invalid', 'The path has 513 characters; 512 are allowed.'],
    ['33 segments', Array.from({ length: 33 }, () => 'a').join('.'), 'invalid', 'The path has 33 segments; 32 are allowed.'],
  ])('refuses %s', (_what, text, error, reason) => {
    expect(parsePath(text)).toEqual({ error, reason });
  });

  it('takes 512 characters and 32 segments', () => {
    expect(path('a'.repeat(512)).segments.length).toBe(1);
    expect(path(Array.from({ length: 32 }, () => '😀').join('.')).segments.length).toBe(32);
  });
});

describe('walk', () => {
  it.each<[string, string, [string, JsonValue][]]>([
    ['a member', 'payload.order.totals.tax', [['payload.order.totals.tax', 5]]],
    ['a null', 'payload.order.shipments.2.items.0.sku', [['payload.order.shipments.2.items.0.sku', null]]],
    ['a whole object', 'payload.order.totals', [['payload.order.totals', { tax: 5, item: '20.00' }]]],
    ['a place in an array', 'payload.order.shipments.0.items.1.sku', [['payload.order.shipments.0.items.1.sku', 'B']]],
    ['a number as a name', 'payload.order.meta.0', [['payload.order.meta.0', 'zero']]],
    ['a name that only looks like a number', 'payload.order.meta.01', [['payload.order.meta.01', 'one']]],
    [
      'every element, passing over those that lack the rest',
      'payload.order.shipments.*.items.*.sku',
      [
        ['payload.order.shipments.0.items.0.sku', 'A'],
        ['payload.order.shipments.0.items.1.sku', 'B'],
        ['payload.order.shipments.2.items.0.sku', null],
      ],
    ],
    [
      'every value of an object',
      'payload.order.totals.*',
      [
        ['payload.order.totals.tax', 5],
        ['payload.order.totals.item', '20.00'],
      ],
    ],
    ['nothing where a member is missing', 'payload.order.nothing.tax', []],
    ['nothing inside a scalar', 'payload.order.number.0', []],
    ['nothing under the star of a scalar', 'payload.order.number.*', []],
    ['nothing beyond the end of an array', 'payload.order.shipments.3', []],
    ['nothing at a place that is not written as one', 'payload.order.shipments.00', []],
    ['no length of an array', 'payload.order.shipments.length', []],
    ['an own member of that name', 'payload.order.meta.length', [['payload.order.meta.length', 7]]],
    ['no inherited member', 'payload.order.constructor', []],
    ['no inherited prototype', 'payload.__proto__.toString', []],
    ['no method of an array', 'payload.order.shipments.map', []],
  ])('finds %s', (_what, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('reads own members with dangerous names as the data that they are', () => {
    const dangerous = JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":2},"hasOwnProperty":3}') as JsonValue;
    expect(found('__proto__.a', dangerous)).toEqual([['__proto__.a', 1]]);
    expect(found('constructor.prototype', dangerous)).toEqual([['constructor.prototype', 2]]);
    expect(found('*', dangerous)).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', { prototype: 2 }],
      ['hasOwnProperty', 3],
    ]);
  });

  it('stops at the cap of values, and says so only when there are more', () => {
    const caps = { maxVisited: 100, maxValues: 2 };
    const values = [
      { value: 1, at: '0' },
      { value: 2, at: '1' },
    ];
    expect(walk(path('*'), [1, 2], caps)).toEqual({ values, capped: false, visited: 3 });
    expect(walk(path('*'), [1, 2, 3], caps)).toEqual({ values, capped: true, visited: 4 });
  });

  it('stops at the cap of visits, though nothing is found', () => {
    const wide = Array.from({ length: 50 }, () => Array.from({ length: 50 }, () => 0));
    expect(walk(path('*.*.sku'), wide)).toEqual({ values: [], capped: false, visited: 2_551 });
    expect(walk(path('*.*.sku'), wide, { maxVisited: 1_000, maxValues: 10 })).toEqual({ values: [], capped: true, visited: 1_000 });
  });

  it('finds each value at the path it tells', () => {
    const name = fc.constantFrom('a', 'b', '0', '1', '*', '__proto__');
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<JsonValue>(null, 1, 'x'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc
          .array(fc.tuple(fc.constantFrom('a', 'b', '0', '1', '__proto__'), tie('tree')), { maxLength: 3 })
          .map((members) => Object.fromEntries(members)),
      ),
    }));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), tree, (names, value) => {
        const result = walk(path(names.join('.')), value);
        expect(result.capped).toBe(false);
        expect(result.values.map(({ at }) => readPath(path(at), value))).toEqual(result.values.map((one) => one.value));
        expect(new Set(result.values.map(({ at }) => at)).size).toBe(result.values.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

it('readPath reads what walk finds at a path without a star', () => {
  const texts = ['message', 'payload.order.meta.0', 'payload.order.shipments.1', 'payload.order.nothing', 'message.length', 'toString'];
  expect(texts.map((text) => readPath(path(text), root))).toEqual(texts.map((text) => walk(path(text), root).values[0]?.value));
});
