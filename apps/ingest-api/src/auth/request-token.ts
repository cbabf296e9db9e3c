import type { IncomingHttpHeaders } from 'node:http';

/** The token that a request carries: `X-Augury-Token`, else `Authorization: Bearer`. */
export function requestToken(headers: IncomingHttpHeaders): string | undefined {
  const own = headers['x-augury-token'];
  if (typeof own === 'string' && own !== '') return own;
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1];
}
