import type { JsonValue } from '@crossdock/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSchema, type CompiledSchema } from './compile-schema.ts';
import { re2Pattern } from './testing/re2-pattern.ts';
import { aDocument, aSchema } from './testing/schemas.ts';

function compiled(schema: JsonValue): CompiledSchema {
  const result = compileSchema(schema, { compilePattern: re2Pattern });
  if (!result.ok) throw new TypeError(JSON.stringify(result.problems));
  return result;
}

const check = (schema: JsonValue, payload: unknown): readonly string[] =>
  compiled(schema)
    .check(payload, 1_000)
    .map(({ pointer, reason }) => `${pointer} ${reason}`);

const isValid = (schema: JsonValue, payload: unknown): boolean => compiled(schema).check(payload, 1_000).length === 0;

const thing = {
  type: 'object',
  required: ['sku', 'quantity'],
  properties: { sku: { type: 'string', pattern: '^[A-Z]{3}-\\d+$' }, quantity: { type: 'integer', minimum: 1 } },
};

describe('what a finding says', () => {
  it.each<[string, JsonValue, unknown, readonly string[]]>([
    ['nothing where all is well', thing, { sku: 'APC-1', quantity: 3, more: null }, []],
    [
      'everything at once',
      thing,
      { sku: 'apc', quantity: 0 },
      [
        '/sku `sku` is the string "apc". It must match the pattern ^[A-Z]{3}-\\d+$.',
        '/quantity `quantity` is the number 0. It must be at least 1.',
      ],
    ],
    ['what is missing', thing, {}, ['/sku `sku` is missing.', '/quantity `quantity` is missing.']],
    ['what the payload itself is', thing, [1], [' The payload is an array of 1. It must be an object.']],
    [
      'which types there may be',
      { properties: { a: { type: ['string', 'null', 'integer'] } } },
      { a: 1.5 },
      ['/a `a` is the number 1.5. It must be a string, null or a whole number.'],
    ],
    [
      'which values there may be',
      { properties: { a: { enum: ['x', 2, null, { b: 1 }] } } },
      { a: 'y' },
      ['/a `a` is the string "y". It must be "x", 2, null or {"b":1}.'],
    ],
    ['the only value', { properties: { a: { const: 'order' } } }, { a: 'y' }, ['/a `a` is the string "y". It must be "order".']],
    [
      'lengths',
      { properties: { a: { minLength: 1 }, b: { maxItems: 1 }, c: { minProperties: 2 } } },
      { a: '', b: [1, 2], c: {} },
      [
        '/a `a` is an empty string. It must have at least 1 character.',
        '/b `b` is an array of 2. It must have at most 1 item.',
        '/c `c` is an object. It must have at least 2 members.',
      ],
    ],
    [
      'a format with an example',
      { properties: { a: { format: 'date-time' } } },
      { a: '2013-07-30 19:19:05 UTC' },
      ['/a `a` is the string "2013-07-30 19:19:05 UTC". It must be of the format date-time, such as 2026-11-21T09:30:00Z.'],
    ],
    [
      'who is a stranger',
      { properties: { a: {} }, additionalProperties: false },
      { a: 1, 'b/c': 2 },
      ['/b~1c There may be no `b/c` here.'],
    ],
    [
      'a stranger to all parts',
      { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false },
      { a: 1, b: 2 },
      ['/b There may be no `b` here.'],
    ],
    ['a name that may not be', { propertyNames: { pattern: '^[a-z]+$' } }, { A: 1 }, ['/A No member may be called `A` here.']],
    ['who belongs to whom', { dependentRequired: { a: ['b'] } }, { a: 1 }, ['/b `b` is missing; it must be there where `a` is.']],
    [
      'what is there twice',
      { properties: { a: { uniqueItems: true } } },
      { a: [{ x: 1, y: 2 }, 'z', { y: 2, x: 1.0 }] },
      ['/a `a` is an array of 3. All items must differ; item 2 equals an earlier one.'],
    ],
    [
      'what is not contained',
      { properties: { a: { contains: { const: 1 }, minContains: 2 } } },
      { a: [1] },
      ['/a `a` is an array of 1. It must contain at least 2 items of the form that the schema names under contains.'],
    ],
    [
      'what excludes',
      { properties: { a: { not: { type: 'string' } } } },
      { a: 'x' },
      ['/a `a` is the string "x". It has the very form that the schema excludes.'],
    ],
    ['that nothing may be', { properties: { a: false } }, { a: 'x' }, ['/a `a` is the string "x". The schema allows no value here.']],
    [
      'whose form is none',
      { properties: { a: { oneOf: [{ type: 'string' }, { minimum: 5 }] } } },
      { a: 'x' },
      ['/a `a` is the string "x". It must have exactly one of the forms that the schema names under oneOf; it has those numbered 0 and 1.'],
    ],
  ])('%s', (_what, schema, payload, findings) => {
    expect(check(schema, payload)).toEqual(findings);
  });
});

