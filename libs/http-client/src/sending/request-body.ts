import { Readable } from 'node:stream';
import type { SendRequest } from '@crossdock/core';
import type { Dispatcher } from 'undici';

/** Up to here one copy is cheaper than a stream. */
const COPY_LIMIT = 128 * 1024;

/**
 * What the HTTP client needs of a request's body: a single part as it is, small parts joined, large ones streamed without a copy, and
 * its length in any case. A GET has no body.
 */
export function bodyAndHeaders({ method, headers, body: parts }: SendRequest): Pick<Dispatcher.DispatchOptions, 'body' | 'headers'> {
  const [first] = parts;
  if (method === 'GET' || first === undefined) return { headers, body: null };
  if (parts.length === 1) return { headers, body: first };
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  if (length <= COPY_LIMIT) return { headers, body: Buffer.concat(parts, length) };
  return { headers: { ...headers, 'content-length': String(length) }, body: Readable.from(parts, { objectMode: false }) };
}
