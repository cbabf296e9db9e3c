import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Terminal, formatBar, formatDuration, formatStep } from './terminal.mjs';

const escape = '\u001B';

/** A stream that remembers, and a clock that moves when told to. */
function setUp(options: { isTTY?: boolean; columns?: number; env?: Record<string, string> } = {}) {
  const written: string[] = [];
  let time = 0;
  const stream = { isTTY: options.isTTY ?? false, columns: options.columns ?? 80, write: (text: string) => void written.push(text) };
  const terminal = new Terminal(stream, { env: options.env ?? {}, now: () => time });
  return { terminal, text: () => written.join(''), pass: (ms: number) => void (time += ms) };
}

describe('a bar', () => {
  it('shows share, counts, rate and what is left', () => {
    expect(formatBar({ label: 'rebuild', done: 1240, total: 2000, elapsedMs: 4000, width: 100 })).toBe(
      '  rebuild         ▕██████████████████▌           ▏  62 %  1,240/2,000  310/s  3 s left',
    );
  });

  it('says nothing about the rate in the first second, nor about what is left at the end', () => {
    expect(formatBar({ label: 'x', done: 1, total: 4, elapsedMs: 900, width: 100 })).toMatch(/ 25 % {2}1\/4$/);
    expect(formatBar({ label: 'x', done: 4, total: 4, elapsedMs: 2000, width: 100 })).toMatch(/100 % {2}4\/4 {2}2\.0\/s$/);
  });

  it('moves a block to and fro while the total is unknown', () => {
    const at = (elapsedMs: number): number => formatBar({ label: 'x', elapsedMs, width: 80 }).indexOf('█');
    expect([at(0), at(120), at(24 * 120), at(25 * 120), at(48 * 120)]).toEqual([19, 20, 43, 42, 19]);
    expect(formatBar({ label: 'x', done: 1234, elapsedMs: 5000, width: 80 })).toMatch(/▏ 1,234 {2}5 s$/);
  });

  it.each([20, 40, 60, 80, 200])('never exceeds %i columns', (width) => {
    for (const done of [0, 1, 999_999, 1_000_000]) {
      const line = formatBar({ label: 'a rather long label', done, total: 1_000_000, elapsedMs: 60_000, width });
      expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it('stays within its frame when more is done than was expected', () => {
    expect(formatBar({ label: 'x', done: 30, total: 20, elapsedMs: 500, width: 80 })).toMatch(/▕█{30}▏ 100 % {2}30\/20$/);
  });
});

describe('a finished step', () => {
  it('stands in columns', () => {
    expect([
      formatStep({ name: 'install', detail: '412 packages', ms: 16_800 }),
      formatStep({ name: 'postgres 18.4', detail: '127.0.0.1:54329   data in .crossdock/pg', ms: 400 }),
      formatStep({ mark: '✗', name: 'lint' }),
    ]).toEqual([
      '  ✓ install        412 packages                                   16.8 s',
      '  ✓ postgres 18.4  127.0.0.1:54329   data in .crossdock/pg         0.4 s',
      '  ✗ lint',
    ]);
  });

  it('tells its duration in the unit people would use', () => {
    expect([0, 840, 59_949, 59_950, 83_000, 3_600_000].map(formatDuration)).toEqual([
      '0.0 s',
      '0.8 s',
      '59.9 s',
      '1 min 0 s',
      '1 min 23 s',
      '60 min 0 s',
    ]);
  });
});

describe('without a terminal', () => {
  it('is one line per step, with no control characters', () => {
    const { terminal, text, pass } = setUp();
    const step = terminal.step('install');
    pass(2000);
    step.done('405 packages');
    expect(text()).toBe('  ✓ install        405 packages                                    2.0 s\n');
  });

  it('mentions a long step every ten per cent', () => {
    const { terminal, text, pass } = setUp();
    const step = terminal.step('install');
    for (let done = 0; done <= 100; done += 1) {
      pass(700);
      step.progress(done, 100);
    }
    expect(
      text()
        .split('\n')
        .map((line) => /\d+ %/.exec(line)?.[0]),
    ).toEqual([...[10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((n) => `${n} %`), undefined]);
  });

  it('does not mention the steps of a quick one', () => {
    const { terminal, text, pass } = setUp();
    const step = terminal.step('install');
    for (let done = 0; done <= 100; done += 1) {
      pass(45);
      step.progress(done, 100);
    }
    expect(text()).toBe('');
  });

  it('mentions a slow step every ten seconds', () => {
    const { terminal, text, pass } = setUp();
    const step = terminal.step('tests');
    for (let seconds = 0; seconds < 25; seconds += 1) {
      pass(1000);
      step.progress(3);
    }
    expect(text()).toBe('  … tests          3  10 s\n  … tests          3  20 s\n');
  });

  it('is coloured only when that is forced', () => {
    const coloured = (env: Record<string, string>, isTTY: boolean): boolean => {
      const { terminal, text } = setUp({ env, isTTY });
      terminal.step('x').failed();
      return text().includes(`${escape}[31m✗${escape}[0m`);
    };
    expect(coloured({}, false)).toBe(false);
    expect(coloured({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(coloured({ FORCE_COLOR: '0' }, true)).toBe(false);
    expect(coloured({}, true)).toBe(true);
    expect(coloured({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
    expect(coloured({ NO_COLOR: '' }, true)).toBe(true);
  });
});

describe('on a terminal', () => {
  it('hides the cursor while something runs and shows it afterwards', () => {
    const { terminal, text } = setUp({ isTTY: true, env: { NO_COLOR: '1' } });
    const first = terminal.step('lint');
    const second = terminal.step('types');
    first.done('0 warnings');
    expect(text().match(/\[\?25[lh]/g)).toEqual(['[?25l']);
    second.done();
    expect(text().match(/\[\?25[lh]/g)).toEqual(['[?25l', '[?25h']);
  });

  it('leaves the cursor alone when a step is over before it was drawn', () => {
    const { terminal, text } = setUp({ isTTY: true, env: { NO_COLOR: '1' } });
    terminal.step('install').done('up to date');
    expect(text()).toBe('  ✓ install        up to date                                      0.0 s\n');
  });

  it('leaves the line of a step behind only once', () => {
    const { terminal, text } = setUp({ isTTY: true, env: { NO_COLOR: '1' } });
    const step = terminal.step('lint');
    step.done('fine');
    step.done('again');
    step.failed('too late');
    expect(text().match(/lint/g)).toHaveLength(1);
  });

  it.each([
    ['ends', 'process.exit(3)', 3, null] as const,
    ['is told to end', "process.kill(process.pid, 'SIGTERM')", null, 'SIGTERM'] as const,
  ])('shows the cursor again when the process %s', async (_, ending, code, signal) => {
    const program = `import { Terminal } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'terminal.mjs')).href)};
        process.stdout.isTTY = true;
        new Terminal(process.stdout, { env: {} }).step('work');
        setTimeout(() => { ${ending}; }, 300);
        setTimeout(() => undefined, 20_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ended = await new Promise((resolve) => child.once('close', (...how) => resolve(how)));
    expect(ended).toEqual([code, signal]);
    expect(text.startsWith(`${escape}[?25l`)).toBe(true);
    expect(text.endsWith(`${escape}[?25h`)).toBe(true);
  });
});
