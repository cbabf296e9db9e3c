import { isJsonObject } from '../json/json-value.ts';
import { boundedText } from '../json/text.ts';
import { unreachable } from '../unreachable.ts';
import { parsePath, type ParsedPath } from './path.ts';
import { finiteNumber } from './scalar.ts';

export const FILTER_OPERATORS = ['eq', 'neq', 'gt', 'lt', 'begin', 'contains', 'end', 'present', 'empty', 'match'] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** Of the values that a path with `*` finds: must all of them pass, or is one enough? */
export type MatchRule = 'all' | 'any';

/** A regular expression that cannot run for ever. */
export interface CompiledRegex {
  /** Is the pattern found anywhere in the text? */
  test(text: string): boolean;
}
export type CompileRegex = (pattern: string) => CompiledRegex | { readonly error: string };

/** What is asked of each value. */
export type FilterTest =
  | { readonly operator: 'eq' | 'neq'; readonly text: string }
  | { readonly operator: 'begin' | 'contains' | 'end'; readonly text: string }
  | { readonly operator: 'gt' | 'lt'; readonly number: number }
  | { readonly operator: 'present' | 'empty' }
  | { readonly operator: 'match'; readonly regex: CompiledRegex };

/** A filter ready to be matched. Made by `parseFilter` only. */
export interface ParsedFilter {
  /** Its place among the mapping's filters, from 0. */
  readonly index: number;
  readonly path: ParsedPath;
  readonly test: FilterTest;
  /** The definition's value as bounded text; empty for `present` and `empty`. */
  readonly expected: string;
  readonly matchRule: MatchRule;
  /** Longest text, in UTF-16 code units, that `match` looks at, and that an object or array may have for any text operator. */
  readonly maxText: number;
}

export type FilterProblemCode =
  | 'filter_operator_unknown'
  | 'filter_path_empty'
  | 'filter_path_invalid'
  | 'filter_value_invalid'
  | 'mapping_regex_invalid'
  | 'mapping_regex_too_long';

/** One thing wrong with a filter's definition. */
export interface FilterProblem {
  readonly code: FilterProblemCode;
  /** Which filter, from 0. */
  readonly index: number;
  /** The member at fault; empty where the definition as a whole is. */
  readonly field: '' | 'path' | 'operator' | 'value' | 'match_rule';
  /** What is wrong, as a sentence. */
  readonly reason: string;
  /** What to do now, as a sentence. */
  readonly hint: string;
}

export interface FilterLimits {
  readonly maxPattern: number;
  readonly maxValue: number;
  readonly maxText: number;
}
/** In UTF-16 code units. */
export const DEFAULT_FILTER_LIMITS: FilterLimits = { maxPattern: 256, maxValue: 1_024, maxText: 65_536 };

type Complaint = Omit<FilterProblem, 'index'>;
const isComplaint = (parsed: object): parsed is Complaint => 'reason' in parsed;

/**
 * Reads a definition `{path, operator, value, match_rule}`, once, when it is saved or loaded. All problems are told at once.
 * `present` and `empty` take no value and ignore one; the others take a string, number or boolean.
 */
export function parseFilter(
  definition: unknown,
  index: number,
  compileRegex: CompileRegex,
  limits: FilterLimits = DEFAULT_FILTER_LIMITS,
): ParsedFilter | FilterProblem[] {
  if (!isJsonObject(definition)) {
    const hint = 'Give an object such as {"path": "payload.order.status", "operator": "eq", "value": "complete"}.';
    return [{ code: 'filter_value_invalid', index, field: '', reason: 'The filter is not an object.', hint }];
  }
  const path = readPathField(definition['path']);
  const test = readTest(definition['operator'], definition['value'], compileRegex, limits);
  const rule = readMatchRule(definition['match_rule']);
  if (isComplaint(path) || isComplaint(test) || isComplaint(rule)) {
    return [path, test, rule].filter(isComplaint).map((complaint) => ({ ...complaint, index }));
  }
  return { index, path, test: test.test, expected: boundedText(test.expected), matchRule: rule.matchRule, maxText: limits.maxText };
}

/** All filters of a mapping, or everything that is wrong with them. */
export function parseFilters(
  definitions: readonly unknown[],
  compileRegex: CompileRegex,
  limits: FilterLimits = DEFAULT_FILTER_LIMITS,
): { readonly ok: true; readonly filters: readonly ParsedFilter[] } | { readonly ok: false; readonly problems: readonly FilterProblem[] } {
  const filters: ParsedFilter[] = [];
  const problems: FilterProblem[] = [];
  for (const [index, definition] of definitions.entries()) {
    const parsed = parseFilter(definition, index, compileRegex, limits);
    if (Array.isArray(parsed)) problems.push(...parsed);
    else filters.push(parsed);
  }
  return problems.length === 0 ? { ok: true, filters } : { ok: false, problems };
}

