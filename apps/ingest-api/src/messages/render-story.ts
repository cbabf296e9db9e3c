import {
  queueOf,
  type AppliedSchema,
  type Attempt,
  type ItemState,
  type ListedItem,
  type MessageReceived,
  type QueueName,
  type StoredEvent,
} from '@crossdock/core';
import type { Child, KnownDelivery, KnownMessage, KnownNotification, Story } from './message-story.ts';
import { renderRouting } from './render-story-routing.ts';

const iso = (ms: number | undefined): string | null => (ms === undefined || !Number.isFinite(ms) ? null : new Date(ms).toISOString());

/** The states of the original: an incoming message reads `pending` until it is routed. */
export function shownState(state: ItemState): string {
  return state === 'received' || state === 'validated' ? 'pending' : state;
}

/** A story as `GET …/messages/:id` answers it. The payload is written as it was sent, byte for byte. */
export function renderStory(story: Story): string {
  const view = 'accepted' in story.state ? deliveryView(story, story.state) : messageView(story, story.state);
  const head = JSON.stringify({
    ...view,
    children: story.children.map(renderChild),
    notifications: story.notifications.map(renderNotification),
    timeline: timelineOf(story.events),
  });
  return `${head.slice(0, -1)},"payload":${Buffer.from(story.received.payload).toString('utf8')}}`;
}

function queueName(state: ItemState): QueueName {
  return queueOf[state];
}

function messageView({ received, events }: Story, state: KnownMessage): Record<string, unknown> {
  const { event } = received;
  const ended = 'endedAt' in state ? state.endedAt : undefined;
  const outcome = 'outcome' in state ? state.outcome : undefined;
  return {
    id: state.id,
    store_id: event.store,
    message: event.message,
    state: shownState(state.status),
    queue_name: queueName(state.status),
    source: event.source ?? null,
    consumer: null,
    is_consumer_remote: false,
    destination_name: null,
    integration_icon_url: null,
    parent_id: event.parent ?? null,
    root_id: event.root,
    origin: event.origin,
    created_at: iso(state.createdAt),
    attempt_at: null,
    completed_at: iso(ended),
    locked_at: null,
    attempts: 0,
    last_error: outcome?.type === 'message.invalid' ? (outcome.errors[0]?.reason ?? null) : null,
    result: null,
    attributes: attributesOf(event),
    validation: {
      errors: outcome?.type === 'message.invalid' ? outcome.errors : [],
      warnings: 'warnings' in state ? state.warnings : outcome?.type === 'message.invalid' ? (outcome.warnings ?? []) : [],
      schema: schemaOf(events) ?? null,
    },
    routing: outcome === undefined || outcome.type === 'message.invalid' ? null : renderRouting(state.id, outcome, received),
    ...(state.status === 'archived' ? { archived_by: state.by, archive_reason: state.reason ?? null } : {}),
  };
}

/** The store's schema that the message was held to. */
function schemaOf(events: readonly StoredEvent[]): AppliedSchema | undefined {
  const checked = events.find(({ event }) => event.type === 'message.validated' || event.type === 'message.invalid')?.event;
  return checked !== undefined && 'schema' in checked ? checked.schema : undefined;
}

/** What came along with a push, its source among it, and with an answer's message. */
function attributesOf({ origin, source, attributes }: MessageReceived): Record<string, unknown> {
  return { ...(origin === 'push' && source !== undefined ? { source } : {}), ...attributes };
}

