import type { AppliedSchema, EventType, HubEvent, Lineage, Origin, ParkReason } from '@crossdock/core';
import {
  count,
  id,
  known,
  listOf,
  objectOf,
  objectSchema,
  oneOf,
  optional,
  text,
  time,
  type JsonSchema,
  type MembersOf,
} from './json-schema.ts';
import { mappingRevision, notificationMembers, shared } from './shared-schemas.ts';

type EventOf<T extends EventType> = Extract<HubEvent, { type: T }>;
/** What an event says beside its type and its lineage. */
type OwnFacts<T extends EventType> = Omit<EventOf<T>, 'type' | keyof Lineage>;

const messageType = text('Type of the message, such as `order:new`.');
const rootMessage = text('Type of the message at the root of the lineage.');
const source = text('Who sent it, as they say.');
const revision = count("The store's registry revision that decided.");
const hops = count('0 for what was pushed; one more for each answer on the way.');
const trail = optional(
  listOf(id('A mapping.'), 'The mappings whose answers led to the message, oldest first, the last 20 of them; absent for a push.'),
);
const by = text('Who did it.');
const reason = text('Why, in their words.');
const endpoint = count("The hub's number of the endpoint.");
const warnings = optional(listOf(shared.finding, 'What is odd without being wrong.'));
const notifications = optional(listOf(shared.notificationEntry, 'What the answer reported for people.'));
const reasons = listOf(shared.routingReason, 'Why other mappings of this type did not get it; the first 100.');
const more = optional({
  type: 'object',
  additionalProperties: { type: 'integer', minimum: 1 },
  description: 'Reasons beyond those listed, counted by code.',
});
const attempt = shared.attempt;
const schema = optional(
  objectOf<AppliedSchema>("The store's schema that it was held to, beside the rules of its type.", {
    type: text("The type's canonical name."),
    version: count("The schema's version.", 1),
  }),
);

/** What each event tells, and what its members mean. */
const ownFacts: { readonly [T in EventType]: { readonly about: string; readonly members: MembersOf<OwnFacts<T>> } } = {
  'message.received': {
    about: 'A message came in and is stored. Its record carries the payload.',
    members: {
      message: messageType,
      rootMessage,
      origin: oneOf<Origin>({ push: true, answer: true, notification: true, edit: true }, 'How it came in.'),
      source: optional(source),
      parent: optional(id('The message or delivery that it was made from.')),
      hops,
      trail,
      attributes: optional({ type: 'object', description: 'Members of the push that mean nothing to the hub, bounded.' }),
      bytes: count('Size of the payload.'),
    },
  },
  'message.validated': { about: 'The payload is fit to be routed.', members: { message: messageType, schema, warnings } },
  'message.invalid': {
    about: 'The payload breaks the rules of its type. The message is archived and can be mended.',
    members: { message: messageType, schema, errors: listOf(shared.finding, 'What is wrong.'), warnings },
  },
  'message.routed': {
    about: 'The message was sent to one mapping or more.',
    members: { message: messageType, revision, sent: listOf(shared.routedTo, 'Where it was sent.'), reasons, more },
  },
  'message.never_processed': {
    about: 'No mapping took the message. It is archived.',
    members: { message: messageType, revision, reasons, more },
  },
  'message.archived': { about: 'Somebody archived the message.', members: { message: messageType, by, reason: optional(reason) } },
  'message.resubmitted': {
    about: 'Somebody sent the message again with another payload, as a message of its own.',
    members: { message: messageType, child: id('The new message.'), by },
  },
  'delivery.accepted': {
    about: 'A copy of the message waits to be delivered to one mapping. Its record carries the payload.',
    members: {
      message: messageType,
      rootMessage,
      parent: id('The message that was routed.'),
      source: optional(source),
      mapping: id('The mapping.'),
      name: text("The mapping's name, `integration.service`."),
      revision,
      mappingRevision: optional(mappingRevision),
      endpoint,
      hops,
      trail,
      paused: optional({ const: true, description: 'The mapping is paused: the delivery waits until it is resumed.' }),
    },
  },
  'delivery.requeued': {
    about: 'Somebody gave a parked delivery another try. Its record carries the payload.',
    members: { by, endpoint },
  },
  'delivery.succeeded': {
    about: 'The endpoint took the message.',
    members: {
      attempt,
      children: optional(listOf(id('A message.'), 'The messages that the answer made.')),
      notifications,
      parameters: optional(listOf(text('A name.'), 'The parameters that the answer set; never their values.')),
      result: optional(text('Members of the answer without a meaning here, as JSON text, bounded.')),
    },
  },
  'delivery.failed': {
    about: 'An attempt failed; another one is planned.',
    members: { attempt, retryAt: time('When it is tried again'), notifications },
  },
  'delivery.scheduled': {
    about: 'The endpoint asked for a later attempt.',
    members: { attempt, until: time('Until when it waits'), notifications },
  },
  'delivery.parked': {
    about: 'The delivery is not tried again unless somebody says so.',
    members: {
      reason: known<ParkReason>(
        { attempts_exhausted: true, retries_not_allowed: true, loop_guard: true, mapping_gone: true },
        'Why it is parked.',
      ),
      attempt: optional(attempt),
      notifications,
    },
  },
  'delivery.archived': { about: 'Somebody archived the delivery.', members: { by, reason: optional(reason) } },
  'delivery.answered_late': {
    about: 'An endpoint answered an attempt that was given up already: to be seen, without any effect.',
    members: { attempt },
  },
  'delivery.attempt_lost': {
    about: 'The process that made an attempt died; whether the endpoint saw it is unknown.',
    members: { number: count('Which attempt.', 1) },
  },
  'notification.raised': {
    about: 'A notification occurred for the first time. The stream is the notification.',
    members: {
      ...notificationMembers,
      about: id('The message or delivery that it is about.'),
      origin: text("Who said it: a mapping's name, a pushed message's source, `push`, or `validator`."),
      pushed: optional(id('The message that was pushed for it, if any was.')),
    },
  },
  'notification.repeated': {
    about: 'The same notification occurred again: the version is the number of occurrences.',
    members: { about: id('The message or delivery that it is about.') },
  },
};

const lineage: MembersOf<Lineage> = {
  store: id('The store that it belongs to.'),
  root: id('The message at the root of its lineage: the record key.'),
};

/** The schema of each event's facts. */
export const factsSchemas = Object.fromEntries(
  Object.entries(ownFacts).map(([type, { about, members }]) => [type, objectSchema(about, { ...lineage, ...members })]),
) as Readonly<Record<EventType, JsonSchema>>;

/** What each event means, in one sentence or two. */
export const eventMeanings = Object.fromEntries(Object.entries(ownFacts).map(([type, { about }]) => [type, about])) as Readonly<
  Record<EventType, string>
>;
