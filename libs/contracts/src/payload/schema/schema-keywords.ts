/** Keywords whose value is a subschema. */
export const singleKeywords = [
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
] as const;
export type SingleKeyword = (typeof singleKeywords)[number];

/** Keywords whose value is a list of subschemas. */
export const listKeywords = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;
export type ListKeyword = (typeof listKeywords)[number];

/** Keywords whose value is subschemas by name. `definitions` is the older name of `$defs`. */
export const namedKeywords = ['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'] as const;
export type NamedKeyword = (typeof namedKeywords)[number];

/** What the value of a keyword without subschemas must be. */
export type ValueKind =
  | 'number'
  | 'positive'
  | 'count'
  | 'flag'
  | 'text'
  | 'texts'
  | 'texts_by_name'
  | 'types'
  | 'list'
  | 'values'
  | 'value';

export const valueKeywords: Readonly<Record<string, ValueKind>> = {
  $anchor: 'text',
  $comment: 'text',
  $id: 'text',
  $ref: 'text',
  $schema: 'text',
  const: 'value',
  contentEncoding: 'text',
  contentMediaType: 'text',
  default: 'value',
  dependentRequired: 'texts_by_name',
  deprecated: 'flag',
  description: 'text',
  enum: 'values',
  examples: 'list',
  exclusiveMaximum: 'number',
  exclusiveMinimum: 'number',
  format: 'text',
  maxContains: 'count',
  maxItems: 'count',
  maxLength: 'count',
  maxProperties: 'count',
  maximum: 'number',
  minContains: 'count',
  minItems: 'count',
  minLength: 'count',
  minProperties: 'count',
  minimum: 'number',
  multipleOf: 'positive',
  pattern: 'text',
  readOnly: 'flag',
  required: 'texts',
  title: 'text',
  type: 'types',
  uniqueItems: 'flag',
  writeOnly: 'flag',
};

/** Those that payloads are checked by; the others are for people. */
export const checkedKeywords = [
  'const',
  'dependentRequired',
  'enum',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'format',
  'maxContains',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minContains',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'pattern',
  'required',
  'type',
  'uniqueItems',
] as const;

/** Keywords of the standard that are refused, since whoever wrote them relies on them, and what to do instead. */
export const unsupportedKeywords: Readonly<Record<string, string>> = {
  $dynamicAnchor: 'Name the subschema under $defs, and refer to it with $ref.',
  $dynamicRef: 'Refer to a subschema under $defs with $ref.',
  $recursiveAnchor: 'Name the subschema under $defs, and refer to it with $ref.',
  $recursiveRef: 'Refer to the schema itself with {"$ref": "#"}.',
};

/** Keywords without effect here, and what their authors probably mean. */
export const foreignKeywords: Readonly<Record<string, string>> = {
  additionalItems: 'In 2020-12 it is `items`, beside `prefixItems`; or declare draft-07 with $schema.',
  dependencies: 'In 2020-12 it is `dependentRequired` or `dependentSchemas`; or declare draft-07 with $schema.',
  discriminator: 'Give the branches of oneOf a `const` for the property that tells them apart.',
  example: 'Write `examples`, a list.',
  id: 'Write `$id`; properties stand under `properties`.',
  nullable: 'Write a list of types, such as "type": ["string", "null"].',
};

export const jsonTypes = ['string', 'number', 'integer', 'object', 'array', 'boolean', 'null'] as const;
export type JsonType = (typeof jsonTypes)[number];

export const isJsonType = (text: unknown): text is JsonType => jsonTypes.some((type) => type === text);
