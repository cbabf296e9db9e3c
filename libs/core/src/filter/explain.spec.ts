import { expect, it } from 'vitest';
import { explainFilter } from './explain.ts';
import type { FilterReason } from './matches.ts';

const about = { index: 1, path: 'payload.order.totals.tax', operator: 'gt', expected: '100', matchRule: 'all' } as const;

it.each<[FilterReason, string]>([
  [{ ...about, code: 'filter_failed', actual: '"8.10"' }, 'Filter 2 failed: payload.order.totals.tax is "8.10", needs gt 100.'],
  [
    {
      ...about,
      code: 'filter_failed',
      path: 'payload.items.*.sku',
      operator: 'present',
      expected: '',
      actual: '""',
      at: 'payload.items.3.sku',
    },
    'Filter 2 failed: payload.items.3.sku is "", needs present.',
  ],
  [
    { ...about, code: 'filter_failed', path: 'payload.items.*.quantity', matchRule: 'any', actual: '1, 2' },
    'Filter 2 failed: payload.items.*.quantity finds 1, 2, and none of it passes; needs gt 100.',
  ],
  [{ ...about, code: 'path_missing', actual: null }, 'Filter 2 failed: payload.order.totals.tax finds nothing, needs gt 100.'],
  [
    { ...about, code: 'path_missing', path: 'order.totals.tax', actual: null },
    "Filter 2 failed: order.totals.tax finds nothing, needs gt 100. Paths start at the message's root: payload.order.totals.tax perhaps?",
  ],
  [
    { ...about, code: 'error', actual: '"many"', note: 'is not a number' },
    'Filter 2 could not be decided: payload.order.totals.tax is "many", which is not a number; needs gt 100.',
  ],
  [
    { ...about, code: 'error', path: 'payload.*', actual: null, note: 'finds too much: only the first 1000 values were looked at' },
    'Filter 2 could not be decided: payload.* finds too much: only the first 1000 values were looked at; needs gt 100.',
  ],
])('explains %j', (reason, sentence) => {
  expect(explainFilter(reason)).toBe(sentence);
});
