import type { JsonValue } from '@crossdock/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSchema, type CompiledSchema } from '../compile-schema.ts';
import { re2Pattern } from '../testing/re2-pattern.ts';
import { aDocument, aSchema, changed } from '../testing/schemas.ts';
import { compareSchemas } from './compare-schemas.ts';

function compiled(schema: JsonValue): CompiledSchema {
  const result = compileSchema(schema, { compilePattern: re2Pattern });
  if (!result.ok) throw new TypeError(`${JSON.stringify(schema)}: ${JSON.stringify(result.problems)}`);
  return result;
}

const compare = (former: JsonValue, next: JsonValue): readonly string[] =>
  compareSchemas(compiled(former).document, compiled(next).document).map(({ pointer, code, reason }) => `${pointer} ${code}: ${reason}`);

const item = {
  type: 'object',
  required: ['sku'],
  properties: { sku: { type: 'string', minLength: 1 }, quantity: { type: 'integer', minimum: 0 } },
};
const order = { type: 'object', required: ['number'], properties: { number: { type: 'string' }, items: { type: 'array', items: item } } };

describe('what stays valid', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['the same', order, structuredClone(order)],
    [
      'the same in other words',
      { type: ['null', 'string'], required: ['a', 'b'] },
      { required: ['b', 'a'], type: ['string', 'null'], title: 'T' },
    ],
    ['a rule less', order, { type: 'object' }],
    ['a member that need not be there any more', order, { ...order, required: [] }],
    ['a type more', { type: 'integer' }, { type: ['number', 'null'] }],
    ['a value more', { enum: ['a', 'b'] }, { enum: ['b', 'c', 'a'] }],
    ['values that a rule takes', { enum: ['aa', 'bb'] }, { type: 'string', minLength: 2, pattern: '^[a-z]+$' }],
    ['wider bounds', { minimum: 5, maximum: 9, exclusiveMinimum: 5 }, { minimum: 5, exclusiveMinimum: 4, exclusiveMaximum: 10 }],
    ['a divisor', { type: 'integer', multipleOf: 10 }, { multipleOf: 5 }],
    ['what whole numbers are anyway', { type: 'integer' }, { multipleOf: 1 }],
    ['an item more', { maxItems: 3 }, { maxItems: 4, minItems: 0 }],
    [
      'a new optional member of a closed object',
      { properties: { a: {} }, additionalProperties: false },
      {
        properties: { a: {}, b: { type: 'string' } },
        additionalProperties: false,
      },
    ],
    ['what was required anyway', { required: ['a', 'b'] }, { minProperties: 2, dependentRequired: { a: ['b'] } }],
    [
      'a pattern instead of names',
      { properties: { ab: { type: 'integer' } }, additionalProperties: false },
      {
        patternProperties: { '^a': { type: 'number' } },
        additionalProperties: false,
      },
    ],
    [
      'parts moved under $defs',
      order,
      {
        $defs: { item, list: { type: 'array', items: { $ref: '#/$defs/item' } } },
        type: 'object',
        properties: { items: { $ref: '#/$defs/list' } },
      },
    ],
    ['a form more', { anyOf: [{ type: 'string' }, item] }, { anyOf: [{ type: 'null' }, item, { type: 'string' }] }],
    ['any of instead of one of', { oneOf: [{ type: 'string' }, { type: 'integer' }] }, { anyOf: [{ type: 'number' }, { type: 'string' }] }],
    ['one of forms that exclude each other', { type: 'string' }, { oneOf: [{ type: 'string' }, { type: 'integer' }] }],
    [
      'one of forms told apart by a member',
      { type: 'object', required: ['kind'], properties: { kind: { const: 'a' } } },
      {
        oneOf: ['a', 'b'].map((kind) => ({ type: 'object', required: ['kind'], properties: { kind: { const: kind } } })),
      },
    ],
    ['a weaker exclusion', { not: { type: 'string' } }, { not: { type: 'string', minLength: 5 } }],
    ['an exclusion of what never was', { type: 'string' }, { not: { type: 'object' } }],
    [
      'a recursive schema',
      { properties: { next: { $ref: '#' }, n: { minimum: 2 } } },
      { properties: { next: { $ref: '#' }, n: { minimum: 1 } } },
    ],
    [
      'a condition kept',
      { if: { required: ['a'] }, then: { required: ['b', 'c'] } },
      { if: { required: ['a'] }, then: { required: ['b'] } },
    ],
    ['what must be contained less often', { contains: { const: 1 }, minContains: 3 }, { contains: { type: 'integer' }, minContains: 2 }],
    [
      'tuples that allow more',
      { prefixItems: [{ type: 'integer' }, { type: 'string' }], items: false },
      {
        prefixItems: [{ type: 'number' }],
        items: { type: ['string', 'null'] },
      },
    ],
    [
      'draft-07 in 2020-12',
      { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }], additionalItems: false },
      {
        prefixItems: [{ type: 'string' }],
        items: false,
      },
    ],
    ['nothing, where nothing was valid', false, item],
  ])('%s', (_what, former, next) => {
    expect(compare(former, next)).toEqual([]);
  });
});

