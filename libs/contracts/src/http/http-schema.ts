import type { VersionKind } from '@crossdock/core';
import { objectSchema, oneOf, text, type JsonSchema, type MembersOf, type Optional } from '../envelope/json-schema.ts';

/** An object of these members and no other: of what the hub itself writes, so that a member more is noticed. */
export const closed = <T>(description: string, members: MembersOf<T>): JsonSchema => closedObject(description, members);

/** `closed` where no type has the members. */
export const closedObject = (description: string, members: Readonly<Record<string, JsonSchema | Optional>>): JsonSchema => ({
  ...objectSchema(description, members),
  additionalProperties: false,
});

/** The schema, or null. */
export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema;
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}) };
}

/** The same with examples, whole and valid. */
export const withExamples = (schema: JsonSchema, ...examples: readonly unknown[]): JsonSchema => ({ ...schema, examples });

/** A reference to a schema of the document. Which there are, `httpSchemas` says. */
export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** A list of such things. */
export const listOfRef = (name: string, description: string): JsonSchema => ({ type: 'array', items: ref(name), description });

/** A time as the API writes it. */
export const moment = (description: string): JsonSchema => ({ type: 'string', format: 'date-time', description });

export const flag = (description: string): JsonSchema => ({ type: 'boolean', description });

/** Any JSON value. */
export const anything = (description: string): JsonSchema => ({ description });

/** An object of strangers' members. */
export const openObject = (description: string): JsonSchema => ({ type: 'object', description, additionalProperties: true });

/** A page of a list of ours. */
export const pageOf = (name: string, items: string, description: string): JsonSchema =>
  closedObject(description, {
    [name]: listOfRef(items, 'The items.'),
    next: orNull(text('Goes on as `after`; null at the end.')),
  });

/** Members of answers, which may be sent back and are not read. */
export const readOnly = (...names: readonly string[]): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(names.map((name) => [name, { readOnly: true, description: 'Not read.' }]));

/** A string of bounded length. */
export const bounded = (description: string, maxLength: number, minLength = 0): JsonSchema => ({
  ...text(description),
  ...(minLength === 0 ? {} : { minLength }),
  maxLength,
});
export const between = (type: 'integer' | 'number', minimum: number, maximum: number, description: string): JsonSchema => ({
  type,
  minimum,
  maximum,
  description,
});

/** How a version came to be. */
export const versionKind: JsonSchema = oneOf<VersionKind>({ created: true, changed: true, removed: true }, 'What was done.');

/** A change of everything that is required: of these members, none may be null. */
export const madeOf = (change: string, types: Readonly<Record<string, string | readonly string[]>>, description: string): JsonSchema => ({
  description,
  allOf: [ref(change)],
  required: Object.keys(types),
  properties: Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type, description: 'Not null.' }])),
  additionalProperties: true,
});
