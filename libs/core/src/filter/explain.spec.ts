import { expect, it } from 'vitest';
import { explainFilter, mustBe } from './explain.ts';
import { FILTER_OPERATORS } from './filter.ts';
import type { FilterReason } from './matches.ts';

const about = { index: 1, path: 'payload.order.totals.tax', operator: 'gt', expected: '100', matchRule: 'all' } as const;

it.each<[FilterReason, string]>([
  [
    { ...about, code: 'filter_failed', actual: '"8.10"' },
    'Filter 2 did not pass: payload.order.totals.tax is "8.10"; it must be greater than 100.',
  ],
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
    'Filter 2 did not pass: payload.items.3.sku is ""; none of them may be empty.',
  ],
  [
    { ...about, code: 'filter_failed', path: 'payload.items.*.quantity', matchRule: 'any', actual: '1, 2' },
    'Filter 2 did not pass: payload.items.*.quantity finds 1, 2; one of them must be greater than 100.',
  ],
  [
    { ...about, code: 'filter_failed', path: 'payload.*', operator: 'neq', expected: 'x', actual: '"x"', at: 'payload.b' },
    'Filter 2 did not pass: payload.b is "x"; none of them may be "x".',
  ],
  [
    { ...about, code: 'path_missing', actual: null },
    'Filter 2 did not pass: payload.order.totals.tax finds nothing; it must be greater than 100.',
  ],
  [
    { ...about, code: 'path_missing', path: 'order.totals.tax', actual: null },
    "Filter 2 did not pass: order.totals.tax finds nothing; it must be greater than 100. Paths start at the message's root: payload.order.totals.tax perhaps?",
  ],
  [
    { ...about, code: 'error', actual: '"many"', note: 'is not a number' },
    'Filter 2 could not be decided: payload.order.totals.tax is "many", which is not a number; it must be greater than 100.',
  ],
  [
    { ...about, code: 'error', path: 'payload.items.*.quantity', matchRule: 'any', actual: '"many", 3', note: 'is not a number' },
    'Filter 2 could not be decided: payload.items.*.quantity finds "many", 3, one of which is not a number; one of them must be greater than 100.',
  ],
  [
    { ...about, code: 'error', path: 'payload.*', actual: null, note: 'finds too much: only the first 1000 values were looked at' },
    'Filter 2 could not be decided: payload.* finds too much: only the first 1000 values were looked at; all of them must be greater than 100.',
  ],
])('explains %j', (reason, sentence) => {
  expect(explainFilter(reason)).toBe(sentence);
});

it('takes a better hint than its own', () => {
  const missing: FilterReason = { ...about, code: 'path_missing', path: 'order.totals.tax', actual: null };
  expect(explainFilter(missing, 'Look again.')).toBe(
    'Filter 2 did not pass: order.totals.tax finds nothing; it must be greater than 100. Look again.',
  );
});

it('has words for every operator, and quotes what is compared as text', () => {
  expect(FILTER_OPERATORS.map((operator) => mustBe(operator, '10'))).toEqual([
    'must be "10"',
    'must not be "10"',
    'must be greater than 10',
    'must be less than 10',
    'must begin with "10"',
    'must contain "10"',
    'must end with "10"',
    'must not be empty',
    'must be empty',
    'must match "10"',
  ]);
  expect(mustBe('eq', 'say "no"')).toBe('must be "say \\"no\\""');
});
