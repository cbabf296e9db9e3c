import { Readable } from 'node:stream';

/** Up to here one copy is cheaper than a stream. */
const COPY_LIMIT = 128 * 1024;

export type RequestBody =
  | { readonly kind: 'buffer'; readonly bytes: Uint8Array }
  | { readonly kind: 'stream'; readonly bytes: Readable; readonly length: number };

/** One body out of its parts: a single part as it is, small parts joined, large ones streamed without a copy. */
export function joinBody(parts: readonly Uint8Array[]): RequestBody {
  const [first, ...rest] = parts;
  if (first !== undefined && rest.length === 0) return { kind: 'buffer', bytes: first };
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  if (length <= COPY_LIMIT) return { kind: 'buffer', bytes: Buffer.concat(parts, length) };
  return { kind: 'stream', bytes: Readable.from(parts, { objectMode: false }), length };
}
