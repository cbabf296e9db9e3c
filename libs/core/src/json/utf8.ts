const REPLACEMENT = 0xfffd;

/** UTF-8 bytes of a text. A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (const character of text) {
    const drawn = character.codePointAt(0) ?? REPLACEMENT;
    const point = drawn >= 0xd800 && drawn <= 0xdfff ? REPLACEMENT : drawn;
    if (point < 0x80) {
      bytes[at++] = point;
    } else if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6);
      bytes[at++] = 0x80 | (point & 0x3f);
    } else if (point < 0x1_0000) {
      bytes[at++] = 0xe0 | (point >> 12);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    } else {
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    }
  }
  return bytes.slice(0, at);
}

/**
 * The text in `bytes[start, end)`, or undefined where that is not UTF-8: overlong forms, surrogates and points beyond
 * U+10FFFF are refused. Meant for short texts such as member names.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  let at = start;
  while (at < end) {
    const first = bytes[at] ?? 0;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      at++;
      continue;
    }
    const extra = continuationBytes(first);
    const point = extra === 0 || at + extra >= end ? undefined : pointAt(bytes, at, extra);
    if (point === undefined) return undefined;
    text += String.fromCodePoint(point);
    at += extra + 1;
  }
  return text;
}

function continuationBytes(first: number): 0 | 1 | 2 | 3 {
  if (first >= 0xc2 && first <= 0xdf) return 1;
  if (first >= 0xe0 && first <= 0xef) return 2;
  if (first >= 0xf0 && first <= 0xf4) return 3;
  return 0;
}

const SMALLEST = [0, 0x80, 0x800, 0x1_0000] as const;

function pointAt(bytes: Uint8Array, at: number, extra: 1 | 2 | 3): number | undefined {
  let point = (bytes[at] ?? 0) & (0x3f >> extra);
  for (let offset = 1; offset <= extra; offset++) {
    const byte = bytes[at + offset] ?? 0;
    if ((byte & 0xc0) !== 0x80) return undefined;
    point = (point << 6) | (byte & 0x3f);
  }
  const surrogate = point >= 0xd800 && point <= 0xdfff;
  return point < SMALLEST[extra] || point > 0x10_ffff || surrogate ? undefined : point;
}
