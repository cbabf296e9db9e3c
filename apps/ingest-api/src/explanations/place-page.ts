import type { Place, RoutingOutline } from '@crossdock/core';
import { nextAfter, type Cursor } from '../http/cursor.ts';

/** Whether a text can be the key of a place: a group's digit and a mapping's name. */
export const isPlaceKey = (key: string): boolean => /^[012]/.test(key);

/** A page of an outline's places, and where it goes on. */
export function pageOfPlaces(
  { places }: RoutingOutline,
  { after, limit }: Cursor,
): { readonly shown: readonly Place[]; readonly next: string | null } {
  const from = after === undefined ? 0 : places.findIndex(({ key }) => key > after);
  const shown = from === -1 ? [] : places.slice(from, from + limit);
  const last = shown.at(-1);
  return { shown, next: last === undefined || last === places.at(-1) ? null : nextAfter(last.key) };
}
