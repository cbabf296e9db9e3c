import { isUtf8 } from 'node:buffer';
import {
  boundedText,
  factsText,
  isJsonObject,
  type JsonObject,
  type LogRecord,
  type RecordToPublish,
  type StoredEvent,
} from '@crossdock/core';
import { topicOf } from '../topics.ts';
import { parseRecord } from './record-envelope.ts';
import {
  agree,
  disagreements,
  headerProblems,
  headersOf,
  newerSchema,
  placeIn,
  shown,
  wholeNumber,
  type RecordHeaders,
} from './record-headers.ts';

/** A record as Kafka takes it; key and headers are UTF-8 there. */
export interface EncodedRecord {
  readonly key: string;
  readonly headers: RecordHeaders;
  readonly value: Uint8Array;
}

/** A record as it came from a topic. */
export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly headers: RecordHeaders;
  readonly value: Uint8Array | null;
}

export type DecodedRecord =
  | {
      readonly ok: true;
      readonly record: LogRecord;
      /** Incarnation of the shard's log that it was published from. */
      readonly epoch: number;
      /** The message's bytes as they came in: a view into the value. Undefined where there are none, or they were left out. */
      readonly payload: Uint8Array | undefined;
    }
  | { readonly ok: false; readonly problems: readonly string[] };

const PAYLOAD_MEMBER = Buffer.from(',"payload":');
const CLOSE_BRACE = 0x7d;

/**
 * Puts a record into the form that it has on its topic: CloudEvents headers in binary mode with `pos`, `prev` and `epoch`, and a
 * JSON object whose last member is the payload, its bytes copied as they are. Where that would be larger than `maxValueBytes`,
 * the payload is left out and `ce_payloadomitted` says so; nothing else is ever left out.
 */
export function encodeRecord(record: RecordToPublish, { maxValueBytes }: { readonly maxValueBytes: number }): EncodedRecord {
  const { payload } = record;
  const key = record.event.root;
  const headers: Record<string, string> = headersOf(record, record);
  const envelope = envelopeText(record);
  if (payload === undefined) return { key, headers, value: Buffer.from(`${envelope}}`) };
  const start = Buffer.byteLength(envelope);
  const offset = start + PAYLOAD_MEMBER.length;
  const size = offset + payload.length + 1;
  if (size > maxValueBytes) {
    headers['ce_payloadomitted'] = '1';
    return { key, headers, value: Buffer.from(`${envelope}}`) };
  }
  const value = Buffer.allocUnsafe(size);
  value.write(envelope);
  value.set(PAYLOAD_MEMBER, start);
  value.set(payload, offset);
  value[size - 1] = CLOSE_BRACE;
  headers['ce_payloadoffset'] = `${offset}`;
  return { key, headers, value };
}

/** The value up to its payload, without the comma or the brace that follows. */
function envelopeText({ stream, version, shard, position, at, event }: StoredEvent): string {
  return `{"stream":"${stream}","version":${version},"shard":${shard},"position":${position},"at":${at},"type":"${event.type}","facts":${factsText(event)}`;
}

/**
 * Reads a record of a topic. Never throws: what is wrong is told in sentences fit to be kept with the record. What headers and
 * value both say must agree; neither wins. The payload is cut out at `ce_payloadoffset` and not looked into.
 */
export function decodeRecord(raw: RawRecord): DecodedRecord {
  const { headers } = raw;
  const newer = newerSchema(headers);
  if (newer !== undefined) return { ok: false, problems: [newer] };
  const read = readValue(raw);
  if ('problems' in read) return refused(headers, read.problems);
  const { event, payload } = read;
  const { previous, epoch } = placeIn(headers);
  const expected = headersOf(event, { previous, epoch });
  const topic = topicOf[event.event.type];
  const fits = raw.topic === topic && raw.partition === event.shard && previous < event.position && agree(headers, expected);
  if (fits) return { ok: true, record: placed(event, topic, previous), epoch, payload };
  return refused(headers, [...disagreements(headers, expected), ...misplacements(raw, event, previous)]);
}

