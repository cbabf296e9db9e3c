import { boundedText, previewText, type Finding, type JsonValue } from '@crossdock/core';
import { isKnownFormat } from '../known-formats.ts';
import type { SchemaNode } from '../schema-node.ts';
import { includes, kindsOf, valuesOf, type Premises, type ValueKind } from './premises.ts';

/** `schema_narrowed`: something valid so far may be invalid now. `schema_undecided`: that cannot be ruled out. */
export type CompatibilityCode = 'schema_narrowed' | 'schema_undecided';

export const narrowed = (pointer: string, reason: string): Finding => found(pointer, 'schema_narrowed', reason);
export const undecided = (pointer: string, reason: string): Finding => found(pointer, 'schema_undecided', reason);
const found = (pointer: string, code: CompatibilityCode, reason: string): Finding => ({
  pointer: boundedText(pointer, 500),
  code,
  reason: boundedText(reason, 400),
});

export const name = (text: string): string => `\`${boundedText(text, 60)}\``;
export const shown = (value: JsonValue): string => previewText(value, 60);

const kindNames: Readonly<Record<ValueKind, string>> = {
  string: 'strings',
  integer: 'whole numbers',
  fraction: 'fractions',
  object: 'objects',
  array: 'arrays',
  boolean: 'true and false',
  null: 'null',
};

export const unevaluated = (pointer: string, keyword: string): Finding =>
  undecided(
    `${pointer}/${keyword}`,
    `What \`${keyword}\` concerns depends on the whole schema, which changed: whether it breaks anything cannot be decided.`,
  );

export function kindFindings(premises: Premises, next: SchemaNode): readonly Finding[] {
  const kinds = kindsOf(next);
  const lost = [...premises.kinds].filter((kind) => !kinds.has(kind));
  if (lost.length === 0) return [];
  return [narrowed(`${next.pointer}/type`, `\`type\` does not take ${lost.map((kind) => kindNames[kind]).join(', ')} any more.`)];
}

export function valueFindings(premises: Premises, next: SchemaNode): readonly Finding[] {
  const values = valuesOf(next);
  if (values === undefined) return [];
  const keyword = next.own['const'] === undefined ? 'enum' : 'const';
  const former = premises.values;
  if (former === undefined) return [narrowed(`${next.pointer}/${keyword}`, `\`${keyword}\` is new: other values were valid so far.`)];
  const lost = former.filter((value) => !includes(values, value));
  return lost.length === 0 ? [] : [narrowed(`${next.pointer}/${keyword}`, `\`${keyword}\` lost ${lost.map(shown).join(', ')}.`)];
}

export function numberFindings(premises: Premises, { own, pointer }: SchemaNode): readonly Finding[] {
  if (!premises.kinds.has('integer') && !premises.kinds.has('fraction')) return [];
  const findings: Finding[] = [];
  const bounds = [
    ['minimum', premises.lower, (limit: number) => premises.lower.value >= limit],
    ['exclusiveMinimum', premises.lower, (limit: number) => isBeyond(premises.lower, premises.lower.value - limit)],
    ['maximum', premises.upper, (limit: number) => premises.upper.value <= limit],
    ['exclusiveMaximum', premises.upper, (limit: number) => isBeyond(premises.upper, limit - premises.upper.value)],
  ] as const;
  for (const [keyword, bound, holds] of bounds) {
    const limit = own[keyword];
    if (typeof limit !== 'number' || holds(limit)) continue;
    const before = Number.isFinite(bound.value) ? `the limit was ${bound.value} so far` : 'there was no limit so far';
    findings.push(narrowed(`${pointer}/${keyword}`, `\`${keyword}\` is ${limit}; ${before}.`));
  }
  const { multipleOf } = own;
  if (typeof multipleOf === 'number' && !isMultiple(premises, multipleOf)) {
    findings.push(narrowed(`${pointer}/multipleOf`, `\`multipleOf\` is ${multipleOf}: others than its multiples were valid so far.`));
  }
  return findings;
}

const isBeyond = ({ isExclusive }: { readonly isExclusive: boolean }, distance: number): boolean =>
  distance > 0 || (distance === 0 && isExclusive);

/** Only whole numbers are compared: with others, which multiples there are depends on rounding. */
function isMultiple(premises: Premises, of: number): boolean {
  const steps = premises.nodes.flatMap(({ own }) => (typeof own['multipleOf'] === 'number' ? [own['multipleOf']] : []));
  const whole = premises.kinds.has('fraction') ? steps : [...steps, 1];
  return whole.some((step) => step === of || (Number.isInteger(step) && Number.isInteger(of) && step % of === 0));
}

export function stringFindings(premises: Premises, next: SchemaNode): readonly Finding[] {
  const { own, pointer } = next;
  if (!premises.kinds.has('string')) return [];
  const findings = [
    ...limitFindings(next, 'minLength', premises.atLeast('minLength')),
    ...limitFindings(next, 'maxLength', premises.atMost('maxLength')),
  ];
  const { pattern, format } = own;
  if (typeof pattern === 'string' && !premises.says('pattern', pattern)) {
    const had = premises.nodes.some((node) => node.own['pattern'] !== undefined);
    const at = `${pointer}/pattern`;
    findings.push(
      had
        ? undecided(at, '`pattern` changed: whether it matches all that the former one matched cannot be decided.')
        : narrowed(at, '`pattern` is new: strings that do not match it were valid so far.'),
    );
  }
  if (typeof format === 'string' && isKnownFormat(format) && !premises.says('format', format)) {
    findings.push(narrowed(`${pointer}/format`, `\`format\` is ${format} now: strings of another form were valid so far.`));
  }
  return findings;
}

/** A keyword that limits a size: `min…` must not have risen, `max…` must not have fallen. */
export function limitFindings({ own, pointer }: SchemaNode, keyword: string, before: number): Finding[] {
  const limit = own[keyword];
  if (typeof limit !== 'number') return [];
  const isLower = keyword.startsWith('min');
  if (isLower ? before >= limit : before <= limit) return [];
  const known = Number.isFinite(before) ? `it was ${before} so far` : 'there was no limit so far';
  return [narrowed(`${pointer}/${keyword}`, `\`${keyword}\` ${isLower ? 'rose' : 'fell'} to ${limit}; ${known}.`)];
}

export function requiredFindings(premises: Premises, { own, pointer }: SchemaNode): readonly Finding[] {
  const { required } = premises;
  const gained = ((own['required'] ?? []) as readonly string[]).filter((member) => !required.has(member));
  const findings = gained.map((member) =>
    narrowed(`${pointer}/required`, `\`required\` gained ${name(member)}: objects without it were valid so far.`),
  );
  const dependent = (own['dependentRequired'] ?? {}) as Readonly<Record<string, readonly string[]>>;
  for (const [member, needs] of Object.entries(dependent)) {
    if (premises.member(member).some(({ isFalse }) => isFalse)) continue;
    const former = premises.nodes.flatMap((node) => formerNeeds(node, member));
    for (const needed of needs) {
      if (required.has(needed) || former.includes(needed)) continue;
      const reason = `${name(member)} needs ${name(needed)} beside it now: objects without that were valid so far.`;
      findings.push(narrowed(`${pointer}/dependentRequired`, reason));
    }
  }
  return findings;
}

function formerNeeds({ own }: SchemaNode, member: string): readonly string[] {
  const dependent = (own['dependentRequired'] ?? {}) as Readonly<Record<string, readonly string[]>>;
  return Object.hasOwn(dependent, member) ? (dependent[member] ?? []) : [];
}