it('tells the same thing once, and at most fifty things', () => {
  expect(check({ allOf: [thing, thing] }, { sku: 1, quantity: 1 })).toHaveLength(1);
  expect(check({ properties: { a: { items: { type: 'string' } } } }, { a: Array.from({ length: 1_000 }, (_, n) => n) })).toHaveLength(50);
});

it('counts characters as people do, and takes sums for multiples of cents', () => {
  expect(isValid({ properties: { a: { maxLength: 2, minLength: 2 } } }, { a: '👟👟' })).toBe(true);
  expect(isValid({ properties: { a: { maxLength: 1 } } }, { a: '👟👟' })).toBe(false);
  expect([19.99, 0.07, 1.1].every((a) => isValid({ properties: { a: { multipleOf: 0.01 } } }, { a }))).toBe(true);
  expect(isValid({ properties: { a: { multipleOf: 0.01 } } }, { a: 19.999 })).toBe(false);
});

it.each<[JsonValue, unknown, boolean]>([
  [{ allOf: [{ properties: { a: {} } }], properties: { b: {} }, unevaluatedProperties: false }, { a: 1, b: 1 }, true],
  [{ anyOf: [{ properties: { a: { const: 1 } } }, { properties: { b: {} } }], unevaluatedProperties: false }, { a: 2, b: 1 }, false],
  [{ anyOf: [{ properties: { a: { const: 1 } } }, { properties: { b: {} } }], unevaluatedProperties: false }, { a: 1, b: 1 }, true],
  [
    { if: { properties: { a: { const: 1 } }, required: ['a'] }, else: { properties: { b: {} } }, unevaluatedProperties: false },
    { a: 1 },
    true,
  ],
  [
    { if: { properties: { a: { const: 1 } }, required: ['a'] }, else: { properties: { b: {} } }, unevaluatedProperties: false },
    { a: 2, b: 1 },
    false,
  ],
  [{ not: { not: { properties: { a: {} } } }, unevaluatedProperties: false }, { a: 1 }, false],
  [{ $ref: '#/$defs/x', $defs: { x: { properties: { a: {} } } }, unevaluatedProperties: { type: 'string' } }, { a: 1, b: 'x' }, true],
  [{ dependentSchemas: { a: { properties: { a: {}, b: {} } } }, unevaluatedProperties: false }, { b: 1 }, false],
  [{ properties: { a: { prefixItems: [{}], contains: { const: 7 }, unevaluatedItems: false } } }, { a: [1, 7] }, true],
  [{ properties: { a: { prefixItems: [{}], contains: { const: 7 }, unevaluatedItems: false } } }, { a: [1, 7, 2] }, false],
  [{ properties: { a: { allOf: [{ items: { type: 'integer' } }], unevaluatedItems: false } } }, { a: [1, 2] }, true],
  // A nested `unevaluatedProperties` knows nothing of its neighbours.
  [{ properties: { a: {} }, allOf: [{ unevaluatedProperties: false }] }, { a: 1 }, false],
])('of what is left over, %j takes %j: %j', (schema, payload, expected) => {
  expect(isValid(schema, payload)).toBe(expected);
});

it('takes draft-07 as draft-07 was meant', () => {
  const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#' };
  const tuple = { ...draft7, properties: { a: { items: [{ type: 'string' }], additionalItems: false } } };
  expect([isValid(tuple, { a: ['x'] }), isValid(tuple, { a: ['x', 1] }), isValid(tuple, { a: [1] })]).toEqual([true, false, false]);
  const dependent = { ...draft7, dependencies: { a: ['b'], c: { required: ['d'] } } };
  expect([isValid(dependent, { a: 1 }), isValid(dependent, { c: 1 }), isValid(dependent, { a: 1, b: 1, c: 1, d: 1 })]).toEqual([
    false,
    false,
    true,
  ]);
  const beside = { ...draft7, definitions: { x: { type: 'object' } }, $ref: '#/definitions/x', required: ['never'] };
  expect(isValid(beside, {})).toBe(true);
});

it('is not deceived by names of the prototype', () => {
  const schema = {
    required: ['constructor', 'toString'],
    properties: { toString: { type: 'string' } },
    additionalProperties: { type: 'integer' },
  };
  expect(check(schema, {})).toEqual(['/constructor `constructor` is missing.', '/toString `toString` is missing.']);
  expect(isValid(schema, JSON.parse('{"constructor":1,"toString":"x","__proto__":2}'))).toBe(true);
  expect(isValid(schema, JSON.parse('{"constructor":1,"toString":"x","__proto__":"y"}'))).toBe(false);
});

