import type { EventType, HubEvent, StoredEvent } from '@crossdock/core';
import { boundedText, isJsonObject, previewText, type JsonObject, type JsonValue } from '@crossdock/core';
import { IsIn, IsInt, IsObject, Matches, Max, Min, validateSync, type ValidationError } from 'class-validator';
import { topicOf } from '../topics.ts';

const ID = /^[0-9a-f]{24}$/;
const TYPES = Object.keys(topicOf) as EventType[];
/** Positions and versions stay exact in JavaScript. */
const MOST = Number.MAX_SAFE_INTEGER;
const MOST_SHARD = 32_767;
/** Milliseconds of the year 9999. */
const LAST_TIME = 253_402_300_799_999;
const MAX_PROBLEMS = 10;

/** What surrounds the facts of an event wherever it travels: whoever reads it from outside this process checks it first. */
export class RecordEnvelope {
  // Decorators apply from the bottom up, and the first complaint is the one told: the kind of value comes before its bounds.
  @Matches(ID, { message: 'stream: an id of 24 hexadecimal digits is needed' })
  stream!: string;

  @Max(MOST, { message: 'version: too large' })
  @Min(1, { message: 'version: counts from 1' })
  @IsInt({ message: 'version: a whole number is needed' })
  version!: number;

  @Max(MOST_SHARD, { message: 'shard: too large' })
  @Min(0, { message: 'shard: counts from 0' })
  @IsInt({ message: 'shard: a whole number is needed' })
  shard!: number;

  @Max(MOST, { message: 'position: too large' })
  @Min(1, { message: 'position: counts from 1' })
  @IsInt({ message: 'position: a whole number is needed' })
  position!: number;

  @Max(LAST_TIME, { message: 'at: beyond the year 9999' })
  @Min(0, { message: 'at: before the epoch' })
  @IsInt({ message: 'at: milliseconds since the epoch are needed' })
  at!: number;

  @IsIn(TYPES, { message: 'type: no event of this version; it may be of a newer one' })
  type!: EventType;

  @IsObject({ message: 'facts: an object is needed' })
  facts!: object;
}

export type ParsedRecord =
  | { readonly ok: true; readonly event: StoredEvent }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The members that every event's facts have. */
const LINEAGE = ['store', 'root'] as const;

/**
 * Reads a record that came from outside: everything that is wrong with it is told at once, as sentences fit to be kept with
 * a parked record. Unknown members of the facts are left as they are: a newer version may have added them.
 */
export function parseRecord(raw: unknown): ParsedRecord {
  if (!isJsonObject(raw)) return { ok: false, problems: ['The record is not an object.'] };
  if (isPlainlyRight(raw)) return { ok: true, event: eventOf(raw) };
  const envelope = Object.assign(new RecordEnvelope(), pick(raw));
  const problems = [...validateSync(envelope, { stopAtFirstError: true }).flatMap(textsOf), ...lineageProblems(raw['facts'])];
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
  return { ok: true, event: eventOf(envelope) };
}

const eventOf = ({ stream, version, shard, position, at, type, facts }: RecordEnvelope): StoredEvent => ({
  stream,
  version,
  shard,
  position,
  at,
  // In this order a copy costs an eighth; where the facts have a type of their own, it must not win.
  event: (Object.hasOwn(facts, 'type') ? { ...facts, type } : { type, ...facts }) as HubEvent,
});

/**
 * The rules of RecordEnvelope once more, at a tenth of their cost: nearly every record passes here, and the class
 * tells what is wrong with the others.
 */
function isPlainlyRight(raw: JsonObject): raw is JsonObject & RecordEnvelope {
  const { stream, version, shard, position, at, type, facts } = raw;
  return (
    isId(stream) &&
    isWithin(version, 1, MOST) &&
    isWithin(shard, 0, MOST_SHARD) &&
    isWithin(position, 1, MOST) &&
    isWithin(at, 0, LAST_TIME) &&
    isType(type) &&
    hasLineage(facts)
  );
}

const isType = (value: unknown): value is EventType => typeof value === 'string' && Object.hasOwn(topicOf, value);
const hasLineage = (facts: unknown): boolean => isJsonObject(facts) && LINEAGE.every((name) => isId(facts[name]));

const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);
const isWithin = (value: unknown, from: number, to: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;

function pick(raw: Readonly<Record<string, unknown>>): Partial<RecordEnvelope> {
  const { stream, version, shard, position, at, type, facts } = raw;
  return { stream, version, shard, position, at, type, facts } as Partial<RecordEnvelope>;
}

function textsOf({ property, constraints, value }: ValidationError): readonly string[] {
  const found = foundText(value);
  return Object.values(constraints ?? {}).map((text) => `${text.startsWith(property) ? text : `${property}: ${text}`} (found ${found}).`);
}

/** Any value for people: hostile ones nest deeper than JSON.stringify can go. */
function foundText(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? boundedText(value, 60) : boundedText(previewText(value as JsonValue, 60), 60);
}

function lineageProblems(facts: unknown): readonly string[] {
  if (!isJsonObject(facts)) return [];
  return LINEAGE.flatMap((name) => {
    const value = facts[name];
    return isId(value) ? [] : [`facts.${name}: an id of 24 hexadecimal digits is needed.`];
  });
}
