import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function platformDecode(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

it('encodes every text as the platform does, lone surrogates included', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '\ud800', '\udc00', '\ud83d\ude00'), (text, end) => {
      expect(encodeUtf8(text + end)).toEqual(new TextEncoder().encode(text + end));
    }),
  );
});

it('decodes what the platform decodes, and refuses what it refuses', () => {
  const bytes = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
    fc.uint8Array({ maxLength: 12 }),
    fc
      .array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0x9f, 0xa0, 0xf0, 0x8f, 0x90, 0xf4, 0xf5), { maxLength: 6 })
      .map((some) => Uint8Array.from(some)),
  );
  fc.assert(
    fc.property(bytes, (some) => {
      expect(decodeUtf8(some, 0, some.length)).toBe(platformDecode(some));
    }),
    { numRuns: 2_000 },
  );
});

it('reads nothing beyond the end it was given', () => {
  const euro = Uint8Array.of(0x61, 0xe2, 0x82, 0xac);
  expect([decodeUtf8(euro, 0, 1), decodeUtf8(euro, 0, 3), decodeUtf8(euro, 1, 4)]).toEqual(['a', undefined, '€']);
});
