import { unreachable } from '../unreachable.ts';
import type { FilterOperator } from './filter.ts';
import type { FilterReason } from './matches.ts';

/**
 * Sentences for people, e.g. `Filter 2 did not pass: payload.order.totals.tax is "8.10"; it must be greater than 100.`
 * @param hint what may be wrong with a path that finds nothing, as a sentence; without one the commonest slip is guessed
 */
export function explainFilter(reason: FilterReason, hint: string = startHint(reason.path)): string {
  const { code, path, actual, matchRule, note = '' } = reason;
  const several = path.includes('*');
  const needs = needsOf(reason, several);
  const filter = `Filter ${reason.index + 1}`;
  switch (code) {
    case 'filter_failed':
      return several && matchRule === 'any'
        ? `${filter} did not pass: ${path} finds ${actual}; ${needs}.`
        : `${filter} did not pass: ${reason.at ?? path} is ${actual}; ${needs}.`;
    case 'path_missing':
      return `${filter} did not pass: ${path} finds nothing; ${needs}.${hint === '' ? '' : ` ${hint}`}`;
    case 'error':
      if (actual === null) return `${filter} could not be decided: ${path} ${note}; ${needs}.`;
      return several && matchRule === 'any'
        ? `${filter} could not be decided: ${path} finds ${actual}, one of which ${note}; ${needs}.`
        : `${filter} could not be decided: ${reason.at ?? path} is ${actual}, which ${note}; ${needs}.`;
    default:
      return unreachable(code);
  }
}

function needsOf({ code, matchRule, operator, expected }: FilterReason, several: boolean): string {
  if (!several || code === 'path_missing') return `it ${mustBe(operator, expected)}`;
  if (matchRule === 'any') return `one of them ${mustBe(operator, expected)}`;
  if (operator === 'present') return 'none of them may be empty';
  if (operator === 'neq') return `none of them may be ${JSON.stringify(expected)}`;
  return `all of them ${mustBe(operator, expected)}`;
}

/** What the operator asks for, e.g. `must begin with "APC"`. */
export function mustBe(operator: FilterOperator, expected: string): string {
  const text = JSON.stringify(expected);
  switch (operator) {
    case 'eq':
      return `must be ${text}`;
    case 'neq':
      return `must not be ${text}`;
    case 'gt':
      return `must be greater than ${expected}`;
    case 'lt':
      return `must be less than ${expected}`;
    case 'begin':
      return `must begin with ${text}`;
    case 'end':
      return `must end with ${text}`;
    case 'contains':
      return `must contain ${text}`;
    case 'match':
      return `must match ${text}`;
    case 'present':
      return 'must not be empty';
    case 'empty':
      return 'must be empty';
    default:
      return unreachable(operator);
  }
}

const ROOT_MEMBERS = new Set(['payload', 'message', 'message_id', 'source', 'store_id']);

/** The commonest slip is a path that starts inside the payload. */
export function startHint(path: string): string {
  const [first = ''] = path.split('.');
  return ROOT_MEMBERS.has(first) ? '' : `Paths start at the message's root: payload.${path} perhaps?`;
}
