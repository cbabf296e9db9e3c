import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { lastMember, scanArray, scanObject, type MemberSpan, type ScanLimits } from '../json/spans.ts';
import { decodeUtf8 } from '../json/utf8.ts';
import type { AnswerMessage } from './answer.ts';
import { boundedAttributes } from './read-notifications.ts';

const EMPTY = new Uint8Array([0x7b, 0x7d]);
const MAX_ATTRIBUTES = 4_096;
/** Members of an entry that are no attributes: its parts, ids that the hub allots, and values that may be secret. */
const OWN: ReadonlySet<string> = new Set(['message', 'payload', 'message_id', 'store_id', 'parameters']);
/** Where a message stands is found whatever stands beside it; what it holds is looked at after that. */
const ANYTHING: ScanLimits = { maxDepth: Number.POSITIVE_INFINITY, maxEntries: Number.POSITIVE_INFINITY };

/** A message cut out of an answer. Its payload is the answer's bytes, its parsed payload is made when asked for. */
export interface CutMessage extends AnswerMessage {
  readonly payloadValue: () => JsonValue;
}

/** Where the messages of an answer are: in an object's `messages`, and with `top` in the object itself; or the entries of an array. */
export type AnswerShape = { readonly kind: 'object'; readonly top: boolean } | { readonly kind: 'root_array' };

export type Cut =
  | { readonly kind: 'cut'; readonly messages: readonly CutMessage[]; readonly warnings: readonly string[] }
  | { readonly kind: 'too_many' }
  /** Not a single message can be told for sure, although the text is JSON. */
  | { readonly kind: 'unreadable'; readonly problem: string };

/** The messages of an answer that is JSON, in its order, the one at the top first. What is no message is skipped with a warning. */
export function cutMessages(body: Uint8Array, shape: AnswerShape, most: number): Cut {
  if (shape.kind === 'root_array') return cutArray(body, 0, { most, of: 'the answer' });
  const object = scanObject(body, 0, ANYTHING);
  if (!object.ok) return { kind: 'unreadable', problem: object.problem };
  const top = shape.top ? cutOne(body, object.members, false) : undefined;
  const messages = top === undefined || 'problem' in top ? [] : [top];
  const warnings = top !== undefined && 'problem' in top ? [`The message at the top of the answer ${top.problem}: skipped.`] : [];
  const list = lastMember(object.members, 'messages');
  if (list === undefined || isNull(body, list)) return { kind: 'cut', messages, warnings };
  if (list.kind !== 'array') return { kind: 'cut', messages, warnings: [...warnings, '`messages` is not an array: ignored.'] };
  const cut = cutArray(body, list.valueStart, { most: most - messages.length, of: '`messages`' });
  if (cut.kind !== 'cut') return cut;
  return { kind: 'cut', messages: [...messages, ...cut.messages], warnings: [...warnings, ...cut.warnings] };
}

function cutArray(body: Uint8Array, start: number, { most, of }: { readonly most: number; readonly of: string }): Cut {
  const array = scanArray(body, start, { ...ANYTHING, maxEntries: most });
  if (!array.ok) return array.problem === 'too_many' ? { kind: 'too_many' } : { kind: 'unreadable', problem: array.problem };
  const messages: CutMessage[] = [];
  const warnings: string[] = [];
  for (const [index, element] of array.elements.entries()) {
    const entry = scanObject(body, element.valueStart, ANYTHING);
    const cut = entry.ok
      ? cutOne(body, entry.members, true)
      : { problem: entry.problem === 'not_object' ? 'is not an object' : 'cannot be read' };
    if (!('problem' in cut)) messages.push(cut);
    // In an array, an entry may merely say which message the answer is about.
    else if (!(entry.ok && entry.members.every(({ key }) => key === 'message_id')))
      warnings.push(`Entry ${index} of ${of} ${cut.problem}: skipped.`);
  }
  return { kind: 'cut', messages, warnings };
}

function cutOne(body: Uint8Array, members: readonly MemberSpan[], withAttributes: boolean): CutMessage | { readonly problem: string } {
  const named = typeMember(body, members);
  const type = named === undefined ? undefined : valueOf(body, named);
  if (named === undefined || typeof type !== 'string') return { problem: 'names no message type' };
  const payload = payloadBytes(body, lastMember(members, 'payload'));
  if ('problem' in payload) return payload;
  const { bytes } = payload;
  const others = withAttributes ? members.filter(({ key }) => !OWN.has(key) && key !== named.key) : [];
  const attributes: JsonObject | undefined = others.length === 0 ? undefined : boundedAttributes(valuesOf(body, others), MAX_ATTRIBUTES);
  return {
    message: type,
    payload: bytes,
    payloadValue: () => parse(bytes, 0, bytes.length) ?? {},
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** `key` is another name for `message`. */
function typeMember(body: Uint8Array, members: readonly MemberSpan[]): MemberSpan | undefined {
  const message = lastMember(members, 'message');
  return message === undefined || isNull(body, message) ? lastMember(members, 'key') : message;
}

/** The payload as it was sent, if it is one that could have been pushed. */
function payloadBytes(body: Uint8Array, span: MemberSpan | undefined): { readonly bytes: Uint8Array } | { readonly problem: string } {
  if (span === undefined || isNull(body, span)) return { bytes: EMPTY };
  if (span.kind !== 'object') return { problem: 'has a payload that is not an object' };
  const bytes = body.slice(span.valueStart, span.valueEnd);
  const scanned = scanObject(bytes);
  if (!scanned.ok) return { problem: `has a payload that cannot be taken (${scanned.problem})` };
  return isUtf8(bytes) ? { bytes } : { problem: 'has a payload that is not UTF-8' };
}

function isUtf8(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80) || decodeUtf8(bytes, 0, bytes.length) !== undefined;
}

function* valuesOf(body: Uint8Array, members: readonly MemberSpan[]): Iterable<readonly [string, JsonValue]> {
  for (const member of members) yield [member.key, valueOf(body, member) ?? null];
}

const isNull = (body: Uint8Array, span: MemberSpan): boolean => span.kind === 'literal' && valueOf(body, span) === null;

function valueOf(body: Uint8Array, span: MemberSpan): JsonValue | undefined {
  return parse(body, span.valueStart, span.valueEnd);
}

function parse(bytes: Uint8Array, start: number, end: number): JsonValue | undefined {
  const text = decodeUtf8(bytes, start, end);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What JSON.parse makes is JSON. */
function isJsonValue(value: unknown): value is JsonValue {
  return value === null || typeof value !== 'object' ? value !== undefined : Array.isArray(value) || isJsonObject(value);
}
