import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanObject, type ScannedObject } from './spans.ts';
import { memberName, putLastMember, setMember } from './splice.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString('utf8');

function scan(bytes: Uint8Array): ScannedObject {
  const scanned = scanObject(bytes);
  if (!scanned.ok) throw new Error(`${scanned.problem} at ${scanned.at}`);
  return scanned;
}

/** Members as they are written: name and value, byte for byte. */
const written = (text: string): [string, string][] => {
  const bytes = utf8(text);
  return scan(bytes).members.map((m) => [m.key, new TextDecoder().decode(bytes.subarray(m.keyStart, m.valueEnd))]);
};

const messageId = memberName('message_id');
const parameters = memberName('parameters');
const edit = (how: typeof setMember, text: string, name = messageId, value = '"new"'): string => {
  const bytes = utf8(text);
  return joined(how(bytes, scan(bytes), name, utf8(value)));
};

const blank = fc.constantFrom('', ' ', '\n\t');
const member = fc
  .tuple(fc.constantFrom('a', 'b', 'message_id', 'parameters', '__proto__', 'ü"'), fc.boolean(), blank, fc.json({ maxDepth: 2 }))
  .map(([key, escaped, space, value]) => {
    const name = escaped
      ? `\\u${(key.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}${JSON.stringify(key.slice(1)).slice(1, -1)}`
      : JSON.stringify(key).slice(1, -1);
    return `${space}"${name}"${space}:${space}${value}${space}`;
  });
const objectText = fc
  .tuple(blank, fc.array(member, { maxLength: 6 }), blank)
  .map(([a, members, b]) => `${a}{${members.length === 0 ? b : members.join(',')}}${b}`);
const value = fc.json({ maxDepth: 1 });

describe('setMember', () => {
  it.each([
    [
      'in its place',
      '{"message":"order:new", "message_id" : 17 ,"payload":{"n":9007199254740993}}',
      '{"message":"order:new", "message_id" : "new" ,"payload":{"n":9007199254740993}}',
    ],
    [
      'as the last member where there was none',
      '{ "message":"order:new" ,"payload": {} }',
      '{ "message":"order:new" ,"payload": {},"message_id":"new" }',
    ],
    ['in an empty object', ' { } ', '{"message_id":"new"}'],
    [
      'in every place of a repeated name',
      '{"message_id":1,"a":2,"message\\u005fid":3}',
      '{"message_id":"new","a":2,"message\\u005fid":"new"}',
    ],
  ])('sets a member %s', (_where, text, expected) => {
    expect(edit(setMember, text)).toBe(expected);
  });

  it('does what setting a member of the parsed object does, and leaves the others byte for byte', () => {
    fc.assert(
      fc.property(objectText, value, (text, json) => {
        const edited = edit(setMember, text, messageId, json);
        expect(JSON.parse(edited)).toEqual({ ...(JSON.parse(text) as object), message_id: JSON.parse(json) as unknown });
        const others = (all: [string, string][]): [string, string][] => all.filter(([key]) => key !== 'message_id');
        expect(others(written(edited))).toEqual(others(written(text)));
      }),
    );
  });
});

describe('putLastMember', () => {
  it.each([
    ['behind the others', '{ "sku": "A" , "quantity":1.0 }', '{ "sku": "A" , "quantity":1.0,"parameters":"new" }'],
    ['in an empty object', '{ }', '{"parameters":"new"}'],
    ['in the stead of the first', '{ "parameters":[1,2] , "sku":"A" }', '{"sku":"A","parameters":"new"}'],
    ['in the stead of one in the middle', '{"sku":"A", "parameters":[] ,"q":1 , "r":2}', '{"sku":"A","q":1 , "r":2,"parameters":"new"}'],
    ['in the stead of the only one', '{"parameters":{}}', '{"parameters":"new"}'],
    ['in the stead of several', '{"parameters":1,"a":2,"parameters":3}', '{"a":2,"parameters":"new"}'],
  ])('puts a member %s', (_where, text, expected) => {
    expect(edit(putLastMember, text, parameters)).toBe(expected);
  });

  it('does what removing and adding a member of the parsed object does, and leaves the others byte for byte', () => {
    fc.assert(
      fc.property(objectText, value, (text, json) => {
        const edited = edit(putLastMember, text, parameters, json);
        expect(JSON.parse(edited)).toEqual({ ...(JSON.parse(text) as object), parameters: JSON.parse(json) as unknown });
        const others = written(text).filter(([key]) => key !== 'parameters');
        expect(written(edited)).toEqual([...others, ['parameters', `"parameters":${json}`]]);
      }),
    );
  });

  it('hands out views, not copies, of the bytes it leaves as they are', () => {
    const bytes = utf8('{"a":1}');
    const parts = putLastMember(bytes, scan(bytes), parameters, utf8('[]'));
    expect(parts.filter((part) => part.buffer === bytes.buffer).map((part) => [part.byteOffset, part.length])).toEqual([
      [0, 6],
      [6, 1],
    ]);
  });
});
