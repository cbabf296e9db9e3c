import { expect, it } from 'vitest';
import { serverSettings } from './settings.ts';

const GB = 1024 ** 3;

it.each([
  ['a quarter of the memory', GB, '256MB'],
  ['at most 512 MB', 23 * GB, '512MB'],
  ['at least 16 MB', 20_000_000, '16MB'],
])('gives shared buffers %s', (_what, memory, expected) => {
  expect(serverSettings(memory)['shared_buffers']).toBe(expected);
});

it('never trades an accepted message for speed', () => {
  const { fsync, full_page_writes, synchronous_commit, listen_addresses } = serverSettings(GB);
  expect({ fsync, full_page_writes, synchronous_commit, listen_addresses }).toEqual({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    listen_addresses: '127.0.0.1',
  });
});
