import {
  FILTER_OPERATORS,
  type Attempt,
  type AttemptError,
  type ErrorClass,
  type FilterOperator,
  type LoopFinding,
  type Finding,
  type NotificationEntry,
  type NotificationLevel,
  type RoutedTo,
  type RoutingReason,
} from '@crossdock/core';
import { count, id, known, listOf, objectOf, oneOf, optional, text, time, type JsonSchema } from './json-schema.ts';

type FilterReason = Extract<RoutingReason, { filter: unknown }>['filter'];

const errorClass = known<ErrorClass>(
  {
    http_2xx: true,
    http_3xx: true,
    http_4xx: true,
    http_5xx: true,
    not_json: true,
    message_id_absent: true,
    wrong_message_id: true,
    timeout: true,
    connection_refused: true,
    connection_reset: true,
    dns: true,
    tls: true,
    blocked: true,
    too_large: true,
    invalid_url: true,
    aborted: true,
    network: true,
  },
  'Why the attempt did not succeed.',
);

const operators = Object.fromEntries(FILTER_OPERATORS.map((name) => [name, true])) as Readonly<Record<FilterOperator, true>>;

const finding = objectOf<Finding>('Something noticed in a payload.', {
  pointer: text('JSON Pointer into the payload; empty for the payload itself.'),
  code: text('What kind of finding it is.'),
  reason: text('A sentence for people.'),
});

const filterReason = objectOf<FilterReason>('The filter that did not let the message pass, and the value that it met.', {
  code: known<FilterReason['code']>({ filter_failed: true, path_missing: true, error: true }, 'What came of the filter.'),
  index: count("The filter's place among the mapping's, from 0."),
  path: text('Where the filter looks.'),
  operator: known<FilterOperator>(operators, 'How it compares.'),
  expected: text("The filter's value; empty where the operator needs none."),
  actual: { type: ['string', 'null'], description: 'The value that did not pass, as JSON text; null where the path finds nothing.' },
  matchRule: oneOf<FilterReason['matchRule']>({ all: true, any: true }, 'Of several values: must all of them pass, or is one enough?'),
  at: optional(text('Where that value stands, if the path alone does not say it.')),
  note: optional(text('What kept the value from being compared.')),
});

const error = objectOf<AttemptError>('What was wrong.', {
  class: errorClass,
  text: text("For people: the endpoint's own words where it gave any, bounded."),
});

const answer = objectOf<NonNullable<Attempt['answer']>>('What the endpoint answered.', {
  headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Some of the headers; none that hold credentials.' },
  body: text('The first 4 KiB, values of `parameters` masked.'),
  bytes: count('Size of the whole body.'),
});

export const mappingRevision = count("The store's registry revision that made the mapping what it was.");

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** References to the schemas that several events use. */
export const shared = {
  finding: ref('Finding'),
  filterReason: ref('FilterReason'),
  routedTo: ref('RoutedTo'),
  routingReason: ref('RoutingReason'),
  attempt: ref('Attempt'),
  notificationEntry: ref('NotificationEntry'),
} as const;

const routingReason: JsonSchema = {
  ...objectOf<Pick<RoutingReason, 'code' | 'mapping' | 'revision' | 'name'>>(
    'Why a mapping that is subscribed to the type did not get the message.',
    {
      code: known<RoutingReason['code']>(
        { filter_failed: true, path_missing: true, error: true, mapping_disabled: true, duplicate_identifier: true, loop_guard: true },
        'The kind of reason.',
      ),
      mapping: id('The mapping.'),
      revision: optional(mappingRevision),
      name: text("The mapping's name, `integration.service`."),
    },
  ),
  allOf: [
    {
      if: { properties: { code: { enum: ['filter_failed', 'path_missing', 'error'] } } },
      then: { required: ['filter'], properties: { filter: shared.filterReason } },
    },
    {
      if: { properties: { code: { const: 'duplicate_identifier' } } },
      then: {
        required: ['identifier', 'earlier'],
        properties: { identifier: text('The identifying values, bounded.'), earlier: id('The delivery that holds them.') },
      },
    },
    {
      if: { properties: { code: { const: 'loop_guard' } } },
      then: {
        required: ['guard', 'count'],
        properties: {
          guard: known<LoopFinding['guard']>(
            { mapping: true, lineage: true },
            'What there was too much of: passes through this mapping, or deliveries of the whole lineage.',
          ),
          count: count('How often before this message.'),
          firstHop: count('With `mapping`: the hop at which it passed first, as far as is remembered.'),
        },
      },
    },
  ],
};

const level = oneOf<NotificationLevel>({ info: true, warn: true, error: true }, 'How serious it is.');

/** The members of a notification, wherever one stands. */
export const notificationMembers = {
  level,
  subject: text('One line; may be empty.'),
  description: text('What happened.'),
  referenceType: optional(text('What kind of thing it is about.')),
  referenceId: optional(text('Which one.')),
  referenceToken: optional(text('Its token.')),
  attributes: optional({ type: 'object', description: 'Other members that the endpoint gave, bounded.' }),
} as const;

/** Schemas by the names under which they are referred to. */
export const sharedSchemas: Readonly<Record<string, JsonSchema>> = {
  Finding: finding,
  FilterReason: filterReason,
  RoutedTo: objectOf<RoutedTo>('A mapping that the message was sent to.', {
    mapping: id('The mapping.'),
    revision: optional(mappingRevision),
    name: text("The mapping's name, `integration.service`."),
    delivery: id('The delivery that was made for it.'),
    remark: optional(known({ mapping_paused: true }, 'What is special about it.')),
  }),
  RoutingReason: routingReason,
  Attempt: objectOf<Attempt>('One HTTP exchange with an endpoint.', {
    number: count('Attempts are numbered from 1, with gaps where a process died.', 1),
    startedAt: time('When it began'),
    durationMs: count('How long it took, ms.'),
    url: text('Where it went, without query and credentials.'),
    status: optional(count('HTTP status; absent without an answer.')),
    answer: optional(answer),
    error: optional(error),
    warnings: optional(listOf(text('A sentence.'), 'What was odd about the answer without making it a failure.')),
  }),
  NotificationEntry: objectOf<NotificationEntry>('A report for people.', notificationMembers),
};
