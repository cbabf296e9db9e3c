import type { LogRecord, NewEvent } from '@crossdock/core';

const SECONDS = 1_795_219_200;

export const received = 'crossdock.messages.received';

/** The n-th stream: its number is the last six digits. */
export function streamOf(n: number): string {
  return `${SECONDS.toString(16)}c0ffee0001${n.toString(16).padStart(6, '0')}`;
}

export function numberOf({ stream }: Pick<LogRecord, 'stream'>): number {
  return Number.parseInt(stream.slice(18), 16);
}

/** Messages that come in, numbered from `from`. */
export function messagesFrom(from: number, count: number, payload = '{"id":"R1"}'): readonly NewEvent[] {
  const bytes = Buffer.from(payload);
  return Array.from({ length: count }, (_, index) => {
    const stream = streamOf(from + index);
    return {
      stream,
      version: 1,
      at: 1_795_219_200_123,
      payload: bytes,
      event: {
        type: 'message.received',
        store: '5f0000000000000000000001',
        root: stream,
        message: 'order:new',
        rootMessage: 'order:new',
        origin: 'push',
        hops: 0,
        bytes: bytes.length,
      },
    };
  });
}