describe('what may break', () => {
  it.each<[string, JsonValue, JsonValue, readonly string[]]>([
    [
      'a member more is required',
      order,
      { ...order, required: ['number', 'email'] },
      ['/required schema_narrowed: `required` gained `email`: objects without it were valid so far.'],
    ],
    [
      'deep inside',
      order,
      { ...order, properties: { items: { items: { properties: { quantity: { type: 'integer', minimum: 1 } } } } } },
      ['/properties/items/items/properties/quantity/minimum schema_narrowed: `minimum` is 1; the limit was 0 so far.'],
    ],
    ['a type less', { type: ['string', 'null'] }, { type: 'string' }, ['/type schema_narrowed: `type` does not take null any more.']],
    ['only whole numbers', { type: 'number' }, { type: 'integer' }, ['/type schema_narrowed: `type` does not take fractions any more.']],
    ['a value less', { enum: ['a', 'b'] }, { enum: ['a'] }, [' schema_narrowed: "b" was a valid value, and is none any more.']],
    ['values at all', { type: 'string' }, { enum: ['a'] }, ['/enum schema_narrowed: `enum` is new: other values were valid so far.']],
    [
      'shorter',
      { maxLength: 50 },
      { maxLength: 20, minLength: 1 },
      [
        '/minLength schema_narrowed: `minLength` rose to 1; it was 0 so far.',
        '/maxLength schema_narrowed: `maxLength` fell to 20; it was 50 so far.',
      ],
    ],
    [
      'a new pattern and another one',
      { properties: { b: { pattern: '^x' } } },
      { properties: { a: { pattern: '^x' }, b: { pattern: '^y' } } },
      [
        '/properties/b/pattern schema_undecided: `pattern` changed: whether it matches all that the former one matched cannot be decided.',
        '/properties/a/pattern schema_narrowed: `pattern` is new: strings that do not match it were valid so far.',
      ],
    ],
    [
      'closed',
      { properties: { a: {} } },
      { properties: { a: {} }, additionalProperties: false },
      ['/additionalProperties schema_narrowed: Members that the schema does not name were taken so far, and cannot be there any more.'],
    ],
    [
      'a name less in a closed one',
      { properties: { a: {}, b: {} }, additionalProperties: false },
      { properties: { a: {} }, additionalProperties: false },
      ['/additionalProperties schema_narrowed: `b` was taken so far, and cannot be there any more.'],
    ],
    [
      'a new member of an open one',
      { type: 'object' },
      { properties: { a: { type: 'string' } } },
      [
        '/properties/a/type schema_narrowed: `type` does not take whole numbers, fractions, objects, arrays, true and false, null any more.',
      ],
    ],
    [
      'unique',
      { type: 'array' },
      { uniqueItems: true },
      ['/uniqueItems schema_narrowed: `uniqueItems` is new: items could repeat so far.'],
    ],
    [
      'a form that may be two',
      { type: 'string' },
      { oneOf: [{ type: 'string' }, { minLength: 2 }] },
      ['/oneOf schema_undecided: Whether everything that was valid has exactly one of the forms under `oneOf` cannot be decided.'],
    ],
    ['nothing at all', {}, false, [' schema_narrowed: No value is taken here any more.']],
  ])('%s', (_what, former, next, findings) => {
    expect(compare(former, next)).toEqual(findings);
  });
});

describe('schemas that are hard to compare', () => {
  const doubling = (leaf: JsonValue): JsonValue => ({
    $defs: Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [
        `d${n}`,
        n === 59
          ? leaf
          : { anyOf: [{ $ref: `#/$defs/d${n + 1}` }, { properties: { a: { $ref: `#/$defs/d${n + 1}` } } }], minProperties: n },
      ]),
    ),
    $ref: '#/$defs/d0',
  });
  const names = (prefix: string, limit: number): JsonValue => ({
    anyOf: Array.from({ length: 50 }, () => ({ $ref: '#/$defs/wide' })),
    $defs: {
      wide: {
        properties: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`p${n}`, { maxLength: limit }])),
        patternProperties: Object.fromEntries(Array.from({ length: 180 }, (_, n) => [`${prefix}${n}$`, { minLength: 1 }])),
      },
    },
  });
  const values = (from: number): JsonValue => ({
    anyOf: Array.from({ length: 60 }, () => ({ $ref: '#/$defs/values' })),
    $defs: { values: { enum: Array.from({ length: 2_000 }, (_, n) => ({ value: n + from })) } },
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['branches that double', doubling({ type: 'string' }), doubling({ type: 'integer' })],
    ['many names and many patterns', names('p', 9), names('q', 8)],
    ['many values that are large', values(0), values(1)],
  ])('are answered soon: %s', (_what, former, next) => {
    const [a, b] = [compiled(former), compiled(next)];
    const before = performance.now();
    expect(compareSchemas(a.document, b.document).length).toBeGreaterThan(0);
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(compare(former, structuredClone(former))).toEqual([]);
  });
});

describe('laws', () => {
  it('whatever was valid under a schema is valid under one that nothing speaks against', () => {
    let compatible = 0;
    let checked = 0;
    fc.assert(
      fc.property(
        aSchema().chain((former) => fc.tuple(fc.constant(former), fc.oneof(changed(former), changed(former), aSchema()))),
        fc.array(aDocument(), { minLength: 10, maxLength: 30 }),
        ([former, next], documents) => {
          const b = compileSchema(next, { compilePattern: re2Pattern });
          // A change may have made a schema that is none.
          if (!b.ok) return;
          const a = compiled(former);
          if (compareSchemas(a.document, b.document).length > 0) return;
          compatible += 1;
          for (const document of documents) {
            if (a.check(document, 1_000).length > 0) continue;
            checked += 1;
            expect(b.check(document, 1_000)).toEqual([]);
          }
        },
      ),
      { numRuns: 600 },
    );
    // A law about nothing is none.
    expect(compatible).toBeGreaterThan(60);
    expect(checked).toBeGreaterThan(300);
  });

  it('every schema is compatible with itself', () => {
    fc.assert(
      fc.property(aSchema(), (schema) => {
        expect(compare(schema, structuredClone(schema))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
