import { isMessageId } from '@crossdock/core';
import { readQuery, type QueryReader, type QueryValues } from './query.ts';

const DEFAULT_LIMIT = 50;
const MOST = 200;

/** Which part of a list is asked for: at most `limit` items behind the key `after`, from the beginning where there is none. */
export interface Cursor {
  readonly after?: string;
  readonly limit: number;
}

/**
 * `?after=&limit=`. `after` is what an earlier answer's `next` was.
 * @param isKey whether a text can be a key of the list; what is none is refused, so that stores need not look at it again
 */
export const cursorOf = (query: QueryValues, isKey?: (key: string) => boolean): Cursor =>
  readQuery(query, (reader) => readCursor(reader, isKey));

/** `cursorOf` of a query that holds more. */
export function readCursor(reader: QueryReader, isKey: (key: string) => boolean = isMessageId): Cursor {
  const limit = reader.whole('limit', { least: 1, most: MOST, otherwise: DEFAULT_LIMIT });
  const given = reader.text('after');
  if (given === undefined) return { limit };
  const after = Buffer.from(given, 'base64url').toString('utf8');
  // Written again, so that no two texts mean the same place.
  if (nextAfter(after) === given && isKey(after)) return { after, limit };
  reader.refuse('after', '`after` is not the `next` of an answer to this request.');
  return { limit };
}

/** An answer's `next`: where the list goes on behind the item with this key. */
export const nextAfter = (key: string): string => Buffer.from(key).toString('base64url');

/**
 * A page of a list, of up to `limit + 1` items that were read: one more than fits says that the list goes on.
 * @param name the answer's member that holds the items
 */
export function pageOfList<Name extends string, T>(
  name: Name,
  items: readonly T[],
  { limit }: Cursor,
  keyOf: (item: T) => string,
): Readonly<Record<Name, readonly T[]>> & { readonly next: string | null } {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  const next = items.length > limit && last !== undefined ? nextAfter(keyOf(last)) : null;
  return { [name]: shown, next } as Readonly<Record<Name, readonly T[]>> & { readonly next: string | null };
}
