import { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';
import { boundedText, canonicalText } from './text.ts';

/** A change of a document, in the form of JSON Patch (RFC 6902). `path` is a JSON Pointer. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: JsonValue;
}

/** What makes one document of another: applied in order. */
export interface JsonDiff {
  readonly operations: readonly PatchOperation[];
  /** Changes that are not listed. */
  readonly omitted: number;
}

export interface DiffLimits {
  readonly maxOperations: number;
  /** Characters of a value's JSON text; of a longer one only its place is told, without `value`. */
  readonly maxValue: number;
  /** Characters of all places and values. */
  readonly maxText: number;
}

export const DEFAULT_DIFF_LIMITS: DiffLimits = { maxOperations: 50, maxValue: 256, maxText: 4_096 };

const MAX_PATH = 300;
/** Values compared: what is deep is compared again for every level. */
const MAX_STEPS = 3_000_000;
/** Deeper is replaced as a whole: nesting is bounded where payloads come in, and recursion must be. */
const MAX_DEPTH = 512;

/**
 * What changed from one value to another, member by member. Items of arrays are compared by their place, after what is the same at both
 * ends: a change in the middle is one operation. Safe to store: places and values are bounded, and what could not be stored is left out.
 */
export function diffJson(before: JsonValue, after: JsonValue, limits: DiffLimits = DEFAULT_DIFF_LIMITS): JsonDiff {
  const collector = new Collector(limits);
  collector.compare(before, after, '', 0);
  // What takes too long to compare is told as a whole.
  if (collector.isExhausted) return { operations: [{ op: 'replace', path: '' }], omitted: 0 };
  return { operations: collector.operations, omitted: collector.omitted };
}

class Collector {
  readonly operations: PatchOperation[] = [];
  omitted = 0;
  #steps = MAX_STEPS;
  readonly #limits: DiffLimits;
  #text = 0;

  constructor(limits: DiffLimits) {
    this.#limits = limits;
  }

  get isExhausted(): boolean {
    return this.#steps < 0;
  }

  compare(before: JsonValue, after: JsonValue, path: string, depth: number): void {
    if (isJsonObject(before) && isJsonObject(after) && depth < MAX_DEPTH) return this.#objects(before, after, path, depth + 1);
    if (isList(before) && isList(after) && depth < MAX_DEPTH) return this.#lists(before, after, path, depth + 1);
    if (!this.#isEqual(before, after)) this.#add({ op: 'replace', path, value: after });
  }

  #objects(before: JsonObject, after: JsonObject, path: string, depth: number): void {
    for (const name of Object.keys(before)) {
      if (!Object.hasOwn(after, name)) this.#add({ op: 'remove', path: path + segment(name) });
    }
    for (const [name, value] of Object.entries(after)) {
      const at = path + segment(name);
      if (Object.hasOwn(before, name)) this.compare(before[name] ?? null, value, at, depth);
      else this.#add({ op: 'add', path: at, value });
    }
  }

  #lists(before: readonly JsonValue[], after: readonly JsonValue[], path: string, depth: number): void {
    const shorter = Math.min(before.length, after.length);
    let start = 0;
    while (start < shorter && this.#isEqual(before[start] ?? null, after[start] ?? null)) start += 1;
    let same = 0;
    while (same < shorter - start && this.#isEqual(before.at(-1 - same) ?? null, after.at(-1 - same) ?? null)) same += 1;
    for (let index = start; index < shorter - same; index += 1) {
      this.compare(before[index] ?? null, after[index] ?? null, `${path}/${index}`, depth);
    }
    for (let index = before.length - same - 1; index >= after.length - same; index -= 1)
      this.#add({ op: 'remove', path: `${path}/${index}` });
    for (let index = before.length - same; index < after.length - same; index += 1) {
      this.#add({ op: 'add', path: `${path}/${index}`, value: after[index] ?? null });
    }
  }

  #isEqual(a: JsonValue, b: JsonValue, depth = 0): boolean {
    this.#steps -= 1;
    if (a === b) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth > MAX_DEPTH || this.isExhausted) return false;
    if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => this.#isEqual(item, b[index] ?? null, depth + 1));
    if (isList(b) || !isJsonObject(a) || !isJsonObject(b)) return false;
    const names = Object.keys(a);
    if (names.length !== Object.keys(b).length) return false;
    return names.every((name) => Object.hasOwn(b, name) && this.#isEqual(a[name] ?? null, b[name] ?? null, depth + 1));
  }

  #add(operation: PatchOperation): void {
    const { maxOperations, maxValue, maxText } = this.#limits;
    const text = operation.value === undefined ? '' : (canonicalText(operation.value, maxValue) ?? '');
    const path = boundedText(operation.path, MAX_PATH);
    this.#text += path.length + text.length;
    if (this.operations.length >= maxOperations || this.#text > maxText) {
      this.omitted += 1;
      return;
    }
    const isKept = operation.value !== undefined && text !== '' && !UNSTORABLE.test(text);
    this.operations.push({ op: operation.op, path, ...(isKept ? { value: operation.value } : {}) });
  }
}

/** As JSON writes U+0000 and halves of surrogate pairs, which facts must not hold. */
const UNSTORABLE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

const segment = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
