import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const all = { kind: 'options', requests: 20_000, seed: undefined, hub: undefined, endpoint: 'http://127.0.0.1:1/', help: false };

it.each([
  [[], all],
  [['--help'], { ...all, help: true }],
  [['--requests', '5', '--seed=7'], { ...all, requests: 5, seed: 7 }],
  [['--url', 'http://localhost:4600/', '--token', 'abc'], { ...all, hub: { url: 'http://localhost:4600', token: 'abc' } }],
])('reads %j', (argv, expected) => {
  expect(parseOptions(argv)).toEqual(expected);
});

it.each([
  [['--request', '5'], 'There is no option "--request". The options are --requests, --seed, --url, --token, --endpoint, --help.'],
  [['--requests', 'many'], '--requests needs a whole number from 1 to 10000000.'],
  [['--seed', '-1'], '--seed needs a whole number from 0 to 2147483647.'],
  [['--seed'], '--seed needs a value. --help shows the options.'],
  [['--url', 'http://localhost:4600'], '--url and --token, of its administrator, belong together.'],
  [['--url', 'localhost', '--token', 'abc'], '--url needs an http or https URL, not "localhost".'],
])('refuses %j and says why', (argv, text) => {
  expect(parseOptions(argv)).toEqual({ kind: 'problem', text });
});
