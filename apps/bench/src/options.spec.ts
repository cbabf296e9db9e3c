import { describe, expect, it } from 'vitest';
import { parseOptions, scenarioNames, usage } from './options.ts';

const usual = {
  kind: 'options',
  scenarios: scenarioNames,
  seconds: 10,
  runs: 3,
  size: 'usual',
  json: false,
  profile: false,
  fsyncDelayMs: 0,
  dataDir: '.crossdock',
  kafka: undefined,
  help: false,
};

describe('parseOptions', () => {
  it.each([
    [[], usual],
    [['pipeline', 'latency', 'pipeline'], { ...usual, scenarios: ['pipeline', 'latency'] }],
    [['--quick'], { ...usual, size: 'quick', seconds: 3, runs: 1 }],
    [['--kafka', 'one:9092,two:9092'], { ...usual, kafka: 'one:9092,two:9092' }],
    [['--full', '--runs', '9'], { ...usual, size: 'full', seconds: 20, runs: 9 }],
    [
      ['--seconds', '2.5', '--json', '--profile', '--fsync-delay-ms', '1', '--data', '/tmp/x', '--help'],
      { ...usual, seconds: 2.5, json: true, profile: true, fsyncDelayMs: 1, dataDir: '/tmp/x', help: true },
    ],
  ])('reads %j', (argv, options) => {
    expect(parseOptions(argv)).toEqual(options);
  });

  it.each([
    [['pipelin'], /^There is no "pipelin"\. Scenarios are accept, /],
    [['--seconds'], /^--seconds needs a number from 1 to 3600\.$/],
    [['--seconds', 'ten'], /^--seconds needs a number from 1 to 3600, not "ten"\.$/],
    [['--runs', '0'], /^--runs needs a number from 1 to 100, not "0"\.$/],
    [['--data'], /^--data needs a folder\.$/],
    [['--kafka'], /^--kafka needs brokers, such as 127\.0\.0\.1:19092\.$/],
  ])('refuses %j and says why', (argv, text) => {
    expect(parseOptions(argv)).toEqual({ kind: 'problem', text: expect.stringMatching(text) as string });
  });

  it('knows every scenario that its help names', () => {
    expect(scenarioNames.filter((name) => !usage.includes(name))).toEqual([]);
  });
});
