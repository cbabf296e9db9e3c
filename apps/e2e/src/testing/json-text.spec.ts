import { expect, it } from 'vitest';
import { memberText, withLastMember } from './json-text.ts';

it.each([
  ['{"a":1,"payload":{"x":[1,{"y":"}"}]},"b":2}', '{"x":[1,{"y":"}"}]}'],
  ['{ "payload" : { "q": "\\"}" } }', '{ "q": "\\"}" }'],
  ['{"payload":1,"payload": 2e5 }', '2e5'],
  ['{"payload":{},"b":"payload"}', '{}'],
  ['{"b":{"payload":1}}', undefined],
  ['{}', undefined],
])('finds the payload of %s', (text, expected) => {
  expect(memberText(text, 'payload')).toBe(expected);
});

it.each([
  ['{}', '{"z":1}'],
  ['{"a":1}', '{"a":1,"z":1}'],
  ['{\n  "a": {}\n}', '{\n  "a": {},"z":1\n}'],
])('writes a member behind those of %s', (text, expected) => {
  expect(withLastMember(text, '"z":1')).toBe(expected);
});
