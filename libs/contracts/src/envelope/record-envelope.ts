import type { EventType, HubEvent, StoredEvent } from '@crossdock/core';
import { boundedText, isJsonObject } from '@crossdock/core';
import { IsIn, IsInt, IsObject, Matches, Max, Min, validateSync, type ValidationError } from 'class-validator';
import { topicOf } from '../topics.ts';

const ID = /^[0-9a-f]{24}$/;
const TYPES = Object.keys(topicOf) as EventType[];
/** Positions and versions stay exact in JavaScript. */
const MOST = Number.MAX_SAFE_INTEGER;
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

  @Max(32_767, { message: 'shard: too large' })
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
  const envelope = Object.assign(new RecordEnvelope(), pick(raw));
  const problems = [...validateSync(envelope, { stopAtFirstError: true }).flatMap(textsOf), ...lineageProblems(raw['facts'])];
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
  const { stream, version, shard, position, at, type, facts } = envelope;
  return { ok: true, event: { stream, version, shard, position, at, event: { ...facts, type } as HubEvent } };
}

function pick(raw: Readonly<Record<string, unknown>>): Partial<RecordEnvelope> {
  const { stream, version, shard, position, at, type, facts } = raw;
  return { stream, version, shard, position, at, type, facts } as Partial<RecordEnvelope>;
}

function textsOf({ property, constraints, value }: ValidationError): readonly string[] {
  const found = boundedText(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'), 60);
  return Object.values(constraints ?? {}).map((text) => `${text.startsWith(property) ? text : `${property}: ${text}`} (found ${found}).`);
}

function lineageProblems(facts: unknown): readonly string[] {
  if (!isJsonObject(facts)) return [];
  return LINEAGE.flatMap((name) => {
    const value = facts[name];
    return typeof value === 'string' && ID.test(value) ? [] : [`facts.${name}: an id of 24 hexadecimal digits is needed.`];
  });
}
