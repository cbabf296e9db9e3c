import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NotificationLevel } from '../delivery/events.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { boundedAttributes, isKnownLevel, notificationLevel, readNotification, readNotifications } from './read-notifications.ts';

it.each<[string, NotificationLevel | undefined, boolean]>([
  ['notification:info', 'info', true],
  ['notification:warn', 'warn', true],
  ['notification:warning', 'warn', true],
  ['notification:error', 'error', true],
  ['notification:ERROR', 'info', false],
  ['notification:fatal', 'info', false],
  ['notification:error:now', 'info', false],
  ['notification:', 'info', false],
  ['notification:constructor', 'info', false],
  ['notification', undefined, false],
  ['notifications:error', undefined, false],
  ['my:notification:error', undefined, false],
  ['order:new', undefined, false],
])('%s is of the level %s, known: %s', (type, level, known) => {
  expect([notificationLevel(type), isKnownLevel(type)]).toEqual([level, known]);
});

describe('a notification', () => {
  it.each<[string, JsonObject, object]>([
    ['has subject and description', { subject: 'A', description: 'B' }, { subject: 'A', description: 'B' }],
    ['describes itself by its subject', { subject: 'A' }, { subject: 'A', description: 'A' }],
    ['describes itself by its subject, where null is said', { subject: 'A', description: null }, { subject: 'A', description: 'A' }],
    ['may have an empty description', { subject: 'A', description: '' }, { subject: 'A', description: '' }],
    ['may be empty', {}, { subject: '', description: '' }],
    ['may have no subject', { description: 'B' }, { subject: '', description: 'B' }],
    ['shows what is no text', { subject: 7, description: { a: [1] } }, { subject: '7', description: '{"a":[1]}' }],
    [
      'refers to something',
      { subject: 'A', reference_type: 'order', reference_id: 12, reference_token: 't' },
      { subject: 'A', description: 'A', referenceType: 'order', referenceId: '12', referenceToken: 't' },
    ],
    [
      'refers to nothing with null',
      { subject: 'A', reference_type: null, reference_id: null, reference_token: null },
      { subject: 'A', description: 'A' },
    ],
    [
      'keeps other members',
      { subject: 'A', level: 'error', backtrace: ['x'], code: 7 },
      { subject: 'A', description: 'A', attributes: { backtrace: '["x"]', code: 7 } },
    ],
    [
      'has bounds',
      {
        subject: 's'.repeat(2_000),
        description: 'd'.repeat(20_000),
        reference_type: 't'.repeat(300),
        reference_id: 'i'.repeat(300),
        reference_token: 'k'.repeat(300),
      },
      {
        subject: `${'s'.repeat(999)}…`,
        description: `${'d'.repeat(9_999)}…`,
        referenceType: `${'t'.repeat(199)}…`,
        referenceId: `${'i'.repeat(199)}…`,
        referenceToken: `${'k'.repeat(199)}…`,
      },
    ],
    ['can be stored', { subject: 'a\0b', reference_id: '\uD800' }, { subject: 'a\uFFFDb', description: 'a\uFFFDb', referenceId: '\uFFFD' }],
  ])('%s', (_what, members, expected) => {
    expect(readNotification(members, 'warn')).toEqual({ level: 'warn', ...expected });
  });
});

describe('notifications', () => {
  const plain = (level: NotificationLevel, subject = 'A') => ({ level, subject, description: subject });
  const strange = (index: number, level: string) =>
    `Notification ${index} has the level ${level}, which is none of info, warn and error: taken as info.`;

  it.each<[string, JsonValue | undefined, readonly object[], readonly string[]]>([
    ['none where there are none', undefined, [], []],
    ['none where null is said', null, [], []],
    ['none where the list is empty', [], [], []],
    ['none where it is no list', { level: 'error', subject: 'A' }, [], ['`notifications` is not an array: ignored.']],
    ['none where it is a text', 'error', [], ['`notifications` is not an array: ignored.']],
    [
      'each with its level',
      ['info', 'warn', 'warning', 'error'].map((level) => ({ level, subject: 'A' })),
      [plain('info'), plain('warn'), plain('warn'), plain('error')],
      [],
    ],
    ['as info where there is no such level', [{ level: 'fatal', subject: 'A' }], [plain('info')], [strange(0, '"fatal"')]],
    ['as info where the level is no text', [{ level: 3, subject: 'A' }], [plain('info')], [strange(0, '3')]],
    ['as info where the level is inherited', [{ level: 'toString', subject: 'A' }], [plain('info')], [strange(0, '"toString"')]],
    ['as info where there is no level', [{ subject: 'A' }], [plain('info')], ['Notification 0 has no level: taken as info.']],
    [
      'but not what is no object',
      [1, 'a', null, [], { level: 'warn', subject: 'A' }],
      [plain('warn')],
      [0, 1, 2, 3].map((index) => `Notification ${index} is not an object: skipped.`),
    ],
    [
      'the first five',
      Array.from({ length: 7 }, (_, index) => ({ level: 'info', subject: String(index) })),
      [0, 1, 2, 3, 4].map((index) => plain('info', String(index))),
      ['2 notifications beyond the first 5: ignored.'],
    ],
  ])('are read: %s', (_what, value, entries, warnings) => {
    expect(readNotifications(value, 5)).toEqual({ entries, warnings });
  });

  it('with a level of a megabyte make a short warning', () => {
    expect(readNotifications([{ level: 'x'.repeat(1_000_000) }], 5).warnings).toEqual([strange(0, `"${'x'.repeat(38)}…`)]);
  });
});

describe('boundedAttributes', () => {
  it('keeps numbers, flags and null as they are, and all else as text', () => {
    expect(boundedAttributes(Object.entries({ n: 1.5, t: true, z: null, s: 'text', l: [1], o: { a: 1 } }), 100)).toEqual({
      n: 1.5,
      t: true,
      z: null,
      s: 'text',
      l: '[1]',
      o: '{"a":1}',
    });
  });

  it('stops where the budget ends', () => {
    const tens = Array.from({ length: 9 }, (_, index) => [`${index}`, '123456789'] as const);
    expect(boundedAttributes(tens, 25)).toEqual({ 0: '123456789', 1: '123456789', 2: '1234…' });
  });

  it('asks for no more members than it keeps', () => {
    let asked = 0;
    function* endless(): Iterable<readonly [string, JsonValue]> {
      for (;;) yield [`member ${asked++}`, 'x'];
    }
    boundedAttributes(endless(), 100);
    expect(asked).toBeLessThan(20);
  });

  it('makes members of the strangest names, and of nothing else', () => {
    const kept = boundedAttributes(
      Object.entries(JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"a\\u0000":2,"":3}') as JsonObject),
      100,
    );
    expect(Object.entries(kept)).toEqual([
      ['__proto__', '{"polluted":true}'],
      ['constructor', 1],
      ['a\uFFFD', 2],
      ['', 3],
    ]);
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
  });

  it('is bounded and storable whatever it is given', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'é', '\ud800', '\udc00', '\0', 'x'.repeat(60)), maxLength: 4 });
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 12 }), fc.nat(300), (members, budget) => {
        const text = JSON.stringify(boundedAttributes(Object.entries(members) as [string, JsonValue][], budget));
        // Every member takes its budget before it is over: the last one may be a name too much, and quoting up to sixfold.
        expect(text.length).toBeLessThanOrEqual((budget + 120) * 7 + 2);
        expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      }),
    );
  });
});
