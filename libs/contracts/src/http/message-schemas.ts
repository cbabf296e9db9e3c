import type { Attempt, NotificationLevel, QueueCounts, QueueName } from '@crossdock/core';
import { count, id, known, listOf, oneOf, optional, text, type JsonSchema } from '../envelope/json-schema.ts';
import { messageTypePattern, maxMessageTypeLength } from '../payload/message-type-name.ts';
import { exampleDelivery, exampleMessage } from './example-stories.ts';
import { example } from './examples.ts';
import { anything, closed, closedObject, flag, listOfRef, moment, openObject, orNull, ref, withExamples } from './http-schema.ts';

export const messageType: JsonSchema = {
  type: 'string',
  maxLength: maxMessageTypeLength,
  pattern: messageTypePattern.source,
  description: 'The type name.',
  examples: ['order:new'],
};
const queueName = oneOf<QueueName>({ incoming: true, accepted: true, archived: true }, 'The queue it is in.');
const messageState = oneOf(
  { pending: true, routed: true, invalid: true, never_processed: true, archived: true },
  '`pending` until it is routed.',
);
const deliveryState = oneOf(
  { pending: true, running: true, failing: true, scheduled: true, parked: true, completed: true, archived: true },
  'What is to be done with it.',
);
const itemState = oneOf(
  {
    pending: true,
    running: true,
    failing: true,
    scheduled: true,
    parked: true,
    completed: true,
    routed: true,
    invalid: true,
    never_processed: true,
    archived: true,
  },
  'The state of the message or delivery.',
);
const level = oneOf<NotificationLevel>({ info: true, warn: true, error: true }, 'How serious it is.');
const maybe = (description: string): JsonSchema => orNull(text(description));
const maybeMoment = (description: string): JsonSchema => orNull(moment(description));

/** What messages and deliveries have in common. */
const common = {
  id: id('Its id.'),
  store_id: id('The store.'),
  message: { ...messageType },
  queue_name: queueName,
  source: maybe('What the pusher said of itself.'),
  destination_name: maybe('What its integration is called; the same as `consumer` where there is none.'),
  integration_icon_url: maybe('Where the integration has an icon.'),
  root_id: id('The message at the root of the lineage.'),
  created_at: moment('When it came in.'),
  attempt_at: maybeMoment('When the next attempt is due.'),
  completed_at: maybeMoment('When it was finished.'),
  locked_at: maybeMoment('Since when an attempt is under way.'),
  attempts: count('How many attempts there were.'),
  last_error: maybe('What the last error was.'),
  result: maybe('JSON text of what the answer said beside its known members.'),
  attributes: openObject('Other members of the push.'),
  archived_by: optional(text('Who archived it by hand.')),
  archive_reason: optional(maybe('Why, if they said so.')),
  children: listOfRef('Child', 'What was made from it.'),
  notifications: listOfRef('Notification', 'What is reported about it.'),
  timeline: listOf(
    closedObject('An event.', {
      version: count('Its place in the story, from 1.', 1),
      event: text('The type of the event, such as `message.routed`.'),
      at: moment('When.'),
      attempt: optional(count('The attempt it is about.', 1)),
    }),
    'What happened, in order.',
  ),
  payload: openObject('As it was pushed, byte for byte.'),
};

