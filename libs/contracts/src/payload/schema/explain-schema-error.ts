import { boundedText, isJsonObject, previewText, type Finding, type JsonValue } from '@crossdock/core';
import { describeValue } from '../describe-value.ts';
import { segment } from './schema-problem.ts';

/** The parts of a schema checker's error that the sentence is made of. */
export interface CheckError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const MAX_POINTER = 300;
const MAX_REASON = 400;
const SHOWN_VALUES = 10;

/** The errors as findings with sentences of our own: what is there, and what must be. */
export function explainSchemaErrors(errors: readonly CheckError[], payload: unknown): readonly Finding[] {
  // The same may be found by several ways: by `allOf` and by the schema itself.
  const findings = errors.map((error) => explain(error, payload));
  return [...new Map(findings.map((one) => [`${one.pointer}\n${one.reason}`, one])).values()];
}

function explain(error: CheckError, payload: unknown): Finding {
  const { instancePath, params } = error;
  const [missing, member] = [params['missing'], params['stranger'] ?? params['name']];
  if (typeof missing === 'string') return finding(instancePath + segment(missing), absent(missing, params['where']));
  if (typeof member === 'string') return finding(instancePath + segment(member), stranger(error, member));
  return finding(instancePath, `${subject(instancePath)} is ${describeValue(valueAt(payload, instancePath))}. ${need(error)}`);
}

const finding = (pointer: string, reason: string): Finding => ({
  pointer: boundedText(pointer, MAX_POINTER),
  code: 'schema_violated',
  reason: boundedText(reason, MAX_REASON),
});

function absent(name: string, where: unknown): string {
  return typeof where === 'string'
    ? `${quoted(name)} is missing; it must be there where ${quoted(where)} is.`
    : `${quoted(name)} is missing.`;
}

function stranger({ keyword }: CheckError, name: string): string {
  return keyword === 'propertyNames' ? `No member may be called ${quoted(name)} here.` : `There may be no ${quoted(name)} here.`;
}

const quoted = (name: string): string => `\`${boundedText(name, 60)}\``;

function subject(pointer: string): string {
  return pointer === '' ? 'The payload' : quoted(unescape(pointer.slice(pointer.lastIndexOf('/') + 1)));
}

const unescape = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~');

function valueAt(payload: unknown, pointer: string): unknown {
  let value = payload;
  for (const name of pointer.split('/').slice(1).map(unescape)) {
    if (Array.isArray(value)) value = value[Number(name)];
    else value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  object: 'an object',
  array: 'an array',
  boolean: 'true or false',
  null: 'null',
};

const counted: Readonly<Record<string, readonly [least: string, noun: string]>> = {
  minLength: ['at least', 'character'],
  maxLength: ['at most', 'character'],
  minItems: ['at least', 'item'],
  maxItems: ['at most', 'item'],
  minProperties: ['at least', 'member'],
  maxProperties: ['at most', 'member'],
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** What it must be, as a sentence. */
function need({ keyword, params }: CheckError): string {
  const limit = Number(params['limit'] ?? 0);
  const count = counted[keyword];
  if (count !== undefined) return `It must have ${count[0]} ${plural(limit, count[1])}.`;
  switch (keyword) {
    case 'type':
      return `It must be ${either([params['type']].flat().map((type) => kinds[String(type)] ?? String(type)))}.`;
    case 'enum':
    case 'const':
      return `It must be ${either(shownValues(params['values']))}.`;
    case 'minimum':
      return `It must be at least ${limit}.`;
    case 'maximum':
      return `It must be at most ${limit}.`;
    case 'exclusiveMinimum':
      return `It must be more than ${limit}.`;
    case 'exclusiveMaximum':
      return `It must be less than ${limit}.`;
    case 'multipleOf':
      return `It must be a multiple of ${limit}.`;
    case 'pattern':
      return `It must match the pattern ${boundedText(String(params['pattern']), 120)}.`;
    case 'format':
      return `It must be of the format ${String(params['format'])}, such as ${String(params['example'])}.`;
    case 'uniqueItems':
      return `All items must differ; item ${String(params['index'])} equals an earlier one.`;
    case 'contains':
      return containing(Number(params['least']), params['most']);
    case 'anyOf':
      return 'It must have one of the forms that the schema names under anyOf, and has none of them.';
    case 'oneOf':
      return oneForm(params['holding']);
    case 'not':
      return 'It has the very form that the schema excludes.';
    default:
      return 'The schema allows no value here.';
  }
}

function either(values: readonly string[]): string {
  const last = values.at(-1) ?? '';
  return values.length < 2 ? last : `${values.slice(0, -1).join(', ')} or ${last}`;
}

function shownValues(values: unknown): readonly string[] {
  const all = Array.isArray(values) ? (values as readonly JsonValue[]) : [];
  const shown = all.slice(0, SHOWN_VALUES).map((value) => previewText(value, 40));
  return all.length > SHOWN_VALUES ? [...shown, `one of ${all.length - SHOWN_VALUES} others`] : shown;
}

function containing(least: number, most: unknown): string {
  const upper = typeof most === 'number' ? ` and at most ${most}` : '';
  return `It must contain at least ${plural(least, 'item')}${upper} of the form that the schema names under contains.`;
}

function oneForm(holding: unknown): string {
  const both =
    Array.isArray(holding) && holding.length > 1
      ? `; it has those numbered ${holding.map(String).join(' and ')}`
      : ', and has none of them';
  return `It must have exactly one of the forms that the schema names under oneOf${both}.`;
}
