import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { askMetadata, metadataRequest, parseMetadata } from './metadata.mjs';

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const string = (text: string | null): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(text === null ? -1 : Buffer.byteLength(text));
  return Buffer.concat([bytes, Buffer.from(text ?? '')]);
};
const correlation = metadataRequest.readInt32BE(8);

/** What a broker answers, by the protocol's description of Metadata version 1. */
function answer(ids: readonly number[], options: { controller?: number; correlation?: number; rack?: string | null } = {}): Buffer {
  const brokers = ids.flatMap((id) => [int32(id), string('127.0.0.1'), int32(19_091 + id), string(options.rack ?? null)]);
  const body = Buffer.concat([
    int32(options.correlation ?? correlation),
    int32(ids.length),
    ...brokers,
    int32(options.controller ?? 1),
    int32(0),
  ]);
  return Buffer.concat([int32(body.length), body]);
}

describe('parseMetadata', () => {
  it('reads the brokers, in order, and the controller', () => {
    expect(parseMetadata(answer([3, 1, 2], { controller: 2, rack: 'left' }))).toEqual({
      kind: 'answer',
      metadata: { brokers: [1, 2, 3], controller: 2 },
    });
    expect(parseMetadata(answer([], { controller: -1 }))).toEqual({ kind: 'answer', metadata: { brokers: [], controller: -1 } });
  });

  it('waits for the rest, wherever the answer is cut', () => {
    const whole = answer([1, 2, 3]);
    const kinds = Array.from({ length: whole.length }, (_, length) => parseMetadata(whole.subarray(0, length)).kind);
    expect(new Set(kinds)).toEqual(new Set(['incomplete']));
  });

  it('takes no other protocol for an answer', () => {
    expect(parseMetadata(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).toEqual({
      kind: 'garbage',
      reason: 'a size of 1213486160 bytes',
    });
    expect(parseMetadata(answer([1], { correlation: 7 }))).toEqual({ kind: 'garbage', reason: 'an answer to another request' });
    expect(parseMetadata(Buffer.concat([int32(16), int32(correlation), int32(-2), Buffer.alloc(8)]))).toEqual({
      kind: 'garbage',
      reason: '-2 brokers',
    });
    expect(parseMetadata(Buffer.concat([int32(16), int32(correlation), int32(2_000_000_000), Buffer.alloc(8)]))).toEqual({
      kind: 'garbage',
      reason: 'it ends too early',
    });
  });

  it('has an opinion on any bytes', () => {
    const body = fc.uint8Array({ minLength: 12, maxLength: 80 });
    fc.assert(
      fc.property(body, fc.boolean(), (bytes, isOurs) => {
        const rest = isOurs ? Buffer.concat([int32(correlation), bytes]) : Buffer.from(bytes);
        expect(['answer', 'garbage', 'incomplete']).toContain(parseMetadata(Buffer.concat([int32(rest.length), rest])).kind);
        expect(['answer', 'garbage', 'incomplete']).toContain(parseMetadata(Buffer.from(bytes)).kind);
      }),
    );
  });
});

describe('askMetadata', () => {
  let server: Server | undefined;
  const listen = async (onSocket: (socket: Socket) => void): Promise<number> => {
    const opened = createServer(onSocket);
    server = opened;
    await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
    return (opened.address() as AddressInfo).port;
  };
  afterEach(() => server?.close());

  it('asks once and puts the answer together from its pieces', async () => {
    const asked: Buffer[] = [];
    const whole = answer([1, 2]);
    const port = await listen((socket) =>
      socket.on('data', (chunk) => {
        asked.push(chunk);
        socket.write(whole.subarray(0, 9), () => socket.write(whole.subarray(9)));
      }),
    );
    expect(await askMetadata(port)).toEqual({ brokers: [1, 2], controller: 1 });
    expect(Buffer.concat(asked)).toEqual(Buffer.from('0000000e0003000143444b31ffff00000000', 'hex'));
  });

  it.each([
    ['closes the connection', (socket: Socket) => socket.on('data', () => socket.end())],
    ['speaks another protocol', (socket: Socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
    ['says nothing', (socket: Socket) => socket.on('data', () => undefined)],
  ])('is told nothing by somebody who %s', async (_, onSocket) => {
    const port = await listen((socket) => {
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    expect(await askMetadata(port, 100)).toBeUndefined();
  });

  it('is told nothing where nobody listens', async () => {
    const port = await listen(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    expect(await askMetadata(port)).toBeUndefined();
  });
});
