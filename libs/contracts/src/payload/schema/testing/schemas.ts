import type { JsonValue } from '@crossdock/core';
import fc from 'fast-check';

type Schema = Record<string, JsonValue> | boolean;

const names = fc.constantFrom('a', 'b', 'ab', 'c');
const patterns = fc.constantFrom('^a', 'b$', '^[a-c]$', '.');
const scalars = fc.constantFrom<JsonValue>('a', 'ab', 'abc', '', 0, 1, 2, 3.5, -1, 10, true, false, null);
const types = fc.constantFrom('string', 'number', 'integer', 'object', 'array', 'boolean', 'null');
const count = fc.integer({ min: 0, max: 3 });

/** Small documents that meet small schemas often. */
export function aDocument(depth = 3): fc.Arbitrary<JsonValue> {
  if (depth === 0) return scalars;
  const inner = aDocument(depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: scalars },
    { weight: 2, arbitrary: fc.array(inner, { maxLength: 3 }) },
    { weight: 4, arbitrary: fc.dictionary(names, inner, { maxKeys: 3, noNullPrototype: true }) },
  );
}

/** Schemas of every keyword, small enough for documents to be valid now and then. */
export function aSchema(depth = 3): fc.Arbitrary<Schema> {
  const inner =
    depth === 0 ? fc.constantFrom<Schema>(true, {}, { type: 'string' }, { type: 'integer' }, false) : fc.oneof(aSchema(depth - 1));
  const several = fc.array(inner, { minLength: 1, maxLength: 3 });
  const keyword = fc.oneof<fc.Arbitrary<Record<string, JsonValue>>[]>(
    fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 5 })).map((type) => ({ type })),
    fc.array(scalars, { minLength: 1, maxLength: 4 }).map((values) => ({ enum: values })),
    scalars.map((value) => ({ const: value })),
    fc.tuple(fc.constantFrom('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'), fc.integer({ min: -1, max: 4 })).map(one),
    fc.constantFrom(1, 2, 3).map((multipleOf) => ({ multipleOf })),
    fc.tuple(fc.constantFrom('minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'), count).map(one),
    fc.constantFrom('^a', 'b$', '^.{2}$').map((pattern) => ({ pattern })),
    fc.uniqueArray(names, { maxLength: 3 }).map((required) => ({ required })),
    fc.dictionary(names, inner, { maxKeys: 3, noNullPrototype: true }).map((properties) => ({ properties })),
    fc.dictionary(patterns, inner, { maxKeys: 2, noNullPrototype: true }).map((patternProperties) => ({ patternProperties })),
    fc
      .tuple(fc.constantFrom('additionalProperties', 'items', 'not', 'propertyNames', 'unevaluatedProperties', 'unevaluatedItems'), inner)
      .map(one),
    fc.tuple(fc.constantFrom('allOf', 'anyOf', 'oneOf', 'prefixItems'), several).map(one),
    fc.tuple(inner, count, count).map(([contains, minContains, more]) => ({ contains, minContains, maxContains: minContains + more })),
    fc.tuple(inner, inner, inner).map(([condition, then, otherwise]) => ({ if: condition, then, else: otherwise })),
    fc.tuple(names, fc.uniqueArray(names, { maxLength: 2 })).map(([name, needs]) => ({ dependentRequired: { [name]: needs } })),
    fc.tuple(names, inner).map(([name, schema]) => ({ dependentSchemas: { [name]: schema } })),
    fc.constant({ uniqueItems: true }),
    // Deeper into the value each time, as the root is.
    names.map((name) => ({ properties: { [name]: { $ref: '#' } } })),
  );
  return fc.oneof(
    {
      weight: 10,
      arbitrary: fc.array(keyword, { minLength: 0, maxLength: 3 }).map((keywords) => Object.assign({}, ...keywords) as Schema),
    },
    { weight: 1, arbitrary: fc.boolean() },
  );
}

const one = ([keyword, value]: readonly [string, JsonValue]): Record<string, JsonValue> => ({ [keyword]: value });

/** The schema with something changed somewhere: a keyword left out, put in, or another value for it. */
export function changed(schema: Schema): fc.Arbitrary<Schema> {
  if (typeof schema === 'boolean') return aSchema(1);
  const keywords = Object.keys(schema);
  const ways: fc.Arbitrary<Schema>[] = [aSchema(1).map((more) => (typeof more === 'boolean' ? schema : { ...more, ...schema }))];
  if (keywords.length > 0) {
    const chosen = fc.constantFrom(...keywords);
    ways.push(
      chosen.map((keyword) => without(schema, keyword)),
      chosen.chain((keyword) => changedValue(schema[keyword] ?? null).map((value) => ({ ...schema, [keyword]: value }))),
      chosen.chain((keyword) => changedValue(schema[keyword] ?? null).map((value) => ({ ...schema, [keyword]: value }))),
    );
  }
  return fc.oneof(...ways).map(mended);
}

function without(schema: Record<string, JsonValue>, keyword: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([other]) => other !== keyword));
}

function changedValue(value: JsonValue): fc.Arbitrary<JsonValue> {
  if (typeof value === 'number') return fc.constantFrom(Math.max(value - 1, 1), value + 1);
  if (typeof value !== 'object' || value === null) return fc.constant(value);
  if (Array.isArray(value)) {
    const values = value as readonly JsonValue[];
    if (values.length < 2) return fc.constant(value);
    return fc.oneof(fc.constant(values.slice(1)), fc.constant(values.toReversed()), changedAt(values));
  }
  return changed(value as Record<string, JsonValue>);
}

function changedAt(values: readonly JsonValue[]): fc.Arbitrary<JsonValue> {
  return fc.nat(values.length - 1).chain((index) => changedValue(values[index] ?? null).map((value) => values.with(index, value)));
}

/** A change may make a schema that is none: what it broke is left out. */
function mended(schema: Schema): Schema {
  if (typeof schema === 'boolean') return schema;
  const kept = Object.entries(schema).filter(([keyword, value]) => !(keyword === 'type' && Array.isArray(value) && value.length === 0));
  return Object.fromEntries(kept);
}
