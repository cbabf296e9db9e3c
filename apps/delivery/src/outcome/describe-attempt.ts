import { boundedText, isJsonObject, previewText, type Attempt, type HttpAnswer, type JsonValue, type SendResult } from '@crossdock/core';

/** Bytes of an answer that are kept with the attempt. */
const MAX_BODY = 4_096;
const MAX_HEADERS = 20;
const MAX_HEADER = 200;
const SECRET_HEADER = /cookie|token|authorization|secret|api-?key/i;
const MASK = '••••';

export interface AttemptFacts {
  readonly number: number;
  readonly startedAt: number;
  readonly url: string;
}

/** What is kept of an attempt, before its outcome is known. */
export function describeAttempt(
  facts: AttemptFacts,
  result: SendResult,
  json: HttpAnswer['json'] | undefined,
): Omit<Attempt, 'error' | 'warnings'> {
  const attempt = { ...facts, url: withoutSecrets(facts.url), durationMs: Math.round(result.durationMs) };
  if (result.kind === 'failed') return result.status === undefined ? attempt : { ...attempt, status: result.status };
  return {
    ...attempt,
    status: result.status,
    answer: { headers: keptHeaders(result.headers), body: keptBody(result.body, json), bytes: result.body.length },
  };
}

/** An answer's body, parsed where it is JSON. */
export function parseAnswer(body: Uint8Array): HttpAnswer['json'] {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  try {
    const value = JSON.parse(text) as JsonValue;
    return { ok: true, value };
  } catch {
    return { ok: false, text: boundedText(text, 1_000) };
  }
}

function withoutSecrets(url: string): string {
  const query = url.indexOf('?');
  return boundedText(query === -1 ? url : `${url.slice(0, query)}?…`, 2_000);
}

function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  let count = 0;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || SECRET_HEADER.test(name)) continue;
    kept[name.slice(0, MAX_HEADER)] = boundedText(value, MAX_HEADER);
    count += 1;
    if (count >= MAX_HEADERS) break;
  }
  return kept;
}

/** The first of the answer; the values of `parameters` may be secrets, and are masked. */
function keptBody(body: Uint8Array, json: HttpAnswer['json'] | undefined): string {
  if (json?.ok === true && isJsonObject(json.value) && json.value['parameters'] !== undefined) {
    // An answer may nest so deep that JSON.stringify throws; this writes no more of it than is kept.
    return previewText({ ...json.value, parameters: masked(json.value['parameters']) }, MAX_BODY);
  }
  return boundedText(Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, MAX_BODY)).toString('utf8'), MAX_BODY);
}

function masked(parameters: JsonValue): JsonValue {
  if (!Array.isArray(parameters)) return MASK;
  return (parameters as readonly JsonValue[]).map((entry) => (isJsonObject(entry) ? { ...entry, value: MASK } : MASK));
}
