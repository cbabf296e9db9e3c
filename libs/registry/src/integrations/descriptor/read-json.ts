import { boundedText, isJsonObject, scanObject, type JsonObject, type JsonValue } from '@crossdock/core';
import { messageOf } from '@crossdock/kit';
import { isList } from '../../input/problems.ts';
import type { DescriptorLimits } from './descriptor-limits.ts';

export type ReadJson =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly reason: string; readonly hint: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });
const UNFIT = /[\0\p{Cs}]/gu;
const BASE_URL = 'Set the integration’s URL to the endpoint’s base URL: <url>/endpoint.json must answer the JSON object.';
const WRITE_JSON = 'Correct the file; a JSON linter shows the place.';

/** The bytes as a JSON object whose texts can be stored, or what else they are. Its depth is known before it is parsed. */
export function readJson(input: Uint8Array | string, limits: DescriptorLimits): ReadJson {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const text = textOf(bytes);
  if (text === undefined) return { ok: false, reason: 'The answer is not valid UTF-8.', hint: 'Save the file as UTF-8.' };
  const begin = text.trimStart().slice(0, 1);
  if (begin !== '{') return { ok: false, ...otherThanObject(begin, text) };
  // Without the byte order mark, which the decoder has taken out.
  const scanned = scanObject(bytes.subarray(bytes.length - new TextEncoder().encode(text).length), 0, {
    maxDepth: limits.maxDepth,
    maxEntries: limits.maxMembers,
  });
  if (!scanned.ok && scanned.problem === 'too_deep') {
    const reason = `The file is nested more than ${limits.maxDepth} levels deep at byte ${scanned.at}.`;
    return { ok: false, reason, hint: 'Write it flatter.' };
  }
  if (!scanned.ok && scanned.problem === 'too_many') {
    return { ok: false, reason: `The file's object has more than ${limits.maxMembers} members.`, hint: BASE_URL };
  }
  return parse(text);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function otherThanObject(begin: string, text: string): { readonly reason: string; readonly hint: string } {
  if (begin === '') return { reason: 'The answer is empty.', hint: BASE_URL };
  if (begin === '<') return { reason: 'The answer is HTML or XML, not JSON: is this the endpoint’s base URL?', hint: BASE_URL };
  if (begin === '[') return { reason: 'The answer is an array, not a JSON object.', hint: BASE_URL };
  if (isJson(text)) return { reason: 'The answer is a single value, not a JSON object.', hint: BASE_URL };
  return { reason: `The answer is text, not JSON: is this the endpoint’s base URL? It begins with "${beginning(text)}".`, hint: BASE_URL };
}

const beginning = (text: string): string =>
  boundedText(
    text
      .trimStart()
      .slice(0, 80)
      .replaceAll(/\p{Cc}+/gu, ' '),
    40,
  );

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parse(text: string): ReadJson {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return { ok: true, value: storableObject(value) };
    return { ok: false, reason: 'The answer is not a JSON object.', hint: BASE_URL };
  } catch (error) {
    return { ok: false, reason: `The answer is not valid JSON: ${boundedText(messageOf(error), 200)}.`, hint: WRITE_JSON };
  }
}

/** Postgres refuses JSON that holds U+0000 or half a surrogate pair. Recursion is bounded: the depth was looked at. */
function storable(value: JsonValue): JsonValue {
  if (typeof value === 'string') return storableText(value);
  if (isList(value)) return value.map(storable);
  return isJsonObject(value) ? storableObject(value) : value;
}

function storableObject(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [storableText(name), storable(value)]));
}

const storableText = (text: string): string => text.replaceAll(UNFIT, '\ufffd');
