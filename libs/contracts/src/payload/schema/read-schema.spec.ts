import type { JsonValue } from '@crossdock/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchema } from './read-schema.ts';
import { schemaLimits } from './schema-limits.ts';
import { re2Pattern } from './testing/re2-pattern.ts';
import { aSchema } from './testing/schemas.ts';

const rules = { compilePattern: re2Pattern };

/** `pointer code` of each problem. */
function problemsOf(schema: JsonValue): readonly string[] {
  const read = readSchema(schema, rules);
  return read.ok ? [] : read.problems.map(({ pointer, code }) => `${pointer} ${code}`);
}

function remarksOf(schema: JsonValue): readonly string[] {
  const read = readSchema(schema, rules);
  return read.ok ? read.remarks.map(({ pointer, code }) => `${pointer} ${code}`) : ['refused'];
}

const deep = (levels: number): JsonValue => (levels === 0 ? {} : { properties: { a: deep(levels - 1) } });

it.each<[string, JsonValue, readonly string[]]>([
  ['a list', [], [' schema_invalid']],
  ['a string', 'order', [' schema_invalid']],
  ['null', null, [' schema_invalid']],
  [
    'words for types that there are not',
    { type: 'text', properties: { a: { type: ['string', 'decimal'] }, b: { type: [] } } },
    ['/type schema_invalid', '/properties/a/type schema_invalid', '/properties/b/type schema_invalid'],
  ],
  [
    'values of the wrong kind',
    { required: 'sku', minimum: '1', multipleOf: 0, minLength: -1, maxItems: 1.5, uniqueItems: 'yes', enum: [] },
    [
      '/required schema_invalid',
      '/minimum schema_invalid',
      '/multipleOf schema_invalid',
      '/minLength schema_invalid',
      '/maxItems schema_invalid',
      '/uniqueItems schema_invalid',
      '/enum schema_invalid',
    ],
  ],
  [
    'subschemas that are none',
    { items: 5, allOf: [], anyOf: {}, properties: [], not: { if: null }, prefixItems: ['x'] },
    [
      '/items schema_invalid',
      '/allOf schema_invalid',
      '/anyOf schema_invalid',
      '/properties schema_invalid',
      '/not/if schema_invalid',
      '/prefixItems/0 schema_invalid',
    ],
  ],
  ['a tuple of draft-07 that does not say so', { items: [{}] }, ['/items schema_invalid']],
  ['an unknown dialect', { $schema: 'http://json-schema.org/draft-04/schema#' }, ['/$schema schema_dialect_unknown']],
  [
    'patterns that no linear engine takes',
    { pattern: '(?=a)b', patternProperties: { '(a)\\1': {}, '[': {} } },
    ['/pattern schema_pattern_invalid', '/patternProperties/(a)\\1 schema_pattern_invalid', '/patternProperties/[ schema_pattern_invalid'],
  ],
  ['a long pattern', { pattern: 'a'.repeat(513) }, ['/pattern schema_pattern_invalid']],
  [
    'dynamic references',
    { $dynamicRef: '#x', $defs: { x: { $dynamicAnchor: 'x' } } },
    ['/$dynamicRef schema_keyword_unsupported', '/$defs/x/$dynamicAnchor schema_keyword_unsupported'],
  ],
  ['addresses inside', { $defs: { x: { $id: 'x' } } }, ['/$defs/x/$id schema_keyword_unsupported']],
  [
    'a member that cannot be checked',
    JSON.parse('{"properties":{"__proto__":{}}}') as JsonValue,
    ['/properties/__proto__ schema_keyword_unsupported'],
  ],
  [
    'references that lead out',
    { $ref: 'https://example.com/order.json', items: { $ref: 'other.json#/a' } },
    ['/$ref schema_reference_remote', '/items/$ref schema_reference_remote'],
  ],
  [
    'references that lead nowhere',
    { $ref: '#/$defs/x', $defs: { y: { $ref: '#nobody' }, z: { $ref: '#/required' } }, required: [] },
    ['/$ref schema_reference_lost', '/$defs/y/$ref schema_reference_lost', '/$defs/z/$ref schema_reference_lost'],
  ],
  ['a reference to itself', { $ref: '#' }, [' schema_reference_endless']],
  [
    'references in a circle',
    { $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { not: { $ref: '#/$defs/a' } } } },
    ['/$defs/b/not schema_reference_endless'],
  ],
  ['too many levels', deep(32), [`${'/properties/a'.repeat(32)} schema_too_large`]],
  ['too many subschemas', { anyOf: Array.from({ length: 600 }, () => true) }, [' schema_too_large']],
  [
    'too many that are referred to',
    {
      $defs: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`d${n}`, {}])),
      anyOf: Array.from({ length: 101 }, (_, n) => ({ $ref: `#/$defs/d${n}` })),
    },
    [' schema_too_large'],
  ],
  ['too many bytes', { description: 'ü'.repeat(33_000) }, [' schema_too_large']],
])('refuses %s', (_what, schema, problems) => {
  expect(problemsOf(schema)).toEqual(problems);
});

