import { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';
import { namesOf } from './names.ts';

/** Deeper values have no text here: nesting is bounded where payloads come in, and recursion must be. */
const MAX_DEPTH = 512;
/** U+0000 and halves of surrogate pairs. */
const UNFIT = /[\0\p{Cs}]/u;
const EVERY_UNFIT = new RegExp(UNFIT, 'gu');

interface Sink {
  text: string;
  readonly maxChars: number;
  readonly sorted: boolean;
  full: boolean;
}

/**
 * One text for equal JSON values: no whitespace, members sorted by name (UTF-16 code units), numbers as JavaScript prints them
 * (`10.0` is `10`). Undefined where it would be longer than `maxChars`, or the value nests deeper than 512.
 */
export function canonicalText(value: JsonValue, maxChars: number): string | undefined {
  const sink: Sink = { text: '', maxChars, sorted: true, full: false };
  write(value, sink, 0);
  return sink.full ? undefined : sink.text;
}

/** JSON text of a value for people, cut to `maxChars`, safe to store (see `boundedText`). */
export function previewText(value: JsonValue, maxChars = 200): string {
  const sink: Sink = { text: '', maxChars, sorted: false, full: false };
  write(value, sink, 0);
  if (!sink.full) return sink.text;
  // Quoting has escaped what could not be stored; only the cut can split a pair.
  const cut = sink.text.slice(0, maxChars - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/**
 * Strangers' text made fit for event metadata: at most `maxChars` UTF-16 code units, the last of them `…` where it was cut;
 * U+0000 and lone surrogates, which Postgres' JSON functions refuse, become U+FFFD.
 */
export function boundedText(text: string, maxChars = 200): string {
  const cut = text.length > maxChars ? `${text.slice(0, Math.max(0, maxChars - 1))}…` : text;
  return UNFIT.test(cut) ? cut.replaceAll(EVERY_UNFIT, '\ufffd') : cut;
}

function write(value: JsonValue, sink: Sink, depth: number): void {
  if (sink.full) return;
  if (typeof value === 'string') {
    writeString(value, sink);
  } else if (typeof value !== 'object' || value === null) {
    put(String(value), sink);
  } else if (depth >= MAX_DEPTH) {
    sink.full = true;
  } else if (isJsonObject(value)) {
    writeObject(value, sink, depth);
  } else {
    put('[', sink);
    writeEntries(value, sink, (element) => write(element, sink, depth + 1));
    put(']', sink);
  }
}

function writeObject(object: JsonObject, sink: Sink, depth: number): void {
  let keys = namesOf(object);
  if (sink.sorted) {
    // A member takes five characters or more: what cannot fit need not be sorted.
    if (keys.length * 5 > sink.maxChars) sink.full = true;
    else keys = [...keys].sort();
  }
  put('{', sink);
  writeEntries(keys, sink, (key) => {
    writeString(key, sink);
    put(':', sink);
    write(object[key] ?? null, sink, depth + 1);
  });
  put('}', sink);
}

function writeEntries<T>(entries: readonly T[], sink: Sink, writeOne: (entry: T) => void): void {
  let first = true;
  for (const entry of entries) {
    if (sink.full) return;
    if (!first) put(',', sink);
    first = false;
    writeOne(entry);
  }
}

function writeString(text: string, sink: Sink): void {
  const left = sink.maxChars - sink.text.length;
  // A long text is cut before it is quoted: quoting a megabyte to show 200 characters would be waste.
  put(JSON.stringify(text.length > left ? text.slice(0, left + 1) : text), sink);
}

function put(piece: string, sink: Sink): void {
  if (sink.full) return;
  if (sink.text.length + piece.length <= sink.maxChars) {
    sink.text += piece;
    return;
  }
  sink.text += piece.slice(0, sink.maxChars - sink.text.length);
  sink.full = true;
}
