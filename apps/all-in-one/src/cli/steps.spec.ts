import { expect, it, vi } from 'vitest';
import { formatBar, formatDuration as toolDuration, formatStep as toolStep } from '../../../../tools/terminal.mjs';
import { formatDuration, formatRunning, formatStep } from './format-step.ts';
import { Steps } from './steps.ts';

class Screen {
  readonly isTTY: boolean;
  readonly columns = 100;
  text = '';
  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }
  write(text: string): void {
    this.text += text;
  }
}

const at = { now: 0 };
const stepsOn = (screen: Screen, env: Record<string, string> = {}): Steps => {
  at.now = 0;
  return new Steps(screen, { env, now: () => at.now });
};

it('writes one line a step where there is no terminal', () => {
  const screen = new Screen(false);
  const steps = stepsOn(screen);
  const postgres = steps.begin('postgres');
  at.now = 412;
  postgres.done('127.0.0.1:54329   data in .crossdock/pg', 'postgres 18.4');
  const demo = steps.begin('demo');
  demo.skipped('--no-demo');
  steps.print('  by the way');
  steps.begin('services');
  at.now = 1500;
  steps.fail();
  demo.done('only the first ending counts');
  expect(screen.text).toBe(`  ✓ postgres 18.4  127.0.0.1:54329   data in .crossdock/pg         0.4 s
  - demo           --no-demo                                       0.0 s
  by the way
  ✗ services                                                       1.1 s
`);
});

it('redraws what runs in place on a terminal, below what has ended', () => {
  vi.useFakeTimers();
  try {
    const screen = new Screen(true);
    const steps = stepsOn(screen);
    const first = steps.begin('first');
    const second = steps.begin('second');
    const shown = screen.text;
    screen.text = '';
    at.now = 2000;
    vi.advanceTimersByTime(84);
    const lines = ['first', 'second'].map((name) => `${formatRunning(name, 2000, 99)}\n`);
    expect([shown, screen.text]).toEqual([`${formatRunning('first', 0, 99)}\n`, `\u001B[1A\u001B[J${lines.join('')}`]);

    screen.text = '';
    second.done('over');
    expect(screen.text).toBe(
      `\u001B[2A\u001B[J  \u001B[32m✓\u001B[0m second         over                                            2.0 s\n${lines[0]}`,
    );

    first.done();
    screen.text = '';
    vi.advanceTimersByTime(10_000);
    expect([screen.text, vi.getTimerCount()]).toEqual(['', 0]);
  } finally {
    vi.useRealTimers();
  }
});

it.each<[string, boolean, Record<string, string>, boolean]>([
  ['a terminal', true, {}, true],
  ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
  ['a dumb terminal', true, { TERM: 'dumb' }, false],
  ['a pipe', false, {}, false],
  ['a pipe with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
  ['a pipe with FORCE_COLOR=0', false, { FORCE_COLOR: '0' }, false],
  ['both', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
])('uses colours as %s wants', (_what, isTTY, env, expected) => {
  const screen = new Screen(isTTY);
  stepsOn(screen, env).begin('step').done();
  expect(screen.text.includes('\u001B[32m')).toBe(expected);
});

it('looks like the lines that the tools draw before it', () => {
  const times = [0, 49, 950, 59_949, 59_950, 83_000];
  expect(times.map(formatDuration)).toEqual(times.map(toolDuration));
  for (const [name, detail] of [
    ['services', 'router  delivery'],
    ['a name beyond its column', 'and a detail that is longer than the forty-six columns it has'],
    ['x', ''],
  ] as const) {
    expect(formatStep({ mark: 'done', name, detail, ms: 1234 })).toBe(toolStep({ mark: '✓', name, detail, ms: 1234 }));
  }
  for (const width of [99, 60, 30, 20]) {
    for (const elapsedMs of [0, 500, 5000, 12_345])
      expect(formatRunning('postgres', elapsedMs, width)).toBe(formatBar({ label: 'postgres', elapsedMs, width }));
  }
});
