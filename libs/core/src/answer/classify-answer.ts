import type { ErrorClass, NotificationEntry } from '../delivery/events.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { boundedText, canonicalText, previewText } from '../json/text.ts';
import { DEFAULT_ANSWER_LIMITS, type Answer, type AnswerLimits, type AnswerMessage } from './answer.ts';
import { cutMessages, type AnswerShape, type Cut, type CutMessage } from './cut-messages.ts';
import { isKnownLevel, notificationLevel, readNotification, readNotifications } from './read-notifications.ts';
import { readParameters } from './read-parameters.ts';

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

/** Longest canonical text for which an echo is looked for: the answer's own limit. */
const MAX_ECHO = 1_048_576;
const MAX_WARNINGS = 20;
const MEANINGFUL: ReadonlySet<string> = new Set(['message', 'message_id', 'payload', 'key', 'messages', 'notifications', 'parameters']);

/**
 * What the answer means: the status decides first, then whether it is JSON, then whether it names the message (hub-protocol §6).
 * Takes any bytes and never throws; all that it hands out is bounded, but for payloads and values of parameters.
 */
export function classifyAnswer(answer: HttpAnswer, sent: Sent, limits: AnswerLimits = DEFAULT_ANSWER_LIMITS): Answer {
  const { status, json } = answer;
  const accepted = sent.success === 'exact_200' ? status === 200 : status >= 200 && status < 300;
  if (!accepted) return refusedByStatus(answer, limits);
  if (!json.ok) {
    const said = json.text === '' ? 'an empty body' : `"${boundedText(json.text, limits.maxErrorText)}"`;
    return failure('not_json', `The endpoint answered ${status} with ${said}, which is not JSON.`);
  }
  const { value } = json;
  if (Array.isArray(value)) return rootArray(answer, value as readonly JsonValue[], sent, limits);
  const id = isJsonObject(value) ? value['message_id'] : undefined;
  if (!isJsonObject(value) || id === undefined || id === null) {
    return failure('message_id_absent', words(value, limits) ?? `The answer has no \`message_id\`. ${beginning(answer, value, limits)}`);
  }
  if (id !== sent.messageId) return failure('wrong_message_id', aboutAnother('The answer', id, sent));
  return success(answer, value, sent, limits);
}

type Failure = Extract<Answer, { kind: 'failure' }>;

interface Remarks {
  readonly notifications: readonly NotificationEntry[];
  readonly warnings: readonly string[];
}

function failure(
  errorClass: ErrorClass,
  text: string,
  { notifications, warnings }: Remarks = { notifications: [], warnings: [] },
): Failure {
  return { kind: 'failure', class: errorClass, text, notifications, warnings: few(warnings) };
}

function few(warnings: readonly string[]): readonly string[] {
  if (warnings.length <= MAX_WARNINGS) return warnings;
  return [...warnings.slice(0, MAX_WARNINGS - 1), `${warnings.length - MAX_WARNINGS + 1} more warnings.`];
}

function statusClass(status: number): ErrorClass {
  if (status >= 500) return 'http_5xx';
  if (status >= 400) return 'http_4xx';
  return status >= 300 ? 'http_3xx' : 'http_2xx';
}

/** Nothing of a failed answer counts but its notifications. */
function refusedByStatus(answer: HttpAnswer, limits: AnswerLimits): Failure {
  const { status, json } = answer;
  if (!json.ok)
    return failure(statusClass(status), `HTTP ${status}${json.text === '' ? '' : `: ${boundedText(json.text, limits.maxErrorText)}`}`);
  const { value } = json;
  const text = words(value, limits) ?? beginning(answer, value, limits);
  if (!isJsonObject(value)) return failure(statusClass(status), text);
  const { entries, warnings } = readNotifications(value['notifications'], limits.maxNotifications);
  const ignored = ['messages', 'message', 'key', 'events', 'parameters'].filter((name) => Object.hasOwn(value, name));
  const remarks = ignored.length === 0 ? warnings : [...warnings, `Ignored with status ${status}: ${ignored.join(', ')}.`];
  return failure(statusClass(status), text, { notifications: entries, warnings: remarks });
}

/** The endpoint's own words for what went wrong. */
function words(body: JsonValue, { maxErrorText }: AnswerLimits): string | undefined {
  for (const name of ['error', 'summary', 'text']) {
    const said = isJsonObject(body) ? body[name] : undefined;
    if (typeof said === 'string' && said.trim() !== '') return boundedText(said, maxErrorText);
    if (typeof said === 'number' || (typeof said === 'object' && said !== null)) return previewText(said, maxErrorText);
  }
  return undefined;
}

function beginning({ status }: HttpAnswer, body: JsonValue, { maxErrorText }: AnswerLimits): string {
  return `HTTP ${status}: ${previewText(body, maxErrorText)}`;
}

