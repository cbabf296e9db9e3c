import type { HttpAnswer, Sent } from '../answer/classify-answer.ts';
import type { DeliveryState } from '../delivery/delivery.ts';
import type {
  Attempt,
  AttemptError,
  DeliveryAccepted,
  DeliveryAnsweredLate,
  DeliveryArchived,
  DeliveryAttemptLost,
  DeliveryEvent,
  DeliveryFailed,
  DeliveryParked,
  DeliveryRequeued,
  DeliveryScheduled,
  DeliverySucceeded,
  NotificationEntry,
  ParkReason,
} from '../delivery/events.ts';
import { parseFilters, type CompileRegex, type ParsedFilter } from '../filter/filter.ts';
import { parseIdentifiers, type ParsedIdentifiers } from '../filter/identifiers.ts';
import type { JsonValue } from '../json/json-value.ts';
import { decodeUtf8, encodeUtf8 } from '../json/utf8.ts';
import type {
  MessageArchived,
  MessageEvent,
  MessageInvalid,
  MessageNeverProcessed,
  MessageReceived,
  MessageResubmitted,
  MessageRouted,
  MessageValidated,
} from '../message/events.ts';
import { foldDelivery, foldMessage, foldNotification } from '../message/fold.ts';
import type { HubEvent, Versioned } from '../message/hub-event.ts';
import type { MessageState } from '../message/message.ts';
import type { NotificationEvent, NotificationRaised, NotificationRepeated } from '../notifying/events.ts';
import type { NotificationState } from '../notifying/notification.ts';
import type { Mapping, MappingOptions } from '../routing/mapping.ts';
import type { RoutedTo, RoutingReason } from '../routing/routing-reason.ts';
import type { Finding } from '../validation/finding.ts';

/** Ids as they are: 24 hex digits, the time of birth first. */
export const storeId = '5f0000000000000000000001';
export const messageId = '6b0000000000000000000001';
export const deliveryId = '6b0000000000000000000002';
export const notificationId = '6b0000000000000000000003';

/** When a story begins: ms since the epoch. Each further event is a second later. */
export const beginning = 1_795_219_200_000;
const lineage = { store: storeId, root: messageId } as const;

/** The events as one stream: versions from 1, a second apart. */
export function streamed<E extends HubEvent>(stream: string, events: readonly E[]): readonly Versioned<E>[] {
  return events.map((event, index) => ({ stream, version: index + 1, at: beginning + index * 1000, event }));
}

/** The state of a message to which this has happened. */
export const given = (...events: readonly MessageEvent[]): MessageState => foldMessage(streamed(messageId, events));
/** The state of a delivery to which this has happened. */
export const givenDelivery = (...events: readonly DeliveryEvent[]): DeliveryState => foldDelivery(streamed(deliveryId, events));
/** The state of a notification to which this has happened. */
export const givenNotification = (...events: readonly NotificationEvent[]): NotificationState =>
  foldNotification(streamed(notificationId, events));

/**
 * The stream as a log delivers it at least once: in its order, with events that were delivered already in between and after.
 * Each pick says what comes next: an even one the next event, an odd one a repeat.
 */
export function withRepeats<E extends HubEvent>(stream: readonly Versioned<E>[], picks: readonly number[]): readonly Versioned<E>[] {
  const delivered: Versioned<E>[] = [];
  let next = 0;
  for (const pick of picks) {
    const again = pick % 2 === 1 && next > 0;
    const event = again ? stream[(pick >>> 1) % next] : stream[next];
    if (event === undefined) continue;
    delivered.push(event);
    if (!again) next += 1;
  }
  return [...delivered, ...stream.slice(next)];
}

export function received(but: Partial<MessageReceived> = {}): MessageReceived {
  return {
    type: 'message.received',
    ...lineage,
    message: 'order:new',
    rootMessage: 'order:new',
    origin: 'push',
    hops: 0,
    bytes: 2,
    ...but,
  };
}

export function validated(...warnings: readonly Finding[]): MessageValidated {
  return { type: 'message.validated', ...lineage, message: 'order:new', ...(warnings.length === 0 ? {} : { warnings }) };
}

export function invalid(...errors: readonly Finding[]): MessageInvalid {
  return { type: 'message.invalid', ...lineage, message: 'order:new', errors };
}

export function routed(to: readonly RoutedTo[] = [], ...reasons: readonly RoutingReason[]): MessageRouted {
  return { type: 'message.routed', ...lineage, message: 'order:new', revision: 7, sent: to, reasons };
}

export function neverProcessed(...reasons: readonly RoutingReason[]): MessageNeverProcessed {
  return { type: 'message.never_processed', ...lineage, message: 'order:new', revision: 7, reasons };
}

export function messageArchived(by: string, reason?: string): MessageArchived {
  return { type: 'message.archived', ...lineage, message: 'order:new', by, ...(reason === undefined ? {} : { reason }) };
}

export function resubmitted(child: string, by = 'ann'): MessageResubmitted {
  return { type: 'message.resubmitted', ...lineage, message: 'order:new', child, by };
}

export function finding(pointer: string, reason = 'It is not there.'): Finding {
  return { pointer, code: 'required', reason };
}

export function accepted(but: Partial<DeliveryAccepted> = {}): DeliveryAccepted {
  return {
    type: 'delivery.accepted',
    ...lineage,
    message: 'order:new',
    rootMessage: 'order:new',
    parent: messageId,
    mapping: mapping('a').id,
    name: 'erp.orders',
    revision: 7,
    endpoint: 1,
    hops: 0,
    ...but,
  };
}

