import { expect, it } from 'vitest';
import { mayEnter } from './account.ts';

const account = { uid: 70, gid: 71 };

it.each([
  ['its own folder by the first digit', { mode: 0o700, uid: 70, gid: 0 }, true],
  ['its own folder only by the first digit', { mode: 0o077, uid: 70, gid: 71 }, false],
  ["its group's folder by the second digit", { mode: 0o710, uid: 0, gid: 71 }, true],
  ["its group's folder only by the second digit", { mode: 0o707, uid: 0, gid: 71 }, false],
  ["anybody's folder by the third digit", { mode: 0o751, uid: 0, gid: 0 }, true],
  ['no folder that may be read but not entered', { mode: 0o754, uid: 0, gid: 0 }, false],
  ["root's private folder not", { mode: 0o40700, uid: 0, gid: 0 }, false],
])('may enter %s', (_what, folder, expected) => {
  expect(mayEnter(folder, account)).toBe(expected);
});
