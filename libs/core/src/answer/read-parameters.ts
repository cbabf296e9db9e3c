import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import { boundedText } from '../json/text.ts';

const MAX_NAME = 255;
/** As deep as a message may be. */
const MAX_DEPTH = 512;

/** A value that an answer gives to one of the store's parameters. */
export interface ParameterValue {
  readonly name: string;
  readonly value: JsonValue;
}

/** The `parameters` member of an answer, `[{name, value}]`: what is malformed is skipped with a warning. */
export function readParameters(
  value: JsonValue | undefined,
  most: number,
): { readonly values: readonly ParameterValue[]; readonly warnings: readonly string[] } {
  if (value === undefined || value === null) return { values: [], warnings: [] };
  if (!Array.isArray(value)) return { values: [], warnings: ['`parameters` is not an array: ignored.'] };
  const values: ParameterValue[] = [];
  const warnings: string[] = [];
  for (const [index, entry] of (value as readonly JsonValue[]).slice(0, most).entries()) {
    const read = readParameter(entry);
    if (typeof read === 'string') warnings.push(`Parameter ${index} ${read}: skipped.`);
    else values.push(read);
  }
  if (value.length > most) warnings.push(`${value.length - most} parameters beyond the first ${most}: ignored.`);
  return { values, warnings };
}

function readParameter(entry: JsonValue): ParameterValue | string {
  if (!isJsonObject(entry)) return 'is not an object';
  const { name, value } = entry;
  // A name is written back as it is, so one that cannot be stored as it is cannot be used.
  if (typeof name !== 'string' || name === '' || name !== boundedText(name, MAX_NAME)) return 'has no usable name';
  if (name === 'store_id') return 'is store_id, which is the hub’s own';
  if (value === undefined) return 'has no value';
  if (!isWithin(value, MAX_DEPTH)) return `has a value that nests deeper than ${MAX_DEPTH}`;
  return { name, value };
}

function isWithin(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values<JsonValue>(value).every((inner) => isWithin(inner, depth - 1));
}
