import { readFileSync, writeFileSync } from 'node:fs';
import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import { FILTER_OPERATORS } from './filter.ts';
import { renderFilterDocs } from './render-filter-docs.ts';

const file = new URL('../../../../docs/filters.md', import.meta.url);
const rendered = renderFilterDocs((pattern) => RE2JS.compile(pattern));

it('docs/filters.md is what the code says (UPDATE_DOCS=1 writes it)', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, rendered);
  expect(readFileSync(file, 'utf8')).toBe(rendered);
});

it('shows each operator in the truth table, with every mark that it can give', () => {
  const table = rendered.slice(rendered.indexOf('| operator and value |'));
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(2);
  const marks = new Map<string, Set<string>>();
  for (const row of rows) {
    const [first = '', ...cells] = row.slice(2, -2).split(' | ');
    const operator = /^`(\w+)`/.exec(first)?.[1] ?? '';
    marks.set(operator, new Set([...(marks.get(operator) ?? []), ...cells]));
  }
  const possible = (operator: string): readonly string[] => {
    if (operator === 'neq' || operator === 'empty') return ['·', '✓'];
    return operator === 'gt' || operator === 'lt' ? ['!', '?', '·', '✓'] : ['?', '·', '✓'];
  };
  expect(Object.fromEntries([...marks].map(([operator, seen]) => [operator, [...seen].toSorted()]))).toEqual(
    Object.fromEntries(FILTER_OPERATORS.map((operator) => [operator, possible(operator).toSorted()])),
  );
});
