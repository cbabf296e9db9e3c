import type { FieldProblem } from '@crossdock/core';
import { expect, it } from 'vitest';
import { SchemaChecks } from './schema-checks.ts';
import { schemaPatterns } from './schema-patterns.ts';

const rules = { compilePattern: schemaPatterns() };
const never = (problems: readonly FieldProblem[]): never => {
  throw new TypeError(JSON.stringify(problems));
};

it('checks by a stored schema, which is compiled once for all that have it', () => {
  const checks = new SchemaChecks(rules);
  const text = '{"required":["a"]}';
  const check = checks.stored(text, never);
  expect(check({ a: 1 }, 7)).toEqual({ errors: [], warnings: [] });
  expect(check({}, 2).errors).toEqual([{ pointer: '/a', code: 'schema_violated', reason: '`a` is missing.' }]);
  expect(checks.compile(text)).toBe(checks.compile(text));
});

it('keeps so much ready, and compiles again what it has let go', () => {
  const checks = new SchemaChecks({ ...rules, maxCachedText: 40 });
  const first = checks.compile('{"minProperties":1}');
  checks.compile('{"minProperties":2}');
  expect(checks.compile('{"minProperties":1}')).toBe(first);
  checks.compile('{"minProperties":3}');
  expect(checks.compile('{"minProperties":2}')).not.toBe(first);
  const again = checks.compile('{"minProperties":1}');
  expect([again === first, again.ok]).toEqual([false, true]);
});

it('lets messages pass that a stored schema cannot be applied to, and says so, to the operator once', () => {
  const told: string[] = [];
  const check = new SchemaChecks(rules).stored('{"pattern":"(?=x)"}', (problems) => told.push(...problems.map(({ pointer }) => pointer)));
  for (let n = 0; n < 3; n += 1)
    expect(check({}, 2)).toEqual({ errors: [], warnings: [expect.objectContaining({ pointer: '', code: 'schema_unusable' })] });
  expect(told).toEqual(['/pattern']);
});

it.each(['^[\\u0041-\\u005a]+$', 'a\\/b', '(?<year>\\d{4})', '^\\p{L}+$', '\\cA'])('takes %s as ECMAScript writes it', (pattern) => {
  expect(schemaPatterns()(pattern)).toMatchObject({ size: expect.any(Number) as number });
});

it.each([
  ['(?=a)', /invalid or unsupported Perl syntax/],
  ['(a)\\1', /invalid escape/],
  ['(', /missing closing/],
  ['\\pL{1000}', /it repeats too much/],
])('refuses %s', (pattern, reason) => {
  const compiled = schemaPatterns()(pattern);
  expect('error' in compiled ? compiled.error : '').toMatch(reason);
});
