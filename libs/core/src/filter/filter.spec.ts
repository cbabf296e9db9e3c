import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { FILTER_OPERATORS, parseFilter, parseFilters, type CompileRegex } from './filter.ts';

const compileRegex: CompileRegex = (pattern) => {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    return { error: String(error) };
  }
};
const parse = (definition: unknown): ReturnType<typeof parseFilter> => parseFilter(definition, 3, compileRegex);
const codes = (definition: unknown): unknown => {
  const parsed = parse(definition);
  return Array.isArray(parsed) ? parsed.map(({ code, field }) => `${field}: ${code}`) : 'no problem';
};
const path = 'payload.order.status';
const parsedPath = {
  text: path,
  segments: ['payload', 'order', 'status'].map((key) => ({ every: false, key, index: -1 })),
  several: false,
};

describe('parseFilter', () => {
  it('reads a definition', () => {
    expect(parse({ path, operator: 'eq', value: 'complete' })).toEqual({
      index: 3,
      path: parsedPath,
      test: { operator: 'eq', text: 'complete' },
      expected: 'complete',
      matchRule: 'all',
      maxText: 65_536,
    });
  });

  it.each([
    [{ operator: 'eq', value: '' }, { operator: 'eq', text: '' }, ''],
    [{ operator: 'neq', value: 10 }, { operator: 'neq', text: '10' }, '10'],
    [{ operator: 'eq', value: false }, { operator: 'eq', text: 'false' }, 'false'],
    [{ operator: 'gt', value: ' 99.95 ' }, { operator: 'gt', number: 99.95 }, ' 99.95 '],
    [{ operator: 'lt', value: -1e3 }, { operator: 'lt', number: -1000 }, '-1000'],
    [{ operator: 'begin', value: 7 }, { operator: 'begin', text: '7' }, '7'],
    [{ operator: 'present' }, { operator: 'present' }, ''],
    [{ operator: 'empty', value: { ignored: true } }, { operator: 'empty' }, ''],
  ])('reads %j', (definition, test, expected) => {
    expect(parse({ path, ...definition })).toEqual({ index: 3, path: parsedPath, test, expected, matchRule: 'all', maxText: 65_536 });
  });

  it('reads the match rule', () => {
    const rules = ['all', 'any', null, undefined].map((match_rule) => parse({ path, operator: 'empty', match_rule }));
    expect(rules.map((parsed) => (Array.isArray(parsed) ? parsed : parsed.matchRule))).toEqual(['all', 'any', 'all', 'all']);
  });

  it.each([
    ['no object', 'payload.order', [': filter_value_invalid']],
    ['an array', [], [': filter_value_invalid']],
    ['no path', { operator: 'present' }, ['path: filter_path_empty']],
    ['an empty path', { path: '', operator: 'present' }, ['path: filter_path_empty']],
    ['a path that is a number', { path: 1, operator: 'present' }, ['path: filter_path_invalid']],
    ['a broken path', { path: 'a..b', operator: 'present' }, ['path: filter_path_invalid']],
    ['no operator', { path }, ['operator: filter_operator_unknown']],
    ['an unknown operator', { path, operator: '>', value: 1 }, ['operator: filter_operator_unknown']],
    ['an inherited operator', { path, operator: 'toString', value: 1 }, ['operator: filter_operator_unknown']],
    ['no value', { path, operator: 'eq' }, ['value: filter_value_invalid']],
    ['null as value', { path, operator: 'neq', value: null }, ['value: filter_value_invalid']],
    ['an object as value', { path, operator: 'contains', value: {} }, ['value: filter_value_invalid']],
    ['a text that every text contains', { path, operator: 'contains', value: '' }, ['value: filter_value_invalid']],
    ['a text that cannot be stored', { path, operator: 'eq', value: 'a\0' }, ['value: filter_value_invalid']],
    ['a value too long', { path, operator: 'eq', value: 'a'.repeat(1_025) }, ['value: filter_value_invalid']],
    ['a word to compare as a number', { path, operator: 'gt', value: 'many' }, ['value: filter_value_invalid']],
    ['an infinite number', { path, operator: 'lt', value: '1e999' }, ['value: filter_value_invalid']],
    ['a pattern that does not compile', { path, operator: 'match', value: '(' }, ['value: mapping_regex_invalid']],
    ['a pattern that needs backtracking', { path, operator: 'match', value: '(a)\\1' }, ['value: mapping_regex_invalid']],
    ['an empty pattern', { path, operator: 'match', value: '' }, ['value: filter_value_invalid']],
    ['a pattern of 257 characters', { path, operator: 'match', value: 'a'.repeat(257) }, ['value: mapping_regex_too_long']],
    ['an unknown match rule', { path, operator: 'present', match_rule: 'some' }, ['match_rule: filter_value_invalid']],
    [
      'everything at once',
      { path: ' a', operator: 'is', match_rule: 1 },
      ['path: filter_path_invalid', 'operator: filter_operator_unknown', 'match_rule: filter_value_invalid'],
    ],
  ])('refuses %s', (_what, definition, expected) => {
    expect(codes(definition)).toEqual(expected);
  });

  it('takes values and patterns of the longest length', () => {
    expect(codes({ path, operator: 'eq', value: 'a'.repeat(1_024) })).toBe('no problem');
    expect(codes({ path, operator: 'match', value: 'a'.repeat(256) })).toBe('no problem');
  });

  it('says what is wrong, where, and what to do', () => {
    expect(parse({ path: 'payload..a', operator: 'equals', value: 1 })).toEqual([
      {
        code: 'filter_path_invalid',
        index: 3,
        field: 'path',
        reason: 'Segment 2 of the path is empty: two dots stand together, or one at an end.',
        hint: "Write a dotted path from the message's root, such as payload.order.totals.tax or payload.order.line_items.*.sku.",
      },
      {
        code: 'filter_operator_unknown',
        index: 3,
        field: 'operator',
        reason: 'There is no operator "equals".',
        hint: `Use one of ${FILTER_OPERATORS.join(', ')}.`,
      },
    ]);
  });
});

describe('parseFilters', () => {
  it('reads all filters, each with its place', () => {
    const parsed = parseFilters(
      [
        { path, operator: 'present' },
        { path, operator: 'empty' },
      ],
      compileRegex,
    );
    expect(parsed.ok && parsed.filters.map(({ index, test }) => [index, test.operator])).toEqual([
      [0, 'present'],
      [1, 'empty'],
    ]);
    expect(parseFilters([], compileRegex)).toEqual({ ok: true, filters: [] });
  });

  it('tells the problems of all of them', () => {
    const parsed = parseFilters([{ path: '', operator: 'present' }, { path, operator: 'empty' }, null], compileRegex);
    expect(!parsed.ok && parsed.problems.map(({ index, code }) => [index, code])).toEqual([
      [0, 'filter_path_empty'],
      [2, 'filter_value_invalid'],
    ]);
  });
});
