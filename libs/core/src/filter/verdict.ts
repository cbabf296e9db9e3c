import type { JsonValue } from '../json/json-value.ts';
import { unreachable } from '../unreachable.ts';
import type { FilterTest } from './filter.ts';
import { finiteNumber, isEmptyValue, textOf } from './scalar.ts';

/** `too_long` and `not_a_number`: the value could not be compared, which is a no. */
export type Verdict = 'yes' | 'no' | 'too_long' | 'not_a_number';

/**
 * Does the value pass?
 * - `eq`, `neq` compare the value's text (see `textOf`) with the filter's.
 * - `begin`, `contains`, `end`, `match` look into that text; `null` has none and never passes.
 * - `gt`, `lt` compare floats; what is not a finite number, nor a string with one in it, never passes.
 * - `present`, `empty`: see `isEmptyValue`.
 */
export function verdictOn(value: JsonValue, test: FilterTest, maxText: number): Verdict {
  switch (test.operator) {
    // A value with a longer text than the filter's cannot be equal, so no more of it is written down.
    case 'eq':
      return yesIf(textOf(value, test.text.length) === test.text);
    case 'neq':
      return yesIf(textOf(value, test.text.length) !== test.text);
    case 'gt':
    case 'lt':
      return compareNumbers(value, test.operator, test.number);
    case 'present':
      return yesIf(!isEmptyValue(value));
    case 'empty':
      return yesIf(isEmptyValue(value));
    case 'begin':
    case 'contains':
    case 'end':
    case 'match':
      return lookInto(value, test, maxText);
    default:
      return unreachable(test);
  }
}

const yesIf = (passes: boolean): Verdict => (passes ? 'yes' : 'no');

function compareNumbers(value: JsonValue, operator: 'gt' | 'lt', than: number): Verdict {
  const number = finiteNumber(value);
  if (number === undefined) return 'not_a_number';
  return yesIf(operator === 'gt' ? number > than : number < than);
}

type LookInto = Extract<FilterTest, { operator: 'match' } | { operator: 'begin' | 'contains' | 'end' }>;

function lookInto(value: JsonValue, test: LookInto, maxText: number): Verdict {
  if (value === null) return 'no';
  const text = textOf(value, maxText);
  if (text === undefined) return 'too_long';
  switch (test.operator) {
    case 'begin':
      return yesIf(text.startsWith(test.text));
    case 'contains':
      return yesIf(text.includes(test.text));
    case 'end':
      return yesIf(text.endsWith(test.text));
    case 'match':
      return text.length > maxText ? 'too_long' : yesIf(test.regex.test(text));
    default:
      return unreachable(test);
  }
}