/** The n-th attempt, answered with 200 unless there is an error. */
export function attempt(number: number, error?: AttemptError): Attempt {
  const facts = { number, startedAt: beginning, durationMs: 12, url: 'http://erp.example/orders' };
  return error === undefined ? { ...facts, status: 200 } : { ...facts, error };
}

export const refused: AttemptError = { class: 'connection_refused', text: 'Nobody listens there.' };

export function succeeded(number: number, but: Partial<DeliverySucceeded> = {}): DeliverySucceeded {
  return { type: 'delivery.succeeded', ...lineage, attempt: attempt(number), ...but };
}

export function failed(number: number, retryAt = beginning + 5_000): DeliveryFailed {
  return { type: 'delivery.failed', ...lineage, attempt: attempt(number, refused), retryAt };
}

export function scheduled(number: number, until = beginning + 60_000): DeliveryScheduled {
  return { type: 'delivery.scheduled', ...lineage, attempt: attempt(number), until };
}

/** Parked after its n-th attempt, or without any. */
export function parked(reason: ParkReason, number?: number): DeliveryParked {
  return { type: 'delivery.parked', ...lineage, reason, ...(number === undefined ? {} : { attempt: attempt(number, refused) }) };
}

export function requeued(by: string, endpoint = 1): DeliveryRequeued {
  return { type: 'delivery.requeued', ...lineage, by, endpoint };
}

export function deliveryArchived(by: string, reason?: string): DeliveryArchived {
  return { type: 'delivery.archived', ...lineage, by, ...(reason === undefined ? {} : { reason }) };
}

export function answeredLate(number: number): DeliveryAnsweredLate {
  return { type: 'delivery.answered_late', ...lineage, attempt: attempt(number) };
}

export function attemptLost(number: number): DeliveryAttemptLost {
  return { type: 'delivery.attempt_lost', ...lineage, number };
}

export function entry(but: Partial<NotificationEntry> = {}): NotificationEntry {
  return { level: 'warn', subject: 'Out of stock', description: 'APC-00001 is out of stock.', ...but };
}

export function raised(but: Partial<NotificationRaised> = {}): NotificationRaised {
  return { type: 'notification.raised', ...lineage, about: deliveryId, origin: 'erp.orders', ...entry(), ...but };
}

export function repeated(): NotificationRepeated {
  return { type: 'notification.repeated', ...lineage, about: deliveryId };
}

export function options(but: Partial<MappingOptions> = {}): MappingOptions {
  return {
    retriesAllowed: true,
    maxAttempts: 5,
    backoff: { baseMs: 1_000, factor: 2, capMs: 60_000 },
    timeoutMs: 180_000,
    success: 'exact_200',
    concurrency: 10,
    ...but,
  };
}

/** A mapping of `order:new` whose id ends in these hex digits. */
export function mapping(digits: string, but: Partial<Mapping> = {}): Mapping {
  return {
    id: `5f1${digits.padStart(21, '0')}`,
    revision: 5,
    name: `erp.orders-${digits}`,
    enabled: true,
    paused: false,
    url: 'http://erp.example/orders',
    token: undefined,
    endpoint: 1,
    messages: ['order:new'],
    filters: [],
    identifiers: undefined,
    parameters: [],
    options: options(),
    ...but,
  };
}

const noRegex: CompileRegex = () => ({ error: 'Give compileRegex to have filters that match.' });

/** Filters ready to be matched. Throws for a definition that is none: the test itself is wrong. */
export function filters(definitions: readonly object[], compileRegex: CompileRegex = noRegex): readonly ParsedFilter[] {
  const parsed = parseFilters(definitions, compileRegex);
  if (!parsed.ok) throw new TypeError(JSON.stringify(parsed.problems));
  return parsed.filters;
}

export function identifiers(definition: Readonly<Record<string, string>>): ParsedIdentifiers {
  const parsed = parseIdentifiers(definition);
  if (!parsed.ok) throw new TypeError(JSON.stringify(parsed.problems));
  return parsed.identifiers;
}

/** Bytes of a payload: of this very text, or of a value's JSON. */
export function bytesOf(payload: JsonValue): Uint8Array {
  return encodeUtf8(typeof payload === 'string' ? payload : JSON.stringify(payload));
}

/** An endpoint's answer with this very text as its body, or with a value's JSON. */
export function answered(status: number, body: JsonValue): HttpAnswer {
  const bytes = bytesOf(body);
  const text = decodeUtf8(bytes, 0, bytes.length) ?? '';
  try {
    const value = JSON.parse(text) as JsonValue;
    return { status, body: bytes, json: { ok: true, value } };
  } catch {
    return { status, body: bytes, json: { ok: false, text } };
  }
}

const LEGAL_TYPE = /^[a-z][a-z0-9_.-]*(:[a-z0-9][a-z0-9_.-]*)+$/;

/** What the answers are measured by: `order:new` was sent, as `deliveryId`. */
export function sent(but: Partial<Sent> = {}): Sent {
  return {
    messageId: deliveryId,
    message: 'order:new',
    payload: () => ({ order: { number: 'R1' } }),
    success: 'exact_200',
    isMessageType: (name) => name.length <= 255 && LEGAL_TYPE.test(name),
    ...but,
  };
}
