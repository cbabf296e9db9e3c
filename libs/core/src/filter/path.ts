import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import { namesOf } from '../json/names.ts';

export const MAX_PATH_LENGTH = 512;
export const MAX_PATH_SEGMENTS = 32;

export type PathSegment =
  | { readonly every: true }
  | {
      readonly every: false;
      readonly key: string;
      /** The place in an array; -1 where the segment cannot be one. */
      readonly index: number;
    };

/** A path ready to be walked. Made by `parsePath` only. */
export interface ParsedPath {
  readonly text: string;
  readonly segments: readonly PathSegment[];
  /** Has a `*`, so that it may find more than one value. */
  readonly several: boolean;
}

export interface PathError {
  readonly error: 'empty' | 'invalid';
  /** What is wrong, as a sentence. */
  readonly reason: string;
}

export interface FoundValue {
  readonly value: JsonValue;
  /** The path of this very value: each `*` replaced by the place or the name. */
  readonly at: string;
}

export interface WalkResult {
  readonly values: readonly FoundValue[];
  /** A cap was reached: there may be more values than these. */
  readonly capped: boolean;
  /** Values stepped into or looked at on the way. */
  readonly visited: number;
}

export interface WalkCaps {
  /** Values stepped into or looked at on the way. */
  readonly maxVisited: number;
  readonly maxValues: number;
}

export const DEFAULT_WALK_CAPS: WalkCaps = { maxVisited: 10_000, maxValues: 1_000 };

/**
 * Reads a dotted path from the message's root, e.g. `payload.order.shipments.*.items.0.sku`. `*` is every element of an array
 * or every value of an object; a number is a place in an array, and also a name in an object. Names that hold a dot, and a
 * name `*`, cannot be written.
 */
export function parsePath(text: string): ParsedPath | PathError {
  if (text.trim() === '') return { error: 'empty', reason: 'The path is empty.' };
  const invalid = (reason: string): PathError => ({ error: 'invalid', reason });
  if (text.length > MAX_PATH_LENGTH) return invalid(`The path has ${text.length} characters; ${MAX_PATH_LENGTH} are allowed.`);
  if (text.trim() !== text) return invalid('The path begins or ends with a blank.');
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return invalid('The path holds a control character or half a surrogate pair.');
  const names = text.split('.');
  if (names.length > MAX_PATH_SEGMENTS) return invalid(`The path has ${names.length} segments; ${MAX_PATH_SEGMENTS} are allowed.`);
  const empty = names.indexOf('');
  if (empty !== -1) return invalid(`Segment ${empty + 1} of the path is empty: two dots stand together, or one at an end.`);
  return { text, segments: names.map(parseSegment), several: names.includes('*') };
}

function parseSegment(name: string): PathSegment {
  if (name === '*') return { every: true };
  return { every: false, key: name, index: /^(?:0|[1-9]\d{0,8})$/.test(name) ? Number(name) : -1 };
}

/**
 * Everything the path finds, in the order of the document. Only own members are read, never what a prototype brings along;
 * what is missing on the way is no value. `null` is a value.
 */
export function walk(path: ParsedPath, root: JsonValue, caps: WalkCaps = DEFAULT_WALK_CAPS): WalkResult {
  const walker: Walker = { segments: path.segments, caps, values: [], visited: 0, capped: false };
  step(walker, root, 0, '');
  return { values: walker.values, capped: walker.capped, visited: walker.visited };
}

/** The value at a path without `*`, or undefined where there is none. */
export function readPath(path: ParsedPath, root: JsonValue): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const segment of path.segments) {
    if (segment.every || value === undefined) return undefined;
    value = child(value, segment.key, segment.index);
  }
  return value;
}

interface Walker {
  readonly segments: readonly PathSegment[];
  readonly caps: WalkCaps;
  readonly values: FoundValue[];
  visited: number;
  capped: boolean;
}

function step(walker: Walker, value: JsonValue, depth: number, at: string): void {
  if (walker.visited >= walker.caps.maxVisited) walker.capped = true;
  if (walker.capped) return;
  walker.visited++;
  const segment = walker.segments[depth];
  if (segment === undefined) {
    if (walker.values.length >= walker.caps.maxValues) walker.capped = true;
    else walker.values.push({ value, at });
  } else if (segment.every) {
    stepIntoEvery(walker, value, depth, at);
  } else {
    const next = child(value, segment.key, segment.index);
    if (next !== undefined) step(walker, next, depth + 1, join(at, segment.key));
  }
}

function stepIntoEvery(walker: Walker, value: JsonValue, depth: number, at: string): void {
  if (isJsonObject(value)) {
    for (const key of namesOf(value)) {
      if (walker.capped) return;
      step(walker, value[key] ?? null, depth + 1, join(at, key));
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [index, element] of value.entries()) {
      if (walker.capped) return;
      step(walker, element, depth + 1, join(at, String(index)));
    }
  }
}

function child(value: JsonValue, key: string, index: number): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!isJsonObject(value)) return index >= 0 && index < value.length ? value[index] : undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

const join = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`);