type ReadValue = { readonly event: StoredEvent; readonly payload: Uint8Array | undefined } | { readonly problems: readonly string[] };

function readValue({ headers, value }: RawRecord): ReadValue {
  if (value === null) return { problems: ['The value is null; deletions have no meaning here.'] };
  const parts = split(value, headers['ce_payloadoffset']);
  if (typeof parts === 'string') return { problems: [parts] };
  const parsed = parseRecord(parts.envelope);
  return parsed.ok ? { event: parsed.event, payload: parts.payload } : parsed;
}

/** Member by member: a spread copy costs a microsecond more. */
const placed = ({ stream, version, shard, position, at, event }: StoredEvent, topic: string, previous: number): LogRecord => ({
  stream,
  version,
  shard,
  position,
  at,
  event,
  topic,
  previous,
});

const refused = (headers: RecordHeaders, problems: readonly string[]): DecodedRecord => ({
  ok: false,
  problems: [...headerProblems(headers), ...problems],
});

function misplacements({ topic, partition }: RawRecord, { event, shard, position }: StoredEvent, previous: number): readonly string[] {
  const problems: string[] = [];
  if (topic !== topicOf[event.type]) problems.push(`topic: ${event.type} belongs to ${topicOf[event.type]} (found in ${shown(topic)}).`);
  if (partition !== shard) problems.push(`partition: must be ${shard}, the value's shard (found in ${partition}).`);
  if (previous >= position) problems.push(`prev: must lie before position ${position} (found ${previous}).`);
  return problems;
}

interface Parts {
  readonly envelope: JsonObject;
  readonly payload: Uint8Array | undefined;
}

/** The value's parts, or what is wrong with it. */
function split(value: Uint8Array, payloadOffset: string | undefined): Parts | string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
  if (payloadOffset !== undefined) return splitAt(bytes, payloadOffset);
  const envelope = parseObject(bytes);
  if (typeof envelope === 'string') return envelope;
  return Object.hasOwn(envelope, 'payload')
    ? 'ce_payloadoffset: missing, though the value has a payload.'
    : { envelope, payload: undefined };
}

function splitAt(bytes: Buffer, payloadOffset: string): Parts | string {
  const offset = wholeNumber(payloadOffset);
  const last = bytes.length - 1;
  if (offset === undefined) return `ce_payloadoffset: a whole number is needed (found ${shown(payloadOffset)}).`;
  const start = offset - PAYLOAD_MEMBER.length;
  if (start < 1 || offset >= last) return `ce_payloadoffset: byte ${offset} is no place for a payload in a value of ${bytes.length} bytes.`;
  if (bytes.compare(PAYLOAD_MEMBER, 0, PAYLOAD_MEMBER.length, start, offset) !== 0 || bytes[last] !== CLOSE_BRACE) {
    return `ce_payloadoffset: no payload stands at byte ${offset} of the value.`;
  }
  const envelope = parseObject(bytes.subarray(0, start), '}');
  if (typeof envelope === 'string') return `ce_payloadoffset: what stands before byte ${offset} is no envelope. ${envelope}`;
  if (Object.hasOwn(envelope, 'payload')) return `ce_payloadoffset: the value has a payload before byte ${offset} too.`;
  return { envelope, payload: bytes.subarray(offset, last) };
}

function parseObject(bytes: Buffer, end = ''): JsonObject | string {
  if (!isUtf8(bytes)) return 'The value is not UTF-8.';
  try {
    const parsed: unknown = JSON.parse(bytes.toString() + end);
    return isJsonObject(parsed) ? parsed : 'The value is not a JSON object.';
  } catch (error) {
    return `The value is not JSON: ${boundedText(String(error), 120)}.`;
  }
}
