/** ObjectIds are stored as `uuid`: their 12 bytes and 4 zero bytes, which is cheaper to index and compare than `bytea`. */

/** 24 hex digits → the text of a uuid. */
export function uuidOf(id: string): string {
  return `${id}00000000`;
}

/** The text of a uuid → 24 hex digits. */
export function idOf(uuid: string): string {
  return uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24, 28);
}

const SECONDS_PER_DAY = 86_400;

/** Days since the epoch on which the id was born: which partition of the log its stream is in. */
export function dayOf(id: string): number {
  return Math.floor(Number.parseInt(id.slice(0, 8), 16) / SECONDS_PER_DAY);
}

/** The lowest uuid of a day. */
export function lowestOfDay(day: number): string {
  return `${(day * SECONDS_PER_DAY).toString(16).padStart(8, '0')}${'0'.repeat(24)}`;
}
