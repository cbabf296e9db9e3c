import { expect, it } from 'vitest';
import { readPush } from '../push/read-push.ts';
import { storeInBody } from './body-store.ts';

const poll = (members: string): Buffer => Buffer.from(`{"message": "a:poll"${members}}`);

it.each([
  ['one member', ', "store_id": "abc"', 'abc'],
  ['the last of several', ', "store_id": "abc", "store_id": "def"', 'def'],
  ['an escaped name', ', "store_id": "abc", "store\\u005fid": "def"', 'def'],
  ['an escaped value', ', "store_id": "\\u0061bc"', 'abc'],
  ['none', '', undefined],
  ['only an inner one', ', "payload": {"store_id": "abc"}', undefined],
  ['null', ', "store_id": "abc", "store_id": null', undefined],
])('finds %s, as the push does', (_what, members, store) => {
  const body = poll(members);
  const push = readPush(body);
  expect([storeInBody(body), push.kind === 'push' ? push.storeId : push]).toEqual([store, store]);
});

it.each(['', 'nonsense', '[]', '{"store_id": 7}', '{"store_id": "\\x"}', '{"store_id": "a'])('finds none in %j', (body) => {
  expect(storeInBody(Buffer.from(body))).toBeUndefined();
});

it('finds none where there is no body', () => {
  expect([storeInBody(undefined), storeInBody({ store_id: 'abc' })]).toEqual([undefined, undefined]);
});
