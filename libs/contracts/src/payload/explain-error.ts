import type { Finding } from '@crossdock/core';
import { describeValue } from './describe-value.ts';

/** What a finding of `checkPayload` can be. Documented, with what to do, in docs/message-types.md. */
export type PayloadFindingCode =
  | 'payload_not_object'
  | 'payload_empty'
  | 'shipment_or_order_missing'
  | 'field_missing'
  | 'field_empty'
  | 'not_an_object'
  | 'not_an_array'
  | 'not_a_string'
  | 'not_a_string_or_number'
  | 'not_an_integer'
  | 'identity_missing'
  | 'shipment_not_object';

/** The parts of a schema checker's error that the sentence is made of. */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly parentSchema?: object;
  readonly data?: unknown;
}

interface Described {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
}

/** The error as a finding with a sentence of our own; `undefined` for errors that only accompany another. */
export function explainError(error: SchemaError): Finding | undefined {
  // Both come with the error that says what is wrong: a branch of `anyOf` with the `anyOf`, an `if` with its branch.
  if (error.keyword === 'if' || error.schemaPath.includes('/anyOf/')) return undefined;
  const schema: Described = error.parentSchema ?? {};
  switch (error.keyword) {
    case 'required':
      return missing(error, schema);
    case 'not':
      return finding(error, 'payload_empty', `The payload is empty (null counts as absent). It must be ${need(schema)}.`);
    case 'anyOf':
      return finding(
        error,
        'shipment_or_order_missing',
        `Neither \`shipment\` nor \`order\` is an object. The payload must be ${need(schema)}.`,
      );
    default:
      return wrong(error, schema);
  }
}

const need = (schema: Described): string => schema.description ?? 'of another kind';

const finding = (error: SchemaError, code: PayloadFindingCode, reason: string): Finding => ({ pointer: error.instancePath, code, reason });

function missing(error: SchemaError, schema: Described): Finding {
  const name = String(error.params['missingProperty']);
  return absent(`${error.instancePath}/${name}`, name, schema.properties?.[name] ?? {});
}

const absent = (pointer: string, name: string, schema: Described): Finding => ({
  pointer,
  code: 'field_missing' satisfies PayloadFindingCode,
  reason: `\`${name}\` is missing (null counts as absent). It must be ${need(schema)}.`,
});

function wrong(error: SchemaError, schema: Described): Finding {
  const name = nameOf(error.instancePath);
  if (error.data === null) return absent(error.instancePath, name, schema);
  return finding(error, codeOf(error, schema), `\`${name}\` is ${describeValue(error.data)}. It must be ${need(schema)}.`);
}

function codeOf({ keyword }: SchemaError, { type }: Described): PayloadFindingCode {
  if (keyword === 'minLength') return 'field_empty';
  const types = typeof type === 'string' ? [type] : (type ?? []);
  if (types.includes('integer')) return 'not_an_integer';
  if (types.includes('object')) return 'not_an_object';
  if (types.includes('array')) return 'not_an_array';
  return types.includes('number') ? 'not_a_string_or_number' : 'not_a_string';
}

/** The names of our schemas hold no `/` and no `~`, and everything else is an index: nothing to unescape. */
const nameOf = (pointer: string): string => pointer.slice(pointer.lastIndexOf('/') + 1);
