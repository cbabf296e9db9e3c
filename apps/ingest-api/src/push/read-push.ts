import { isUtf8 } from 'node:buffer';
import { isMessageType, isPoll, maxMessageTypeLength, type ErrorCode } from '@crossdock/contracts';
import {
  boundedAttributes,
  boundedText,
  isJsonObject,
  lastMember,
  previewText,
  scanObject,
  type JsonObject,
  type JsonValue,
  type ScannedObject,
  type ScanProblem,
} from '@crossdock/core';

const MAX_SOURCE = 255;
const MAX_ATTRIBUTES = 4_096;
const EMPTY = Buffer.from('{}');
const OWN = new Set(['message', 'message_id', 'payload', 'store_id', 'source']);

/** A push that can be stored. */
export interface Push {
  readonly kind: 'push';
  readonly message: string;
  /** The payload's bytes as they were sent, and the parsed copy. */
  readonly payload: Uint8Array;
  readonly parsed: JsonObject;
  readonly source: string | undefined;
  readonly attributes: JsonObject | undefined;
  readonly storeId: string | undefined;
  /** The body and its members, for the echo. */
  readonly body: Uint8Array;
  readonly object: ScannedObject;
}

/** A push that cannot. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: ErrorCode;
  readonly field: string;
  readonly detail: string;
}

const refused = (code: ErrorCode, field: string, detail: string): Refusal => ({ kind: 'refused', code, field, detail });

/**
 * Reads the body `{message, payload, store_id?, …}` of a push, or of something like it that is of the type `otherwise` where it names none: any JSON object with a legal type and a payload that is an
 * object. The payload is cut out, not written anew, so that large numbers, key order and signatures survive.
 */
export function readPush(body: Uint8Array, otherwise?: string): Push | Refusal {
  if (!isUtf8(body)) return refused('body_encoding', '', 'The body is not valid UTF-8.');
  const object = scanObject(body);
  // The scan refuses what is too deep before the parser meets it.
  if (!object.ok && object.problem === 'too_deep') return refused('body_too_deep', '', 'Objects and arrays nest deeper than 512.');
  const parsed = parse(body);
  if (parsed.kind === 'refused') return parsed;
  if (!isJsonObject(parsed.value)) return refused('body_not_object', '', `The body is ${previewText(parsed.value, 60)}, not an object.`);
  if (!object.ok) return unreadable(object);
  return readMembers(body, object, parsed.value, otherwise);
}

function unreadable(problem: ScanProblem): Refusal {
  if (problem.problem === 'too_many') return refused('body_too_large', '', 'The body has more members than can be read.');
  return refused('body_not_json', '', `The body could not be read at byte ${problem.at}: ${problem.problem}.`);
}

function parse(body: Uint8Array): { readonly kind: 'parsed'; readonly value: JsonValue } | Refusal {
  try {
    const value = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8')) as JsonValue;
    return { kind: 'parsed', value };
  } catch (error) {
    return refused('body_not_json', '', `The body is not JSON: ${boundedText(error instanceof Error ? error.message : String(error))}`);
  }
}

function readMembers(body: Uint8Array, object: ScannedObject, value: JsonObject, otherwise: string | undefined): Push | Refusal {
  const message = value['message'] ?? otherwise;
  if (message === undefined || message === null)
    return refused('message_missing', 'message', 'There is no `message`, the type of the message.');
  if (typeof message !== 'string')
    return refused('message_not_string', 'message', `\`message\` is ${previewText(message, 60)}, not a string.`);
  if (message.length > maxMessageTypeLength) {
    return refused(
      'message_type_too_long',
      'message',
      `\`message\` has ${message.length} characters; ${maxMessageTypeLength} are allowed.`,
    );
  }
  if (!isMessageType(message)) return refused('message_type_illegal', 'message', `${previewText(message, 80)} is no type name.`);
  const span = lastMember(object.members, 'payload');
  const payload = value['payload'];
  const absent = payload === undefined || payload === null;
  if (absent && !isPoll(message))
    return refused(
      'payload_missing',
      'payload',
      `\`payload\` is missing; only types that end in :poll may lack it, and this is ${message}.`,
    );
  if (!absent && !isJsonObject(payload))
    return refused('payload_not_object', 'payload', `\`payload\` is ${previewText(payload, 60)}, not an object.`);
  const store = value['store_id'];
  if (store !== undefined && store !== null && typeof store !== 'string')
    return refused('store_id_mismatch', 'store_id', `\`store_id\` is ${previewText(store, 60)}, not a string.`);
  return {
    kind: 'push',
    message,
    payload: absent || span === undefined ? EMPTY : body.subarray(span.valueStart, span.valueEnd),
    parsed: absent || !isJsonObject(payload) ? {} : payload,
    ...readExtras(value),
    storeId: store ?? undefined,
    body,
    object,
  };
}

/** `source`, and whatever else came along: kept, bounded, with the message. */
function readExtras(value: JsonObject): Pick<Push, 'source' | 'attributes'> {
  const source = value['source'];
  const text = typeof source === 'string' && source !== '' ? boundedText(source, MAX_SOURCE) : undefined;
  const members: [string, JsonValue][] = [];
  for (const name in value) {
    const member = value[name];
    if (member === undefined || (OWN.has(name) && !(name === 'source' && text === undefined))) continue;
    members.push([name, member]);
  }
  const client = value['message_id'];
  if (client !== undefined) members.push(['client_message_id', client]);
  return { source: text, attributes: members.length === 0 ? undefined : boundedAttributes(members, MAX_ATTRIBUTES) };
}
