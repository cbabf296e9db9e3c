import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import { FILTER_OPERATORS, parseFilters } from './filter.ts';
import { matches } from './matches.ts';

type Definition = {
  readonly path: string;
  readonly operator: string;
  readonly value?: string | number | boolean;
  readonly match_rule?: string;
};
type Ending = 'pass' | 'filter_failed' | 'path_missing' | 'error';

// The second opinion: what the protocol and docs/filters.md say, written down without a look at how `matches` does it. It lists every place of
// the document and keeps those whose names fit the path, where `matches` walks along the path; it knows no caps.

const children = (value: JsonValue): [string, JsonValue][] => (typeof value === 'object' && value !== null ? Object.entries(value) : []);
const places = (value: JsonValue, names: string[] = []): [string[], JsonValue][] => [
  [names, value],
  ...children(value).flatMap(([name, child]) => places(child, [...names, name])),
];
function find(path: string, root: JsonValue): JsonValue[] {
  const wanted = path.split('.');
  const fits = (names: string[]): boolean => names.length === wanted.length && wanted.every((want, n) => want === '*' || want === names[n]);
  return places(root).flatMap(([names, value]) => (fits(names) ? [value] : []));
}

function json(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(json).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, child]) => `${JSON.stringify(key)}:${json(child)}`).join()}}`;
}
const text = (value: JsonValue): string => (typeof value === 'string' ? value : json(value));
const number = (value: unknown): number =>
  /^(number|string)$/.test(typeof value) && /^[\s\d.e+-]*\d[\s\d.e+-]*$/i.test(String(value)) ? Number(value) : NaN;
const isEmpty = (value: JsonValue): boolean =>
  value === null || value === '' || value === 'null' || (typeof value === 'object' && children(value).length === 0);

const asks: Record<string, (value: JsonValue, given: string) => boolean> = {
  eq: (value, given) => text(value) === given,
  neq: (value, given) => text(value) !== given,
  gt: (value, given) => number(value) > Number(given),
  lt: (value, given) => number(value) < Number(given),
  begin: (value, given) => value !== null && text(value).slice(0, given.length) === given,
  end: (value, given) => value !== null && text(value).slice(-given.length) === given,
  contains: (value, given) => value !== null && text(value).split(given).length > 1,
  present: (value) => !isEmpty(value),
  empty: isEmpty,
  match: (value, given) => value !== null && new RegExp(given).test(text(value)),
};

function opinion({ path, operator, value, match_rule: rule }: Definition, root: JsonValue): Ending {
  const found = find(path, root);
  if (found.length === 0) return operator === 'empty' || operator === 'neq' ? 'pass' : 'path_missing';
  const incomparable = (one: JsonValue): boolean => /^(gt|lt)$/.test(operator) && !Number.isFinite(number(one));
  const bad = found.filter((one) => incomparable(one) || asks[operator]?.(one, String(value)) !== true);
  if (rule === 'any' ? bad.length < found.length : bad.length === 0) return 'pass';
  return (rule === 'any' ? bad : bad.slice(0, 1)).some(incomparable) ? 'error' : 'filter_failed';
}
const secondOpinion = (filters: readonly Definition[], root: JsonValue): string =>
  filters.map((filter, index) => `${opinion(filter, root)} ${index}`).find((ending) => !ending.startsWith('pass')) ?? 'pass';
// End of the second opinion.

function firstOpinion(definitions: readonly Definition[], root: JsonValue): string {
  const parsed = parseFilters(definitions, (pattern) => RE2JS.compile(pattern));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const result = matches(parsed.filters, root);
  return result.pass ? 'pass' : `${result.reason.code} ${result.reason.index}`;
}

const words = [null, '', 'null', 'nulls', ' ', 'text', 'te', 'ext', 'A', 'AB', 'BA', 'e', '-', '😀', '[]', '{}', '[1,2]', 'true'];
const numbers = [0, '0', -0, 12, '12', '12.0', 12.5, '12.5', -3, ' 13 ', '1e1', '.5', 1e21, '1,300', '0x20', 'Infinity'];
const scalar = fc.constantFrom<JsonValue[]>(...words, ...numbers, false, true);
const name = fc.constantFrom('a', 'b', 'items', 'sku', '0', '1', 'length', '__proto__', '*', 'a.b');
const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    { weight: 2, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('tree'), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(fc.record({ sku: scalar }, { requiredKeys: [] }), { minLength: 1, maxLength: 4 }) },
    { weight: 2, arbitrary: fc.array(fc.tuple(name, tie('tree')), { maxLength: 4 }).map((members) => Object.fromEntries(members)) },
  ),
}));
const root = fc.oneof(
  { weight: 9, arbitrary: fc.record({ a: tree, items: tree, b: tree }, { requiredKeys: ['a'] }) },
  { weight: 1, arbitrary: tree },
);

/** Mostly a place of the document, one in three names of it a star, and now and then a name too many or another one. */
const pathIn = (document: JsonValue): fc.Arbitrary<string> => {
  const known = places(document)
    .map(([names]) => names)
    .filter((names) => names.length > 0 && names.every((one) => /^[^.]+$/.test(one)));
  const any = fc.array(
    fc.oneof(
      name.filter((one) => one !== 'a.b'),
      fc.constantFrom('*', 'gone', '00'),
    ),
    { minLength: 1, maxLength: 4 },
  );
  if (known.length === 0) return any.map((names) => names.join('.'));
  const bent = fc
    .tuple(fc.constantFrom(...known), fc.array(fc.integer({ min: 0, max: 29 }), { minLength: 8, maxLength: 8 }))
    .map(([names, dice]) =>
      names.map((one, n) => ((dice[n] ?? 29) < 10 ? '*' : dice[n] === 10 ? 'gone' : one)).concat(dice[7] === 0 ? ['*'] : []),
    );
  return fc.oneof({ weight: 7, arbitrary: bent }, { weight: 1, arbitrary: any }).map((names) => names.join('.'));
};

const PATTERNS = ['^[0-9.]+$', '.', '^$', 'te?x', '^(A|B)+$', 'null', '[0-9]{2}', ' ', '^\\[', 'e$'] as const;
const given = (operator: string, document: JsonValue, path: string): fc.Arbitrary<Pick<Definition, 'value'>> => {
  const there = find(path, document).map(text);
  const near = there.length === 0 ? fc.constant('te') : fc.constantFrom(...there);
  const part = fc
    .tuple(near, fc.nat({ max: 3 }), fc.integer({ min: 1, max: 4 }))
    .map(([whole, from, length]) => whole.slice(from, from + length));
  const value = (texts: fc.Arbitrary<string>): fc.Arbitrary<Pick<Definition, 'value'>> => texts.map((one) => ({ value: one }));
  switch (operator) {
    case 'present':
    case 'empty':
      return fc.constant({});
    case 'gt':
    case 'lt':
      return fc.constantFrom<{ value: string | number }[]>({ value: 0 }, { value: 12 }, { value: '12.4' }, { value: -1 }, { value: '1e3' });
    case 'match':
      return fc.constantFrom(...PATTERNS.map((pattern) => ({ value: pattern })));
    case 'eq':
    case 'neq':
      return fc.oneof(
        value(near),
        value(part),
        fc.constantFrom<{ value: string | number | boolean }[]>({ value: 12 }, { value: false }, { value: '' }),
      );
    default:
      return value(fc.oneof(part, near, fc.constantFrom('n', 't', '1', '}', 'A')).map((one) => (one === '' ? 'A' : one)));
  }
};
const filterFor = (document: JsonValue): fc.Arbitrary<Definition> =>
  fc
    .tuple(pathIn(document), fc.constantFrom(...FILTER_OPERATORS), fc.constantFrom({}, { match_rule: 'all' }, { match_rule: 'any' }))
    .chain(([path, operator, rule]) => given(operator, document, path).map((value) => ({ path, operator, ...value, ...rule })));
const aCase = root.chain((document) =>
  fc.record({ document: fc.constant(document), filters: fc.array(filterFor(document), { minLength: 1, maxLength: 3 }) }),
);

describe('a second implementation, written from the documents alone', () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);

  it('agrees with the first on 10,000 random cases', () => {
    fc.assert(
      fc.property(aCase, ({ document, filters }) => {
        for (const filter of filters) {
          const ending = secondOpinion([filter], document);
          expect(firstOpinion([filter], document)).toBe(ending);
          count(`${filter.operator} ${ending.replace(' 0', '')}`);
          if (find(filter.path, document).length > 1)
            count(`several ${filter.match_rule === 'any' ? 'any' : 'all'} ${ending.replace(' 0', '')}`);
        }
        expect(firstOpinion(filters, document)).toBe(secondOpinion(filters, document));
        count(`${filters.length} filters`);
      }),
      { numRuns: 10_000 },
    );
  });

  it('was asked about every ending of every operator, often', () => {
    const endingsOf = (operator: string): readonly string[] => [
      'pass',
      'filter_failed',
      ...(operator === 'neq' || operator === 'empty' ? [] : ['path_missing']),
      ...(operator === 'gt' || operator === 'lt' ? ['error'] : []),
    ];
    const wanted = [
      ...FILTER_OPERATORS.flatMap((operator) => endingsOf(operator).map((ending) => `${operator} ${ending}`)),
      ...['all', 'any'].flatMap((rule) => ['pass', 'filter_failed', 'error'].map((ending) => `several ${rule} ${ending}`)),
      ...[1, 2, 3].map((filters) => `${filters} filters`),
    ];
    expect(wanted.filter((what) => (seen.get(what) ?? 0) < 100).map((what) => `${what}: ${seen.get(what) ?? 0}`)).toEqual([]);
    expect([...seen.keys()].filter((what) => !wanted.includes(what))).toEqual([]);
  });

  it('agrees with the truth table of docs/filters.md', () => {
    const docs = readFileSync(new URL('../../../../docs/filters.md', import.meta.url), 'utf8');
    const lines = docs.slice(docs.indexOf('| operator and value |')).split('\n\n')[0]?.split('\n') ?? [];
    const cells = (line: string): readonly string[] => line.slice(2, -2).split(' | ');
    const parsed = (cell: string): JsonValue => JSON.parse(cell.replaceAll(/^`|`$/g, '')) as JsonValue;
    const columns = cells(lines[0] ?? '')
      .slice(1)
      .map((cell): JsonValue => (cell === 'missing' ? {} : { x: parsed(cell) }));
    const marks: Record<Ending, string> = { pass: '✓', filter_failed: '·', path_missing: '?', error: '!' };
    const told = lines.slice(2).map((line) => cells(line));
    const expected = told.map(([first = '']) => {
      const [operator = '', value] = first.replaceAll(/^`(\w+)`/g, '$1').split(/ (.*)/s);
      const filter = { path: 'x', operator, ...(value === undefined ? {} : { value: parsed(value) as string }) };
      return [first, ...columns.map((column) => marks[opinion(filter, column)])];
    });
    expect(told.length).toBeGreaterThan(20);
    expect(told).toEqual(expected);
  });
});
