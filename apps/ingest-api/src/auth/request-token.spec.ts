import { expect, it } from 'vitest';
import { requestToken } from './request-token.ts';

it.each([
  [{ 'x-augury-token': 'abc' }, 'abc'],
  [{ authorization: 'Bearer abc' }, 'abc'],
  [{ authorization: 'bearer  abc ' }, 'abc'],
  [{ 'x-augury-token': 'own', authorization: 'Bearer other' }, 'own'],
  [{ 'x-augury-token': '', authorization: 'Bearer other' }, 'other'],
  [{}, undefined],
  [{ 'x-augury-token': '' }, undefined],
  [{ authorization: 'Basic YTpi' }, undefined],
  [{ authorization: 'Bearer' }, undefined],
  [{ authorization: 'Bearer a b' }, undefined],
])('reads %j as %j', (headers, token) => {
  expect(requestToken(headers)).toBe(token);
});
