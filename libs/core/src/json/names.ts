import type { JsonObject } from './json-value.ts';

/** Writing down the names of an object with 100,000 members takes 30 ms: that is done once, however many filters look at it. */
const WIDE = 1_000;
const wide = new WeakMap<JsonObject, readonly string[]>();

/** The names of an object's members, in their order. Parsed payloads do not change: those of a wide one are remembered. */
export function namesOf(object: JsonObject): readonly string[] {
  const known = wide.get(object);
  if (known !== undefined) return known;
  const names = Object.keys(object);
  if (names.length >= WIDE) wide.set(object, names);
  return names;
}
