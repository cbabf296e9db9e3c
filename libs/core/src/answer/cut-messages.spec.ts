import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import { bytesOf } from '../testing/builders.ts';
import { cutMessages, type AnswerShape, type Cut } from './cut-messages.ts';

const object: AnswerShape = { kind: 'object', top: false };
const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
/** What was cut, with payloads as texts of their bytes, and the payloads parsed. */
function shown(cut: Cut): unknown {
  if (cut.kind !== 'cut') return cut;
  const messages = cut.messages.map(({ payload, payloadValue, ...message }) => ({
    ...message,
    payload: decode(payload),
    value: payloadValue(),
  }));
  return { messages, warnings: cut.warnings };
}
/** Bytes that are no UTF-8, where the text has characters of Latin 1. */
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

it('finds the same messages as JSON.parse, and their very bytes', () => {
  const name = fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', ']', 'é', '😀', '\ud800', '\0'), maxLength: 5 });
  const entry = fc.record(
    { message: name, payload: fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })), key: name },
    { requiredKeys: ['message'] },
  );
  const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 3 });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 6 }), space, fc.jsonValue({ maxDepth: 2 }), (entries, gap, other) => {
      const texts = entries.map((each) => ({ each, payload: JSON.stringify(each.payload ?? {}, null, gap) }));
      const list = texts.map(
        ({ each, payload }) => `{${gap}"payload"${gap}:${gap}${payload}${gap},"key":"x:y","message":${JSON.stringify(each.message)}${gap}}`,
      );
      const text = `${gap}{"other":${JSON.stringify(other)},${gap}"messages":${gap}[${gap}${list.join(`${gap},${gap}`)}${gap}]${gap}}${gap}`;
      const cut = cutMessages(bytesOf(text), object, 10);
      expect(
        cut.kind === 'cut'
          ? [cut.messages.map((each) => [each.message, Buffer.from(each.payload).toString(), each.payloadValue()]), cut.warnings]
          : cut,
      ).toEqual([texts.map(({ each, payload }) => [each.message, payload, JSON.parse(payload) as JsonValue]), []]);
    }),
  );
});

describe('a payload that could not have been pushed is skipped', () => {
  const entries = (payload: string) =>
    cutMessages(latin1(`{"messages":[{"message":"a:a","payload":${payload}},{"message":"b:b"}]}`), object, 10);
  const only = (warning: string) => ({
    messages: [{ message: 'b:b', payload: '{}', value: {} }],
    warnings: [`Entry 0 of \`messages\` has a payload that ${warning}: skipped.`],
  });
  const nested = (depth: number) => `{"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  const wide = (members: number) => `{${Array.from({ length: members }, (_, index) => `"${index}":0`).join()}}`;

  it.each<[string, string, string]>([
    ['bytes that are no UTF-8', '{"name":"J\xF8rgen"}', 'is not UTF-8'],
    ['a name that is no UTF-8', '{"\xE9":1}', 'cannot be taken (invalid_utf8)'],
    ['nesting deeper than 512', nested(513), 'cannot be taken (too_deep)'],
    ['more than 100,000 members', wide(100_001), 'cannot be taken (too_many)'],
  ])('for %s', (_what, payload, warning) => {
    expect(shown(entries(payload))).toEqual(only(warning));
  });

  it.each<[string, string]>([
    ['512 levels', nested(512)],
    ['100,000 members', wide(100_000)],
    ['UTF-8 of every length', Buffer.from('{"é":"€😀"}').toString('latin1')],
  ])('but not for %s', (_what, payload) => {
    const cut = entries(payload);
    expect(cut.kind === 'cut' ? [cut.messages.map((each) => decode(each.payload)), cut.warnings] : cut).toEqual([[payload, '{}'], []]);
  });
});

describe('what stands beside a message does not matter', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const one = { messages: [{ message: 'a:a', payload: '{}', value: {} }], warnings: [] };

  it.each<[string, Uint8Array]>([
    ['nesting of 100,000 levels', bytesOf(`{"other":${deep},"messages":[{"message":"a:a"}]}`)],
    ['texts that are no UTF-8', latin1('{"other":"\xE9","messages":[{"message":"a:a"}]}')],
    ['100,001 members', bytesOf(`{${'"other":0,'.repeat(100_000)}"messages":[{"message":"a:a"}]}`)],
  ])('%s', (_what, body) => {
    expect(shown(cutMessages(body, object, 10))).toEqual(one);
  });

  it('not even in the entry itself', () => {
    expect(shown(cutMessages(bytesOf(`{"messages":[{"message":"a:a","other":${deep}}]}`), object, 10))).toEqual({
      messages: [{ message: 'a:a', attributes: { other: `${'['.repeat(512)}…` }, payload: '{}', value: {} }],
      warnings: [],
    });
  });

  it('but a member whose name is no UTF-8 leaves no message that could be told for sure', () => {
    expect(cutMessages(latin1('{"messag\xE9s":[],"messages":[{"message":"a:a"}]}'), object, 10)).toEqual({
      kind: 'unreadable',
      problem: 'invalid_utf8',
    });
  });

  it('and of an entry with such a name only the entry is skipped', () => {
    expect(shown(cutMessages(latin1('[{"\xE9":1,"message":"a:a"},{"message":"b:b"}]'), { kind: 'root_array' }, 10))).toEqual({
      messages: [{ message: 'b:b', payload: '{}', value: {} }],
      warnings: ['Entry 0 of the answer cannot be read: skipped.'],
    });
  });

  it('and a type that is no UTF-8 is none', () => {
    expect(shown(cutMessages(latin1('[{"message":"a:\xE9"}]'), { kind: 'root_array' }, 10))).toEqual({
      messages: [],
      warnings: ['Entry 0 of the answer names no message type: skipped.'],
    });
  });

  it('and an attribute that is no UTF-8 is null', () => {
    expect(shown(cutMessages(latin1('[{"message":"a:a","name":"J\xF8rgen"}]'), { kind: 'root_array' }, 10))).toEqual({
      messages: [{ message: 'a:a', attributes: { name: null }, payload: '{}', value: {} }],
      warnings: [],
    });
  });
});

it('attributes are kept up to 4,096 characters', () => {
  const entry: JsonValue = { message: 'a:a', first: 'x'.repeat(4_000), second: 'y'.repeat(4_000), third: 'z' };
  const cut = cutMessages(bytesOf([entry]), { kind: 'root_array' }, 10);
  expect(cut.kind === 'cut' ? cut.messages.map((each) => each.attributes) : cut).toEqual([
    { first: 'x'.repeat(4_000), second: `${'y'.repeat(90)}…` },
  ]);
});

it('bytes that are no JSON at all give no message and no exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom<AnswerShape>(object, { kind: 'root_array' }), (bytes, shape) => {
      expect(['cut', 'too_many', 'unreadable']).toContain(cutMessages(bytes, shape, 10).kind);
    }),
  );
  expect(cutMessages(bytesOf('{"messages":[{"message":"a:a","payload":{"a":}}'), object, 10)).toEqual({
    kind: 'unreadable',
    problem: 'truncated',
  });
  expect(cutMessages(bytesOf('[{"message":"a:a"} {}]'), { kind: 'root_array' }, 10)).toEqual({ kind: 'unreadable', problem: 'syntax' });
  expect(shown(cutMessages(bytesOf('[{"message":tru}]'), { kind: 'root_array' }, 10))).toEqual({
    messages: [],
    warnings: ['Entry 0 of the answer names no message type: skipped.'],
  });
});
