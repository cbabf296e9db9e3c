import { expect, it } from 'vitest';
import { distance, nearest } from './nearest.ts';
import { helpText, parseOptions } from './options.ts';
import { formatProblem } from './usage-problem.ts';

const plain = {
  kind: 'options',
  port: 4600,
  dataDir: '.crossdock',
  kafka: undefined,
  demo: true,
  reset: false,
  yes: false,
  json: false,
  help: false,
};

it.each([
  [[], {}, {}],
  [['--port', '4700'], {}, { port: 4700 }],
  [['--port=0'], {}, { port: 0 }],
  [['--port', '1', '--port', '2'], {}, { port: 2 }],
  [['--data', 'else/where'], {}, { dataDir: 'else/where' }],
  [['--data=a=b'], {}, { dataDir: 'a=b' }],
  [['--kafka', 'one:9092,two:9092'], { CROSSDOCK_KAFKA_BROKERS: 'three:9092' }, { kafka: 'one:9092,two:9092' }],
  [[], { CROSSDOCK_KAFKA_BROKERS: 'three:9092' }, { kafka: 'three:9092' }],
  [['--no-demo', '--reset', '--yes', '--json', '--help'], {}, { demo: false, reset: true, yes: true, json: true, help: true }],
  [[], { CROSSDOCK_PORT: '5000', CROSSDOCK_DATA: 'there' }, { port: 5000, dataDir: 'there' }],
  [[], { CROSSDOCK_PORT: '', CROSSDOCK_DATA: '' }, {}],
  [['--port', '1', '--data', 'here'], { CROSSDOCK_PORT: 'no', CROSSDOCK_DATA: 'there' }, { port: 1, dataDir: 'here' }],
])('reads %j with %j', (argv, env, expected) => {
  expect(parseOptions(argv, env)).toEqual({ ...plain, ...expected });
});

it.each([
  [['--prot', '1'], 'There is no option --prot; did you mean --port?'],
  [['--rest'], 'There is no option --rest; did you mean --reset?'],
  [['--nodemo=1'], 'There is no option --nodemo; did you mean --no-demo?'],
  [['-h'], 'There is no option -h; did you mean --yes?'],
  [['4700'], '"4700" is not an option.'],
  [['--port'], '--port needs a value, N: it is missing.'],
  [['--data='], '--data needs a value, DIR: it is missing.'],
  [['--port', '65536'], '--port needs a value, N: "65536" is not a port between 0 and 65535.'],
  [['--port', '-1'], '--port needs a value, N: "-1" is not a port between 0 and 65535.'],
  [['--port', '0x10'], '--port needs a value, N: "0x10" is not a port between 0 and 65535.'],
  [['--json=yes'], '--json takes no value, but "yes" was given.'],
])('refuses %j', (argv, what) => {
  expect(parseOptions(argv, {})).toMatchObject({ kind: 'problem', what });
});

it('refuses a port from the environment by the name of its variable', () => {
  expect(parseOptions([], { CROSSDOCK_PORT: 'http' })).toEqual({
    kind: 'problem',
    what: 'CROSSDOCK_PORT: "http" is not a port between 0 and 65535.',
    why: 'It is the port of the API, 0 for any free one (CROSSDOCK_PORT, default 4600).',
    next: 'unset CROSSDOCK_PORT, or give it another value.',
  });
});

it('shows a problem with its reason and the next command', () => {
  const problem = parseOptions(['--prot'], {});
  expect(problem.kind === 'problem' && formatProblem(problem)).toBe(`
  There is no option --prot; did you mean --port?
  The options are --port, --data, --kafka, --no-demo, --reset, --yes, --json, --help.

  What now: npm start -- --help
`);
});

it('explains itself', () => {
  expect(helpText()).toBe(`Starts everything on this machine: database, services and a demo store.

  npm start -- [options]

  --port N           port of the API, 0 for any free one (CROSSDOCK_PORT, default 4600)
  --data DIR         folder of the database and the generated secrets (CROSSDOCK_DATA, default .crossdock)
  --kafka HOST:PORT  brokers, separated by commas, that records go through (CROSSDOCK_KAFKA_BROKERS, default none)
  --no-demo          start without the demo store
  --reset            throw the data away first; asks, so without a terminal it needs --yes
  --yes              do not ask
  --json             one JSON object with addresses and tokens on stdout, everything else on stderr
  --help             show this
`);
});

it.each([
  ['', '', 0],
  ['port', '', 4],
  ['', 'port', 4],
  ['port', 'port', 0],
  ['prot', 'port', 2],
  ['reset', 'rest', 1],
])('counts the letters between %j and %j', (from, to, expected) => {
  expect(distance(from, to)).toBe(expected);
});

it('prefers the first of equals', () => {
  expect(nearest('x', ['ab', 'cd', 'y', 'z'])).toBe('y');
});
