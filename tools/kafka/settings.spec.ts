import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Problem } from '../problem.mjs';
import { root } from '../testing/workspace.ts';
import { readSettings } from './settings.mjs';

describe('readSettings', () => {
  it('has a default for everything', () => {
    expect(readSettings({})).toEqual({
      version: '4.3.1',
      port: 19_092,
      heap: '256m',
      cache: join(homedir(), '.cache/crossdock/kafka'),
      data: join(root, '.kafka'),
    });
  });

  it('reads the environment', () => {
    expect(
      readSettings({ KAFKA_VERSION: '3.9.2', KAFKA_PORT: '20092', KAFKA_HEAP: '1g', KAFKA_CACHE: '/cache', KAFKA_DATA: '/data' }),
    ).toEqual({ version: '3.9.2', port: 20_092, heap: '1g', cache: '/cache', data: '/data' });
    expect(readSettings({ XDG_CACHE_HOME: '/caches', KAFKA_VERSION: '' })).toMatchObject({
      cache: '/caches/crossdock/kafka',
      version: '4.3.1',
    });
  });

  it.each([
    ['KAFKA_VERSION', 'latest', 'KAFKA_VERSION="latest" is not a version such as 4.3.1.'],
    ['KAFKA_PORT', '80', 'KAFKA_PORT="80" is not a port between 1024 and 65000.'],
    ['KAFKA_PORT', '65535', 'KAFKA_PORT="65535" is not a port between 1024 and 65000.'],
    ['KAFKA_HEAP', '256', 'KAFKA_HEAP="256" is not a size such as 256m or 1g.'],
  ])('refuses %s=%s', (name, value, message) => {
    expect(() => readSettings({ [name]: value })).toThrow(new Problem({ what: message, why: '', next: '' }).message);
  });
});
