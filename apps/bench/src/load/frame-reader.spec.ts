import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from './frame-reader.ts';

const wire = (head: string, body: string): string => `${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

function framesOf(chunks: readonly Buffer[]): readonly (readonly [string, string])[] {
  const frames: [string, string][] = [];
  const reader = new FrameReader((head, body) => frames.push([head.split('\r\n')[0] ?? '', body.toString()]));
  for (const chunk of chunks) {
    // As a socket's buffer that is used again.
    const reused = Buffer.from(chunk);
    reader.read(reused);
    reused.fill(0);
  }
  return frames;
}

describe('FrameReader', () => {
  it('reads one message', () => {
    expect(framesOf([Buffer.from(wire('POST /a HTTP/1.1', '{"a":1}'))])).toEqual([['POST /a HTTP/1.1', '{"a":1}']]);
  });

  it('takes a message without a length for one without a body', () => {
    expect(framesOf([Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n')])).toEqual([['GET / HTTP/1.1', '']]);
  });

  it('reads the same messages however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 }), fc.array(fc.nat(400)), (bodies, cuts) => {
        const bytes = Buffer.from(bodies.map((body, index) => wire(`POST /${index} HTTP/1.1`, body)).join(''));
        const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(framesOf(chunks)).toEqual(bodies.map((body, index) => [`POST /${index} HTTP/1.1`, body]));
      }),
    );
  });
});
