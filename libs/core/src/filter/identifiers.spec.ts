import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import { identifierKey, parseIdentifiers, type ParsedIdentifiers } from './identifiers.ts';

function identifiers(definition: Record<string, string>): ParsedIdentifiers {
  const parsed = parseIdentifiers(definition);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.identifiers;
}
const both = identifiers({ shipment: 'shipment', order: 'order' });
const textFor = (used: ParsedIdentifiers, root: JsonValue): string | undefined => {
  const key = identifierKey(used, root);
  return key.kind === 'key' ? key.text : undefined;
};

describe('parseIdentifiers', () => {
  it('orders them by name', () => {
    expect(identifiers({ b: 'payload.b', a: 'payload.*.a', B: 'message' }).map(({ name, path }) => [name, path.text])).toEqual([
      ['B', 'message'],
      ['a', 'payload.*.a'],
      ['b', 'payload.b'],
    ]);
  });

  it('takes none', () => {
    expect([undefined, null, {}].map(parseIdentifiers)).toEqual([1, 2, 3].map(() => ({ ok: true, identifiers: [] })));
  });

  it.each([
    ['no object', 'payload.id', ['identifiers_invalid ']],
    ['an array', ['payload.id'], ['identifiers_invalid ']],
    ['too many', Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`i${n}`, 'a'])), ['identifiers_invalid ']],
    ['an empty name', { '': 'a' }, ['identifier_name_invalid ']],
    ['a name with a control character', { 'a\0': 'a' }, ['identifier_name_invalid a\ufffd']],
    ['a name too long', { ['n'.repeat(65)]: 'a' }, [`identifier_name_invalid ${'n'.repeat(63)}…`]],
    [
      'all broken paths at once',
      { a: '', b: null, c: 7, d: 'x..y', e: 'fine' },
      ['identifier_path_empty a', 'identifier_path_empty b', 'identifier_path_invalid c', 'identifier_path_invalid d'],
    ],
  ])('refuses %s', (_what, definition, expected) => {
    const parsed = parseIdentifiers(definition);
    expect(!parsed.ok && parsed.problems.map(({ code, name }) => `${code} ${name}`)).toEqual(expected);
  });
});

describe('identifierKey', () => {
  it('writes names and values', () => {
    expect(identifierKey(both, { order: 'R1', shipment: 7 })).toEqual({
      kind: 'key',
      text: '[["order",["R1"]],["shipment",["7"]]]',
      missing: [],
    });
  });

  it('makes a key of what is there, and says what is missing', () => {
    expect(identifierKey(both, { order: 'R1', shipment: null })).toEqual({
      kind: 'key',
      text: '[["order",["R1"]]]',
      missing: ['shipment'],
    });
  });

  it.each<[string, JsonValue]>([
    ['nothing', {}],
    ['null', { order: null, shipment: null }],
    ['empty texts, arrays and objects', { order: '', shipment: [] }],
    ['the text null and an empty object', { order: 'null', shipment: {} }],
  ])('makes no key of %s', (_what, root) => {
    expect(identifierKey(both, root)).toEqual({ kind: 'none', missing: ['order', 'shipment'], unusable: [] });
  });

  it('makes no key where values cannot be told apart for sure', () => {
    const one = identifiers({ id: 'id', other: 'other' });
    const none = { kind: 'none', missing: [], unusable: ['id'] };
    expect(identifierKey(one, JSON.parse('{"id":9007199254740993,"other":1}') as JsonValue)).toEqual(none);
    expect(identifierKey(one, JSON.parse('{"id":-1e400,"other":1}') as JsonValue)).toEqual(none);
    expect(identifierKey(one, { id: ['x'.repeat(70_000)], other: 1 })).toEqual(none);
    const many = identifiers({ id: 'ids.*', other: 'other' });
    expect(identifierKey(many, { ids: Array.from({ length: 1_001 }, (_, n) => n + 1), other: 1 })).toEqual(none);
    expect(identifierKey(one, { id: '9007199254740993', other: 1 }).kind).toBe('key');
    expect(identifierKey(one, { id: Number.MAX_SAFE_INTEGER, other: 1 }).kind).toBe('key');
  });

  it.each<[string, JsonValue, JsonValue, boolean]>([
    ['a number and its text', { a: 12 }, { a: '12' }, true],
    ['a boolean and its text', { a: true }, { a: 'true' }, true],
    ['objects with another order of members', { a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, true],
    ['numbers written in two ways', { a: 12 }, { a: '12.0' }, false],
    ['another case', { a: 'r1' }, { a: 'R1' }, false],
    ['a blank more', { a: 'R1' }, { a: 'R1 ' }, false],
    ['the same value elsewhere', { a: 'R1' }, { b: 'R1' }, false],
    ['one text and two', { l: ['x,y'] }, { l: ['x', 'y'] }, false],
    ['another order', { l: ['x', 'y'] }, { l: ['y', 'x'] }, false],
    ['an empty value more', { l: ['x', null] }, { l: ['x'] }, false],
    ['null and an empty text beside another value', { l: ['x', null] }, { l: ['x', ''] }, true],
  ])('tells %s apart, or not', (_what, left, right, same) => {
    const used = identifiers({ a: 'a', b: 'b', list: 'l.*' });
    const texts = [textFor(used, left), textFor(used, right)];
    expect(texts.every((text) => text !== undefined)).toBe(true);
    expect(texts[0] === texts[1]).toBe(same);
  });

  it('is the same text only for the same texts in the same places', () => {
    const used = identifiers({ a: 'a', b: 'b.*', c: 'c' });
    const word = fc.constantFrom('', '"', '","', '],["b"', 'x', '\\', '\0', '\ud800');
    const message = fc.record({ a: word, b: fc.array(word, { maxLength: 3 }), c: word }, { requiredKeys: [] });
    fc.assert(
      fc.property(message, message, (left, right) => {
        const texts = [textFor(used, left), textFor(used, right)];
        if (texts[0] === undefined || texts[1] === undefined) return;
        const meaning = (m: typeof left): unknown => [
          m.a === '' ? undefined : m.a,
          (m.b ?? []).every((x) => x === '') ? undefined : m.b,
          m.c === '' ? undefined : m.c,
        ];
        expect(texts[0] === texts[1]).toBe(JSON.stringify(meaning(left)) === JSON.stringify(meaning(right)));
      }),
      { numRuns: 2_000 },
    );
  });
});