describe('whatever a schema and a payload do to each other', () => {
  const nested = (depth: number): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < depth; level += 1) value = { a: value };
    return value;
  };
  const twice = (n: number): JsonValue => ({ anyOf: [{ $ref: `#/$defs/d${n}` }, { $ref: `#/$defs/d${n}` }] });
  const doubling = {
    $defs: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`d${n}`, n === 59 ? { type: 'string' } : twice(n + 1)])),
    ...(twice(0) as object),
  };
  const chain = {
    $defs: Object.fromEntries(
      Array.from({ length: 99 }, (_, n) => [`d${n}`, n === 98 ? { properties: { a: { $ref: '#' } } } : { $ref: `#/$defs/d${n + 1}` }]),
    ),
    $ref: '#/$defs/d0',
  };
  const hard: readonly (readonly [string, JsonValue, unknown])[] = [
    [
      'branches that recur, deeper each time',
      { properties: { a: { anyOf: [{ $ref: '#' }, { $ref: '#' }] } }, required: ['z'] },
      nested(500),
    ],
    ['branches that double in place', doubling, {}],
    ['a long chain of references at every level', chain, nested(500)],
    [
      'unique items, of which there are many',
      { properties: { a: { uniqueItems: true } } },
      { a: Array.from({ length: 60_000 }, (_, i) => ({ i })) },
    ],
    [
      'many forms for many items',
      { properties: { a: { items: { anyOf: Array.from({ length: 400 }, (_, n) => ({ const: n })) } } } },
      { a: Array.from({ length: 100_000 }, () => 'x') },
    ],
    [
      'large values to choose from',
      { properties: { a: { items: { enum: Array.from({ length: 2_000 }, (_, n) => ({ n })) } } } },
      { a: Array.from({ length: 50_000 }, () => ({ n: 1_999 })) },
    ],
    ['a pattern that backtracks elsewhere', { properties: { a: { pattern: '^(a+)+$' } } }, { a: `${'a'.repeat(1_000_000)}b` }],
    [
      'many patterns for a long text',
      { properties: { a: { anyOf: Array.from({ length: 100 }, (_, n) => ({ pattern: `(x+x+)+y{${n + 1}}` })) } } },
      { a: 'x'.repeat(1_000_000) },
    ],
    [
      'many patterns for many names',
      { patternProperties: Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`^p${n}x+`, false])) },
      Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`k${n}`, 1])),
    ],
    [
      'many lengths of a long text',
      { properties: { a: { allOf: Array.from({ length: 400 }, (_, n) => ({ maxLength: 600_000 + n })) } } },
      { a: 'x'.repeat(1_000_000) },
    ],
    [
      'what is left over of many',
      {
        properties: {
          a: { items: { allOf: Array.from({ length: 50 }, (_, n) => ({ properties: { [`p${n}`]: {} } })), unevaluatedProperties: false } },
        },
      },
      { a: Array.from({ length: 20_000 }, () => ({ p0: 1, p49: 1 })) },
    ],
  ];

  it.each(hard)('a check ends soon: %s', (_what, schema, payload) => {
    const bytes = JSON.stringify(payload).length;
    const { check: checked } = compiled(schema);
    checked(payload, bytes);
    const before = performance.now();
    const findings = checked(payload, bytes);
    // Some ten times what it takes on a machine with nothing else to do.
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(findings.length).toBeLessThanOrEqual(50);
  });

  it('takes what is large and plain', () => {
    const numbers = { a: Array.from({ length: 400_000 }, () => 1) };
    expect(compiled({ properties: { a: { items: { type: 'integer', minimum: 0 } } } }).check(numbers, 800_000)).toEqual([]);
  });

  it('says so when it cannot know in time', () => {
    expect(compiled(doubling).check({}, 2)).toEqual([
      {
        pointer: '',
        code: 'schema_check_exceeded',
        reason: 'Checking this payload took more steps than a check may take: whether it fits the schema is not known.',
      },
    ]);
  });

  it('is compiled in no time, however large it may be', () => {
    const wide = {
      properties: Object.fromEntries(
        Array.from({ length: 498 }, (_, n) => [`p${n}`, { type: 'string', minLength: 1, pattern: `^a{1,${(n % 50) + 1}}$` }]),
      ),
    };
    const before = performance.now();
    compiled(wide);
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it('stays bounded and printable whatever a stranger calls a member', () => {
    const name = `\u0000${'x'.repeat(10_000)}`;
    const [finding] = compiled({ additionalProperties: false }).check({ [name]: 1 }, 10_000);
    expect([finding?.pointer.includes('\u0000'), finding?.reason.includes('\u0000')]).toEqual([false, false]);
    expect((finding?.pointer.length ?? 0) + (finding?.reason.length ?? 0)).toBeLessThan(800);
  });
});

it('answers for any JSON, the same each time, and changes nothing in it', () => {
  fc.assert(
    fc.property(aSchema(), aDocument(), (schema, document) => {
      const before = structuredClone([schema, document]);
      const { check: checked } = compiled(schema);
      expect(checked(document, 100)).toEqual(checked(document, 100));
      expect([schema, document]).toEqual(before);
    }),
    { numRuns: 300 },
  );
});
