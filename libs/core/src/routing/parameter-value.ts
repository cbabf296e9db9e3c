import type { JsonValue } from '../json/json-value.ts';
import type { ParameterType } from '../ports/registry.ts';
import { unreachable } from '../unreachable.ts';

/** The type of a parameter that is made from a value. */
export function typeOfValue(value: JsonValue): ParameterType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'float';
  return Array.isArray(value) ? 'list' : 'string';
}

/**
 * The value as a parameter of that type holds it, or undefined where it does not fit. Texts of numbers and booleans fit the types
 * they are texts of; what is no string, and no list, fits `string` as its JSON text.
 */
export function fitValue(value: JsonValue, type: ParameterType): JsonValue | undefined {
  switch (type) {
    case 'string':
      if (typeof value === 'string') return value;
      return Array.isArray(value) ? undefined : JSON.stringify(value);
    case 'integer': {
      const number = numberIn(value, /^[+-]?\d+$/);
      return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
    }
    case 'float':
      return numberIn(value, /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i);
    case 'boolean':
      if (value === 'true') return true;
      if (value === 'false') return false;
      return typeof value === 'boolean' ? value : undefined;
    case 'list':
      return Array.isArray(value) ? value : undefined;
    default:
      return unreachable(type);
  }
}

function numberIn(value: JsonValue, form: RegExp): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !form.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
