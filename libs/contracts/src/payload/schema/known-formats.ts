import { fullFormats } from 'ajv-formats/dist/formats.js';

/** A format that is checked: which texts have it, and an example for those who sent another. */
export interface KnownFormat {
  readonly test: (text: string) => boolean;
  readonly example: string;
}

type FormatName = keyof typeof fullFormats;

/** No text that is longer has the format: the time that these patterns take grows faster than the text. */
function known(name: FormatName, maxLength: number, example: string): readonly [string, KnownFormat] {
  const check = checkOf(fullFormats[name]);
  return [name, { test: (text) => text.length <= maxLength && check(text), example }];
}

function checkOf(format: (typeof fullFormats)[FormatName]): (text: string) => boolean {
  if (format instanceof RegExp) return (text) => format.test(text);
  const validate: unknown = typeof format === 'object' && 'validate' in format ? format.validate : format;
  if (typeof validate !== 'function') throw new TypeError('A format that checks nothing is no known one.');
  return (text) => (validate as (text: string) => unknown)(text) === true;
}

/** Formats that a schema may ask for; by any other nothing is checked. */
export const knownFormats: ReadonlyMap<string, KnownFormat> = new Map([
  known('date', 10, '2026-11-21'),
  known('date-time', 64, '2026-11-21T09:30:00Z'),
  known('duration', 64, 'P1DT12H'),
  known('email', 254, 'ann@example.com'),
  known('hostname', 254, 'shop.example.com'),
  known('ipv4', 15, '192.0.2.1'),
  known('ipv6', 45, '2001:db8::1'),
  known('json-pointer', 2_048, '/order/number'),
  known('time', 64, '09:30:00Z'),
  known('uri', 2_048, 'https://example.com/orders/1'),
  known('uri-reference', 2_048, '/orders/1'),
  known('uuid', 45, '6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b'),
]);

export const isKnownFormat = (name: string): boolean => knownFormats.has(name);
