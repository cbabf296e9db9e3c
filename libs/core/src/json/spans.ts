import { unreachable } from '../unreachable.ts';
import { decodeUtf8 } from './utf8.ts';

export type ValueKind = 'object' | 'array' | 'string' | 'number' | 'literal';

/** Where a value stands: `bytes[valueStart, valueEnd)`, without the whitespace around it. */
export interface ValueSpan {
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly kind: ValueKind;
}

export interface MemberSpan extends ValueSpan {
  /** The member's name, escapes resolved. */
  readonly key: string;
  /** Where the name's opening quote stands. */
  readonly keyStart: number;
}

/** An object found at `bytes[start, end)`, with its members in the order of the text, repeated names included. */
export interface ScannedObject {
  readonly ok: true;
  readonly start: number;
  readonly end: number;
  readonly members: readonly MemberSpan[];
}

export interface ScannedArray {
  readonly ok: true;
  readonly start: number;
  readonly end: number;
  readonly elements: readonly ValueSpan[];
}

/** Why there is nothing to hand out. `at` is an offset into the bytes. */
export interface ScanProblem {
  readonly ok: false;
  readonly problem: 'not_object' | 'not_array' | 'too_deep' | 'too_many' | 'truncated' | 'syntax' | 'invalid_utf8';
  readonly at: number;
}

export interface ScanLimits {
  /** Objects and arrays inside one another, the scanned one counted. */
  readonly maxDepth: number;
  /** Members of the scanned object, or elements of the scanned array. */
  readonly maxEntries: number;
}

export const DEFAULT_SCAN_LIMITS: ScanLimits = { maxDepth: 512, maxEntries: 100_000 };

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** `[` and `{`, and `]` and `}`, differ in this bit only. */
const BRACE_BIT = 0x20;

/**
 * Finds the members of the object at `start` (whitespace before it is skipped) without parsing their values.
 * Exact for valid JSON and safe for any bytes, but no validator: what stands inside the values, between their brackets and
 * after the object is not checked, so whoever takes strangers' bytes also runs JSON.parse over the whole text.
 */
