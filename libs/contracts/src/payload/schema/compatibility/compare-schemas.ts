import type { Finding } from '@crossdock/core';
import type { SchemaDocument, SchemaNode } from '../schema-node.ts';
import { accepts } from './accepts.ts';
import { Identity } from './identical.ts';
import {
  kindFindings,
  limitFindings,
  name,
  narrowed,
  numberFindings,
  requiredFindings,
  shown,
  stringFindings,
  undecided,
  unevaluated,
  valueFindings,
} from './keyword-findings.ts';
import { NamePatterns } from './name-patterns.ts';
import { Premises, includes, namesOfClosed } from './premises.ts';

const MAX_FINDINGS = 50;
/** Steps of about 20 µs; beyond, the comparison is given up. */
const MAX_STEPS = 30_000;
const MAX_SPLITS = 4;

/**
 * Whether whatever is valid under the former schema is valid under the next one: it is, if nothing is found. Each finding points into the
 * next schema and says what changed and why that may break a payload. What cannot be decided is a finding, too. Pure and bounded.
 */
export function compareSchemas(former: SchemaDocument, next: SchemaDocument): readonly Finding[] {
  return new Comparison([former, next]).findings([former.root], next.root);
}

class TooIntricate extends Error {}

const weights = new WeakMap<SchemaNode, number>();

/** What looking at a schema costs: values and members are compared one by one. */
function weightOf(node: SchemaNode): number {
  let weight = weights.get(node);
  if (weight === undefined) {
    const members = Object.values(node.named).reduce((sum, schemas) => sum + schemas.size, 0);
    weights.set(node, (weight = 1 + Math.floor(JSON.stringify(node.own).length / 500 + members / 20)));
  }
  return weight;
}

/** What every member's name is. */
const aString: SchemaNode = {
  id: -1,
  pointer: '',
  isFalse: false,
  own: { type: 'string' },
  single: {},
  list: {},
  named: {},
  target: undefined,
};

/**
 * Proves, keyword by keyword, that a value which fits some schemas (the premises) fits another one. An empty list of findings is a proof.
 * A claim that comes up again while it is being proven is taken for true: since references that do not go deeper are refused when schemas
 * are read, it comes up for a part of the value, and values are finite.
 */
class Comparison {
  readonly #patterns: NamePatterns;
  readonly #identity = new Identity();
  readonly #numbers = new Map<SchemaNode, number>();
  readonly #underway = new Set<string>();
  #assumptions = 0;
  readonly #proven = new Set<string>();
  #steps = 0;

  constructor(documents: readonly SchemaDocument[]) {
    this.#patterns = new NamePatterns(documents, (steps) => this.#spend(steps));
  }

  findings(premises: readonly SchemaNode[], next: SchemaNode): readonly Finding[] {
    try {
      const all = this.#prove(premises, next, MAX_SPLITS);
      return [...new Map(all.map((one) => [`${one.pointer}\n${one.reason}`, one])).values()].slice(0, MAX_FINDINGS);
    } catch (error) {
      if (!(error instanceof TooIntricate) && !(error instanceof RangeError)) throw error;
      return [undecided('', 'The two schemas are too intricate to be compared.')];
    }
  }

