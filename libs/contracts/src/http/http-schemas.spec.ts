import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { httpSchemas, type HttpSchemaName } from './http-schemas.ts';

const names = Object.keys(httpSchemas) as HttpSchemaName[];
const components = { schemas: httpSchemas };
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

describe('schemas of the API', () => {
  it.each(names)('%s is a schema, and its examples are valid', (name) => {
    const validate = ajv.compile({ ...httpSchemas[name], components });
    const { examples = [] } = httpSchemas[name] as { examples?: readonly unknown[] };
    for (const example of examples) expect([validate(example), validate.errors]).toEqual([true, null]);
  });

  it('describe themselves and each of their members', () => {
    const silent = names.flatMap((name) => undescribed(httpSchemas[name], name));
    expect(silent).toEqual([]);
  });

  it('say of every object whether it may have other members', () => {
    expect(names.flatMap((name) => undecided(httpSchemas[name], name))).toEqual([]);
  });

  it('refer to what there is', () => {
    const used = [...JSON.stringify(httpSchemas).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !Object.hasOwn(httpSchemas, name))).toEqual([]);
  });
});

/** A reference is described where it leads. */
function undescribed(schema: object, at: string): readonly string[] {
  const { description, properties = {} } = schema as { description?: string; properties?: Record<string, object> };
  return [
    ...(description === undefined && !JSON.stringify(schema).includes('"$ref"') ? [at] : []),
    ...Object.entries(properties).flatMap(([name, member]) => undescribed(member, `${at}.${name}`)),
  ];
}

function undecided(schema: unknown, at: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, additionalProperties } = schema as { properties?: object; additionalProperties?: unknown };
  // A condition is no object's description.
  const inner = Object.entries(schema).filter(([keyword]) => keyword !== 'if' && keyword !== 'examples');
  return [
    ...(properties !== undefined && additionalProperties === undefined ? [at] : []),
    ...inner.flatMap(([keyword, value]) => undecided(value, `${at}.${keyword}`)),
  ];
}