export function scanObject(bytes: Uint8Array, start = 0, limits: ScanLimits = DEFAULT_SCAN_LIMITS): ScannedObject | ScanProblem {
  const open = skipWhitespace(bytes, start);
  if (bytes[open] !== OPEN_BRACE) return { ok: false, problem: 'not_object', at: open };
  const source = { bytes, words: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  const members: MemberSpan[] = [];
  let at = skipWhitespace(bytes, open + 1);
  if (bytes[at] === CLOSE_BRACE) return { ok: true, start: open, end: at + 1, members };
  for (;;) {
    if (members.length >= limits.maxEntries) return { ok: false, problem: 'too_many', at };
    if (bytes[at] !== QUOTE) return broken(bytes, at);
    const keyStart = at;
    const keyEnd = endOfString(source, keyStart);
    if (keyEnd === 0) return truncated(bytes);
    const key = keyText(bytes, keyStart, keyEnd);
    if (typeof key !== 'string') return key;
    at = skipWhitespace(bytes, keyEnd);
    if (bytes[at] !== COLON) return broken(bytes, at);
    const valueStart = skipWhitespace(bytes, at + 1);
    const kind = kindAt(bytes, valueStart);
    if (kind === undefined) return broken(bytes, valueStart);
    const valueEnd = endOfValue(source, valueStart, kind, limits.maxDepth - 1);
    if (typeof valueEnd !== 'number') return valueEnd;
    members.push({ key, keyStart, valueStart, valueEnd, kind });
    at = skipWhitespace(bytes, valueEnd);
    if (bytes[at] === CLOSE_BRACE) return { ok: true, start: open, end: at + 1, members };
    if (bytes[at] !== COMMA) return broken(bytes, at);
    at = skipWhitespace(bytes, at + 1);
  }
}

/** Finds the elements of the array at `start`; all else as `scanObject`. */
export function scanArray(bytes: Uint8Array, start = 0, limits: ScanLimits = DEFAULT_SCAN_LIMITS): ScannedArray | ScanProblem {
  const open = skipWhitespace(bytes, start);
  if (bytes[open] !== OPEN_BRACKET) return { ok: false, problem: 'not_array', at: open };
  const source = { bytes, words: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  const elements: ValueSpan[] = [];
  let at = skipWhitespace(bytes, open + 1);
  if (bytes[at] === CLOSE_BRACKET) return { ok: true, start: open, end: at + 1, elements };
  for (;;) {
    if (elements.length >= limits.maxEntries) return { ok: false, problem: 'too_many', at };
    const kind = kindAt(bytes, at);
    if (kind === undefined) return broken(bytes, at);
    const valueEnd = endOfValue(source, at, kind, limits.maxDepth - 1);
    if (typeof valueEnd !== 'number') return valueEnd;
    elements.push({ valueStart: at, valueEnd, kind });
    at = skipWhitespace(bytes, valueEnd);
    if (bytes[at] === CLOSE_BRACKET) return { ok: true, start: open, end: at + 1, elements };
    if (bytes[at] !== COMMA) return broken(bytes, at);
    at = skipWhitespace(bytes, at + 1);
  }
}

/** The member of that name which counts: the last one, as in JSON.parse. */
export function lastMember(members: readonly MemberSpan[], key: string): MemberSpan | undefined {
  return members.findLast((member) => member.key === key);
}

function skipWhitespace(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

/** The bytes, to be read one by one and four at a time. */
interface Source {
  readonly bytes: Uint8Array;
  readonly words: DataView;
}

/** Offset after the closing quote of the string whose opening quote stands at `start`; 0 where it never closes. */
function endOfString({ bytes, words }: Source, start: number): number {
  const length = bytes.length;
  let at = start + 1;
  // Most of a message is text, so text is passed over four bytes at a time.
  while (at + 4 <= length) {
    const marks = quotesAndBackslashes(words.getInt32(at, true));
    if (marks === 0) {
      at += 4;
      continue;
    }
    at += (31 - Math.clz32(marks & -marks)) >> 3;
    if (bytes[at] === QUOTE) return at + 1;
    at += 2;
  }
  for (; at < length; at++) {
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] === BACKSLASH) at++;
  }
  return 0;
}

/** Sets the high bit of the word's lowest byte that is `"` or a backslash. Bits above it say nothing; no bit means there is none. */
function quotesAndBackslashes(word: number): number {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  return (((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes)) & 0x80808080;
}

function kindAt(bytes: Uint8Array, at: number): ValueKind | undefined {
  const byte = bytes[at] ?? 0;
  if (byte === QUOTE) return 'string';
  if (byte === OPEN_BRACE) return 'object';
  if (byte === OPEN_BRACKET) return 'array';
  if (byte === MINUS || (byte >= DIGIT_0 && byte <= DIGIT_9)) return 'number';
  return byte === LETTER_T || byte === LETTER_F || byte === LETTER_N ? 'literal' : undefined;
}

/** Offset after the value that starts at `start`. */
function endOfValue(source: Source, start: number, kind: ValueKind, depthLeft: number): number | ScanProblem {
  switch (kind) {
    case 'string': {
      const end = endOfString(source, start);
      return end === 0 ? truncated(source.bytes) : end;
    }
    case 'object':
    case 'array':
      return endOfContainer(source, start, depthLeft);
    case 'number':
    case 'literal':
      return endOfScalar(source.bytes, start);
    default:
      return unreachable(kind);
  }
}

function endOfContainer(source: Source, start: number, depthLeft: number): number | ScanProblem {
  const { bytes } = source;
  const length = bytes.length;
  let depth = 0;
  let at = start;
  while (at < length) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = endOfString(source, at);
      if (at === 0) break;
      continue;
    }
    const bracket = byte | BRACE_BIT;
    if (bracket === OPEN_BRACE) {
      if (++depth > depthLeft) return { ok: false, problem: 'too_deep', at };
    } else if (bracket === CLOSE_BRACE && --depth === 0) {
      return at + 1;
    }
    at++;
  }
  return truncated(bytes);
}

/** Numbers and `true`, `false`, `null` run up to whitespace, a comma or a closing bracket. */
function endOfScalar(bytes: Uint8Array, start: number): number {
  const length = bytes.length;
  let at = start;
  while (at < length) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x20 || byte === COMMA || (byte | BRACE_BIT) === CLOSE_BRACE) break;
    at++;
  }
  return at;
}

const truncated = (bytes: Uint8Array): ScanProblem => ({ ok: false, problem: 'truncated', at: bytes.length });
const broken = (bytes: Uint8Array, at: number): ScanProblem =>
  at < bytes.length ? { ok: false, problem: 'syntax', at } : truncated(bytes);

function keyText(bytes: Uint8Array, start: number, end: number): string | ScanProblem {
  let key = '';
  for (let at = start + 1; at < end - 1; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte >= 0x80 || byte === BACKSLASH) return unusualKeyText(bytes, start, end);
    key += String.fromCharCode(byte);
  }
  return key;
}

function unusualKeyText(bytes: Uint8Array, start: number, end: number): string | ScanProblem {
  const quoted = decodeUtf8(bytes, start, end);
  if (quoted === undefined) return { ok: false, problem: 'invalid_utf8', at: start };
  try {
    return String(JSON.parse(quoted));
  } catch {
    return { ok: false, problem: 'syntax', at: start };
  }
}
