import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import { boundedText } from '../json/text.ts';
import { FILTER_OPERATORS, parseFilters, type ParsedFilter } from './filter.ts';
import { Effort } from './effort.ts';
import { matches, type FilterReason } from './matches.ts';

function filters(...definitions: readonly object[]): readonly ParsedFilter[] {
  const parsed = parseFilters(definitions, (pattern) => RE2JS.compile(pattern));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.filters;
}
const withValue = (value: JsonValue | undefined): JsonValue => ({ payload: value === undefined ? {} : { x: value } });
const ask = (definition: object, value: JsonValue | undefined): ReturnType<typeof matches> =>
  matches(filters({ path: 'payload.x', ...definition }), withValue(value));
const reason = (result: ReturnType<typeof matches>): FilterReason | 'pass' => (result.pass ? 'pass' : result.reason);

const MARKS = { pass: '+', filter_failed: '-', path_missing: '?', error: '!' };
const mark = (result: ReturnType<typeof matches>): string => MARKS[result.pass ? 'pass' : result.reason.code];

// The columns. `undefined` stands for a path that finds nothing.
const VALUES = [undefined, null, '', 'null', 0, '0', false, 12, '12.5', 'text', [], [1, 2], {}, { a: { b: 1 } }];

// + passes · - does not · ? the path finds nothing · ! cannot be compared
describe('the truth table', () => {
  it.each<[string, JsonValue | undefined, string]>([
    //                        –    ""    0   fls  "12.5" []    {}
    //                          null "null" "0"  12  "text" [1,2] {a:…}
    ['eq', 0, /*            */ '? - - - + + - - - - - - - -'],
    ['eq', 'null', /*       */ '? + - + - - - - - - - - - -'],
    ['eq', '', /*           */ '? - + - - - - - - - - - - -'],
    ['eq', false, /*        */ '? - - - - - + - - - - - - -'],
    ['eq', '12', /*         */ '? - - - - - - + - - - - - -'],
    ['eq', '12.50', /*      */ '? - - - - - - - - - - - - -'],
    ['eq', '[1,2]', /*      */ '? - - - - - - - - - - + - -'],
    ['eq', '{"a":{"b":1}}', '? - - - - - - - - - - - - +'],
    ['neq', 0, /*           */ '+ + + + - - + + + + + + + +'],
    ['neq', 'null', /*      */ '+ - + - + + + + + + + + + +'],
    ['gt', 0, /*            */ '? ! ! ! - - ! + + ! ! ! ! !'],
    ['gt', '-0.5', /*       */ '? ! ! ! + + ! + + ! ! ! ! !'],
    ['lt', 12.5, /*         */ '? ! ! ! + + ! + - ! ! ! ! !'],
    ['begin', 'n', /*       */ '? - - + - - - - - - - - - -'],
    ['begin', 1, /*         */ '? - - - - - - + + - - - - -'],
    ['contains', 2, /*      */ '? - - - - - - + + - - + - -'],
    ['contains', 'e', /*    */ '? - - - - - + - - + - - - -'],
    ['end', 5, /*           */ '? - - - - - - - + - - - - -'],
    ['end', '}', /*         */ '? - - - - - - - - - - - + +'],
    ['present', undefined, '? - - - + + + + + + - + - +'],
    ['empty', undefined, /* */ '+ + + + - - - - - - + - + -'],
    ['match', '^[0-9.]+$', '? - - - + + - + + - - - - -'],
    ['match', '.', /*       */ '? - - + + + + + + + + + + +'],
    ['match', '^$', /*      */ '? - + - - - - - - - - - - -'],
  ])('%s %j: %s', (operator, value, marks) => {
    expect(VALUES.map((found) => mark(ask({ operator, value }, found))).join(' ')).toBe(marks);
  });
});

