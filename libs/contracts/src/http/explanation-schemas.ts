import { count, id, known, listOf, oneOf, optional, text, type JsonSchema } from '../envelope/json-schema.ts';
import { example } from './examples.ts';
import { closedObject, flag, moment, listOfRef, orNull, ref, withExamples } from './http-schema.ts';
import { messageType } from './message-schemas.ts';

const lineCodes = {
  sent: true,
  filter_failed: true,
  path_missing: true,
  error: true,
  mapping_disabled: true,
  duplicate_identifier: true,
  loop_guard: true,
  type_not_subscribed: true,
  not_derivable: true,
  mapping_not_made_yet: true,
  mapping_deleted_before: true,
} as const;

const counts: JsonSchema = {
  type: 'object',
  additionalProperties: count('How many.'),
  description: 'How many mappings came to what, by code.',
};
/** What a line says, as data and as a sentence. */
const line = {
  code: known(lineCodes, 'What became of it.'),
  mapping_id: id('The mapping.'),
  mapping_revision: orNull(count('The revision of the store that made the mapping what it was.')),
  mapping: text('Its name then.'),
  message_id: optional(id('`sent`: the delivery.')),
  state: optional(orNull(text('`sent`: the state of the delivery now.'))),
  remark: optional(known({ mapping_paused: true }, '`sent`: what is special about it.')),
  filter: optional(ref('FilterFinding')),
  identifier: optional(text('`duplicate_identifier`: the identifying values, bounded.')),
  earlier_message_id: optional(orNull(id('`duplicate_identifier`: the delivery that holds them; null where that was not stored.'))),
  earlier_state: optional(orNull(text('`duplicate_identifier`: the state of that delivery now.'))),
  guard: optional(oneOf({ mapping: true, lineage: true }, '`loop_guard`: whose count was too high.')),
  count: optional(orNull(count('`loop_guard`: that count; null where it was not stored.'))),
  first_hop: optional(count('`loop_guard`: at which hop the mapping handled the lineage first.')),
  messages: optional(listOf(messageType, '`type_not_subscribed`: what the mapping wanted.')),
  made_at_revision: optional(count('`mapping_not_made_yet`: when it was made.')),
  deleted_at_revision: optional(orNull(count('`mapping_deleted_before`: when it was deleted.'))),
  explanation: text('A sentence for people.'),
};

const summary = text('The whole in one sentence.');

const tested: JsonSchema = {
  anyOf: [ref('MappingInput'), ref('MappingUpdate')],
  description: 'As for creating one; or an `id`, and what to change of that mapping.',
};
const given: JsonSchema = {
  type: 'array',
  minItems: 1,
  maxItems: 1_000,
  description: 'Messages that are not stored.',
  items: {
    type: 'object',
    description: 'A message.',
    required: ['message'],
    properties: {
      message: messageType,
      payload: { type: ['object', 'null'], description: 'Its content. Only types that end in `:poll` may lack it.' },
      source: orNull({ type: 'string', maxLength: 255, description: 'Who would send it.' }),
    },
    if: { properties: { message: { pattern: ':poll$' } } },
    else: { required: ['payload'], properties: { payload: { type: 'object' } }, additionalProperties: true },
    additionalProperties: true,
  },
};

