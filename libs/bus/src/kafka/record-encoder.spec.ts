import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kafkajsEncoder, recordEncoder, type RecordFields } from './record-encoder.ts';

const original = kafkajsEncoder();
const refused = (): never => {
  throw new TypeError('This is for the other one.');
};

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ minLength: 60, maxLength: 70 }));
const bytes = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
);
const record: fc.Arbitrary<RecordFields> = fc.record(
  {
    offsetDelta: fc.nat(100_000),
    timestampDelta: fc.nat(1_000_000_000),
    key: fc.option(bytes),
    value: fc.oneof(
      bytes,
      fc.nat(3_000_000).map((length) => Buffer.alloc(length, 'x')),
    ),
    headers: fc.dictionary(text, bytes, { maxKeys: 20 }),
  },
  { requiredKeys: ['value'] },
);

it('writes what kafkajs writes', () => {
  expect(original).toBeDefined();
  const encode = recordEncoder(refused);
  fc.assert(
    fc.property(record, (fields) => {
      expect(encode(fields).buffer.equals(original?.(fields).buffer ?? Buffer.alloc(0))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('leaves to kafkajs what is out of the ordinary', () => {
  const own = { buf: Buffer.alloc(0), buffer: Buffer.alloc(0) };
  const encode = recordEncoder(() => own);
  const odd: readonly RecordFields[] = [
    { value: null },
    { value: 'x', headers: { several: ['a', 'b'] } },
    { value: 'x', headers: { none: undefined } },
    { value: 'x', timestampDelta: 2 ** 40 },
    { value: 'x', offsetDelta: 0.5 },
  ];
  expect(odd.map((fields) => encode(fields) === own)).toEqual(odd.map(() => true));
  expect(encode({ value: 'x' })).not.toBe(own);
});