describe('gt and lt', () => {
  it.each([
    ['" 13 "', '" 13 "', true],
    ['"1.3e1"', '"1.3e1"', true],
    ['"+13."', '"+13."', true],
    ['"1,300"', '"1,300"', false],
    ['"13 EUR"', '"13 EUR"', false],
    ['"0x20"', '"0x20"', false],
    ['"Infinity"', '"Infinity"', false],
    ['1e999, which no float holds', '1e999', false],
    ['true', 'true', false],
  ])('compare %s as a float only if it is one', (_what, json, passes) => {
    expect(ask({ operator: 'gt', value: 12 }, JSON.parse(json) as JsonValue).pass).toBe(passes);
  });

  it('exclude equality', () => {
    expect([ask({ operator: 'gt', value: 12 }, '12.0').pass, ask({ operator: 'lt', value: 12 }, '12.0').pass]).toEqual([false, false]);
  });
});

describe('eq', () => {
  it('compares numbers as JavaScript prints them', () => {
    expect(ask({ operator: 'eq', value: '10' }, JSON.parse('10.0') as JsonValue).pass).toBe(true);
    expect(ask({ operator: 'eq', value: 10 }, '10.0').pass).toBe(false);
  });

  it('compares objects whatever the order of their members', () => {
    expect(ask({ operator: 'eq', value: '{"a":1,"b":2}' }, { b: 2, a: 1 }).pass).toBe(true);
  });
});

describe('the match rule', () => {
  const skus = (...values: readonly JsonValue[]): JsonValue => ({ items: values.map((sku) => ({ sku })) });
  const result = (match_rule: string, operator: string, root: JsonValue): string =>
    mark(matches(filters({ path: 'items.*.sku', operator, value: 'A', match_rule }), root));

  it.each<[string, JsonValue, string]>([
    //                           all: eq neq present empty · any: eq neq present empty
    ['two that pass', skus('A', 'A'), '+ - + - + - + -'],
    ['one of two', skus('A', 'B'), '- - + - + + + -'],
    ['one of two that is null', skus('A', null), '- - - - + + + +'],
    ['none of two', skus('B', 'C'), '- + + - - + + -'],
    ['an element that lacks the member, which does not count', { items: [{ sku: 'A' }, {}] }, '+ - + - + - + -'],
    ['only elements that lack the member', { items: [{}, {}] }, '? + ? + ? + ? +'],
    ['no elements', { items: [] }, '? + ? + ? + ? +'],
    ['no array', {}, '? + ? + ? + ? +'],
  ])('decides over %s', (_what, root, marks) => {
    const asked = ['all', 'any'].flatMap((rule) => ['eq', 'neq', 'present', 'empty'].map((operator) => result(rule, operator, root)));
    expect(asked.join(' ')).toBe(marks);
  });

  it('decides nothing over more values than the cap, unless those seen decide', () => {
    const caps = { maxVisited: 100, maxValues: 2 };
    const capped = (match_rule: string, ...values: JsonValue[]): string =>
      mark(matches(filters({ path: '*', operator: 'eq', value: 'A', match_rule }), values, new Effort(1_000, caps)));
    expect([
      capped('all', 'A', 'A', 'A'),
      capped('all', 'A', 'B', 'A'),
      capped('any', 'B', 'A', 'B'),
      capped('any', 'B', 'B', 'A'),
    ]).toEqual(['!', '-', '+', '!']);
    const visits = { maxVisited: 3, maxValues: 2 };
    expect(mark(matches(filters({ path: '*.x', operator: 'empty' }), [{}, {}, {}, {}], new Effort(1_000, visits)))).toBe('!');
  });
});

