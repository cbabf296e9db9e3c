import { canonicalText, type JsonValue } from '@crossdock/core';
import type { SchemaNode } from '../schema-node.ts';
import type { NamePatterns } from './name-patterns.ts';

/** Kinds of values that no two share. `fraction`: a number that is not whole. */
export const valueKinds = ['string', 'integer', 'fraction', 'object', 'array', 'boolean', 'null'] as const;
export type ValueKind = (typeof valueKinds)[number];

/** The kinds that a schema's `type` names; all of them without it. */
export function kindsOf({ own }: SchemaNode): ReadonlySet<ValueKind> {
  const type = own['type'];
  if (type === undefined) return new Set(valueKinds);
  const names = Array.isArray(type) ? (type as readonly JsonValue[]) : [type];
  return new Set(names.flatMap((name) => (name === 'number' ? (['integer', 'fraction'] as const) : [name as ValueKind])));
}

export function kindOf(value: JsonValue): ValueKind {
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  if (typeof value !== 'object') return typeof value as 'string' | 'boolean';
  return Array.isArray(value) ? 'array' : 'object';
}

/** The values that `enum` and `const` leave; undefined without them. */
export function valuesOf({ own }: SchemaNode): readonly JsonValue[] | undefined {
  const { const: only, enum: some } = own;
  if (only === undefined) return some as readonly JsonValue[] | undefined;
  return some === undefined || includes(some as readonly JsonValue[], only) ? [only] : [];
}

const MAX_TEXT = 1 << 20;
/** Equal values have equal texts. */
export const textOf = (value: JsonValue): string => canonicalText(value, MAX_TEXT) ?? JSON.stringify(value);

const texts = new WeakMap<readonly JsonValue[], ReadonlySet<string>>();

export function includes(values: readonly JsonValue[], value: JsonValue): boolean {
  let known = texts.get(values);
  if (known === undefined) texts.set(values, (known = new Set(values.map(textOf))));
  return known.has(textOf(value));
}

export interface Bound {
  readonly value: number;
  readonly isExclusive: boolean;
}

/** What is known of a value that fits all of several schemas. Less may be known than is true, never more. */
export class Premises {
  /** The schemas, those that they refer to, and those of which all must hold. */
  readonly nodes: readonly SchemaNode[];
  readonly kinds: ReadonlySet<ValueKind>;
  /** All values there can be, where they are finitely many. */
  readonly values: readonly JsonValue[] | undefined;
  readonly #patterns: NamePatterns;

  constructor(schemas: readonly SchemaNode[], patterns: NamePatterns) {
    this.nodes = closure(schemas);
    this.#patterns = patterns;
    const kinds = this.nodes.map(kindsOf).reduce<ReadonlySet<ValueKind>>(both, new Set(valueKinds));
    this.values = commonValues(this.nodes)?.filter((value) => kinds.has(kindOf(value))) ?? onlyValues(kinds);
    this.kinds = this.values === undefined ? kinds : new Set(this.values.map(kindOf));
  }

  /** No value fits them all. */
  get isImpossible(): boolean {
    return this.kinds.size === 0 || this.nodes.some(({ isFalse }) => isFalse);
  }

  get required(): ReadonlySet<string> {
    return new Set(this.nodes.flatMap(({ own }) => (own['required'] ?? []) as readonly string[]));
  }

  /** The largest of a keyword's values. */
  atLeast(keyword: string, otherwise = 0): number {
    return Math.max(otherwise, ...this.#numbers(keyword));
  }

  /** The smallest of a keyword's values. */
  atMost(keyword: string): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#numbers(keyword));
  }

  #numbers(keyword: string): readonly number[] {
    return this.nodes.flatMap(({ own }) => (typeof own[keyword] === 'number' ? [own[keyword]] : []));
  }

  get lower(): Bound {
    const [inclusive, exclusive] = [this.atLeast('minimum', -Infinity), this.atLeast('exclusiveMinimum', -Infinity)];
    return exclusive >= inclusive ? { value: exclusive, isExclusive: true } : { value: inclusive, isExclusive: false };
  }

  get upper(): Bound {
    const [inclusive, exclusive] = [this.atMost('maximum'), this.atMost('exclusiveMaximum')];
    return exclusive <= inclusive ? { value: exclusive, isExclusive: true } : { value: inclusive, isExclusive: false };
  }

  /** Whether one of the schemas has this value for the keyword. */
  says(keyword: string, value: JsonValue): boolean {
    return this.nodes.some(({ own }) => own[keyword] === value);
  }

  /** How many members there can be. */
  get mostMembers(): number {
    const closed = this.nodes.flatMap((node) => namesOfClosed(node)?.length ?? []);
    return Math.min(this.atMost('maxProperties'), ...closed);
  }

  get fewestMembers(): number {
    return Math.max(this.atLeast('minProperties'), this.required.size);
  }

  /** Names that a schema mentions under `properties`. */
  get names(): readonly string[] {
    return this.nodes.flatMap(({ named }) => [...(named.properties?.keys() ?? [])]);
  }

  /** What the value of the member of this name must fit. */
  member(name: string): readonly SchemaNode[] {
    return this.nodes.flatMap((node) => this.#patterns.schemasFor(node, name));
  }

  /** What the item at this index must fit. */
  item(index: number): readonly SchemaNode[] {
    return this.nodes.flatMap(({ list, single }) => list.prefixItems?.[index] ?? single.items ?? []);
  }

  /** What items behind all prefixes must fit. */
  get laterItems(): readonly SchemaNode[] {
    return this.nodes.flatMap(({ single }) => single.items ?? []);
  }

  get longestPrefix(): number {
    return Math.max(0, ...this.nodes.map(({ list }) => list.prefixItems?.length ?? 0));
  }
}

/** The values that every `enum` and `const` leaves; undefined without them. */
function commonValues(nodes: readonly SchemaNode[]): readonly JsonValue[] | undefined {
  const [first, ...others] = nodes.flatMap((node) => (valuesOf(node) === undefined ? [] : [valuesOf(node) ?? []]));
  return first?.filter((value) => others.every((other) => includes(other, value)));
}

/** Some kinds have few values. */
function onlyValues(kinds: ReadonlySet<ValueKind>): readonly JsonValue[] | undefined {
  if ([...kinds].some((kind) => kind !== 'null' && kind !== 'boolean')) return undefined;
  return [...(kinds.has('null') ? [null] : []), ...(kinds.has('boolean') ? [false, true] : [])];
}

/** The members' names of a schema that allows no others. */
export function namesOfClosed({ named, single }: SchemaNode): readonly string[] | undefined {
  const isClosed = single.additionalProperties?.isFalse === true && (named.patternProperties?.size ?? 0) === 0;
  return isClosed ? [...(named.properties?.keys() ?? [])] : undefined;
}

function both<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): ReadonlySet<T> {
  return new Set([...a].filter((one) => b.has(one)));
}

function closure(schemas: readonly SchemaNode[]): readonly SchemaNode[] {
  const found = new Set<SchemaNode>();
  const open = [...schemas];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    open.push(...(node.list.allOf ?? []));
    if (node.target !== undefined) open.push(node.target);
  }
  return [...found];
}
