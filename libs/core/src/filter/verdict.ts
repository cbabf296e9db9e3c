import type { JsonValue } from '../json/json-value.ts';
import { unreachable } from '../unreachable.ts';
import type { Effort } from './effort.ts';
import type { FilterTest } from './filter.ts';
import { finiteNumber, isEmptyValue, textOf } from './scalar.ts';

/** `too_long`, `too_much` (see `Effort`) and `not_a_number`: the value could not be compared, which is a no. */
export type Verdict = 'yes' | 'no' | 'too_long' | 'too_much' | 'not_a_number';

/**
 * Does the value pass?
 * - `eq`, `neq` compare the value's text (see `textOf`) with the filter's.
 * - `begin`, `contains`, `end`, `match` look into that text; `null` has none and never passes.
 * - `gt`, `lt` compare floats; what is not a finite number, nor a string with one in it, never passes.
 * - `present`, `empty`: see `isEmptyValue`.
 */
export function verdictOn(value: JsonValue, test: FilterTest, maxText: number, effort: Effort): Verdict {
  switch (test.operator) {
    case 'eq':
    case 'neq':
      return compareTexts(value, test, effort);
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
      return lookInto(value, test, maxText, effort);
    default:
      return unreachable(test);
  }
}

/** A text is searched much faster than it is written down, or matched with a pattern. */
const CHARS_FOUND_IN_A_STEP = 32;

const yesIf = (passes: boolean): Verdict => (passes ? 'yes' : 'no');

type Compare = Extract<FilterTest, { operator: 'eq' | 'neq' }>;

/** A value with a longer text than the filter's cannot be equal, so no more of it is written down. */
function compareTexts(value: JsonValue, test: Compare, effort: Effort): Verdict {
  const text = textWithin(value, test.text.length, effort);
  if (text === 'too_much') return text;
  return yesIf((text !== 'too_long' && text.text === test.text) === (test.operator === 'eq'));
}

/** The text of a value. Scalars have theirs at hand; that of an object or array has to be written. */
function textWithin(value: JsonValue, maxChars: number, effort: Effort): { readonly text: string } | 'too_long' | 'too_much' {
  const isWritten = typeof value === 'object' && value !== null;
  if (isWritten && effort.isSpent) return 'too_much';
  const text = textOf(value, maxChars);
  if (isWritten) effort.spend(text?.length ?? maxChars);
  return text === undefined ? 'too_long' : { text };
}

function compareNumbers(value: JsonValue, operator: 'gt' | 'lt', than: number): Verdict {
  const number = finiteNumber(value);
  if (number === undefined) return 'not_a_number';
  return yesIf(operator === 'gt' ? number > than : number < than);
}

type LookInto = Extract<FilterTest, { operator: 'match' } | { operator: 'begin' | 'contains' | 'end' }>;

function lookInto(value: JsonValue, test: LookInto, maxText: number, effort: Effort): Verdict {
  if (value === null) return 'no';
  const text = textWithin(value, maxText, effort);
  if (text === 'too_long' || text === 'too_much') return text;
  return searchIn(text.text, test, maxText, effort);
}

function searchIn(text: string, test: LookInto, maxText: number, effort: Effort): Verdict {
  switch (test.operator) {
    case 'begin':
      return yesIf(text.startsWith(test.text));
    case 'contains':
      effort.spend(Math.ceil(text.length / CHARS_FOUND_IN_A_STEP));
      return yesIf(text.includes(test.text));
    case 'end':
      return yesIf(text.endsWith(test.text));
    case 'match':
      if (text.length > maxText) return 'too_long';
      if (effort.isSpent) return 'too_much';
      effort.spend(text.length);
      return yesIf(test.regex.test(text));
    default:
      return unreachable(test);
  }
}
