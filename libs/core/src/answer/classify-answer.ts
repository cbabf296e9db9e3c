import type { ErrorClass, NotificationEntry } from '../delivery/events.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { boundedText, canonicalText, previewText } from '../json/text.ts';
import { DEFAULT_ANSWER_LIMITS, type Answer, type AnswerLimits, type AnswerMessage } from './answer.ts';
import { cutMessages } from './cut-messages.ts';
import { notificationLevel, readNotification, readNotifications } from './read-notifications.ts';

/** An HTTP answer, as it came. `json` is the parsed body, where it is JSON. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  readonly json: { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly text: string };
}

/** What was sent, as far as the answer is measured by it. */
export interface Sent {
  /** The delivery's own id: the answer must carry it. */
  readonly messageId: string;
  readonly message: string;
  /** The payload, parsed: an answer that repeats it is an echo. */
  payload(): JsonValue;
  readonly success: 'exact_200' | '2xx';
  isMessageType(name: string): boolean;
}

/** Longest canonical text for which an echo is looked for. */
const MAX_ECHO = 262_144;
const MEANINGFUL = new Set(['message', 'message_id', 'payload', 'key', 'messages', 'notifications', 'parameters']);

/** What the answer means: the status decides first, then whether it is JSON, then whether it names the message (hub-protocol §6). */
export function classifyAnswer(answer: HttpAnswer, sent: Sent, limits: AnswerLimits = DEFAULT_ANSWER_LIMITS): Answer {
  const accepted = sent.success === 'exact_200' ? answer.status === 200 : answer.status >= 200 && answer.status < 300;
  if (!accepted) return refusedByStatus(answer, limits);
  if (!answer.json.ok) {
    const said = answer.json.text === '' ? 'an empty body' : `"${boundedText(answer.json.text, 200)}"`;
    return failure('not_json', `The endpoint answered ${answer.status} with ${said}, which is not JSON.`);
  }
  const { value } = answer.json;
  if (Array.isArray(value)) return rootArray(answer, value as readonly JsonValue[], sent, limits);
  if (!isJsonObject(value))
    return failure('message_id_absent', `The answer is ${previewText(value, 100)}, not an object with \`message_id\`.`);
  const id = value['message_id'];
  if (id === undefined || id === null) return failure('message_id_absent', saidBy(value) ?? 'The answer has no `message_id`.');
  if (id !== sent.messageId)
    return failure('wrong_message_id', `The answer is about message ${previewText(id, 60)}, not ${sent.messageId}.`);
  return success(answer, value, sent, limits);
}

function failure(
  errorClass: ErrorClass,
  text: string,
  notifications: readonly NotificationEntry[] = [],
  warnings: readonly string[] = [],
): Extract<Answer, { kind: 'failure' }> {
  return { kind: 'failure', class: errorClass, text: boundedText(text, 500), notifications, warnings };
}

function statusClass(status: number): ErrorClass {
  if (status >= 500) return 'http_5xx';
  if (status >= 400) return 'http_4xx';
  return status >= 300 ? 'http_3xx' : 'http_2xx';
}

function refusedByStatus(answer: HttpAnswer, limits: AnswerLimits): Answer {
  const { status, json } = answer;
  if (!json.ok)
    return failure(statusClass(status), boundedText(`HTTP ${status}${json.text === '' ? '' : `: ${json.text}`}`, limits.maxErrorText));
  if (!isJsonObject(json.value)) return failure(statusClass(status), `HTTP ${status}: ${previewText(json.value, limits.maxErrorText)}`);
  const { entries, warnings } = readNotifications(json.value['notifications'], limits.maxNotifications);
  const ignored = ['messages', 'message', 'events', 'parameters'].filter((name) => Object.hasOwn(json.value as JsonObject, name));
  const remarks = ignored.length === 0 ? warnings : [...warnings, `Ignored with status ${status}: ${ignored.join(', ')}.`];
  const text = saidBy(json.value) ?? `HTTP ${status}: ${previewText(json.value, limits.maxErrorText)}`;
  return failure(statusClass(status), text, entries, remarks);
}

/** The endpoint's own words for what went wrong. */
function saidBy(body: JsonObject): string | undefined {
  for (const name of ['error', 'summary', 'text']) {
    const said = body[name];
    if (typeof said === 'string' && said !== '') return boundedText(said, 500);
    if (said !== undefined && said !== null && typeof said !== 'string') return previewText(said, 500);
  }
  return undefined;
}

