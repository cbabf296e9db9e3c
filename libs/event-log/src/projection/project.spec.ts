import {
  evolveDelivery,
  evolveMessage,
  evolveNotification,
  unknownDelivery,
  unknownMessage,
  unknownNotification,
  type AttemptError,
  type DeliveryEvent,
  type DeliveryState,
  type HubEvent,
  type MessageEvent,
  type MessageState,
  type NotificationEvent,
  type NotificationState,
  type StoredEvent,
} from '@crossdock/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemRow, NotificationRow } from './item.ts';
import { projectItem, projectNotification } from './project.ts';

const lineage = { store: 'a'.repeat(24), root: 'b'.repeat(24) };
const stream = 'c'.repeat(24);

/** The events as one stream, versions from 1, a second apart. */
function streamOf<E extends HubEvent>(events: readonly E[]): StoredEvent<E>[] {
  return events.map((event, index) => ({
    stream,
    version: index + 1,
    at: 1_700_000_000_000 + index * 1000,
    shard: 3,
    position: index + 1,
    event,
  }));
}

const attempt = (number: number, error?: AttemptError) => ({
  number,
  startedAt: 1,
  durationMs: 2,
  url: 'http://erp.example/orders',
  ...(error === undefined ? {} : { error }),
});

const received: MessageEvent = {
  type: 'message.received',
  ...lineage,
  message: 'order:new',
  rootMessage: 'order:new',
  origin: 'push',
  source: 'shop',
  hops: 0,
  bytes: 2,
};
const accepted: DeliveryEvent = {
  type: 'delivery.accepted',
  ...lineage,
  message: 'order:new',
  rootMessage: 'order:new',
  parent: 'd'.repeat(24),
  source: 'shop',
  mapping: 'e'.repeat(24),
  name: 'erp.orders',
  revision: 1,
  endpoint: 7,
  hops: 0,
};
const raised: NotificationEvent = {
  type: 'notification.raised',
  ...lineage,
  about: stream,
  origin: 'erp.orders',
  level: 'warn',
  subject: 'Late',
  description: 'Two days',
  referenceType: 'order',
  attributes: { a: [1] },
};

const messageEvents = fc.array(
  fc.constantFrom<MessageEvent>(
    { type: 'message.validated', ...lineage, message: 'order:new' },
    { type: 'message.invalid', ...lineage, message: 'order:new', errors: [] },
    { type: 'message.routed', ...lineage, message: 'order:new', revision: 1, sent: [], reasons: [] },
    { type: 'message.never_processed', ...lineage, message: 'order:new', revision: 1, reasons: [] },
    { type: 'message.archived', ...lineage, message: 'order:new', by: 'ann' },
  ),
  { maxLength: 6 },
);
const error = fc.option(fc.record<AttemptError>({ class: fc.constantFrom('http_5xx', 'timeout'), text: fc.string({ maxLength: 20 }) }), {
  nil: undefined,
});
const number = fc.integer({ min: 1, max: 9 });
const deliveryEvents = fc.array(
  fc.oneof<fc.Arbitrary<DeliveryEvent>[]>(
    number.map((n) => ({ type: 'delivery.succeeded', ...lineage, attempt: attempt(n) })),
    fc
      .tuple(number, error, fc.integer({ min: 0, max: 2e12 }))
      .map(([n, e, retryAt]) => ({ type: 'delivery.failed', ...lineage, attempt: attempt(n, e), retryAt })),
    fc
      .tuple(number, fc.integer({ min: 0, max: 2e12 }))
      .map(([n, until]) => ({ type: 'delivery.scheduled', ...lineage, attempt: attempt(n), until })),
    fc
      .tuple(number, error)
      .map(([n, e]) => ({ type: 'delivery.parked', ...lineage, reason: 'attempts_exhausted', attempt: attempt(n, e) })),
    fc.constant<DeliveryEvent>({ type: 'delivery.parked', ...lineage, reason: 'mapping_gone' }),
    fc.constant<DeliveryEvent>({ type: 'delivery.requeued', ...lineage, by: 'ann', endpoint: 8 }),
    fc.constant<DeliveryEvent>({ type: 'delivery.archived', ...lineage, by: 'ann' }),
    number.map((n) => ({ type: 'delivery.answered_late', ...lineage, attempt: attempt(n) })),
    number.map((n) => ({ type: 'delivery.attempt_lost', ...lineage, number: n })),
  ),
  { maxLength: 12 },
);

const empty = { endedAt: undefined, nextAt: undefined, attempts: 0, failures: 0, errorClass: undefined, lastError: undefined };
const clean = (text: string | undefined): string | undefined => text?.replaceAll('\0', '\uFFFD');

/** What the list must show of a state that the core folded. */
function itemOfMessage(state: MessageState): ItemRow | undefined {
  if (state.status === 'unknown') return undefined;
  return {
    ...empty,
    id: state.id,
    shard: 3,
    store: state.received.store,
    state: state.status,
    version: state.version,
    message: state.received.message,
    source: state.received.source,
    parent: state.received.parent,
    root: state.received.root,
    mapping: undefined,
    consumer: undefined,
    createdAt: state.createdAt,
    endedAt: 'endedAt' in state ? state.endedAt : undefined,
  };
}

