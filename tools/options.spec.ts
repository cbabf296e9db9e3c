import { describe, expect, it } from 'vitest';
import { helpText, readOptions, startOptions } from './options.mjs';

const tool = { command: 'npm start --', about: 'Starts.', options: startOptions };

describe('readOptions', () => {
  it('reads values in both spellings, the last one counting', () => {
    const options = readOptions(['--port', '4700', '--no-demo', '--data=a=b', '--port=0'], tool);
    expect([...options]).toEqual([
      ['--port', '0'],
      ['--no-demo', true],
      ['--data', 'a=b'],
    ]);
  });

  it.each([
    [['--prot', '1'], 'There is no option --prot; did you mean --port?'],
    [['--nodemo'], 'There is no option --nodemo; did you mean --no-demo?'],
    [['--port', 'x'], '--port needs a value, N: "x" is not a port between 0 and 65535.'],
    [['--port', '-1'], '--port needs a value, N: "-1" is not a port between 0 and 65535.'],
    [['--port=65536'], '--port needs a value, N: "65536" is not a port between 0 and 65535.'],
    [['--port'], '--port needs a value, N: it is missing.'],
    [['--data='], '--data needs a value, DIR: it is missing.'],
    [['--json=yes'], '--json takes no value, but "yes" was given.'],
    [['4700'], '"4700" is not an option.'],
  ])('refuses %j as wrong usage', (args, sentence) => {
    expect(() => readOptions(args, tool)).toThrow(expect.objectContaining({ message: sentence, exitCode: 2 }));
  });
});

describe('helpText', () => {
  it('holds every option with its explanation', () => {
    const help = helpText(tool);
    for (const { name, help: explanation } of startOptions)
      expect(help).toMatch(new RegExp(`^  ${name}.* ${explanation.replaceAll(/[().]/g, '.')}$`, 'm'));
  });
});
