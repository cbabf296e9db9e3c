import type { Sha256 } from '../ports/ambient.ts';

const MESSAGE_ID = /^[0-9a-f]{24}$/;
const COUNTERS = 0x1_00_00_00;

/** Is it an ObjectId as the hub writes it: 24 hex digits, lower case? */
export function isMessageId(text: string): boolean {
  return MESSAGE_ID.test(text);
}

/** Seconds since the epoch at which the message, or the root of its lineage, was born. */
export function secondsOf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16);
}

/**
 * A new id: 4 bytes of seconds since the epoch, 5 random bytes that are the process's own (10 hex digits), and 3 bytes of a
 * counter, which wraps.
 */
export function composeId(seconds: number, randomHex10: string, counter: number): string {
  const id = hex(seconds, 8) + randomHex10 + hex(counter % COUNTERS, 6);
  if (!isMessageId(id)) throw new RangeError(`No message id can be made of ${seconds}, "${randomHex10}" and ${counter}.`);
  return id;
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

/** What a message or delivery was made from. Equal origins have equal ids, so that redoing work makes nothing twice. */
export interface ChildOrigin {
  /** What it is, e.g. a delivery or an answer's message. */
  readonly kind: string;
  /** Id of the message or delivery it comes from. */
  readonly parent: string;
  /** Tells it from its siblings: the mapping's id, the place in the answer. */
  readonly key: string;
  /** Counts re-deliveries. */
  readonly round?: number;
  /** Rises on a proven collision: the same id, another parent. */
  readonly salt?: number;
}

/**
 * The id of a child: its parent's 4 time bytes, so that both live in the same day of the log, and 8 bytes of a hash of its
 * origin. The hashed text is part of what is stored: it can never change.
 */
export function childId(sha256: Sha256, origin: ChildOrigin): string {
  const { kind, parent, key, round = 0, salt = 0 } = origin;
  const id = parent.slice(0, 8) + sha256(JSON.stringify([kind, parent, key, round, salt])).slice(0, 16);
  if (!isMessageId(id)) throw new RangeError(`"${parent}" is no message id, or the hash is not lower-case hex.`);
  return id;
}
