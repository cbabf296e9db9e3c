import type { Outcome } from './run/session.ts';

/** One case, and what came of it. */
export interface Result {
  readonly chapter: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly ms: number;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notOffered: number;
}

const marks = { passed: '✓', failed: '✗', skipped: '–', 'not offered': '○' } as const satisfies Record<Outcome['kind'], string>;

/** A case's line. */
export function lineOf({ name, outcome }: Result): string {
  const mark = marks[outcome.kind];
  switch (outcome.kind) {
    case 'passed':
      return `  ${mark} ${name}`;
    case 'skipped':
    case 'not offered':
      return `  ${mark} ${name} (${outcome.kind}: ${outcome.reason})`;
    case 'failed':
      return `  ${mark} ${name}: ${outcome.request}: ${outcome.problems.join('; ')}`;
  }
}

export function totalsOf(results: readonly Result[]): Totals {
  const count = (kind: Outcome['kind']): number => results.filter(({ outcome }) => outcome.kind === kind).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), notOffered: count('not offered') };
}

/** What is said at the end: numbers, what failed once more, what was not offered or skipped and why, what was left behind. */
export function summaryOf(results: readonly Result[], left: readonly string[], seconds: number): string {
  const { passed, failed, skipped, notOffered } = totalsOf(results);
  return [
    '',
    ...section('Not offered', reasonsOf(results, 'not offered')),
    ...section('Skipped', reasonsOf(results, 'skipped')),
    ...section('Left behind', left),
    ...section(
      'Failed',
      results
        .filter(({ outcome }) => outcome.kind === 'failed')
        .map((result) => `${result.chapter}:${lineOf(result).replace(/^ {2}✗/, '')}`),
    ),
    `${results.length} cases: ${passed} passed, ${failed} failed, ${skipped} skipped, ${notOffered} not offered, in ${seconds.toFixed(1)} s`,
    '',
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];

/** Each reason once, with how many cases it is of. */
function reasonsOf(results: readonly Result[], kind: 'skipped' | 'not offered'): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, outcome } of results) {
    if (outcome.kind === kind) byReason.set(outcome.reason, [...(byReason.get(outcome.reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => (names.length > 3 ? `${names.length} cases: ${reason}` : `${names.join('; ')}: ${reason}`));
}

/** What `--json` prints. */
export function jsonOf(url: string, results: readonly Result[], left: readonly string[], seconds: number): string {
  const cases = results.map(({ chapter, name, ms, outcome: { kind, ...more } }) => ({
    chapter,
    name,
    result: kind,
    ...more,
    ms: Math.round(ms),
  }));
  return JSON.stringify({ url, seconds: Number(seconds.toFixed(3)), summary: totalsOf(results), left_behind: left, cases }, null, 2);
}
