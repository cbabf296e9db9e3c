import { encodeUtf8 } from '../json/utf8.ts';
import type { MessageArchived, MessageReceived, MessageValidated } from '../message/events.ts';
import type { NewEvent } from '../message/hub-event.ts';
import { composeId } from '../message/message-id.ts';

const SECONDS_PER_DAY = 86_400;

/** A day like any other, in days since the epoch. */
export const someDay = 20_778;
export const someStore = '5f0000000000000000000001';

/** The n-th stream of a day. */
export function streamOf(n: number, day = someDay): string {
  return composeId(day * SECONDS_PER_DAY + (n % SECONDS_PER_DAY), 'c0ffee0001', n);
}

export function receivedEvent(stream: string, payload = '{"id":"R1"}'): NewEvent<MessageReceived> {
  const bytes = encodeUtf8(payload);
  return {
    stream,
    version: 1,
    at: 1_795_219_200_123,
    payload: bytes,
    event: {
      type: 'message.received',
      store: someStore,
      root: stream,
      message: 'order:new',
      rootMessage: 'order:new',
      origin: 'push',
      hops: 0,
      bytes: bytes.length,
    },
  };
}

export function validatedEvent(stream: string, version = 2): NewEvent<MessageValidated> {
  return {
    stream,
    version,
    at: 1_795_219_200_456,
    event: { type: 'message.validated', store: someStore, root: stream, message: 'order:new' },
  };
}

export function archivedEvent(stream: string, version: number, by: string): NewEvent<MessageArchived> {
  return {
    stream,
    version,
    at: 1_795_219_200_789,
    event: { type: 'message.archived', store: someStore, root: stream, message: 'order:new', by },
  };
}

/** Whole numbers from `from`, so many. */
export function range(from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