function readPathField(path: unknown): ParsedPath | Complaint {
  const field = 'path';
  const hint = "Write a dotted path from the message's root, such as payload.order.totals.tax or payload.order.line_items.*.sku.";
  if (path === undefined || path === null) return { code: 'filter_path_empty', field, reason: 'The filter has no path.', hint };
  if (typeof path !== 'string') return { code: 'filter_path_invalid', field, reason: 'The path is not a string.', hint };
  const parsed = parsePath(path);
  if (!('error' in parsed)) return parsed;
  return { code: parsed.error === 'empty' ? 'filter_path_empty' : 'filter_path_invalid', field, reason: parsed.reason, hint };
}

function readMatchRule(rule: unknown): { readonly matchRule: MatchRule } | Complaint {
  if (rule === undefined || rule === null) return { matchRule: 'all' };
  if (rule === 'all' || rule === 'any') return { matchRule: rule };
  const reason = 'The match rule is neither "all" nor "any".';
  return { code: 'filter_value_invalid', field: 'match_rule', reason, hint: 'Write "all" or "any", or leave it out for "all".' };
}

interface ReadTest {
  readonly test: FilterTest;
  readonly expected: string;
}

const isOperator = (operator: unknown): operator is FilterOperator => FILTER_OPERATORS.some((known) => known === operator);

function readTest(operator: unknown, value: unknown, compileRegex: CompileRegex, limits: FilterLimits): ReadTest | Complaint {
  if (!isOperator(operator)) {
    const reason = typeof operator === 'string' ? `There is no operator "${boundedText(operator, 40)}".` : 'The operator is not a string.';
    return { code: 'filter_operator_unknown', field: 'operator', reason, hint: `Use one of ${FILTER_OPERATORS.join(', ')}.` };
  }
  if (operator === 'present' || operator === 'empty') return { test: { operator }, expected: '' };
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return noValue(operator, value);
  const text = String(value);
  switch (operator) {
    case 'eq':
    case 'neq':
      return textProblem(text, limits) ?? { test: { operator, text }, expected: text };
    case 'begin':
    case 'contains':
    case 'end':
      return textProblem(text, limits) ?? (text === '' ? everythingPasses(operator) : { test: { operator, text }, expected: text });
    case 'gt':
    case 'lt':
      return readNumber(operator, value, text);
    case 'match':
      return readRegex(text, compileRegex, limits);
    default:
      return unreachable(operator);
  }
}

const badValue = (reason: string, hint: string): Complaint => ({ code: 'filter_value_invalid', field: 'value', reason, hint });

function noValue(operator: FilterOperator, value: unknown): Complaint {
  const what = value === undefined || value === null ? `The operator ${operator} needs a value.` : 'The value is an object or an array.';
  return badValue(what, 'Give a string, a number or a boolean; to ask whether something is there at all, use present or empty.');
}

const everythingPasses = (operator: FilterOperator): Complaint =>
  badValue(`Every text passes ${operator} with an empty value.`, 'Give the text to look for, or use present.');

function textProblem(text: string, limits: FilterLimits): Complaint | undefined {
  if (text.length > limits.maxValue) {
    return badValue(`The value has ${text.length} characters; ${limits.maxValue} are allowed.`, 'Shorten the value.');
  }
  return text.includes('\0') ? badValue('The value holds the character U+0000.', 'Take it out: such a value cannot be stored.') : undefined;
}

function readNumber(operator: 'gt' | 'lt', value: string | number | boolean, text: string): ReadTest | Complaint {
  const number = finiteNumber(value);
  if (number !== undefined) return { test: { operator, number }, expected: text };
  return badValue(
    `"${boundedText(text, 40)}" is not a number.`,
    `Give a decimal number such as 100 or "99.95": ${operator} compares numbers.`,
  );
}

function readRegex(pattern: string, compileRegex: CompileRegex, limits: FilterLimits): ReadTest | Complaint {
  if (pattern === '') return everythingPasses('match');
  if (pattern.length > limits.maxPattern) {
    const reason = `The pattern has ${pattern.length} characters; ${limits.maxPattern} are allowed.`;
    return { code: 'mapping_regex_too_long', field: 'value', reason, hint: 'Shorten the pattern, or split it into several filters.' };
  }
  const problem = textProblem(pattern, { ...limits, maxValue: limits.maxPattern });
  if (problem !== undefined) return problem;
  const regex = compileRegex(pattern);
  if (!('error' in regex)) return { test: { operator: 'match', regex }, expected: pattern };
  const reason = `The pattern does not compile: ${boundedText(regex.error)}`;
  const hint = 'Correct the pattern. The syntax is RE2: no look-around and no back-references, so that no pattern can run for ever.';
  return { code: 'mapping_regex_invalid', field: 'value', reason, hint };
}
