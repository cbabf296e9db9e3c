import { describe, expect, it } from 'vitest';
import { parseOptions, usage, type ConformanceOptions } from './options.ts';

const options = (...argv: readonly string[]): ConformanceOptions => {
  const parsed = parseOptions(argv);
  if (parsed.kind === 'problem') throw new Error(parsed.text);
  return parsed;
};

it('has defaults for everything but the token', () => {
  expect(options()).toEqual({
    kind: 'options',
    url: 'http://localhost:4600',
    token: undefined,
    store: undefined,
    adminToken: undefined,
    endpointHost: '127.0.0.1',
    maxBodyBytes: 1_048_576,
    storeInUse: false,
    only: [],
    seconds: 600,
    json: false,
    list: false,
    help: false,
  });
});

it('reads what is given, in both ways of writing it', () => {
  const given = options(
    '--url=https://hub.example/',
    '--token',
    'a=b',
    '--store=1',
    '--only',
    'ids',
    '--only=Queues',
    '--json',
    '--seconds',
    '5',
  );
  expect(given).toMatchObject({ url: 'https://hub.example', token: 'a=b', store: '1', only: ['ids', 'Queues'], json: true, seconds: 5 });
});

it.each([
  ['http://localhost:4600/', 'http://localhost:4600'],
  ['http://localhost:4600/api', 'http://localhost:4600'],
  ['http://localhost:4600/api/', 'http://localhost:4600'],
  ['https://example.com/hub/api?x=1', 'https://example.com/hub'],
])('takes %s as %s', (given, url) => {
  expect(options('--url', given).url).toBe(url);
});

describe('what cannot be used', () => {
  it.each([
    [['--tokn', 'x'], 'There is no option "--tokn".'],
    [['x'], 'There is no option "x".'],
    [['--token'], '--token needs a value.'],
    [['--token='], '--token needs a value.'],
    [['--json=yes'], 'There is no option "--json=yes".'],
    [['--url', 'localhost:4600'], '--url needs an http or https URL, not "localhost:4600".'],
    [['--url', 'ftp://x'], '--url needs an http or https URL, not "ftp://x".'],
    [['--seconds', '0'], '--seconds needs a whole number from 1 to 86400.'],
    [['--max-body-bytes', '1e6'], '--max-body-bytes needs a whole number from 1 to 268435456.'],
  ])('%j is told so', (argv, told) => {
    const parsed = parseOptions(argv);
    expect(parsed.kind === 'problem' && parsed.text).toContain(told);
  });
});

it('explains every option', () => {
  const { kind, text } = parseOptions(['--nothing']) as { kind: 'problem'; text: string };
  const names = text.match(/--[a-z-]+/g) ?? [];
  expect([kind, names.slice(1).filter((name) => !usage.includes(name))]).toEqual(['problem', []]);
  expect(names.length).toBeGreaterThan(10);
});