/** What explains where messages went, and where they would go. */
export const explanationSchemas = {
  RoutingExplanation: closedObject('Why a message went where it went, and nowhere else: a line for every mapping that its store had.', {
    message_id: id('The message.'),
    message: messageType,
    delivery_id: orNull(id('The delivery that was asked for: its message is explained.')),
    state: text('The state of the message.'),
    routed_at: orNull(moment('When it was decided; null where it was not.')),
    revision: orNull(count('The revision of the store that decided.')),
    current_revision: orNull(count('The revision of the store now.')),
    summary,
    total: count('Mappings that the store had at that revision.'),
    counts,
    mappings: listOfRef('RoutingLine', 'Sent first, then those that are subscribed to the type, then the others; by name.'),
    next: orNull(text('Where the list goes on; null at its end.')),
  }),
  DryRun: closedObject('What would become of a message if it were pushed now. Nothing was stored, claimed or sent.', {
    message: messageType,
    source: orNull(text('What the message would say of who sent it.')),
    revision: count('The revision of the store that would decide.'),
    validation: closedObject('What the validator would find.', {
      valid: flag('Whether it would be routed.'),
      errors: listOfRef('Finding', 'What makes it invalid.'),
      warnings: listOfRef('Finding', 'What is odd.'),
      schema: orNull(ref('AppliedSchema')),
    }),
    summary,
    total: count('Mappings that the store has.'),
    counts,
    mappings: listOfRef('RoutingLine', 'As in an explanation of routing.'),
    next: orNull(text('Where the list goes on; null at its end.')),
    requests: listOf(
      closedObject('A request as it would be sent.', {
        mapping_id: id('The mapping.'),
        mapping: text('Its name.'),
        method: text('The method.'),
        url: text('Where to.'),
        headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'With what, credentials masked.' },
        body: text('Byte for byte, but for the placeholders.'),
        bytes: count('Size of the body, with the placeholders.'),
        notes: listOf(text('A sentence.'), 'What is odd about it.'),
      }),
      'The requests that would be sent to the mappings shown.',
    ),
    requests_left_out: count('How many are too many or too long to be shown.'),
    placeholders: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'What stands in the requests for something that is not known yet, or not to be shown.',
    },
  }),
  MappingTest: withExamples(
    {
      description:
        'A mapping that is not saved, and the messages to test it with: those given, or the last ones that came in (100 unless said otherwise).',
      anyOf: [
        { type: 'object', required: ['mapping', 'messages'], properties: { mapping: tested, messages: given }, additionalProperties: true },
        {
          type: 'object',
          required: ['mapping'],
          properties: {
            mapping: tested,
            last: orNull({ type: 'integer', minimum: 1, maximum: 1_000, description: 'How many of the last messages.' }),
            messages: { type: 'null', description: 'Not beside `last`.' },
          },
          additionalProperties: true,
        },
      ],
    },
    {
      mapping: { id: example.mapping, filters: [{ path: 'payload.order.status', operator: 'eq', value: 'complete' }] },
      last: 100,
    },
  ),
  MappingTestOutcome: closedObject('What the mapping would do. Nothing was saved.', {
    summary,
    saved: orNull(
      closedObject('The saved version that it was compared with.', {
        id: id('The mapping.'),
        name: text('Its name.'),
        revision: count('The revision of the store that made it what it is.'),
        sent: count('How many of the messages it would get.'),
      }),
    ),
    tested: count('Messages that were tested.'),
    sent: count('How many it would get.'),
    newly: orNull(count('How many of these the saved version would not get.')),
    no_longer: orNull(count('How many the saved version would get, and it would not.')),
    stopped: orNull(text('Why fewer messages were tested than were asked for.')),
    hints: listOf(text('A sentence.'), 'What a person would notice.'),
    filters: listOf(
      closedObject('What a filter did, each on its own.', {
        index: count('Its place, from 0.'),
        path: text('Where it looks.'),
        operator: text('How it compares.'),
        expected: text('With what.'),
        match_rule: oneOf({ all: true, any: true }, 'Of several values, must all pass or any?'),
        explanation: text('The filter in words.'),
        passed: count('Messages that passed.'),
        failed: count('Messages with a value that did not.'),
        missing: count('Messages in which the path finds nothing.'),
        undecided: count('Messages with a value that could not be compared.'),
      }),
      'All of them.',
    ),
    messages: listOf(
      closedObject('A message.', {
        message_id: orNull(id('Its id; null for one that was given.')),
        index: orNull(count('Of one that was given, its place, from 0.')),
        message: messageType,
        created_at: orNull(moment('When it came in.')),
        outcome: oneOf({ sent: true, not_sent: true }, 'Whether the mapping would get it.'),
        code: known(lineCodes, 'What would become of it.'),
        change: orNull(oneOf({ newly: true, no_longer: true }, 'Against the saved version.')),
        explanation: text('A sentence for people.'),
      }),
      'The oldest first.',
    ),
  }),
  Routing: closedObject('Where the message went, and why not to other mappings that are subscribed to its type.', {
    revision: count('The revision of the store that decided.'),
    sent: listOf(closedObject('A mapping that got the message.', line), 'Where it went.'),
    not_sent: listOf(closedObject('A mapping that did not.', line), 'Where it did not go: the first 100.'),
    more: optional({ type: 'object', additionalProperties: count('How many.'), description: 'Reasons beyond those, counted by code.' }),
    explained_at: text('The address of the explanation that has a line for every mapping of the store.'),
  }),
  RoutingLine: closedObject('What became of a message with one mapping.', {
    ...line,
    since: orNull(
      closedObject('What happened to the mapping since.', {
        change: oneOf({ changed: true, renamed: true, deleted: true }, 'What.'),
        revision: orNull(count('At which revision of the store.')),
        name: orNull(text('What it is called now.')),
      }),
    ),
    derived: flag('Whether it was worked out for this answer. What the log holds is not.'),
  }),
  Lineage: closedObject('Everything that a message came of, and that came of it. Parents come before their children.', {
    asked_for: id('The member that was asked for.'),
    root_id: id('The message at the root.'),
    summary,
    truncated: flag('Whether there is more of it than this answer holds.'),
    members: listOf(
      closedObject('A message or delivery.', {
        id: id('Its id.'),
        kind: oneOf({ message: true, delivery: true }, 'Which of the two.'),
        parent_id: orNull(id('What it was made from.')),
        depth: count('Generations below the first of this answer.'),
        hops: count('Answers between the root and it.'),
        message: messageType,
        origin: orNull(known({ push: true, answer: true, notification: true, edit: true }, 'How a message came in.')),
        mapping_id: orNull(id('The mapping of a delivery.')),
        mapping: orNull(text('Its name.')),
        state: text('What is to be done with it.'),
        attempts: orNull(count('Attempts of a delivery.')),
        created_at: moment('When it was made.'),
        ended_at: orNull(moment('When it was finished.')),
        more: orNull(
          closedObject('What of its children is not part of this answer.', {
            children: count('How many.', 1),
            next: text('The address that has them.'),
          }),
        ),
      }),
      'The tree, one branch after the other.',
    ),
  }),
  FilterFinding: closedObject('The first filter that did not let the message pass.', {
    index: count('Its place among the mapping’s filters, from 0.'),
    path: text('Where it looks.'),
    operator: text('How it compares.'),
    expected: text('With what; empty for `present` and `empty`.'),
    actual: orNull(text('What was found, as JSON text; null for nothing.')),
    at: optional(text('Where exactly, if the path alone does not say it.')),
    note: optional(text('What kept it from being compared.')),
    match_rule: oneOf({ all: true, any: true }, 'Of several values, must all pass or any?'),
  }),
} as const satisfies Readonly<Record<string, JsonSchema>>;
