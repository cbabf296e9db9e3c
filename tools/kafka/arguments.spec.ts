import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Problem } from '../problem.mjs';
import { commands, readArguments } from './arguments.mjs';

const refusal = (args: readonly string[]): unknown => {
  try {
    return readArguments(args);
  } catch (error) {
    return error instanceof Problem ? [error.message, error.why, error.next, error.exitCode] : error;
  }
};

describe('readArguments', () => {
  it.each([
    [[], { name: 'help' }],
    [['--help'], { name: 'help' }],
    [['up'], { name: 'up', brokers: undefined, reset: false }],
    [['up', '1'], { name: 'up', brokers: 1, reset: false }],
    [['up', '--reset', '3'], { name: 'up', brokers: 3, reset: true }],
    [['down'], { name: 'down' }],
    [['status'], { name: 'status' }],
    [['warm'], { name: 'warm' }],
    [['kill', '2'], { name: 'kill', ids: [2] }],
    [['start', '1', '3'], { name: 'start', ids: [1, 3] }],
    [['cli', 'topics', '--list', '--help'], { name: 'cli', tool: 'topics', args: ['--list', '--help'] }],
  ])('understands %j', (args, command) => {
    expect(readArguments(args)).toEqual(command);
  });

  it.each([
    [['up', '2'], '"2" is not a number of brokers: it is 1 or 3.', 'npm run kafka -- up 3'],
    [['up', '1', '3'], '"1 3" is not a number of brokers: it is 1 or 3.', 'npm run kafka -- up 3'],
    [['up', '--rest'], '"--rest" is not a number of brokers: it is 1 or 3.', 'npm run kafka -- up 3'],
    [['down', '1'], '"down" takes nothing, but "1" was given.', 'npm run kafka -- down'],
    [['kill'], '"kill" needs the number of a broker.', 'npm run kafka -- kill 1'],
    [['start', '1', 'all'], '"all" is not the number of a broker; they are 1, or 1 to 3.', 'npm run kafka -- start 1'],
    [['cli'], '"cli" needs the name of a tool.', 'npm run kafka -- cli topics --list'],
  ])('refuses %j, and shows how it goes', (args, what, next) => {
    const { usage = '', help = '' } = commands.find(({ name }) => name === args[0]) ?? {};
    expect(refusal(args)).toEqual([what, `${usage}: ${help}.`, next, 2]);
  });
});

describe('npm run kafka', () => {
  const run = (...args: readonly string[]): readonly unknown[] => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'kafka.mjs'), ...args], {
      encoding: 'utf8',
      env: { PATH: '/nowhere', KAFKA_DATA: join(import.meta.dirname, 'nowhere'), KAFKA_CACHE: join(import.meta.dirname, 'nowhere') },
    });
    return [status, stdout, stderr];
  };

  it('says which words it knows when it does not know one', () => {
    expect(run('upp')).toEqual([
      2,
      '',
      `
  There is no command "upp".
  The commands are up, down, status, kill, stop, start, pause, resume, warm, cli.

  What now: npm run kafka -- help
`,
    ]);
  });

  it('says what to install where there is no Java', () => {
    expect(run('up')).toEqual([
      1,
      '',
      `
  There is no Java: "java" is not on the PATH, or does not run.
  A Kafka broker is a Java program.

  What now: install Java 17 or newer and Maven (Debian: apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk maven).
`,
    ]);
  });

  it('says how to begin where there is no cluster', () => {
    expect(run('kill', '1')).toEqual([
      1,
      '',
      `
  There is no local Kafka yet.
  Its data would be in ${join(import.meta.dirname, 'nowhere')}.

  What now: npm run kafka -- up
`,
    ]);
  });
});
