import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from './json-value.ts';
import { boundedText, canonicalText, previewText } from './text.ts';

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;
const nested = (levels: number): JsonValue => {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

function shuffled(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, JsonValue>)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}

describe('canonicalText', () => {
  it('sorts members by name, at every level, and leaves no blanks', () => {
    expect(canonicalText({ b: [1, { d: null, c: 'x"' }], a: 1.5, B: true }, 100)).toBe('{"B":true,"a":1.5,"b":[1,{"c":"x\\"","d":null}]}');
  });

  it('is the same for the same value in another order, and parses to that value', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalText(value, 1_000_000);
        expect(text).toBe(canonicalText(shuffled(value), 1_000_000));
        expect(JSON.parse(text ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is undefined where it would be longer than allowed', () => {
    expect([canonicalText([1, 2], 5), canonicalText([1, 2], 4)]).toEqual(['[1,2]', undefined]);
    expect([canonicalText({ a: 1 }, 7), canonicalText({ a: 1 }, 6)]).toEqual(['{"a":1}', undefined]);
  });

  it('is undefined for what nests deeper than messages may', () => {
    expect(canonicalText(nested(512), 10_000)?.length).toBe(1025);
    expect(canonicalText(nested(513), 10_000)).toBe(undefined);
    expect(canonicalText(nested(100_000), 1_000_000)).toBe(undefined);
  });
});

describe('previewText', () => {
  it('shows JSON text in the order of the document', () => {
    expect([previewText('8.10'), previewText(null), previewText({ b: 1, a: [true] })]).toEqual(['"8.10"', 'null', '{"b":1,"a":[true]}']);
  });

  it('is bounded and fit to be stored, whatever the value', () => {
    fc.assert(
      fc.property(json, fc.string({ unit: 'binary' }), (value, text) => {
        const preview = previewText([value, text, `${text}\0\ud800`] as JsonValue, 20);
        expect(preview.length).toBeLessThanOrEqual(20);
        expect(preview).toBe(boundedText(preview, 20));
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not cut a character in two', () => {
    expect([previewText('ab😀😀', 5), previewText('ab😀😀', 6), previewText('ab😀😀', 8)]).toEqual(['"ab…', '"ab😀…', '"ab😀😀"']);
  });
});

describe('boundedText', () => {
  it('leaves short texts alone, and ends the others in an ellipsis', () => {
    expect([boundedText('abc', 3), boundedText('abcd', 3), boundedText('😀', 2)]).toEqual(['abc', 'ab…', '😀']);
  });

  it('replaces what Postgres could not store', () => {
    expect([boundedText('a\0b'), boundedText('a\ud800b'), boundedText('a\udc00'), boundedText('x😀y', 3)]).toEqual([
      'a\ufffdb',
      'a\ufffdb',
      'a\ufffd',
      'x\ufffd…',
    ]);
  });
});
