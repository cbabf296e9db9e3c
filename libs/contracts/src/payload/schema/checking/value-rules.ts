import { isJsonObject, type JsonValue } from '@crossdock/core';
import { knownFormats } from '../known-formats.ts';
import type { JsonType } from '../schema-keywords.ts';
import type { SchemaDocument, SchemaNode } from '../schema-node.ts';
import type { CheckRun } from './check-run.ts';
import type { Checker, Rule } from './checker.ts';

/** Sums such as 19.99 are no exact multiples of 0.01. */
const MULTIPLE_TOLERANCE = 1e-8;
/** What a pattern costs for each character: as many steps as 64 of this. */
const PATTERN_BASE = 8;

const isOfType: Readonly<Record<JsonType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: isJsonObject,
};

/** `type`, `enum`, `const`, and the schema that is false. */
export function addValueRules(checker: Checker, { own, isFalse }: SchemaNode): void {
  if (isFalse) checker.any.push((_value, run) => run.wrong('false'));
  const { type, enum: some, const: only } = own;
  if (type !== undefined) checker.any.push(typeRule(type));
  if (some !== undefined) checker.any.push(valuesRule('enum', some as readonly JsonValue[]));
  if (only !== undefined) checker.any.push(valuesRule('const', [only]));
}

function typeRule(type: JsonValue): Rule {
  const types = [type].flat() as readonly JsonType[];
  const tests = types.map((name) => isOfType[name]);
  const [test] = tests;
  if (test !== undefined && tests.length === 1) return (value, run) => test(value) || run.wrong('type', { type: types });
  return (value, run) => tests.some((one) => one(value)) || run.wrong('type', { type: types });
}

function valuesRule(keyword: string, values: readonly JsonValue[]): Rule {
  const simple = new Set(values.filter((value) => typeof value !== 'object' || value === null));
  const others = values.filter((value) => typeof value === 'object' && value !== null);
  let texts: ReadonlySet<string> | undefined;
  const isOneOf = (value: JsonValue, run: CheckRun): boolean => {
    if (typeof value !== 'object' || value === null) return simple.has(value);
    if (others.length === 0) return false;
    texts ??= new Set(others.map((other) => run.textOf(other)));
    return texts.has(run.textOf(value));
  };
  return (value, run) => isOneOf(value as JsonValue, run) || run.wrong(keyword, { values });
}

export function addNumberRules({ numbers }: Checker, { own }: SchemaNode): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = own;
  const add = (keyword: string, limit: JsonValue | undefined, holds: (value: number, limit: number) => boolean): void => {
    if (typeof limit === 'number') numbers.push((value, run) => holds(value, limit) || run.wrong(keyword, { limit }));
  };
  add('minimum', minimum, (value, limit) => value >= limit);
  add('maximum', maximum, (value, limit) => value <= limit);
  add('exclusiveMinimum', exclusiveMinimum, (value, limit) => value > limit);
  add('exclusiveMaximum', exclusiveMaximum, (value, limit) => value < limit);
  add('multipleOf', multipleOf, (value, limit) => Math.abs(Math.round(value / limit) - value / limit) <= MULTIPLE_TOLERANCE);
}

export function addStringRules({ strings }: Checker, { own }: SchemaNode, { patterns }: SchemaDocument): void {
  const { minLength, maxLength, pattern, format } = own;
  if (typeof minLength === 'number') {
    strings.push((value, run) => lengthWithin(value, minLength, Infinity, run) || run.wrong('minLength', { limit: minLength }));
  }
  if (typeof maxLength === 'number') {
    strings.push((value, run) => lengthWithin(value, 0, maxLength, run) || run.wrong('maxLength', { limit: maxLength }));
  }
  const compiled = typeof pattern === 'string' ? patterns.get(pattern) : undefined;
  if (compiled !== undefined) {
    strings.push((value, run) => {
      payForPattern(run, compiled.size, value);
      return compiled.test(value) || run.wrong('pattern', { pattern });
    });
  }
  const known = typeof format === 'string' ? knownFormats.get(format) : undefined;
  if (known !== undefined) strings.push((value, run) => known.test(value) || run.wrong('format', { format, example: known.example }));
}

/** A large pattern takes some tens of nanoseconds for each character. */
export function payForPattern(run: CheckRun, size: number, text: string): void {
  run.spend(2 + Math.ceil((text.length * (PATTERN_BASE + size)) / 64));
}

/** Lengths are counted in characters, of which some are two code units. */
function lengthWithin(text: string, least: number, most: number, run: CheckRun): boolean {
  if (text.length < least) return false;
  if (text.length <= most && text.length / 2 >= least) return true;
  if (text.length / 2 > most) return false;
  run.spendOnText(text.length);
  let length = text.length;
  for (let index = 0; index < text.length; index += 1) if ((text.codePointAt(index) ?? 0) > 0xff_ff) length -= 1;
  return length >= least && length <= most;
}