  #prove(schemas: readonly SchemaNode[], next: SchemaNode, splits: number): readonly Finding[] {
    if (isTrivial(next)) return [];
    const claim = this.#claim(schemas, next);
    if (this.#proven.has(claim)) return [];
    if (this.#underway.has(claim)) {
      this.#assumptions += 1;
      return [];
    }
    this.#spend(weightOf(next) + schemas.reduce((sum, schema) => sum + weightOf(schema), 0));
    const before = this.#assumptions;
    this.#underway.add(claim);
    const findings = this.#proveAnew(schemas, next, splits);
    this.#underway.delete(claim);
    // What rests on an assumption holds as long as that does, which is not known yet.
    if (findings.length === 0 && before === this.#assumptions) this.#proven.add(claim);
    return findings;
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw new TooIntricate();
  }

  #claim(schemas: readonly SchemaNode[], next: SchemaNode): string {
    const numbers = [...new Set(schemas.map((schema) => this.#numberOf(schema)))].toSorted((a, b) => a - b);
    return `${numbers.join(',')}>${this.#numberOf(next)}`;
  }

  #numberOf(node: SchemaNode): number {
    const known = this.#numbers.get(node);
    if (known !== undefined) return known;
    this.#numbers.set(node, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  #proveAnew(schemas: readonly SchemaNode[], next: SchemaNode, splits: number): readonly Finding[] {
    const premises = new Premises(schemas, this.#patterns);
    if (premises.isImpossible || premises.nodes.some((node) => this.#identity.holds(node, next))) return [];
    if (next.isFalse) return [narrowed(next.pointer, 'No value is taken here any more.')];
    const byValues = this.#valueByValue(premises, next);
    if (byValues !== undefined) return byValues;
    const direct = [
      ...kindFindings(premises, next),
      ...valueFindings(premises, next),
      ...numberFindings(premises, next),
      ...stringFindings(premises, next),
      ...this.#arrayFindings(premises, next, splits),
      ...this.#objectFindings(premises, next, splits),
      ...this.#branchFindings(schemas, premises, next, splits),
    ];
    if (direct.length === 0 || splits === 0) return direct;
    return this.#caseByCase(schemas, premises, next, splits - 1) ? [] : direct;
  }

  /** Values without parts, where they are finitely many, are simply tried. */
  #valueByValue(premises: Premises, next: SchemaNode): readonly Finding[] | undefined {
    const values = premises.values;
    if (values === undefined) return undefined;
    const verdicts = values.map((value) => {
      this.#spend(1);
      return accepts(next, value, this.#patterns);
    });
    if (verdicts.every((verdict) => verdict === true)) return [];
    const lost = values.filter((_, index) => verdicts[index] === false);
    return lost.length === 0
      ? undefined
      : [narrowed(next.pointer, `${lost.map(shown).join(', ')} was a valid value, and is none any more.`)];
  }

  /** Whichever branch of the former schema a value has taken, it fits. */
  #caseByCase(schemas: readonly SchemaNode[], premises: Premises, next: SchemaNode, splits: number): boolean {
    return premises.nodes.some(({ list }) => {
      const branches = list.anyOf ?? list.oneOf;
      if (branches === undefined || branches.some((branch) => schemas.includes(branch))) return false;
      return branches.every((branch) => this.#prove([...schemas, branch], next, splits).length === 0);
    });
  }

  #arrayFindings(premises: Premises, next: SchemaNode, splits: number): readonly Finding[] {
    const { own, list, single, pointer } = next;
    if (!premises.kinds.has('array')) return [];
    const findings = [
      ...limitFindings(next, 'minItems', premises.atLeast('minItems')),
      ...limitFindings(next, 'maxItems', premises.atMost('maxItems')),
    ];
    if (own['uniqueItems'] === true && !premises.says('uniqueItems', true) && premises.atMost('maxItems') > 1) {
      findings.push(narrowed(`${pointer}/uniqueItems`, '`uniqueItems` is new: items could repeat so far.'));
    }
    const prefix = Math.max(premises.longestPrefix, list.prefixItems?.length ?? 0);
    const most = premises.atMost('maxItems');
    for (let index = 0; index < Math.min(prefix, most); index += 1) {
      const item = list.prefixItems?.[index] ?? single.items;
      if (item !== undefined) findings.push(...this.#part(premises.item(index), item, splits, `Item ${index} was`));
    }
    if (single.items !== undefined && prefix < most)
      findings.push(...this.#part(premises.laterItems, single.items, splits, 'More items were'));
    if (single.contains !== undefined) findings.push(...this.#containsFindings(premises, next, single.contains, splits));
    if (single.unevaluatedItems !== undefined && !isTrivial(single.unevaluatedItems))
      findings.push(unevaluated(pointer, 'unevaluatedItems'));
    return findings;
  }

  /** A part of the value; a schema that forbids it says less than what was taken there. */
  #part(schemas: readonly SchemaNode[], next: SchemaNode, splits: number, what: string): readonly Finding[] {
    const findings = this.#prove(schemas, next, splits);
    return next.isFalse && findings.length > 0 ? [narrowed(next.pointer, `${what} taken so far, and cannot be there any more.`)] : findings;
  }

  #containsFindings(premises: Premises, { own, pointer }: SchemaNode, contains: SchemaNode, splits: number): readonly Finding[] {
    const [least, most] = [Number(own['minContains'] ?? 1), Number(own['maxContains'] ?? Infinity)];
    const isSame = (node: SchemaNode): boolean => {
      const former = node.single.contains;
      if (former === undefined) return false;
      const enough = Number(node.own['minContains'] ?? 1) >= least && this.#holds([former], contains, splits);
      return (
        enough && (most === Infinity || (Number(node.own['maxContains'] ?? Infinity) <= most && this.#holds([contains], former, splits)))
      );
    };
    if (premises.nodes.some(isSame)) return [];
    const all = premises.atLeast('minItems') >= least && most >= premises.atMost('maxItems');
    const items = premises.longestPrefix === 0 ? premises.laterItems : [];
    if ((least === 0 && most === Infinity) || (all && this.#holds(items, contains, splits))) return [];
    return [undecided(`${pointer}/contains`, 'Whether every array that was valid contains what it must contain now cannot be decided.')];
  }

  #holds(schemas: readonly SchemaNode[], next: SchemaNode, splits: number): boolean {
    return this.#prove(schemas, next, splits).length === 0;
  }

  #objectFindings(premises: Premises, next: SchemaNode, splits: number): readonly Finding[] {
    const { named, single, pointer } = next;
    if (!premises.kinds.has('object')) return [];
    const findings = [
      ...requiredFindings(premises, next),
      ...limitFindings(next, 'minProperties', premises.fewestMembers),
      ...limitFindings(next, 'maxProperties', premises.mostMembers),
    ];
    const names = new Set([...premises.names, ...(named.properties?.keys() ?? [])]);
    for (const member of names) {
      const schemas = premises.member(member);
      if (schemas.some(({ isFalse }) => isFalse)) continue;
      for (const schema of this.#patterns.schemasFor(next, member)) {
        findings.push(...this.#part(schemas, schema, splits, `${name(member)} was`));
      }
    }
    for (const [pattern, schema] of named.patternProperties ?? []) findings.push(...this.#others(premises, schema, splits, { pattern }));
    if (single.additionalProperties !== undefined) {
      const known = new Set(named.patternProperties?.keys() ?? []);
      findings.push(...this.#others(premises, single.additionalProperties, splits, { known }));
    }
    if (single.propertyNames !== undefined) findings.push(...this.#nameFindings(premises, single.propertyNames, splits));
    if (single.unevaluatedProperties !== undefined && !isTrivial(single.unevaluatedProperties))
      findings.push(unevaluated(pointer, 'unevaluatedProperties'));
    return findings;
  }

  /**
   * Members that neither schema names: those whose names match a pattern of the next schema, or none of its patterns. Of the former
   * schemas one must answer for them, by whatever they may have fallen under there: each of its patterns, or `additionalProperties`.
   */
  #others(
    premises: Premises,
    next: SchemaNode,
    splits: number,
    which: { readonly pattern?: string; readonly known?: ReadonlySet<string> },
  ): readonly Finding[] {
    if (isTrivial(next)) return [];
    const certain: SchemaNode[] = [];
    const alternatives: (readonly SchemaNode[])[] = [];
    for (const { named, single } of premises.nodes) {
      const same = which.pattern === undefined ? undefined : named.patternProperties?.get(which.pattern);
      const patterns = [...(named.patternProperties ?? [])].flatMap(([pattern, schema]) =>
        which.known?.has(pattern) === true ? [] : [schema],
      );
      if (same !== undefined) certain.push(same);
      else if (patterns.length === 0) certain.push(...(single.additionalProperties === undefined ? [] : [single.additionalProperties]));
      else if (single.additionalProperties !== undefined) alternatives.push([...patterns, single.additionalProperties]);
    }
    if (alternatives.some((schemas) => schemas.every((schema) => this.#holds([...certain, schema], next, splits)))) return [];
    return this.#part(certain, next, splits, 'Members that the schema does not name were');
  }

  #nameFindings(premises: Premises, next: SchemaNode, splits: number): readonly Finding[] {
    const closed = premises.nodes.flatMap((node) => namesOfClosed(node) ?? []);
    const isClosed = premises.nodes.some((node) => namesOfClosed(node) !== undefined);
    if (isClosed && closed.every((member) => accepts(next, member, this.#patterns) === true)) return [];
    const former = premises.nodes.flatMap(({ single }) => single.propertyNames ?? []);
    return this.#prove([aString, ...former], next, splits);
  }

  #branchFindings(schemas: readonly SchemaNode[], premises: Premises, next: SchemaNode, splits: number): readonly Finding[] {
    const { list, single, named, target } = next;
    const findings: Finding[] = [];
    if (target !== undefined) findings.push(...this.#prove(schemas, target, splits));
    for (const part of list.allOf ?? []) findings.push(...this.#prove(schemas, part, splits));
    if (list.anyOf !== undefined) findings.push(...this.#anyOfFindings(schemas, next, list.anyOf, splits));
    if (list.oneOf !== undefined) findings.push(...this.#oneOfFindings(schemas, premises, next, list.oneOf, splits));
    if (single.not !== undefined) findings.push(...this.#notFindings(premises, next, single.not, splits));
    if (single.if !== undefined) findings.push(...this.#ifFindings(schemas, premises, next, single.if, splits));
    for (const [member, schema] of named.dependentSchemas ?? []) {
      if (!premises.kinds.has('object') || premises.member(member).some(({ isFalse }) => isFalse)) continue;
      const former = premises.nodes.flatMap((node) => node.named.dependentSchemas?.get(member) ?? []);
      findings.push(...this.#prove([...schemas, ...former], schema, splits));
    }
    return findings;
  }

  #anyOfFindings(
    schemas: readonly SchemaNode[],
    { pointer }: SchemaNode,
    branches: readonly SchemaNode[],
    splits: number,
  ): readonly Finding[] {
    if (branches.some((branch) => this.#holds(schemas, branch, splits))) return [];
    return [undecided(`${pointer}/anyOf`, 'Whether everything that was valid has one of the forms under `anyOf` cannot be decided.')];
  }

  #oneOfFindings(
    schemas: readonly SchemaNode[],
    premises: Premises,
    { pointer }: SchemaNode,
    branches: readonly SchemaNode[],
    splits: number,
  ): readonly Finding[] {
    const equivalent = (a: SchemaNode, b: SchemaNode): boolean => this.#holds([a], b, splits) && this.#holds([b], a, splits);
    const isKept = premises.nodes.some(({ list }) => {
      const former = list.oneOf;
      return former?.length === branches.length && former.every((branch, index) => equivalent(branch, branches[index] ?? branch));
    });
    if (isKept) return [];
    const exclude = branches.every((branch, index) => branches.slice(index + 1).every((other) => this.#disjoint([branch], [other])));
    if (exclude && branches.some((branch) => this.#holds(schemas, branch, splits))) return [];
    return [
      undecided(`${pointer}/oneOf`, 'Whether everything that was valid has exactly one of the forms under `oneOf` cannot be decided.'),
    ];
  }

  #notFindings(premises: Premises, { pointer }: SchemaNode, not: SchemaNode, splits: number): readonly Finding[] {
    if (premises.nodes.some(({ single }) => single.not !== undefined && this.#holds([not], single.not, splits))) return [];
    if (this.#disjoint(premises.nodes, [not])) return [];
    return [undecided(`${pointer}/not`, 'Whether nothing that was valid has the form under `not` cannot be decided.')];
  }

  #ifFindings(
    schemas: readonly SchemaNode[],
    premises: Premises,
    next: SchemaNode,
    condition: SchemaNode,
    splits: number,
  ): readonly Finding[] {
    const { then, else: otherwise } = next.single;
    const same = premises.nodes.filter(({ single }) => single.if !== undefined && this.#identity.holds(single.if, condition));
    const findings: Finding[] = [];
    if (then !== undefined) {
      const known = same.flatMap(({ single }) => single.then ?? []);
      findings.push(...this.#prove([...schemas, condition, ...known], then, splits));
    }
    if (otherwise !== undefined) {
      const known = same.flatMap(({ single }) => single.else ?? []);
      findings.push(...this.#prove([...schemas, ...known], otherwise, splits));
    }
    return findings;
  }

  /** No value can fit both: they are of different kinds, or differ in a member that both must have. */
  #disjoint(some: readonly SchemaNode[], others: readonly SchemaNode[]): boolean {
    const [a, b] = [new Premises(some, this.#patterns), new Premises(others, this.#patterns)];
    if (a.isImpossible || b.isImpossible || ![...a.kinds].some((kind) => b.kinds.has(kind))) return true;
    const isObject = [...a.kinds].every((kind) => kind === 'object' || !b.kinds.has(kind));
    return isObject && [...a.required].some((member) => b.required.has(member) && this.#differ(a.member(member), b.member(member)));
  }

  #differ(some: readonly SchemaNode[], others: readonly SchemaNode[]): boolean {
    const [a, b] = [new Premises(some, this.#patterns), new Premises(others, this.#patterns)];
    if (![...a.kinds].some((kind) => b.kinds.has(kind))) return true;
    const [mine, theirs] = [a.values, b.values];
    return mine !== undefined && theirs !== undefined && !mine.some((value) => includes(theirs, value));
  }
}

/** A schema that takes everything. */
function isTrivial({ isFalse, own, single, list, named, target }: SchemaNode): boolean {
  if (isFalse || target !== undefined || Object.keys(single).length + Object.keys(list).length > 0) return false;
  return (
    Object.keys(own).every((keyword) => forPeople.has(keyword)) &&
    Object.keys(named).every((keyword) => keyword === '$defs' || keyword === 'definitions')
  );
}

const forPeople: ReadonlySet<string> = new Set([
  '$anchor',
  '$comment',
  '$id',
  '$schema',
  'contentEncoding',
  'contentMediaType',
  'default',
  'deprecated',
  'description',
  'examples',
  'readOnly',
  'title',
  'writeOnly',
]);
