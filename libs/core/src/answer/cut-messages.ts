import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import { lastMember, scanArray, scanObject, type MemberSpan } from '../json/spans.ts';
import { decodeUtf8 } from '../json/utf8.ts';
import type { AnswerMessage } from './answer.ts';
import { boundedAttributes } from './read-notifications.ts';

const EMPTY = new Uint8Array([0x7b, 0x7d]);
const MAX_ATTRIBUTES = 4_096;
const OWN = new Set(['message', 'key', 'payload', 'message_id', 'messages', 'notifications', 'parameters', 'events']);

/** A message cut out of an answer. Its payload is the answer's bytes, its parsed payload is made when asked for. */
export interface CutMessage extends AnswerMessage {
  /** It stands at the answer's top level, not in `messages`. */
  readonly topLevel: boolean;
  payloadValue(): JsonValue;
}

export type Cut =
  | { readonly kind: 'cut'; readonly messages: readonly CutMessage[]; readonly warnings: readonly string[] }
  | { readonly kind: 'too_many'; readonly count: number };

/** The messages of an answer that is valid JSON: the entries of `messages`, and the one at the top level; or those of a root array. */
export function cutMessages(body: Uint8Array, shape: { readonly kind: 'object' | 'root_array' }, most: number): Cut {
  if (shape.kind === 'root_array') return cutArray(body, 0, most, []);
  const object = scanObject(body);
  if (!object.ok) return { kind: 'cut', messages: [], warnings: [`The answer could not be read: ${object.problem}.`] };
  const list = lastMember(object.members, 'messages');
  const top = cutOne(body, object.members, true);
  const before = top === undefined || 'problem' in top ? [] : [top];
  if (list === undefined || list.kind === 'literal') return { kind: 'cut', messages: before, warnings: [] };
  if (list.kind !== 'array') return { kind: 'cut', messages: before, warnings: ['`messages` is not an array: ignored.'] };
  return cutArray(body, list.valueStart, most, before);
}

function cutArray(body: Uint8Array, start: number, most: number, before: readonly CutMessage[]): Cut {
  const array = scanArray(body, start);
  if (!array.ok) return { kind: 'cut', messages: before, warnings: [`\`messages\` could not be read: ${array.problem}.`] };
  if (array.elements.length + before.length > most) return { kind: 'too_many', count: array.elements.length + before.length };
  const messages = [...before];
  const warnings: string[] = [];
  for (const [index, element] of array.elements.entries()) {
    const entry = element.kind === 'object' ? scanObject(body, element.valueStart) : undefined;
    const cut = entry?.ok === true ? cutOne(body, entry.members, false) : undefined;
    if (cut === undefined) warnings.push(`Entry ${index} of \`messages\` is not a message: skipped.`);
    else if ('problem' in cut) warnings.push(`Entry ${index} of \`messages\` ${cut.problem}: skipped.`);
    else messages.push(cut);
  }
  return { kind: 'cut', messages, warnings };
}

function cutOne(
  body: Uint8Array,
  members: readonly MemberSpan[],
  topLevel: boolean,
): CutMessage | { readonly problem: string } | undefined {
  const type = valueOf(body, lastMember(members, 'message') ?? lastMember(members, 'key'));
  if (typeof type !== 'string') return undefined;
  const payload = lastMember(members, 'payload');
  const isNull = payload !== undefined && payload.kind === 'literal' && valueOf(body, payload) === null;
  if (payload !== undefined && !isNull && payload.kind !== 'object') return { problem: 'has a payload that is not an object' };
  const bytes = payload === undefined || isNull ? EMPTY : body.slice(payload.valueStart, payload.valueEnd);
  const others = topLevel ? [] : members.filter((member) => !OWN.has(member.key));
  const attributes =
    others.length === 0
      ? undefined
      : boundedAttributes(
          others.map((member) => [member.key, valueOf(body, member) ?? null]),
          MAX_ATTRIBUTES,
        );
  return {
    message: type,
    payload: bytes,
    topLevel,
    payloadValue: () => parse(bytes, 0, bytes.length) ?? {},
    ...(attributes === undefined ? {} : { attributes }),
  };
}

function valueOf(body: Uint8Array, span: MemberSpan | undefined): JsonValue | undefined {
  return span === undefined ? undefined : parse(body, span.valueStart, span.valueEnd);
}

function parse(bytes: Uint8Array, start: number, end: number): JsonValue | undefined {
  const text = decodeUtf8(bytes, start, end);
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  return isJsonValue(value) ? value : undefined;
}

/** What JSON.parse makes is JSON. */
function isJsonValue(value: unknown): value is JsonValue {
  return value === null || typeof value !== 'object' ? value !== undefined : Array.isArray(value) || isJsonObject(value);
}
