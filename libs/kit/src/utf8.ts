import type { Utf8 } from '@crossdock/core';

/** Text as UTF-8 bytes and back, as Node does it. */
export const utf8: Utf8 = {
  encode: (text) => Buffer.from(text),
  decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'),
};
