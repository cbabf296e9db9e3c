import { connect } from 'node:net';

/**
 * @typedef {{ brokers: number[], controller: number }} Metadata the ids of the brokers that take part, and of the controller
 * @typedef {{ kind: 'answer', metadata: Metadata } | { kind: 'incomplete' } | { kind: 'garbage', reason: string }} Parsed
 */

const correlation = 0x43_44_4b_31;
const maxBytes = 1024 * 1024;

/** A Metadata request, version 1, that asks about no topic. */
export const metadataRequest = (() => {
  const request = Buffer.alloc(18);
  request.writeInt32BE(14, 0); // size of what follows
  request.writeInt16BE(3, 4); // Metadata
  request.writeInt16BE(1, 6); // version
  request.writeInt32BE(correlation, 8);
  request.writeInt16BE(-1, 12); // no client id
  request.writeInt32BE(0, 14); // no topics
  return request;
})();

/**
 * Reads what came in answer to `metadataRequest`, so far.
 * @param {Buffer} bytes
 * @returns {Parsed}
 */
export function parseMetadata(bytes) {
  if (bytes.length < 4) return { kind: 'incomplete' };
  const size = bytes.readInt32BE(0);
  if (size < 16 || size > maxBytes) return { kind: 'garbage', reason: `a size of ${size} bytes` };
  if (bytes.length < 4 + size) return { kind: 'incomplete' };
  const reader = new Reader(bytes.subarray(4, 4 + size));
  try {
    return readAnswer(reader);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'garbage', reason: 'it ends too early' };
  }
}

function readAnswer(reader) {
  if (reader.int32() !== correlation) return { kind: 'garbage', reason: 'an answer to another request' };
  const count = reader.int32();
  if (count < 0) return { kind: 'garbage', reason: `${count} brokers` };
  const brokers = [];
  for (let index = 0; index < count; index += 1) {
    brokers.push(reader.int32());
    reader.skipString(); // host
    reader.int32(); // port
    reader.skipString(); // rack
  }
  return { kind: 'answer', metadata: { brokers: brokers.sort((a, b) => a - b), controller: reader.int32() } };
}

/** Reads off the front; throws a RangeError behind the end. */
class Reader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  int32() {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  skipString() {
    this.#at += 2 + Math.max(0, this.#bytes.readInt16BE(this.#at));
  }
}

/**
 * Asks a broker who takes part; undefined if it does not answer, or something else does.
 * @param {number} port
 * @param {number} [limitMs]
 * @returns {Promise<Metadata | undefined>}
 */
export function askMetadata(port, limitMs = 2000) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let bytes = Buffer.alloc(0);
    const end = (metadata) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(metadata);
    };
    const timer = setTimeout(end, limitMs);
    socket.on('error', () => end());
    socket.on('close', () => end());
    socket.on('connect', () => socket.write(metadataRequest));
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const parsed = parseMetadata(bytes);
      if (parsed.kind !== 'incomplete') end(parsed.kind === 'answer' ? parsed.metadata : undefined);
    });
  });
}
