import type { FastifyReply } from 'fastify';
import { HttpError } from './http-error.ts';

/** The entity tag of something at a revision, for `ETag` and `If-Match`. */
export const etagOf = (revision: number): string => `"${revision}"`;

/** Sets the answer's `ETag`, and answers the thing itself. */
export function tagged<T extends { readonly revision: number }>(reply: FastifyReply, thing: T): T {
  void reply.header('etag', etagOf(thing.revision));
  return thing;
}

/** The revision that `If-Match` names; undefined where there is none, or any will do. */
export function revisionOf(header: string | undefined): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '' || text === '*') return undefined;
  const revision = /^(?:W\/)?"?(\d{1,15})"?$/.exec(text)?.[1];
  if (revision === undefined) throw new HttpError('if_match_invalid', { detail: '`If-Match` is no ETag of this API.' });
  return Number(revision);
}
