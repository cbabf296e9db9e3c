import type { JsonValue } from '../json/json-value.ts';
import { boundedText, previewText } from '../json/text.ts';
import type { FilterOperator, MatchRule, ParsedFilter } from './filter.ts';
import { Effort, MAX_STEPS } from './effort.ts';
import { readPath, type FoundValue } from './path.ts';
import { verdictOn, type Verdict } from './verdict.ts';

/** Why a filter did not let a message pass. Fit to be stored: texts are bounded. */
export interface FilterReason {
  /**
   * `filter_failed`: a value was compared and did not pass. `path_missing`: the path finds nothing. `error`: what was found
   * could not be compared (see `note`).
   */
  readonly code: 'filter_failed' | 'path_missing' | 'error';
  /** The filter's place among the mapping's filters, from 0. */
  readonly index: number;
  readonly path: string;
  readonly operator: FilterOperator;
  /** The filter's value; empty for `present` and `empty`. */
  readonly expected: string;
  /** The value that did not pass, as JSON text, or several of them for the rule `any`; null where nothing was found. */
  readonly actual: string | null;
  readonly matchRule: MatchRule;
  /** Where that value stands, if the path alone does not say it. */
  readonly at?: string;
  /** What kept the value from being compared. */
  readonly note?: string;
}

export type FilterResult = { readonly pass: true } | { readonly pass: false; readonly reason: FilterReason };

/** Judging a value takes a part of what finding it took. */
const VALUES_JUDGED_IN_A_STEP = 4;

const PASS: FilterResult = { pass: true };

/**
 * Do all filters let the message pass? The first that does not is explained.
 * `root` is what paths start from: `{message, payload, …}`, parsed. A path that finds nothing passes `empty` and `neq` only;
 * a member that some elements under a `*` lack is no value for them.
 * @param effort what may still be done for this message
 */
export function matches(filters: readonly ParsedFilter[], root: JsonValue, effort = new Effort()): FilterResult {
  for (const filter of filters) {
    const reason = filter.path.several ? judgeSeveral(filter, root, effort) : judgeOne(filter, root, effort);
    if (reason !== undefined) return { pass: false, reason };
  }
  return PASS;
}

function judgeOne(filter: ParsedFilter, root: JsonValue, effort: Effort): FilterReason | undefined {
  const value = readPath(filter.path, root);
  if (value === undefined) return judgeNothing(filter);
  const verdict = verdictOn(value, filter.test, filter.maxText, effort);
  return verdict === 'yes' ? undefined : no(filter, previewText(value), verdict);
}

function judgeSeveral(filter: ParsedFilter, root: JsonValue, effort: Effort): FilterReason | undefined {
  const found = effort.walk(filter.path, root);
  if (found === undefined) return { ...reasonOf(filter, 'error', null), note: NOTES.too_much };
  if (found.values.length === 0 && !found.capped) return judgeNothing(filter);
  effort.spend(Math.ceil(found.values.length / VALUES_JUDGED_IN_A_STEP));
  const reason = filter.matchRule === 'all' ? judgeAll(filter, found.values, effort) : judgeAny(filter, found.values, effort);
  // What was not looked at may still fail (`all`), or have passed (`any`).
  const undecided = found.capped && (filter.matchRule === 'all') === (reason === undefined);
  return undecided ? tooMany(filter, found.values.length) : reason;
}

function judgeNothing(filter: ParsedFilter): FilterReason | undefined {
  const { operator } = filter.test;
  return operator === 'empty' || operator === 'neq' ? undefined : reasonOf(filter, 'path_missing', null);
}

function judgeAll(filter: ParsedFilter, values: readonly FoundValue[], effort: Effort): FilterReason | undefined {
  for (const { value, at } of values) {
    const verdict = verdictOn(value, filter.test, filter.maxText, effort);
    if (verdict !== 'yes') return { ...no(filter, previewText(value), verdict), at: boundedText(at) };
  }
  return undefined;
}

function judgeAny(filter: ParsedFilter, values: readonly FoundValue[], effort: Effort): FilterReason | undefined {
  let worst: Exclude<Verdict, 'yes'> = 'no';
  for (const { value } of values) {
    const verdict = verdictOn(value, filter.test, filter.maxText, effort);
    if (verdict === 'yes') return undefined;
    if (verdict !== 'no') worst = verdict;
  }
  return no(filter, previewSeveral(values), worst);
}

function previewSeveral(values: readonly FoundValue[]): string {
  const shown = values.slice(0, 5).map(({ value }) => previewText(value, 40));
  const more = values.length - shown.length;
  return boundedText(shown.join(', ') + (more > 0 ? ` and ${more} more` : ''));
}

const NOTES = {
  not_a_number: 'is not a number',
  too_long: 'is too long to be looked into',
  too_much: `was not looked at: routing this message takes more than the ${MAX_STEPS} steps allowed`,
} as const satisfies Record<Exclude<Verdict, 'yes' | 'no'>, string>;

function no(filter: ParsedFilter, actual: string, verdict: Exclude<Verdict, 'yes'>): FilterReason {
  if (verdict === 'no') return reasonOf(filter, 'filter_failed', actual);
  return { ...reasonOf(filter, 'error', actual), note: NOTES[verdict] };
}

function tooMany(filter: ParsedFilter, seen: number): FilterReason {
  return { ...reasonOf(filter, 'error', null), note: `finds too much: only the first ${seen} values were looked at` };
}

function reasonOf(filter: ParsedFilter, code: FilterReason['code'], actual: string | null): FilterReason {
  const { index, path, test, expected, matchRule } = filter;
  return { code, index, path: path.text, operator: test.operator, expected, actual, matchRule };
}
