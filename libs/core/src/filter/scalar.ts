import { canonicalText } from '../json/text.ts';
import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import { namesOf } from '../json/names.ts';

// A digit can be read in one way only: else a long text of digits would take time in proportion to its square.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * How filters and identifiers see a value as text: a string is itself; numbers, `true`, `false` and `null` are their JSON text
 * (numbers as JavaScript prints them: `10.0` is `10`, and integers beyond 2^53 have lost their last digits); objects and
 * arrays are their canonical JSON text, undefined where that is longer than `maxChars`.
 */
export function textOf(value: JsonValue, maxChars: number): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? canonicalText(value, maxChars) : String(value);
}

/** The number that a JSON number, or a string with a decimal number in it, stands for; undefined for all else. */
export function finiteNumber(value: JsonValue): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || !DECIMAL.test(value.trim()))) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** `null`, `""`, the string `null`, `[]` and `{}` are empty; `0`, `false` and blanks are not. */
export function isEmptyValue(value: JsonValue): boolean {
  if (typeof value === 'string') return value === '' || value === 'null';
  if (typeof value !== 'object') return false;
  return value === null || (isJsonObject(value) ? namesOf(value).length === 0 : value.length === 0);
}