function deliveryView({ received, running, events, destination }: Story, state: KnownDelivery): Record<string, unknown> {
  const { accepted } = state;
  const attempts = attemptsOf(events);
  const succeeded = events.findLast(({ event }) => event.type === 'delivery.succeeded')?.event;
  const result = succeeded?.type === 'delivery.succeeded' ? succeeded.result : undefined;
  return {
    id: state.id,
    store_id: accepted.store,
    message: accepted.message,
    state: running === undefined ? shownState(state.status) : 'running',
    queue_name: queueName(state.status),
    source: received.event.source ?? null,
    consumer: accepted.name,
    is_consumer_remote: true,
    destination_name: destination?.name ?? accepted.name,
    integration_icon_url: destination?.icon_url ?? null,
    parent_id: accepted.parent,
    root_id: accepted.root,
    mapping_id: accepted.mapping,
    mapping_revision: accepted.mappingRevision ?? null,
    routed_at_revision: accepted.revision,
    created_at: iso(state.createdAt),
    attempt_at: iso('nextAt' in state ? state.nextAt : undefined),
    completed_at: iso('endedAt' in state ? state.endedAt : undefined),
    locked_at: iso(running?.since),
    attempts: Math.max(state.attempts, running?.attempt ?? 0),
    last_error: state.lastError?.text ?? null,
    last_error_class: state.lastError?.class ?? null,
    parked_because: state.status === 'parked' ? state.reason : null,
    result: result ?? null,
    attributes: attributesOf(received.event),
    attempt_history: attempts.map(renderAttempt),
    ...(state.status === 'archived' ? { archived_by: state.by, archive_reason: state.reason ?? null } : {}),
  };
}

function attemptsOf(events: readonly StoredEvent[]): readonly (Attempt & { readonly late: boolean })[] {
  return events.flatMap(({ event }) => {
    if (!('attempt' in event) || event.attempt === undefined) return [];
    return [{ ...event.attempt, late: event.type === 'delivery.answered_late' }];
  });
}

function renderAttempt(attempt: Attempt & { readonly late: boolean }): Record<string, unknown> {
  return {
    number: attempt.number,
    started_at: iso(attempt.startedAt),
    duration_ms: attempt.durationMs,
    request: { method: 'POST', url: attempt.url },
    status: attempt.status ?? null,
    response: attempt.answer ?? null,
    error: attempt.error ?? null,
    warnings: attempt.warnings ?? [],
    late: attempt.late,
  };
}

function renderChild({ id, message, state }: Child): Record<string, unknown> {
  return {
    id,
    message,
    state: shownState(state.status),
    location: queueName(state.status),
    consumer: 'accepted' in state ? state.accepted.name : null,
  };
}

function renderNotification({ id, version, raised, loggedOn, lastUpdate }: KnownNotification): Record<string, unknown> {
  return {
    id,
    store_id: raised.store,
    message_id: raised.about,
    level: raised.level,
    subject: raised.subject,
    description: raised.description,
    occurrences: version,
    logged_on: iso(loggedOn),
    last_update: iso(lastUpdate),
    origin: raised.origin,
    reference_type: raised.referenceType ?? null,
    reference_id: raised.referenceId ?? null,
    reference_token: raised.referenceToken ?? null,
    attributes: raised.attributes ?? {},
  };
}

/** What happened, in order. */
function timelineOf(events: readonly StoredEvent[]): readonly Record<string, unknown>[] {
  return events.map(({ event, version, at }) => {
    const attempt = 'attempt' in event && event.attempt !== undefined ? { attempt: event.attempt.number } : {};
    return { version, event: event.type, at: iso(at), ...attempt };
  });
}

/** An entry of a queue's list. */
export function renderItem(item: ListedItem): Record<string, unknown> {
  return {
    id: item.id,
    message: item.message,
    state: shownState(item.state),
    queue_name: item.queue,
    source: item.source ?? null,
    consumer: item.consumer ?? null,
    is_consumer_remote: item.kind === 'delivery',
    mapping_id: item.mapping ?? null,
    parent_id: item.parent ?? null,
    root_id: item.root,
    created_at: iso(item.createdAt),
    attempt_at: iso(item.nextAt),
    completed_at: iso(item.endedAt),
    attempts: item.attempts,
    last_error: item.lastError ?? null,
    last_error_class: item.errorClass ?? null,
  };
}
