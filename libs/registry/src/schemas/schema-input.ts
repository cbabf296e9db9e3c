import { isJsonObject, type JsonObject, type JsonValue, type SchemaCompatibility } from '@crossdock/core';
import type { Problems } from '../input/problems.ts';

/** What is to be registered. */
export interface ReadSchemaInput {
  readonly schema: JsonValue;
  readonly compatibility: SchemaCompatibility;
}

/** Reads `{schema, compatibility?}`. What the schema itself may be is not asked here. Undefined where there is none. */
export function readSchemaInput(input: JsonObject, problems: Problems): ReadSchemaInput | undefined {
  problems.unknownMembers(input, '', ['schema', 'compatibility'], shownMembers);
  const { schema, compatibility = 'backward' } = input;
  if (compatibility !== 'backward' && compatibility !== 'none') {
    problems.add('/compatibility', 'It is neither "backward" nor "none".', 'Leave it out for "backward": what was valid stays valid.');
  }
  if (schema === undefined || (!isJsonObject(schema) && typeof schema !== 'boolean')) {
    problems.add('/schema', 'There is no schema.', 'Send a JSON Schema as {"schema": {"type": "object", …}}.');
    return undefined;
  }
  return { schema, compatibility: compatibility === 'none' ? 'none' : 'backward' };
}

/** Members of an answer, which may be sent back. */
const shownMembers = ['type', 'version', 'in_use', 'created_at', 'by', 'store_id', 'names', 'revision', 'remarks', 'effect'];