export const messageSchemas = {
  Push: withExamples(
    {
      type: 'object',
      description:
        'A message. Other members are kept as attributes. The payload is stored and delivered byte for byte, so that numbers beyond 2^53, key order and signatures survive; of members of the same name the last one counts.',
      required: ['message'],
      properties: {
        message: messageType,
        payload: { type: ['object', 'null'], description: 'Its content. Only types that end in `:poll` may lack it.' },
        message_id: anything('An id of your own, kept as the attribute `client_message_id`. The hub allots the `message_id`.'),
        store_id: orNull(id('The store; where the path names it, the same.')),
        source: anything('What pushes, for people.'),
      },
      if: { properties: { message: { pattern: ':poll$' } } },
      else: { required: ['payload'], properties: { payload: { type: 'object' } }, additionalProperties: true },
      additionalProperties: true,
    },
    { message: 'order:new', payload: { order: { number: 'R181807170', status: 'complete', totals: { order: '99.95' } } } },
  ),
  Pushed: withExamples(
    {
      type: 'object',
      description: 'Everything that was submitted, byte for byte, with the `message_id` that the hub allotted. It is durably stored.',
      required: ['message', 'message_id'],
      properties: { message: messageType, message_id: id('The message.') },
      additionalProperties: true,
    },
    { message: 'order:new', payload: { order: { number: 'R181807170' } }, message_id: example.message },
  ),
  MessageVerb: withExamples(
    {
      type: 'object',
      description: 'What to do with a message or delivery: one of the two. May be in the query as well.',
      properties: {
        attempt_now: { enum: [true, false, 'true', 'false', '1', '0'], description: 'Attempt it now.' },
        archive: { enum: [true, false, 'true', 'false', '1', '0'], description: 'Archive it by hand.' },
        reason: text('Why it is archived.'),
      },
      additionalProperties: true,
    },
    { attempt_now: true },
    { archive: true, reason: 'handled by phone' },
  ),
  Story: {
    description: 'A message that came in, or its delivery to one mapping, with everything that happened to it.',
    oneOf: [ref('Message'), ref('Delivery')],
    examples: [exampleMessage],
  },
  Message: withExamples(
    closedObject('A message that came in, by a push or with an answer.', {
      ...common,
      state: messageState,
      consumer: { type: 'null', description: 'Always null: a message has deliveries for its consumers.' },
      is_consumer_remote: { type: 'boolean', const: false, description: 'Always false: this is no delivery.' },
      parent_id: orNull(id('What it was made from.')),
      origin: known({ push: true, answer: true, notification: true, edit: true }, 'How it came in.'),
      validation: closedObject('What the validator found.', {
        errors: listOfRef('Finding', 'What makes it invalid.'),
        warnings: listOfRef('Finding', 'What is odd.'),
        schema: orNull(ref('AppliedSchema')),
      }),
      routing: orNull(ref('Routing')),
    }),
    exampleMessage,
  ),
  Delivery: withExamples(
    closedObject('A message on its way to one mapping.', {
      ...common,
      state: deliveryState,
      consumer: text("The mapping's name, `integration.service`."),
      is_consumer_remote: { type: 'boolean', const: true, description: 'Always true: this is a delivery.' },
      parent_id: id('The message.'),
      mapping_id: id('The mapping.'),
      mapping_revision: orNull(count('The revision of the store that made the mapping what it was; null: from before this was noted.')),
      routed_at_revision: count('The revision of the store that routed it.'),
      last_error_class: maybe('What kind of error the last one was.'),
      parked_because: maybe('Why it waits for a person.'),
      attempt_history: listOfRef('Attempt', 'Every attempt.'),
    }),
    exampleDelivery,
  ),
  Attempt: closedObject('One HTTP exchange with an endpoint.', {
    number: count('From 1, with gaps where a process died.', 1),
    started_at: moment('When it began.'),
    duration_ms: { type: 'number', minimum: 0, description: 'How long it took.' },
    request: closedObject('What was asked.', {
      method: text('The method.'),
      url: text('Where, without query and credentials.'),
    }),
    status: orNull(count('HTTP status; null without an answer.')),
    response: orNull(
      closed<NonNullable<Attempt['answer']>>('What the endpoint answered.', {
        headers: {
          type: 'object',
          additionalProperties: { type: 'string' },
          description: 'Some of the headers; none that hold credentials.',
        },
        body: text('The first 4 KiB, values of `parameters` masked.'),
        bytes: count('Size of the whole body.'),
      }),
    ),
    error: orNull(
      closed<NonNullable<Attempt['error']>>('Why it did not succeed.', { class: text('The kind of error.'), text: text('For people.') }),
    ),
    warnings: listOf(text('A sentence.'), 'What was odd about the answer.'),
    late: flag('Whether it came after another attempt had taken its place, so that it has no effect.'),
  }),
  Child: closedObject('Something that was made from a message or delivery.', {
    id: id('Its id.'),
    message: messageType,
    state: itemState,
    location: queueName,
    consumer: maybe('The mapping, if it is a delivery.'),
  }),
  Notification: withExamples(
    closedObject('A report for people.', {
      id: id('Its id.'),
      store_id: id('The store.'),
      message_id: id('The message or delivery that it is about.'),
      level,
      subject: text('One line; may be empty.'),
      description: text('What happened.'),
      occurrences: count('How often it was reported.', 1),
      logged_on: moment('When first.'),
      last_update: moment('When last.'),
      origin: text('Who reported it: a mapping, or a step of the hub.'),
      reference_type: maybe('What kind of thing it is about.'),
      reference_id: maybe('Which one.'),
      reference_token: maybe('Its token.'),
      attributes: openObject('Other members of the report.'),
    }),
    {
      id: '65a1b2c3aa01bb02cc03dd04',
      store_id: example.store,
      message_id: example.delivery,
      level: 'error',
      subject: 'Out of stock',
      description: 'SPREE-T-SHIRT is not available.',
      occurrences: 3,
      logged_on: '2026-11-21T09:30:00.000Z',
      last_update: '2026-11-21T09:35:10.000Z',
      origin: 'warehouse.add_order',
      reference_type: 'order',
      reference_id: 'R181807170',
      reference_token: null,
      attributes: {},
    },
  ),
  Notifications: closedObject('A page of notifications, newest first.', {
    notifications: listOfRef('Notification', 'At most 25.'),
    page: count('From 1.', 1),
    pages: count('How many there are.', 1),
    total: count('Of the whole list.'),
    bounded: flag('Only the newest part was searched: older ones may match, too.'),
  }),
  QueueCounts: withExamples(
    closed<QueueCounts>('How many messages and deliveries are where. `pending` to `parked` are the accepted queue.', {
      incoming: count('Not routed yet.'),
      archived: count('Finished.'),
      pending: count('Wait for their first attempt, or have it.'),
      failing: count('Wait for their next attempt.'),
      scheduled: count('Wait for a delay.'),
      parked: count('Wait for a person.'),
    }),
    { incoming: 0, archived: 1204, pending: 3, failing: 1, scheduled: 0, parked: 2 },
  ),
  QueuePage: closedObject('A page of a queue, newest first.', {
    messages: listOfRef('QueueItem', 'At most 25.'),
    page: count('From 1.', 1),
    pages: count('How many there are.', 1),
    total: count('Of the whole list.'),
    bounded: flag('Only the newest part was searched: older ones may match, too.'),
    available_messages: listOf(messageType, 'Types that occur in the newest part of the queue.'),
    available_consumers: listOf(text('A name.'), 'Mappings that occur in the newest part of the queue.'),
  }),
  QueueItem: withExamples(
    closedObject('A message or delivery in a list.', {
      id: id('Its id.'),
      message: messageType,
      state: itemState,
      queue_name: queueName,
      source: maybe('What the pusher said of itself.'),
      consumer: maybe('The mapping, if it is a delivery.'),
      is_consumer_remote: flag('Whether it is a delivery.'),
      mapping_id: orNull(id('The mapping, if it is a delivery.')),
      parent_id: orNull(id('What it was made from.')),
      root_id: id('The message at the root of the lineage.'),
      created_at: moment('When it came in.'),
      attempt_at: maybeMoment('When the next attempt is due.'),
      completed_at: maybeMoment('When it was finished.'),
      attempts: count('How many attempts there were.'),
      last_error: maybe('What the last error was.'),
      last_error_class: maybe('Its kind.'),
    }),
    {
      id: example.delivery,
      message: 'order:new',
      state: 'failing',
      queue_name: 'accepted',
      source: null,
      consumer: 'warehouse.add_order',
      is_consumer_remote: true,
      mapping_id: example.mapping,
      parent_id: example.message,
      root_id: example.message,
      created_at: '2026-11-21T09:30:00.000Z',
      attempt_at: '2026-11-21T09:30:05.000Z',
      completed_at: null,
      attempts: 1,
      last_error: 'HTTP 503: try again later',
      last_error_class: 'http_5xx',
    },
  ),
  ParkedRecords: closedObject('Records of the log that a step could not work with.', {
    parked_records: listOf(
      closedObject('A record.', {
        message_id: id('The message or delivery; its verb `attempt_now` tries it again, `archive` gives it up.'),
        version: count('Which event of it.', 1),
        step: text('Which service.'),
        topic: text('Where it was read.'),
        shard: count('The shard of the log.'),
        position: count('Its position in the shard.'),
        reason: text('Why it was parked.'),
        parked_at: moment('When.'),
      }),
      'Newest first, at most 100.',
    ),
  }),
  RejectedRecords: closedObject('What was on a topic and is no record of this hub.', {
    rejected_records: listOf(
      closedObject('A record.', {
        step: text('Which service.'),
        topic: text('Where it was read.'),
        partition: count('Its partition.'),
        offset: text('Its offset, as text: it may be beyond 2^53.'),
        reason: text('Why it was rejected.'),
        headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Its headers.' },
        excerpt: text('The first bytes of its value.'),
        bytes: count('Size of the value.'),
        rejected_at: moment('When.'),
      }),
      'Newest first.',
    ),
  }),
} as const satisfies Readonly<Record<string, JsonSchema>>;
