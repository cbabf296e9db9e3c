import { expect, it } from 'vitest';
import { Progress, formatProgress } from './progress.ts';

function shown(isTTY: boolean): { readonly lines: string[]; readonly progress: Progress; at: (ms: number) => void } {
  const lines: string[] = [];
  let now = 0;
  return {
    lines,
    progress: new Progress({ isTTY, columns: 100, write: (text: string) => lines.push(text) }, () => now),
    at: (ms) => (now = ms),
  };
}

it('tells share, count, rate and time left', () => {
  expect(formatProgress({ label: 'scan', done: 1_240, total: 2_000, elapsedMs: 4_000, width: 100 })).toBe(
    '  scan         ▕██████████████          ▏ 62 %  1,240/2,000  310/s  3 s left',
  );
});

it('fits the terminal', () => {
  expect(formatProgress({ label: 'scan', done: 1, total: 2, elapsedMs: 1_000, width: 30 })).toHaveLength(30);
});

it('writes a line every tenth where nothing can be redrawn, and the last one always', () => {
  const { lines, progress } = shown(false);
  for (let done = 0; done <= 1_000; done += 1) progress.show('scan', done, 1_000);
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toContain('100 %  1,000/1,000');
});

it('redraws at most twelve times a second on a terminal, and leaves the last bar standing', () => {
  const { lines, progress, at } = shown(true);
  for (let ms = 0; ms < 1_000; ms += 1) {
    at(ms);
    progress.show('scan', ms, 10_000);
  }
  progress.end();
  expect(lines.length).toBeLessThanOrEqual(14);
  expect(lines.at(-1)).toBe('\n');
});
