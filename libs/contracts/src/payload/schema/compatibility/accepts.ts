import type { JsonValue } from '@crossdock/core';
import { knownFormats } from '../known-formats.ts';
import type { SchemaNode } from '../schema-node.ts';
import type { NamePatterns } from './name-patterns.ts';
import { includes, kindOf, kindsOf, valuesOf } from './premises.ts';

/** Yes, no, or not to be said. */
export type Verdict = boolean | undefined;

/** Whether a schema takes a value that is no object and no array. */
export function accepts(schema: SchemaNode, value: JsonValue, patterns: NamePatterns): Verdict {
  if (schema.isFalse) return false;
  if (typeof value === 'object' && value !== null) return undefined;
  const { list, single, target } = schema;
  const inside = (inner: SchemaNode): Verdict => accepts(inner, value, patterns);
  const branches: Verdict[] = [ownVerdict(schema, value, patterns), ...(list.allOf ?? []).map(inside)];
  if (target !== undefined) branches.push(inside(target));
  if (list.anyOf !== undefined) branches.push(any(list.anyOf.map(inside)));
  if (list.oneOf !== undefined) branches.push(one(list.oneOf.map(inside)));
  if (single.not !== undefined) branches.push(opposite(inside(single.not)));
  if (single.if !== undefined) branches.push(conditional(single, inside));
  return all(branches);
}

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

function any(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(true)) return true;
  return verdicts.includes(undefined) ? undefined : false;
}

function one(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes(undefined) ? undefined : verdicts.filter((verdict) => verdict === true).length === 1;
}

const opposite = (verdict: Verdict): Verdict => (verdict === undefined ? undefined : !verdict);

function conditional({ if: condition, then, else: otherwise }: SchemaNode['single'], inside: (schema: SchemaNode) => Verdict): Verdict {
  const holds = condition === undefined ? true : inside(condition);
  const yes = then === undefined ? true : inside(then);
  const no = otherwise === undefined ? true : inside(otherwise);
  if (holds === undefined) return yes === no ? yes : undefined;
  return holds ? yes : no;
}

function ownVerdict(schema: SchemaNode, value: JsonValue, patterns: NamePatterns): Verdict {
  const values = valuesOf(schema);
  if (!kindsOf(schema).has(kindOf(value)) || (values !== undefined && !includes(values, value))) return false;
  if (typeof value === 'number') return numberVerdict(schema, value);
  return typeof value === 'string' ? stringVerdict(schema, value, patterns) : true;
}

function numberVerdict({ own }: SchemaNode, value: number): Verdict {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity, multipleOf } = own;
  if (value < Number(minimum) || value > Number(maximum)) return false;
  if (exclusiveMinimum !== -Infinity && value <= Number(exclusiveMinimum)) return false;
  if (exclusiveMaximum !== Infinity && value >= Number(exclusiveMaximum)) return false;
  if (multipleOf === undefined) return true;
  return Number.isInteger(value) && Number.isInteger(multipleOf) ? value % Number(multipleOf) === 0 : undefined;
}

function stringVerdict({ own }: SchemaNode, value: string, patterns: NamePatterns): Verdict {
  const { minLength = 0, maxLength = Infinity, pattern, format } = own;
  const length = Array.from(value).length;
  if (length < Number(minLength) || length > Number(maxLength)) return false;
  if (typeof pattern === 'string' && !patterns.matches(pattern, value)) return false;
  const known = typeof format === 'string' ? knownFormats.get(format) : undefined;
  return known === undefined || known.test(value);
}
