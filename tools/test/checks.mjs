import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ended, onLines } from '../prepare/child.mjs';
import { root } from '../prepare/machine.mjs';

const limitMs = 10 * 60_000;
const shownLines = 40;
const count = (lines, pattern) => lines.filter((line) => pattern.test(line)).length;

/**
 * @typedef {{
 *   name: string, program: string, args: string[], command: string,
 *   detail: (lines: string[]) => string, isWorthShowing: (line: string) => boolean
 * }} Check
 * `command` runs just this check; `detail` is what is said of one that passed.
 */

/** @type {readonly Check[]} */
export const checks = [
  {
    name: 'format',
    program: 'oxfmt/bin/oxfmt',
    args: ['--check', 'libs', 'apps', 'tools'],
    command: 'npm run format',
    detail: () => '',
    isWorthShowing: (line) => /\(\d+ms\)$/.test(line),
  },
  {
    name: 'lint',
    program: 'oxlint/bin/oxlint',
    args: ['--type-aware', '--format=unix'],
    command: 'npm run lint',
    detail: (lines) => `${count(lines, /\[Warning\//)} warnings`,
    isWorthShowing: (line) => !/\[Warning\//.test(line),
  },
  {
    name: 'boundaries',
    program: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['libs', 'apps'],
    command: 'npm run boundaries',
    detail: (lines) => /(\d+ modules, \d+ dependencies)/.exec(lines.join(' '))?.[1] ?? '',
    isWorthShowing: () => true,
  },
  {
    name: 'types',
    program: 'typescript/bin/tsc',
    args: ['-b', '--pretty', 'false'],
    command: 'npm run typecheck',
    detail: () => '',
    // It only repeats that another project failed.
    isWorthShowing: (line) => !line.includes('TS6305'),
  },
];

/**
 * Runs a check; it counts as one test.
 * @param {Check} check
 * @returns {Promise<import('./specs.mjs').Result & { detail: string }>}
 */
export async function runCheck({ name, program, args, command, detail, isWorthShowing }) {
  const child = spawn(process.execPath, [join(root, 'node_modules', program), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = [];
  onLines(child.stdout, (line) => lines.push(line));
  onLines(child.stderr, (line) => lines.push(line));
  const { code } = await ended(child, limitMs);
  if (code === 0) return { passed: 1, failed: 0, skipped: 0, failures: [], detail: detail(lines) };
  const shown = lines.filter((line) => line.trim() !== '' && isWorthShowing(line));
  const more = shown.length > shownLines ? [`… and ${shown.length - shownLines} more lines`] : [];
  const text = [...shown.slice(0, shownLines), ...more].join('\n');
  return { passed: 0, failed: 1, skipped: 0, failures: [{ title: name, text, command }], detail: '' };
}
