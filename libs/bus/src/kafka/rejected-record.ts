import { boundedText, type RejectedRecord } from '@crossdock/core';
import type { KafkaMessage } from 'kafkajs';

const MAX_REASON = 1_000;
const MAX_HEADERS = 32;
const MAX_NAME = 100;
const MAX_VALUE = 400;
const EXCERPT_BYTES = 4_096;

/** A message's headers as text. Of those that come several times the last one counts. */
export function headersOf({ headers }: KafkaMessage): Readonly<Record<string, string>> {
  const entries: (readonly [string, string])[] = [];
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined && last !== null) entries.push([name, typeof last === 'string' ? last : last.toString()]);
  }
  return Object.fromEntries(entries);
}

/** What is kept of a message that cannot be read: enough to see what it was and who sent it, whatever its size. */
export function rejectedRecord(
  message: KafkaMessage,
  problems: readonly string[],
  from: Pick<RejectedRecord, 'group' | 'topic' | 'partition' | 'rejectedAt'>,
): RejectedRecord {
  const { offset, value } = message;
  return {
    ...from,
    offset,
    reason: boundedText(problems.join(' '), MAX_REASON),
    headers: boundedHeaders(headersOf(message)),
    excerpt: excerptOf(value),
    bytes: value?.length ?? 0,
  };
}

function boundedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).slice(0, MAX_HEADERS);
  return Object.fromEntries(kept.map(([name, value]) => [boundedText(name, MAX_NAME), boundedText(value, MAX_VALUE)]));
}

function excerptOf(value: Uint8Array | null): string {
  if (value === null) return '';
  return boundedText(new TextDecoder().decode(value.subarray(0, EXCERPT_BYTES)), EXCERPT_BYTES);
}
