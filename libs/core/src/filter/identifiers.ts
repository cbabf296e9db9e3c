import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import { boundedText } from '../json/text.ts';
import { Effort } from './effort.ts';
import { parsePath, type ParsedPath } from './path.ts';
import { isEmptyValue, textOf } from './scalar.ts';

export interface ParsedIdentifier {
  readonly name: string;
  readonly path: ParsedPath;
}

/** What makes a message unique for a mapping, ordered by name. Made by `parseIdentifiers` only. */
export type ParsedIdentifiers = readonly ParsedIdentifier[];

export interface IdentifierProblem {
  readonly code: 'identifiers_invalid' | 'identifier_name_invalid' | 'identifier_path_empty' | 'identifier_path_invalid';
  /** The identifier at fault, bounded; empty where the definition as a whole is. */
  readonly name: string;
  readonly reason: string;
  readonly hint: string;
}

export type ReadIdentifiers =
  | { readonly ok: true; readonly identifiers: ParsedIdentifiers }
  | { readonly ok: false; readonly problems: readonly IdentifierProblem[] };

export type IdentifierKey =
  | {
      readonly kind: 'key';
      /** Equal for two messages if and only if they are the same to this mapping. As long as the values are: hash it. */
      readonly text: string;
      /** Identifiers that found nothing; that they did is part of the text. */
      readonly missing: readonly string[];
    }
  | {
      readonly kind: 'none';
      /** Identifiers that found nothing. */
      readonly missing: readonly string[];
      /** Identifiers that found something that cannot be told apart for sure. One is enough for no key. */
      readonly unusable: readonly string[];
    };

const MAX_IDENTIFIERS = 16;
const MAX_NAME_LENGTH = 64;
/** Longest canonical text of an object or array that identifies. */
const MAX_TEXT = 65_536;

/** Reads a definition `{name: path}`; absent, null and `{}` mean no identifiers. All problems are told at once. */
export function parseIdentifiers(definition: unknown): ReadIdentifiers {
  if (definition === undefined || definition === null) return { ok: true, identifiers: [] };
  if (!isJsonObject(definition)) return refused('The identifiers are not an object.');
  const entries = Object.entries(definition);
  if (entries.length > MAX_IDENTIFIERS) return refused(`There are ${entries.length} identifiers; ${MAX_IDENTIFIERS} are allowed.`);
  const identifiers: ParsedIdentifier[] = [];
  const problems: IdentifierProblem[] = [];
  for (const [name, path] of entries) {
    const parsed = parseIdentifier(name, path);
    if ('code' in parsed) problems.push(parsed);
    else identifiers.push(parsed);
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, identifiers: identifiers.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function refused(reason: string): ReadIdentifiers {
  const hint = 'Give an object of names and paths, such as {"order": "payload.order.number"}.';
  return { ok: false, problems: [{ code: 'identifiers_invalid', name: '', reason, hint }] };
}

function parseIdentifier(name: string, path: unknown): ParsedIdentifier | IdentifierProblem {
  const about = {
    name: boundedText(name, MAX_NAME_LENGTH),
    hint: "Write a dotted path from the message's root, such as payload.order.number.",
  };
  if (name.trim() === '' || name.length > MAX_NAME_LENGTH || /[\p{Cc}\p{Cs}]/u.test(name)) {
    const reason = `An identifier's name has 1 to ${MAX_NAME_LENGTH} characters, and no control characters.`;
    return { ...about, code: 'identifier_name_invalid', reason, hint: 'Choose another name.' };
  }
  if (path === undefined || path === null) return { ...about, code: 'identifier_path_empty', reason: 'The identifier has no path.' };
  if (typeof path !== 'string') return { ...about, code: 'identifier_path_invalid', reason: 'The path is not a string.' };
  const parsed = parsePath(path);
  if (!('error' in parsed)) return { name, path: parsed };
  return { ...about, code: parsed.error === 'empty' ? 'identifier_path_empty' : 'identifier_path_invalid', reason: parsed.reason };
}

/**
 * The identity of a message for a mapping. A wrong "same" would lose a message and a wrong "different" only sends it twice,
 * so in doubt there is no key:
 * - Empty values (null, "", "null", [] and {}) identify nothing. An identifier that finds only such is missing.
 * - If all are missing there is no key. If some are, the others make the key, and which are missing counts: such a message is the
 *   same only as one that lacks the same ones.
 * - Values compare as text, as in filters: 12 and "12" are the same, since stores vary; 12 and "12.0" are not. The values of a
 *   path with `*` count in their order.
 * - More values than the walk's caps, more than the effort for the message allows, an object too large to write down, and an integer beyond 2^53, whose last digits the
 *   parsed copy has lost, are unusable: no key.
 * @param effort what may still be done for this message
 */
export function identifierKey(identifiers: ParsedIdentifiers, root: JsonValue, effort = new Effort()): IdentifierKey {
  const found: [string, readonly (string | null)[]][] = [];
  const missing: string[] = [];
  const unusable: string[] = [];
  for (const { name, path } of identifiers) {
    const texts = identifyingTexts(path, root, effort);
    if (texts === undefined) unusable.push(name);
    else if (texts.every((text) => text === null)) missing.push(name);
    else found.push([name, texts]);
  }
  if (unusable.length > 0 || found.length === 0) return { kind: 'none', missing, unusable };
  return { kind: 'key', text: JSON.stringify(found), missing };
}

function identifyingTexts(path: ParsedPath, root: JsonValue, effort: Effort): (string | null)[] | undefined {
  const found = effort.walk(path, root);
  if (found === undefined || found.capped) return undefined;
  const texts: (string | null)[] = [];
  for (const { value } of found.values) {
    if (effort.isSpent) return undefined;
    const text = identifyingText(value);
    effort.spend(text?.length ?? (text === null ? 1 : MAX_TEXT));
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

function identifyingText(value: JsonValue): string | null | undefined {
  if (isEmptyValue(value)) return null;
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) return undefined;
  return textOf(value, MAX_TEXT);
}
