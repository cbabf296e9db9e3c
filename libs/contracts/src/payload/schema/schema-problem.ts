import { boundedText, type FieldProblem } from '@crossdock/core';

/** Why a schema is refused; each is in the error catalogue. */
export type SchemaProblemCode =
  | 'schema_invalid'
  | 'schema_dialect_unknown'
  | 'schema_keyword_unsupported'
  | 'schema_pattern_invalid'
  | 'schema_reference_lost'
  | 'schema_reference_remote'
  | 'schema_reference_endless'
  | 'schema_too_large';

/** What is odd about a schema that is used all the same. */
export type SchemaRemarkCode = 'schema_keyword_unknown' | 'schema_format_unknown';

export const problem = (pointer: string, code: SchemaProblemCode | SchemaRemarkCode, reason: string, hint: string): FieldProblem => ({
  pointer: boundedText(pointer, 500),
  code,
  reason,
  hint,
});

/** A member's name as a segment of a JSON Pointer. */
export const segment = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
