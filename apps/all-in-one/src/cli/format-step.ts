/** The look that `npm start` has from its first line on; tools/terminal.mjs draws the lines before ours. */
export const marks = { done: '✓', failed: '✗', skipped: '-' } as const;
export type Mark = keyof typeof marks;

/** 840 → `0.8 s`, 83_000 → `1 min 23 s`. */
export function formatDuration(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export interface FinishedStep {
  readonly mark: Mark;
  readonly name: string;
  readonly detail: string;
  readonly ms: number;
}

/** `  ✓ postgres 18.4  127.0.0.1:54329   data in .crossdock/pg               0.4 s` */
export function formatStep({ mark, name, detail, ms }: FinishedStep): string {
  return `  ${marks[mark]} ${name.padEnd(14)} ${detail.padEnd(46)} ${formatDuration(ms).padStart(6)}`.trimEnd();
}

const barSize = 30;

/** A step that runs: `  postgres         ▕      ██████                  ▏ 2 s`, cut to `width`; the block moves with the time. */
export function formatRunning(name: string, elapsedMs: number, width: number): string {
  const head = `  ${name.padEnd(15)}`;
  const facts = `${Math.floor(elapsedMs / 1000)} s`;
  const size = Math.min(barSize, width - head.length - facts.length - 4);
  const bar = size < 4 ? '' : `▕${movingBlock(elapsedMs, size)}▏ `;
  return `${head} ${bar}${facts}`.slice(0, Math.max(0, width));
}

function movingBlock(elapsedMs: number, size: number): string {
  const block = Math.max(1, Math.floor(size / 5));
  const span = size - block;
  const at = Math.floor(elapsedMs / 120) % Math.max(1, 2 * span);
  return `${' '.repeat(at <= span ? at : 2 * span - at)}${'█'.repeat(block)}`.padEnd(size);
}
