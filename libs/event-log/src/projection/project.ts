import {
  unreachable,
  type Attempt,
  type DeliveryEvent,
  type MessageEvent,
  type NotificationEvent,
  type NotificationRaised,
  type StoredEvent,
} from '@crossdock/core';
import type { ItemRow, NotificationRow } from './item.ts';

/** Characters at most: what a list shows, not what the log keeps. */
const MOST = { name: 255, error: 500, subject: 500, description: 4_000, attributes: 16_000 } as const;

/** The row after one more event. An event that was already applied changes nothing; one that leaves a gap throws. */
export function projectItem(row: ItemRow | undefined, stored: StoredEvent<MessageEvent | DeliveryEvent>): ItemRow {
  if (row !== undefined && stored.version <= row.version) return row;
  if (stored.version !== (row?.version ?? 0) + 1) throw gap(stored, row?.version ?? 0);
  const { event } = stored;
  if (event.type === 'message.received' || event.type === 'delivery.accepted') return firstItem(stored, event);
  if (row === undefined) throw new TypeError(`${event.type} cannot be the first event of stream ${stored.stream}.`);
  return laterItem(row, { event, at: stored.at, version: stored.version });
}

function firstItem(
  stored: StoredEvent,
  event: Extract<MessageEvent | DeliveryEvent, { type: 'message.received' | 'delivery.accepted' }>,
): ItemRow {
  const delivery = event.type === 'delivery.accepted' ? event : undefined;
  return {
    id: stored.stream,
    shard: stored.shard,
    store: event.store,
    state: delivery === undefined ? 'received' : 'pending',
    version: stored.version,
    message: bounded(event.message, MOST.name),
    source: optional(event.source, MOST.name),
    parent: event.parent,
    root: event.root,
    mapping: delivery?.mapping,
    consumer: optional(delivery?.name, MOST.name),
    createdAt: Math.trunc(stored.at),
    endedAt: undefined,
    nextAt: undefined,
    attempts: 0,
    failures: 0,
    errorClass: undefined,
    lastError: undefined,
  };
}

type Later = Exclude<MessageEvent | DeliveryEvent, { type: 'message.received' | 'delivery.accepted' }>;

/** One literal per case: a row is copied once an event, which is what folding costs. */
function laterItem(row: ItemRow, { event, at, version }: { event: Later; at: number; version: number }): ItemRow {
  switch (event.type) {
    case 'message.validated':
      return { ...row, version, state: 'validated', endedAt: undefined };
    case 'message.invalid':
      return { ...row, version, state: 'invalid', endedAt: Math.trunc(at) };
    case 'message.routed':
      return { ...row, version, state: 'routed', endedAt: Math.trunc(at) };
    case 'message.never_processed':
      return { ...row, version, state: 'never_processed', endedAt: Math.trunc(at) };
    case 'message.archived':
    case 'delivery.archived':
      return { ...row, version, state: 'archived', endedAt: Math.trunc(at), nextAt: undefined };
    case 'delivery.succeeded':
      return {
        ...row,
        version,
        state: 'completed',
        endedAt: Math.trunc(at),
        nextAt: undefined,
        attempts: Math.max(row.attempts, event.attempt.number),
      };
    case 'delivery.failed':
      return { ...failed(row, event.attempt), version, state: 'failing', endedAt: undefined, nextAt: dueTime(event.retryAt) };
    case 'delivery.scheduled':
      return {
        ...row,
        version,
        state: 'scheduled',
        endedAt: undefined,
        nextAt: dueTime(event.until),
        attempts: Math.max(row.attempts, event.attempt.number),
      };
    case 'delivery.parked':
      return {
        ...(event.attempt === undefined ? row : failed(row, event.attempt)),
        version,
        state: 'parked',
        endedAt: undefined,
        nextAt: undefined,
      };
    case 'delivery.requeued':
      return { ...row, version, state: 'pending', endedAt: undefined, nextAt: undefined, failures: 0 };
    case 'delivery.answered_late':
    case 'message.resubmitted':
      return { ...row, version };
    case 'delivery.attempt_lost':
      return { ...row, version, attempts: Math.max(row.attempts, event.number) };
    default:
      return unreachable(event);
  }
}

function failed(row: ItemRow, attempt: Attempt): ItemRow {
  return {
    ...row,
    attempts: Math.max(row.attempts, attempt.number),
    failures: row.failures + 1,
    errorClass: attempt.error?.class,
    lastError: optional(attempt.error?.text, MOST.error),
  };
}

/** As `projectItem`, for a notification. */
export function projectNotification(row: NotificationRow | undefined, stored: StoredEvent<NotificationEvent>): NotificationRow {
  if (row !== undefined && stored.version <= row.version) return row;
  if (stored.version !== (row?.version ?? 0) + 1) throw gap(stored, row?.version ?? 0);
  const { event, version } = stored;
  switch (event.type) {
    case 'notification.raised':
      return firstNotification(stored, event);
    case 'notification.repeated':
      if (row === undefined) throw new TypeError(`${event.type} cannot be the first event of notification ${stored.stream}.`);
      return { ...row, version, lastUpdate: Math.trunc(stored.at) };
    default:
      return unreachable(event);
  }
}

function firstNotification(stored: StoredEvent, event: NotificationRaised): NotificationRow {
  const at = Math.trunc(stored.at);
  return {
    id: stored.stream,
    shard: stored.shard,
    store: event.store,
    version: stored.version,
    about: event.about,
    level: event.level,
    subject: bounded(event.subject, MOST.subject),
    description: bounded(event.description, MOST.description),
    loggedOn: at,
    lastUpdate: at,
    origin: bounded(event.origin, MOST.name),
    referenceType: optional(event.referenceType, MOST.name),
    referenceId: optional(event.referenceId, MOST.name),
    referenceToken: optional(event.referenceToken, MOST.name),
    attributes: attributesText(event.attributes),
  };
}

function gap(stored: StoredEvent, version: number): TypeError {
  return new TypeError(`Stream ${stored.stream}: event ${stored.version} does not follow ${version}.`);
}

/** JSON text that is cut would be no JSON. */
function attributesText(attributes: object | undefined): string | undefined {
  if (attributes === undefined) return undefined;
  const text = JSON.stringify(attributes);
  return text.length > MOST.attributes ? undefined : text;
}

const LAST_TIME = Date.UTC(9999, 11, 31);

/** A time that a column can hold, whatever somebody asked to wait. */
function dueTime(ms: number): number | undefined {
  return Number.isFinite(ms) ? Math.round(Math.min(Math.max(ms, 0), LAST_TIME)) : undefined;
}

/** What a text column cannot hold: NUL, and halves of surrogate pairs, which would come back as something else. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

function bounded(text: string, most: number): string {
  const cut = text.length > most ? text.slice(0, most) : text;
  return cut.replace(UNSTORABLE, '\uFFFD');
}

function optional(text: string | undefined, most: number): string | undefined {
  return text === undefined ? undefined : bounded(text, most);
}
