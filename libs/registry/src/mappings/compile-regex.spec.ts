import { describe, expect, it } from 'vitest';
import { regexCompiler } from './compile-regex.ts';

const compile = regexCompiler();
const found = (pattern: string, text: string): boolean | string => {
  const regex = compile(pattern);
  return 'error' in regex ? regex.error : regex.test(text);
};

describe('regexCompiler', () => {
  it('finds a pattern anywhere in the text', () => {
    expect(found('^R\\d+$', 'R154085346')).toBe(true);
    expect(found('b+', 'abc')).toBe(true);
    expect(found('^b', 'abc')).toBe(false);
    expect(found('(?i)usd|eur', 'Price in EUR')).toBe(true);
    expect(found('\\p{Lu}', 'straße Ä')).toBe(true);
  });

  it.each(['(a+)+$', '(x+x+)+y', '([a-z]+)*=', '^(a|a)*$', '(.*a){20}'])(
    'answers soon for %s, which keeps others busy for ever',
    (pattern) => {
      const started = performance.now();
      expect(typeof found(pattern, `${'a'.repeat(65_535)}!`)).toBe('boolean');
      expect(performance.now() - started).toBeLessThan(1_000);
    },
  );

  it.each([
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['a(?=b)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?!a)b', 'invalid or unsupported Perl syntax: `(?!`'],
    ['(?<=a)b', 'invalid named capture: `(?<=a)b`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['[', 'missing closing ]: `[`'],
    ['(', 'missing closing ): `(`'],
  ])('refuses %s and says why', (pattern, reason) => {
    expect(found(pattern, 'aa')).toBe(reason);
  });

  it('refuses short patterns that are large once compiled', () => {
    expect(found('\\pL{1000}'.repeat(28), 'a')).toBe('it repeats too much: 28002 steps, 300 are allowed; lower the numbers in braces');
  });

  it('refuses long patterns', () => {
    expect(found('a'.repeat(256), 'b')).toBe(false);
    expect(found('a'.repeat(257), 'b')).toBe('257 characters are too many; 256 are allowed');
  });
});
