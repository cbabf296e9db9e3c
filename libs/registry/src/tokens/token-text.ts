import { createHash, hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * `crossdock_<environment>_<8 id>_<43 secret>_<6 checksum>`, all in letters and digits: a double click selects it, and who scans for
 * leaked secrets knows one by its form and checksum. The secret has 256 bits, so a plain hash of it is safe to keep.
 */
export interface TokenText {
  readonly text: string;
  readonly id: string;
  readonly hash: Buffer;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 8;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const FORM = /^crossdock_[a-z0-9]{1,16}_([0-9A-Za-z]{8})_[0-9A-Za-z]{43}_([0-9A-Za-z]{6})$/;
/** No token is longer. */
export const MAX_TOKEN_LENGTH = 96;

export const isEnvironment = (text: string): boolean => /^[a-z0-9]{1,16}$/.test(text);

/** Stands for a token in memory. */
export const fingerprint = (token: string): string => hash('sha256', token, 'base64url');

/** A new token. `environment` is what people read in it, e.g. `live` or `test`: lower case letters and digits, 16 at most. */
export function newToken(environment: string): TokenText {
  const id = randomText(ID_LENGTH);
  const body = `crossdock_${environment}_${id}_${randomText(SECRET_LENGTH)}`;
  const text = `${body}_${checksum(body)}`;
  return { text, id, hash: hashOf(text) };
}

/** Undefined for anything that never was a token: wrong form or wrong checksum. */
export function readToken(text: string): TokenText | undefined {
  if (text.length > MAX_TOKEN_LENGTH) return undefined;
  const [, id, sum] = FORM.exec(text) ?? [];
  if (id === undefined || sum !== checksum(text.slice(0, -CHECKSUM_LENGTH - 1))) return undefined;
  return { text, id, hash: hashOf(text) };
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let digit = 0; digit < CHECKSUM_LENGTH; digit += 1) {
    text = `${ALPHABET.charAt(rest % 62)}${text}`;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 is 4 × 62: the bytes above it would favour the first letters.
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}