function aboutAnother(what: string, id: JsonValue, sent: Sent): string {
  return `${what} is about message ${previewText(id, 60)}, not ${sent.messageId}.`;
}

/** A root array is accepted when all entries are objects, at least one carries the right id, and none another. */
function rootArray(answer: HttpAnswer, entries: readonly JsonValue[], sent: Sent, limits: AnswerLimits): Answer {
  const ids = entries.map((entry) => (isJsonObject(entry) ? (entry['message_id'] ?? null) : null));
  const strange = ids.find((id) => id !== null && id !== sent.messageId);
  if (strange !== undefined) return failure('wrong_message_id', aboutAnother('An entry of the answer', strange, sent));
  if (!ids.includes(sent.messageId)) {
    return failure(
      'message_id_absent',
      `The answer is an array, and no entry has the \`message_id\`. ${beginning(answer, entries, limits)}`,
    );
  }
  const other = entries.findIndex((entry) => !isJsonObject(entry));
  if (other !== -1)
    return failure('message_id_absent', `The answer is an array, and entry ${other} is not an object with a \`message_id\`.`);
  const cut = cutMessages(answer.body, { kind: 'root_array' }, limits.maxMessages);
  return cut.kind === 'cut' ? sorted(cut, noRemarks, sent, limits) : uncut(cut, noRemarks, limits);
}

/** What an answer says beside its messages. */
interface Beside extends Remarks {
  readonly parameters: readonly { readonly name: string; readonly value: JsonValue }[];
  readonly result: string | undefined;
}
const noRemarks: Beside = { notifications: [], warnings: [], parameters: [], result: undefined };

function success(answer: HttpAnswer, body: JsonObject, sent: Sent, limits: AnswerLimits): Answer {
  const top = topLevel(body, sent);
  const beside = besideMessages(body, top === 'echo', limits);
  // Most answers carry no messages: they are not looked through for them.
  if (top !== 'message' && (body['messages'] ?? null) === null) return sorted({ messages: [], warnings: [] }, beside, sent, limits);
  const shape: AnswerShape = { kind: 'object', top: top === 'message' };
  const cut = cutMessages(answer.body, shape, limits.maxMessages);
  return cut.kind === 'cut' ? sorted(cut, beside, sent, limits) : uncut(cut, beside, limits);
}

/** Messages that cannot be told apart must not be lost in silence: the answer as a whole fails, its notifications apart. */
function uncut(cut: Exclude<Cut, { kind: 'cut' }>, remarks: Remarks, { maxMessages }: AnswerLimits): Failure {
  if (cut.kind === 'too_many') return failure('too_large', `The answer carries more than ${maxMessages} messages.`, remarks);
  return failure('not_json', `The messages of the answer cannot be read (${cut.problem}).`, remarks);
}

function besideMessages(body: JsonObject, echo: boolean, limits: AnswerLimits): Beside {
  const { entries, warnings } = readNotifications(body['notifications'], limits.maxNotifications);
  const parameters = readParameters(body['parameters'], limits.maxParameters);
  const others = Object.entries(body).filter(([name]) => !MEANINGFUL.has(name));
  const remarks = echo ? ['The answer repeats the message that was sent: not taken as a new one.'] : [];
  if ((body['delay'] ?? null) !== null)
    remarks.push('The answer asks to wait (`delay`), which is not done: the delivery counts as completed.');
  return {
    notifications: entries,
    warnings: [...remarks, ...warnings, ...parameters.warnings],
    parameters: parameters.values,
    result: others.length === 0 ? undefined : previewText(Object.fromEntries(others), limits.maxResult),
  };
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

/** Messages with a legal type; notifications among them are moved to the notifications. */
function sorted(
  cut: { readonly messages: readonly CutMessage[]; readonly warnings: readonly string[] },
  beside: Beside,
  sent: Sent,
  limits: AnswerLimits,
): Answer {
  const messages: AnswerMessage[] = [];
  const notifications = [...beside.notifications];
  const warnings = [...beside.warnings, ...cut.warnings];
  for (const { payloadValue, ...message } of cut.messages) {
    const level = notificationLevel(message.message);
    if (level !== undefined) {
      const payload = payloadValue();
      notifications.push(readNotification({ ...message.attributes, ...(isJsonObject(payload) ? payload : {}) }, level));
      if (!isKnownLevel(message.message)) warnings.push(`A notification has the type ${previewText(message.message, 60)}: taken as info.`);
    } else if (sent.isMessageType(message.message)) messages.push(message);
    else warnings.push(`A message has the type ${previewText(message.message, 60)}, which is not legal: skipped.`);
  }
  const more = notifications.length - limits.maxNotifications;
  if (more > 0) warnings.push(`${more} notifications beyond the first ${limits.maxNotifications}: ignored.`);
  return {
    kind: 'success',
    messages,
    notifications: notifications.slice(0, limits.maxNotifications),
    parameters: beside.parameters,
    result: beside.result,
    warnings: few(warnings),
  };
}
