/** A JSON Schema (draft-07, as AsyncAPI has it). */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  /** Tells a schema from the schema of a member that need not be there. */
  readonly optional?: never;
}

/** A member that need not be there. */
export interface Optional {
  readonly optional: JsonSchema;
}

/** A schema for each member of T, `optional` for those that T makes optional: a member more or less does not compile. */
export type MembersOf<T> = { readonly [K in keyof T]-?: object extends Pick<T, K> ? Optional : JsonSchema };

export const optional = (schema: JsonSchema): Optional => ({ optional: schema });

/** An object of these members, and of others that later versions may add. */
export const objectOf = <T>(description: string, members: MembersOf<T>): JsonSchema => objectSchema(description, members);

export function objectSchema(description: string, members: Readonly<Record<string, JsonSchema | Optional>>): JsonSchema {
  const entries = Object.entries(members);
  return {
    type: 'object',
    description,
    required: entries.filter(([, member]) => !isOptional(member)).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, member]) => [name, isOptional(member) ? member.optional : member])),
  };
}

const isOptional = (member: JsonSchema | Optional): member is Optional => member.optional !== undefined;

export const text = (description: string): JsonSchema => ({ type: 'string', description });
/** An id of the hub: 24 hexadecimal digits, of which the first eight are its seconds of birth. */
export const id = (description: string): JsonSchema => ({ type: 'string', pattern: '^[0-9a-f]{24}$', description });
/** A whole number from `minimum`. */
export const count = (description: string, minimum = 0): JsonSchema => ({ type: 'integer', minimum, description });
export const time = (description: string): JsonSchema => count(`${description}, ms since the epoch.`);
export const listOf = (items: JsonSchema, description: string): JsonSchema => ({ type: 'array', items, description });

/** One of a set that is complete. Named as keys, so that a missing one does not compile. */
export const oneOf = <T extends string>(values: Readonly<Record<T, true>>, description: string): JsonSchema => ({
  type: 'string',
  enum: Object.keys(values),
  description,
});

/** One of those known today: later versions add to them, so they are named without excluding others. */
export const known = <T extends string>(values: Readonly<Record<T, true>>, description: string): JsonSchema => ({
  type: 'string',
  examples: Object.keys(values),
  description: `${description} Known today: ${Object.keys(values)
    .map((value) => `\`${value}\``)
    .join(', ')}; more may come.`,
});
