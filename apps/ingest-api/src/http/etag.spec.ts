import { expect, it } from 'vitest';
import { revisionOf } from './etag.ts';

it.each([
  [undefined, undefined],
  ['', undefined],
  ['*', undefined],
  ['"12"', 12],
  ['W/"12"', 12],
  ['12', 12],
])('reads If-Match %s as %s', (header, revision) => {
  expect(revisionOf(header)).toBe(revision);
});

it.each(['"a"', '"1", "2"', '-1', '"99999999999999999"'])('refuses If-Match %s', (header) => {
  expect(() => revisionOf(header)).toThrow(expect.objectContaining({ code: 'if_match_invalid', status: 400 }));
});
