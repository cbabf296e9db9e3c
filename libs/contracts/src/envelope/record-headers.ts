import { boundedText, type EventType, type StoredEvent } from '@crossdock/core';
import { topicOf } from '../topics.ts';

export type RecordHeaders = Readonly<Record<string, string>>;

/** Version of the records' schema. A change that older readers would misread raises it; a new member does not. */
const SCHEMA_VERSION = 1;
const RECORD_TYPE = /^crossdock\.[a-z_.]{1,100}\.v([1-9]\d{0,8})$/;

/** The CloudEvents type of each event. */
export const recordTypeOf = Object.fromEntries(
  Object.keys(topicOf).map((type) => [type, `crossdock.${type}.v${SCHEMA_VERSION}`]),
) as Readonly<Record<EventType, string>>;

/** Names of the headers that every record has: CloudEvents attributes in binary mode, then the record's place in its topic. */
export const headerNames = [
  'content-type',
  'ce_specversion',
  'ce_id',
  'ce_source',
  'ce_type',
  'ce_time',
  'ce_subject',
  'ce_partitionkey',
  'ce_storeid',
  'ce_rootid',
  'pos',
  'prev',
  'epoch',
] as const;
/** Said by the headers alone. */
const PLACE = ['prev', 'epoch'] as const;
const REPEATED = headerNames.filter((name) => !(PLACE as readonly string[]).includes(name));
export type HeaderName = (typeof headerNames)[number];

export interface Place {
  /** Position of the topic's previous event in this shard. */
  readonly previous: number;
  /** Incarnation of the shard's log. */
  readonly epoch: number;
}

/** The headers that every record has. */
export function headersOf(stored: StoredEvent, { previous, epoch }: Place): Record<HeaderName, string> {
  const { stream, version, position, at } = stored;
  const { store, root, type } = stored.event;
  return {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: `${stream}.${version}`,
    ce_source: `/crossdock/stores/${store}`,
    ce_type: recordTypeOf[type],
    ce_time: new Date(at).toISOString(),
    ce_subject: stream,
    ce_partitionkey: root,
    ce_storeid: store,
    ce_rootid: root,
    pos: `${position}`,
    prev: `${previous}`,
    epoch: `${epoch}`,
  };
}

/** A whole number from 0, written as numbers are: without sign, point, exponent or leading zeros. */
export function wholeNumber(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 && `${number}` === text ? number : undefined;
}

/** Where the headers say that the record stands; 0 for what they do not say, which `agree` then refuses. */
export const placeIn = (headers: RecordHeaders): Place => ({
  previous: wholeNumber(headers['prev']) ?? 0,
  epoch: wholeNumber(headers['epoch']) ?? 0,
});

/** A header's value for people, bounded. */
export const shown = (value: string): string => boundedText(value, 60);

/** Says so where a record is of a schema that this version cannot know. */
export function newerSchema(headers: RecordHeaders): string | undefined {
  const version = RECORD_TYPE.exec(headers['ce_type'] ?? '')?.[1];
  if (version === undefined || Number(version) <= SCHEMA_VERSION) return undefined;
  return `ce_type: schema version ${version} is newer than this hub reads (found ${shown(headers['ce_type'] ?? '')}).`;
}

/** What is wrong with the headers whatever the value says: those that are missing, and places that are no numbers. */
export function headerProblems(headers: RecordHeaders): readonly string[] {
  const missing = headerNames.filter((name) => headers[name] === undefined);
  const problems = missing.length > 0 ? [`Headers are missing: ${missing.join(', ')}.`] : [];
  for (const name of PLACE) {
    const value = headers[name];
    if (value !== undefined && wholeNumber(value) === undefined)
      problems.push(`${name}: a whole number is needed (found ${shown(value)}).`);
  }
  return problems;
}

/** Where headers that are there say something else than the value. */
export function disagreements(headers: RecordHeaders, expected: Readonly<Record<HeaderName, string>>): readonly string[] {
  return REPEATED.filter((name) => headers[name] !== undefined && headers[name] !== expected[name]).map(
    (name) => `${name}: must be ${expected[name]}, going by the value (found ${shown(headers[name] ?? '')}).`,
  );
}

/** Whether all headers are there and say what the value says: what is asked of every record, so it is asked fast. */
export function agree(headers: RecordHeaders, expected: Readonly<Record<HeaderName, string>>): boolean {
  for (const name of headerNames) if (headers[name] !== expected[name]) return false;
  return true;
}