/** A root array is accepted when all entries are objects, at least one carries the right id, and none another. */
function rootArray(answer: HttpAnswer, entries: readonly JsonValue[], sent: Sent, limits: AnswerLimits): Answer {
  const ids = entries.map((entry) => (isJsonObject(entry) ? entry['message_id'] : null));
  const strange = ids.find((id) => id !== undefined && id !== null && id !== sent.messageId);
  if (!entries.every(isJsonObject) || !ids.includes(sent.messageId)) {
    return failure(
      strange === undefined ? 'message_id_absent' : 'wrong_message_id',
      'The answer is an array of which no entry carries the `message_id`.',
    );
  }
  if (strange !== undefined) return failure('wrong_message_id', `An entry of the answer is about message ${previewText(strange, 60)}.`);
  const cut = cutMessages(answer.body, { kind: 'root_array' }, limits.maxMessages);
  if (cut.kind === 'too_many') return tooMany(cut.count, limits);
  return sorted(cut.messages, [], { entries: [], warnings: cut.warnings }, sent, undefined, limits);
}

function tooMany(count: number, limits: AnswerLimits): Answer {
  return failure('too_large', `The answer carries ${count} messages; ${limits.maxMessages} are allowed.`);
}

function success(answer: HttpAnswer, body: JsonObject, sent: Sent, limits: AnswerLimits): Answer {
  const cut = cutMessages(answer.body, { kind: 'object' }, limits.maxMessages);
  if (cut.kind === 'too_many') return tooMany(cut.count, limits);
  const warnings = [...cut.warnings];
  const top = topLevel(body, sent);
  if (top === 'echo') warnings.push('The answer repeats the message that was sent: not taken as a new one.');
  const messages = top === 'message' ? cut.messages : cut.messages.filter((message) => !message.topLevel);
  const { entries, warnings: remarks } = readNotifications(body['notifications'], limits.maxNotifications);
  const parameters = readParameters(body['parameters'], limits.maxParameters);
  const others = Object.entries(body).filter(([name]) => !MEANINGFUL.has(name));
  const result = others.length === 0 ? undefined : previewText(Object.fromEntries(others), limits.maxResult);
  return sorted(
    messages,
    parameters.values,
    { entries, warnings: [...warnings, ...remarks, ...parameters.warnings] },
    sent,
    result,
    limits,
  );
}

/** A single `message` + `payload` at the top is a new message, unless it is the one that was sent. */
function topLevel(body: JsonObject, sent: Sent): 'message' | 'echo' | 'none' {
  const type = body['message'] ?? body['key'];
  if (typeof type !== 'string') return 'none';
  if (type !== sent.message) return 'message';
  const answered = canonicalText(withoutParameters(body['payload'] ?? {}), MAX_ECHO);
  return answered !== undefined && answered === canonicalText(withoutParameters(sent.payload()), MAX_ECHO) ? 'echo' : 'message';
}

function withoutParameters(payload: JsonValue): JsonValue {
  if (!isJsonObject(payload)) return payload;
  return Object.fromEntries(Object.entries(payload).filter(([name]) => name !== 'parameters'));
}

function readParameters(
  value: JsonValue | undefined,
  most: number,
): { readonly values: { name: string; value: JsonValue }[]; readonly warnings: string[] } {
  const values: { name: string; value: JsonValue }[] = [];
  const warnings: string[] = [];
  if (value === undefined || value === null) return { values, warnings };
  if (!Array.isArray(value)) return { values, warnings: ['`parameters` is not an array: ignored.'] };
  for (const [index, entry] of (value as readonly JsonValue[]).slice(0, most).entries()) {
    const name = isJsonObject(entry) ? entry['name'] : undefined;
    if (!isJsonObject(entry) || typeof name !== 'string' || name === '' || name.length > 255)
      warnings.push(`Parameter ${index} has no usable name: skipped.`);
    else if (name === 'store_id') warnings.push('The parameter store_id is the hub’s own: skipped.');
    else values.push({ name: boundedText(name, 255), value: entry['value'] ?? null });
  }
  return { values, warnings };
}

/** Messages with a legal type, notifications among them moved to the notifications. */
function sorted(
  cut: readonly (AnswerMessage & { readonly payloadValue: () => JsonValue })[],
  parameters: readonly { name: string; value: JsonValue }[],
  notes: { readonly entries: readonly NotificationEntry[]; readonly warnings: readonly string[] },
  sent: Sent,
  result: string | undefined,
  limits: AnswerLimits,
): Answer {
  const messages: AnswerMessage[] = [];
  const notifications = [...notes.entries];
  const warnings = [...notes.warnings];
  for (const { payloadValue, ...message } of cut) {
    const level = notificationLevel(message.message);
    if (level !== undefined) {
      const payload = payloadValue();
      notifications.push(readNotification(isJsonObject(payload) ? payload : {}, level));
    } else if (sent.isMessageType(message.message))
      messages.push({
        message: message.message,
        payload: message.payload,
        ...(message.attributes === undefined ? {} : { attributes: message.attributes }),
      });
    else warnings.push(`A message has the type ${previewText(message.message, 60)}, which is not legal: skipped.`);
  }
  if (notifications.length > limits.maxNotifications)
    warnings.push(`${notifications.length - limits.maxNotifications} notifications too many: ignored.`);
  return {
    kind: 'success',
    messages,
    notifications: notifications.slice(0, limits.maxNotifications),
    parameters,
    result,
    warnings: warnings.slice(0, 20),
  };
}
