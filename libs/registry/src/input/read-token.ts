import type { JsonValue } from '@crossdock/core';
import { isMask, masked } from './masks.ts';
import type { Problems } from './problems.ts';

/** Reads the member `token`: an endpoint's preshared token. Left out it stays as it was, `null` or '' removes it. */
export function readToken(
  token: JsonValue | undefined,
  before: string | undefined,
  maxToken: number,
  problems: Problems,
): string | undefined {
  if (token === undefined) return before;
  if (token === null || token === '') return undefined;
  const hint = `Send the endpoint's token: printable ASCII, at most ${maxToken} characters. null removes it; left out, it stays.`;
  if (typeof token !== 'string' || token.length > maxToken || !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(token)) {
    problems.add('/token', 'The token cannot be sent as a header.', hint);
    return before;
  }
  if (!isMask(token)) return token;
  // An answer that is sent back brings the mask along.
  if (before === undefined || token !== masked(before)) problems.add('/token', 'This is the mask of another token.', hint);
  return before;
}