function itemOfDelivery(state: DeliveryState): ItemRow | undefined {
  if (state.status === 'unknown') return undefined;
  return {
    id: state.id,
    shard: 3,
    store: state.accepted.store,
    state: state.status,
    version: state.version,
    message: state.accepted.message,
    source: state.accepted.source,
    parent: state.accepted.parent,
    root: state.accepted.root,
    mapping: state.accepted.mapping,
    consumer: state.accepted.name,
    createdAt: state.createdAt,
    endedAt: 'endedAt' in state ? state.endedAt : undefined,
    nextAt: 'nextAt' in state ? state.nextAt : undefined,
    attempts: state.attempts,
    failures: state.failures,
    errorClass: state.lastError?.class,
    lastError: clean(state.lastError?.text),
  };
}

function rowOfNotification(state: NotificationState): NotificationRow | undefined {
  if (state.status === 'unknown') return undefined;
  return {
    id: state.id,
    shard: 3,
    store: state.raised.store,
    version: state.version,
    about: state.raised.about,
    level: state.raised.level,
    subject: state.raised.subject,
    description: state.raised.description,
    loggedOn: state.loggedOn,
    lastUpdate: state.lastUpdate,
    origin: state.raised.origin,
    referenceType: state.raised.referenceType,
    referenceId: undefined,
    referenceToken: undefined,
    attributes: JSON.stringify(state.raised.attributes),
  };
}

describe('projectItem', () => {
  it('says of a message what the core says, after every event', () => {
    fc.assert(
      fc.property(messageEvents, (later) => {
        let row: ItemRow | undefined;
        let state: MessageState = unknownMessage;
        for (const stored of streamOf([received, ...later])) {
          row = projectItem(row, stored);
          state = evolveMessage(state, stored);
          expect(row).toEqual(itemOfMessage(state));
        }
      }),
    );
  });

  it('says of a delivery what the core says, after every event', () => {
    fc.assert(
      fc.property(deliveryEvents, (later) => {
        let row: ItemRow | undefined;
        let state: DeliveryState = unknownDelivery;
        for (const stored of streamOf([accepted, ...later])) {
          row = projectItem(row, stored);
          state = evolveDelivery(state, stored);
          expect(row).toEqual(itemOfDelivery(state));
        }
      }),
    );
  });

  it('does not care about repeats of what was applied, wherever they come', () => {
    fc.assert(
      fc.property(deliveryEvents, fc.array(fc.nat(), { maxLength: 20 }), (later, repeats) => {
        const events = streamOf([accepted, ...later]);
        const noisy = events.flatMap((event, index) => [
          event,
          ...repeats.filter((at) => at % events.length === index).map((at) => events[at % (index + 1)] ?? event),
        ]);
        const fold = (all: readonly StoredEvent<DeliveryEvent>[]) => all.reduce<ItemRow | undefined>(projectItem, undefined);
        expect(fold(noisy)).toEqual(fold(events));
      }),
    );
  });

  it('refuses an event that leaves a gap', () => {
    const [first, , third] = streamOf<DeliveryEvent>([accepted, accepted, { type: 'delivery.archived', ...lineage, by: 'ann' }]);
    if (first === undefined || third === undefined) throw new Error('three events');
    expect(() => projectItem(projectItem(undefined, first), third)).toThrow(`Stream ${stream}: event 3 does not follow 1.`);
  });

  it('refuses a first event that cannot be one', () => {
    const events = streamOf<DeliveryEvent>([{ type: 'delivery.archived', ...lineage, by: 'ann' }]);
    expect(() => events.reduce<ItemRow | undefined>(projectItem, undefined)).toThrow(
      `delivery.archived cannot be the first event of stream ${stream}.`,
    );
  });

  it('keeps what a text column can hold of an error, and a bound of it', () => {
    const text = `\0 \uD800 ${'x'.repeat(600)}`;
    const events = streamOf<DeliveryEvent>([
      accepted,
      { type: 'delivery.failed', ...lineage, attempt: attempt(1, { class: 'http_5xx', text }), retryAt: 5.4 },
    ]);
    const row = events.reduce<ItemRow | undefined>(projectItem, undefined);
    expect([row?.lastError, row?.nextAt]).toEqual([`\uFFFD \uFFFD ${'x'.repeat(496)}`, 5]);
  });
});

it.each([
  [1e18, Date.UTC(9999, 11, 31)],
  [-5, 0],
  [Number.POSITIVE_INFINITY, undefined],
])('shows a delivery that is due at %s as due at %s', (retryAt, shown) => {
  const events = streamOf<DeliveryEvent>([accepted, { type: 'delivery.failed', ...lineage, attempt: attempt(1), retryAt }]);
  expect(events.reduce<ItemRow | undefined>(projectItem, undefined)?.nextAt).toBe(shown);
});

describe('projectNotification', () => {
  it('says what the core says, and counts occurrences', () => {
    fc.assert(
      fc.property(fc.nat(8), (repeats) => {
        const again: NotificationEvent = { type: 'notification.repeated', ...lineage, about: stream };
        let row: NotificationRow | undefined;
        let state: NotificationState = unknownNotification;
        for (const stored of streamOf([raised, ...Array.from({ length: repeats }, () => again)])) {
          row = projectNotification(row, stored);
          state = evolveNotification(state, stored);
          expect(row).toEqual(rowOfNotification(state));
        }
      }),
    );
  });

  it('leaves out attributes that are too long to show', () => {
    const [first] = streamOf([{ ...raised, attributes: { a: 'x'.repeat(20_000) } }]);
    if (first === undefined) throw new Error('one event');
    expect(projectNotification(undefined, first).attributes).toBeUndefined();
  });
});
