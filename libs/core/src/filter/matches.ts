import type { JsonValue } from '../json/json-value.ts';
import { boundedText, previewText } from '../json/text.ts';
import type { FilterOperator, MatchRule, ParsedFilter } from './filter.ts';
import { DEFAULT_WALK_CAPS, readPath, walk, type FoundValue, type WalkCaps } from './path.ts';
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

const PASS: FilterResult = { pass: true };

/**
 * Do all filters let the message pass? The first that does not is explained.
 * `root` is what paths start from: `{message, payload, …}`, parsed. A path that finds nothing passes `empty` and `neq` only;
 * a member that some elements under a `*` lack is no value for them.
 */
export function matches(filters: readonly ParsedFilter[], root: JsonValue, caps: WalkCaps = DEFAULT_WALK_CAPS): FilterResult {
  for (const filter of filters) {
    const reason = filter.path.several ? judgeSeveral(filter, root, caps) : judgeOne(filter, root);
    if (reason !== undefined) return { pass: false, reason };
  }
  return PASS;
}

function judgeOne(filter: ParsedFilter, root: JsonValue): FilterReason | undefined {
  const value = readPath(filter.path, root);
  if (value === undefined) return judgeNothing(filter);
  const verdict = verdictOn(value, filter.test, filter.maxText);
  return verdict === 'yes' ? undefined : no(filter, previewText(value), verdict);
}

function judgeSeveral(filter: ParsedFilter, root: JsonValue, caps: WalkCaps): FilterReason | undefined {
  const found = walk(filter.path, root, caps);
  if (found.values.length === 0 && !found.capped) return judgeNothing(filter);
  const reason = filter.matchRule === 'all' ? judgeAll(filter, found.values) : judgeAny(filter, found.values);
  // What was not looked at may still fail (`all`), or have passed (`any`).
  const undecided = found.capped && (filter.matchRule === 'all') === (reason === undefined);
  return undecided ? tooMany(filter, found.values.length) : reason;
}

function judgeNothing(filter: ParsedFilter): FilterReason | undefined {
  const { operator } = filter.test;
  return operator === 'empty' || operator === 'neq' ? undefined : reasonOf(filter, 'path_missing', null);
}

function judgeAll(filter: ParsedFilter, values: readonly FoundValue[]): FilterReason | undefined {
  for (const { value, at } of values) {
    const verdict = verdictOn(value, filter.test, filter.maxText);
    if (verdict !== 'yes') return { ...no(filter, previewText(value), verdict), at: boundedText(at) };
  }
  return undefined;
}

function judgeAny(filter: ParsedFilter, values: readonly FoundValue[]): FilterReason | undefined {
  let worst: Exclude<Verdict, 'yes'> = 'no';
  for (const { value } of values) {
    const verdict = verdictOn(value, filter.test, filter.maxText);
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