it.each<[string, JsonValue]>([
  ['true', true],
  [
    'the dialect',
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'https://example.com/o',
      $ref: 'https://example.com/o#/$defs/a',
      $defs: { a: {} },
    },
  ],
  [
    'draft-07',
    { $schema: 'http://json-schema.org/draft-07/schema#', definitions: { a: { items: [{}] } }, items: { $ref: '#/definitions/a/items/0' } },
  ],
  ['names that need escapes', { properties: { 'a/b~c d': { $ref: '#/$defs/x~1y%20z' } }, $defs: { 'x/y z': {} } }],
  ['anchors', { $ref: '#thing', $defs: { x: { $anchor: 'thing' } } }],
  ['itself, deeper', { properties: { children: { items: { $ref: '#' } } }, $defs: { n: { additionalProperties: { $ref: '#/$defs/n' } } } }],
  ['patterns as ECMAScript writes them', { pattern: '^[\\u0041-\\u005a]{2}\\/\\d+$', patternProperties: { '^(?<x>a)$': {} } }],
  ['31 levels', deep(31)],
])('takes %s', (_what, schema) => {
  expect(problemsOf(schema)).toEqual([]);
});

it.each<[JsonValue, readonly string[]]>([
  [
    { requried: ['sku'], properties: { a: { nullable: true, format: 'colour' }, b: { format: 'date' } } },
    ['/requried schema_keyword_unknown', '/properties/a/nullable schema_keyword_unknown', '/properties/a/format schema_format_unknown'],
  ],
  [{ 'x-owner': 'team', contentSchema: 5, title: 'T', $comment: 'c', examples: [] }, []],
])('says of %j what nothing is checked by', (schema, remarks) => {
  expect(remarksOf(schema)).toEqual(remarks);
});

it('says what is wrong, and what now', () => {
  const read = readSchema({ type: 'text', nullable: true, minimum: '5' }, rules);
  expect(read).toEqual({
    ok: false,
    problems: [
      {
        pointer: '/type',
        code: 'schema_invalid',
        reason: 'It is "text".',
        hint: 'It must be one of string, number, integer, object, array, boolean, null, or a list of different ones.',
      },
      { pointer: '/minimum', code: 'schema_invalid', reason: 'It is "5".', hint: 'It must be a number.' },
    ],
  });
});

it('tells at most fifty problems', () => {
  expect(problemsOf({ properties: Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`p${n}`, { type: 'x' }])) })).toHaveLength(50);
});

describe('laws', () => {
  it('answers for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(typeof readSchema(value as JsonValue, rules).ok).toBe('boolean');
      }),
    );
  });

  it('takes nothing that the standard does not take for a schema', () => {
    const standard = new Ajv2020({ strict: false, logger: false });
    const keyword = fc.constantFrom(
      'type',
      'required',
      'enum',
      'minimum',
      'items',
      'properties',
      'anyOf',
      'dependentRequired',
      'pattern',
      'maxLength',
      'if',
      'format',
    );
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), aSchema(1), fc.constantFrom('string', ['a'], 5, -1, 0.5, true, '^a'));
    fc.assert(
      fc.property(fc.dictionary(keyword, value, { maxKeys: 3, noNullPrototype: true }), (schema) => {
        if (readSchema(schema as JsonValue, { ...rules, limits: schemaLimits }).ok) expect(standard.validateSchema(schema)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
