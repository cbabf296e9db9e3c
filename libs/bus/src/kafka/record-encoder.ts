import { createRequire } from 'node:module';

// kafkajs makes an encoder of 512 zeroed bytes for each header of each record: with our fourteen headers that is four fifths of what
// publishing a record costs. This writes the same bytes at once. It takes the place of one internal module of the one version of
// kafkajs that is pinned; a spec compares the bytes of both, and a version without that module keeps its own encoder.

const MODULE = 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
const MOST_VARINT = 5;
const INT32_MAX = 2 ** 31 - 1;

export interface RecordFields {
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly key?: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

/** What kafkajs needs of an encoded record. */
export interface EncodedBytes {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

type Encode = (record: RecordFields) => EncodedBytes;

let isInstalled = false;

/** Makes kafkajs encode records that way, for the whole process. Has to come before the first record is published. */
export function installRecordEncoder(): void {
  if (isInstalled) return;
  isInstalled = true;
  const require = createRequire(import.meta.url);
  const original = kafkajsEncoder();
  const cached = original === undefined ? undefined : require.cache[require.resolve(MODULE)];
  if (original !== undefined && cached !== undefined) cached.exports = recordEncoder(original);
}

/** kafkajs's own, if this version has it where it is expected. */
export function kafkajsEncoder(): Encode | undefined {
  const require = createRequire(import.meta.url);
  try {
    const found: unknown = require(MODULE);
    return typeof found === 'function' ? (found as Encode) : undefined;
  } catch {
    return undefined;
  }
}

/** Encodes records of text and buffers; what is out of the ordinary is left to the original. */
export function recordEncoder(original: Encode): Encode {
  return (record) => {
    const { offsetDelta = 0, timestampDelta = 0, key, value, headers = {} } = record;
    const names = Object.keys(headers);
    const isPlain = isInt32(offsetDelta) && isInt32(timestampDelta) && names.every((name) => isBytes(headers[name]));
    if (!isPlain || !isBytes(value) || !(key === undefined || key === null || isBytes(key))) return original(record);
    const writer = new Writer(sizeAtMost(key, value, headers));
    writer.int8(0);
    writer.varint(timestampDelta);
    writer.varint(offsetDelta);
    if (key === undefined || key === null) writer.varint(-1);
    else writer.bytes(key);
    writer.bytes(value);
    writer.varint(names.length);
    for (const name of names) {
      const header = headers[name];
      writer.bytes(name);
      if (isBytes(header)) writer.bytes(header);
    }
    return writer.withLength();
  };
}

const isInt32 = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= INT32_MAX / 2;
const isBytes = (value: unknown): value is Buffer | string => typeof value === 'string' || Buffer.isBuffer(value);

/** Room for the record: UTF-8 takes three bytes at most for a UTF-16 unit. */
function sizeAtMost(
  key: Buffer | string | null | undefined,
  value: Buffer | string,
  headers: NonNullable<RecordFields['headers']>,
): number {
  let size = 6 * MOST_VARINT + room(key) + room(value);
  for (const name in headers) {
    const header = headers[name];
    size += room(name) + (isBytes(header) ? room(header) : 0);
  }
  return size;
}

const room = (text: Buffer | string | null | undefined): number =>
  MOST_VARINT + (text === undefined || text === null ? 0 : typeof text === 'string' ? 3 * text.length : text.length);

/** Writes a record's body and, in the room that is left before it, its length. */
class Writer {
  readonly #buffer: Buffer;
  #at = MOST_VARINT;

  constructor(size: number) {
    this.#buffer = Buffer.allocUnsafe(size + MOST_VARINT);
  }

  int8(value: number): void {
    this.#buffer[this.#at] = value;
    this.#at += 1;
  }

  varint(value: number): void {
    this.#at = writeVarint(this.#buffer, this.#at, value);
  }

  bytes(value: Buffer | string): void {
    if (typeof value === 'string') {
      // Written first, moved if its length turns out to need more than the one byte that most lengths need.
      const written = this.#buffer.write(value, this.#at + 1);
      if (written < 64) this.#buffer[this.#at] = written << 1;
      else {
        const start = writeVarint(this.#buffer, this.#at, Buffer.byteLength(value));
        this.#at = start + this.#buffer.write(value, start);
        return;
      }
      this.#at += 1 + written;
      return;
    }
    this.varint(value.length);
    this.#at += value.copy(this.#buffer, this.#at);
  }

  withLength(): EncodedBytes {
    const length = this.#at - MOST_VARINT;
    const start = MOST_VARINT - sizeOfVarint(length);
    writeVarint(this.#buffer, start, length);
    const buffer = this.#buffer.subarray(start, this.#at);
    return { buf: buffer, buffer };
  }
}

const zigZag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;

function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = zigZag(value) >>> 7; rest > 0; rest >>>= 7) size += 1;
  return size;
}

function writeVarint(buffer: Buffer, at: number, value: number): number {
  let next = at;
  let rest = zigZag(value);
  while (rest > 127) {
    buffer[next] = (rest & 127) | 128;
    next += 1;
    rest >>>= 7;
  }
  buffer[next] = rest;
  return next + 1;
}