describe('the reason of a no', () => {
  it('names the filter, its path, what was expected and what was found', () => {
    const two = filters(
      { path: 'message', operator: 'eq', value: 'order:new' },
      { path: 'payload.order.totals.tax', operator: 'gt', value: 100 },
    );
    expect(matches(two, { message: 'order:new', payload: { order: { totals: { tax: '8.10' } } } })).toEqual({
      pass: false,
      reason: {
        code: 'filter_failed',
        index: 1,
        path: 'payload.order.totals.tax',
        operator: 'gt',
        expected: '100',
        actual: '"8.10"',
        matchRule: 'all',
      },
    });
  });

  it('says that nothing was found', () => {
    expect(reason(ask({ operator: 'eq', value: 1 }, undefined))).toEqual({
      code: 'path_missing',
      index: 0,
      path: 'payload.x',
      operator: 'eq',
      expected: '1',
      actual: null,
      matchRule: 'all',
    });
  });

  it('says which of several values failed', () => {
    const some = filters({ path: 'items.*.sku', operator: 'begin', value: 'A' });
    expect(reason(matches(some, { items: [{ sku: 'A1' }, {}, { sku: 'B1' }, { sku: 'C1' }] }))).toEqual({
      code: 'filter_failed',
      index: 0,
      path: 'items.*.sku',
      operator: 'begin',
      expected: 'A',
      actual: '"B1"',
      matchRule: 'all',
      at: 'items.2.sku',
    });
  });

  it('shows several values where any would have done', () => {
    const some = filters({ path: '*', operator: 'eq', value: 'A', match_rule: 'any' });
    const about = { code: 'filter_failed', index: 0, path: '*', operator: 'eq', expected: 'A', matchRule: 'any' };
    expect(reason(matches(some, ['B', 1]))).toEqual({ ...about, actual: '"B", 1' });
    expect(reason(matches(some, [1, 2, 3, 4, 5, 6, 7]))).toEqual({ ...about, actual: '1, 2, 3, 4, 5 and 2 more' });
  });

  it('says that one of several values could not be compared, if none passes', () => {
    const some = filters({ path: '*', operator: 'gt', value: 5, match_rule: 'any' });
    const about = { code: 'error', index: 0, path: '*', operator: 'gt', expected: '5', matchRule: 'any' };
    expect(reason(matches(some, ['many', 1]))).toEqual({ ...about, actual: '"many", 1', note: 'is not a number' });
    expect(reason(matches(some, ['many', 6]))).toBe('pass');
  });

  it('says why a value could not be compared', () => {
    const about = { code: 'error', index: 0, path: 'payload.x', matchRule: 'all' };
    expect(reason(ask({ operator: 'gt', value: 1 }, 'many'))).toEqual({
      ...about,
      operator: 'gt',
      expected: '1',
      actual: '"many"',
      note: 'is not a number',
    });
    const long = reason(ask({ operator: 'match', value: 'b' }, 'a'.repeat(65_537)));
    expect(long).toEqual({
      ...about,
      operator: 'match',
      expected: 'b',
      actual: `"${'a'.repeat(198)}…`,
      note: 'is too long to be looked into',
    });
    const many = matches(
      filters({ path: '*', operator: 'eq', value: 1 }),
      Array.from({ length: 1_001 }, () => 1),
    );
    expect(reason(many)).toEqual({
      ...about,
      path: '*',
      operator: 'eq',
      expected: '1',
      actual: null,
      note: 'finds too much: only the first 1000 values were looked at',
    });
  });

  it('is bounded, and fit to be stored, whatever the message', () => {
    const definition = fc.record({
      path: fc.constantFrom('*', 'a', 'a.*', '*.*'),
      operator: fc.constantFrom(...FILTER_OPERATORS),
      match_rule: fc.constantFrom('all', 'any'),
    });
    const odd = fc.constantFrom<JsonValue>('\0', '\ud800', '\0'.repeat(300), '😀'.repeat(300), 7);
    const root = fc.oneof(
      fc.jsonValue() as fc.Arbitrary<JsonValue>,
      fc.dictionary(fc.constantFrom('\0', '\ud800', 'k'.repeat(300)), odd),
      fc.array(odd).map((a) => ({ a })),
    );
    fc.assert(
      fc.property(definition, root, (asked, value) => {
        const result = reason(matches(filters({ ...asked, value: 7 }), value));
        if (result === 'pass') return;
        for (const text of [result.expected, result.actual ?? '', result.at ?? '']) expect(boundedText(text, 200)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});

it('match cannot be made to run for ever', () => {
  const killer = filters({ path: 'payload.x', operator: 'match', value: '^(a+)+$' });
  expect(matches(killer, withValue(`${'a'.repeat(60_000)}!`)).pass).toBe(false);
  expect(matches(killer, withValue('a'.repeat(60_000))).pass).toBe(true);
});

it('no filters let everything pass', () => {
  expect(matches([], null)).toEqual({ pass: true });
});
