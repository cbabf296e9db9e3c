import type { Figure, ScenarioResult } from './report.ts';
import { show } from './show.ts';
import { targets, verdictOf } from './targets.ts';

const MARKS = { then: '✓✓', first: '✓', none: '✗' } as const;

/** Cells in columns; those of `right` end at the same place. Width counts characters, which is what a terminal shows. */
export function columns(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const gap = ' '.repeat((widths[index] ?? 0) - widthOf(cell));
        return right.has(index) ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd(),
  );
}

const widthOf = (text: string): number => Array.from(text).length;

/** All figures beside what they should be. ✓ reaches the first target, ✓✓ the one after it, ✗ neither. */
export function renderTable(results: readonly ScenarioResult[]): string {
  const head = ['', 'measured', 'first', 'then', '', ''];
  const rows = results.flatMap(({ scenario, figures }) => [[scenario], ...figures.map(rowOf)]);
  const [title = '', ...lines] = columns([head, ...rows], new Set([1, 2, 3]));
  const notes = results.flatMap(({ scenario, notes: own }) => own.map((note) => `  ${scenario}: ${note}`));
  return [title, ...lines, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n');
}

function rowOf({ what, value, unit, target, reached, remark = '' }: Figure): readonly string[] {
  const name = `  ${what}`;
  if (target === undefined) return [name, show(value, unit), '', '', '', remark];
  const { at, first, then } = targets[target];
  const limit = (number: number): string => `${at === 'least' ? '≥' : '≤'} ${show(number, unit)}`;
  return [name, show(value, unit), limit(first), limit(then), MARKS[reached === true ? 'then' : verdictOf(value, targets[target])], remark];
}
