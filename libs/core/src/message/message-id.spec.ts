import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childId, composeId, isMessageId, secondsOf, type ChildOrigin } from './message-id.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hexDigits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length });
const seconds = fc.integer({ min: 0, max: 0xff_ff_ff_ff });
const counter = fc.integer({ min: 0, max: 0xff_ff_ff });
const id = hexDigits(24);
const origin = fc.record({
  kind: fc.constantFrom('delivery', 'answer', 'notification'),
  parent: id,
  key: fc.oneof(id, fc.string({ unit: fc.constantFrom('0', '1', '"', ',', '\\', '\0') })),
  round: fc.integer({ min: 0, max: 12 }),
  salt: fc.integer({ min: 0, max: 12 }),
});

it.each([
  ['52a9f1d2c3b4a59687fedcba', true],
  ['52A9F1D2C3B4A59687FEDCBA', false],
  ['52a9f1d2c3b4a59687fedcb', false],
  ['52a9f1d2c3b4a59687fedcba0', false],
  ['52a9f1d2c3b4a59687fedcbg', false],
  ['52a9f1d2c3b4a59687fedcba\n', false],
  ['', false],
])('isMessageId(%j) is %j', (text, expected) => {
  expect(isMessageId(text)).toBe(expected);
});

describe('composeId', () => {
  it('writes time, random and counter', () => {
    expect(composeId(0x52_a9_f1_d2, 'c3b4a59687', 0xfe_dc_ba)).toBe('52a9f1d2c3b4a59687fedcba');
    expect(composeId(1, '0000000000', 2)).toBe('000000010000000000000002');
  });

  it('wraps the counter', () => {
    expect(composeId(1, '0000000000', 0x1_00_00_03)).toBe('000000010000000000000003');
  });

  it('gives an id that knows its time', () => {
    fc.assert(
      fc.property(seconds, hexDigits(10), counter, (time, random, count) => {
        const made = composeId(time, random, count);
        expect([isMessageId(made), secondsOf(made)]).toEqual([true, time]);
      }),
    );
  });

  it('orders ids by time, then, in one process, by counter', () => {
    fc.assert(
      fc.property(seconds, seconds, hexDigits(10), hexDigits(10), counter, counter, (a, b, randomA, randomB, countA, countB) => {
        fc.pre(a !== b && countA !== countB);
        expect(composeId(a, randomA, countA) < composeId(b, randomB, countB)).toBe(a < b);
        expect(composeId(a, randomA, countA) < composeId(a, randomA, countB)).toBe(countA < countB);
      }),
    );
  });

  it.each([
    ['a time that does not fit', 0x1_00_00_00_00, '0000000000', 0],
    ['a time before the epoch', -1, '0000000000', 0],
    ['a broken time', 1.5, '0000000000', 0],
    ['a short random', 1, '00', 0],
    ['a negative counter', 1, '0000000000', -1],
  ])('throws for %s', (_what, time, random, count) => {
    expect(() => composeId(time, random, count)).toThrow(RangeError);
  });
});

describe('childId', () => {
  const parent = '52a9f1d2c3b4a59687fedcba';
  const delivery: ChildOrigin = { kind: 'delivery', parent, key: '0123456789abcdef01234567' };

  it('is what it always was: stored ids depend on it', () => {
    expect(childId(sha256, delivery)).toBe(
      `52a9f1d2${sha256('["delivery","52a9f1d2c3b4a59687fedcba","0123456789abcdef01234567",0,0]').slice(0, 16)}`,
    );
    expect(childId(sha256, delivery)).toBe('52a9f1d20692672b32860964');
  });

  it('begins with round 0 and salt 0', () => {
    expect(childId(sha256, { ...delivery, round: 0, salt: 0 })).toBe(childId(sha256, delivery));
  });

  it('keeps the time of the parent, and is the same for the same origin', () => {
    fc.assert(
      fc.property(origin, (any) => {
        const made = childId(sha256, any);
        expect([isMessageId(made), made.slice(0, 8), childId(sha256, { ...any })]).toEqual([true, any.parent.slice(0, 8), made]);
      }),
    );
  });

  it('differs for different origins, whatever their keys are made of', () => {
    const near = fc.oneof(
      fc.tuple(origin, origin),
      fc
        .tuple(origin, fc.constantFrom('kind', 'key', 'round', 'salt'))
        .map(([any, changed]) => [any, { ...any, [changed]: changed === 'round' || changed === 'salt' ? 13 : `${any.key}1` }] as const),
      origin.map(
        (any) =>
          [
            { ...any, key: `${any.key}1`, round: 2 },
            { ...any, key: any.key, round: 12 },
          ] as const,
      ),
    );
    fc.assert(
      fc.property(near, ([left, right]) => {
        fc.pre(JSON.stringify(Object.entries(left)) !== JSON.stringify(Object.entries(right)));
        expect(childId(sha256, left)).not.toBe(childId(sha256, right));
      }),
      { numRuns: 1_000 },
    );
  });

  it('throws for a parent or a hash that is none', () => {
    expect(() => childId(sha256, { ...delivery, parent: 'order-1' })).toThrow(RangeError);
    expect(() => childId(() => 'ABCDEFABCDEFABCDEF', delivery)).toThrow(RangeError);
  });
});
