import { expect, it } from 'vitest';
import { unknownDelivery } from '../delivery/delivery.ts';
import { unknownNotification } from '../notifying/notification.ts';
import {
  accepted,
  deliveryId,
  given,
  givenDelivery,
  givenNotification,
  messageId,
  notificationId,
  raised,
  received,
  repeated,
  streamed,
  succeeded,
  validated,
} from '../testing/builders.ts';
import { foldDelivery, foldMessage, foldNotification } from './fold.ts';
import type { HubEvent } from './hub-event.ts';
import { unknownMessage } from './message.ts';

const fold = (stream: string, ...events: readonly HubEvent[]): readonly unknown[] => {
  const versioned = streamed(stream, events);
  return [foldMessage(versioned), foldDelivery(versioned), foldNotification(versioned)];
};

it('nothing has happened to what has no stream', () => {
  expect(fold(messageId)).toEqual([unknownMessage, unknownDelivery, unknownNotification]);
});

it('a stream is that of a message, a delivery or a notification, and of one of them only', () => {
  expect(fold(messageId, received(), validated())).toEqual([given(received(), validated()), unknownDelivery, unknownNotification]);
  expect(fold(deliveryId, accepted(), succeeded(1))).toEqual([
    unknownMessage,
    givenDelivery(accepted(), succeeded(1)),
    unknownNotification,
  ]);
  expect(fold(notificationId, raised(), repeated())).toEqual([unknownMessage, unknownDelivery, givenNotification(raised(), repeated())]);
});
