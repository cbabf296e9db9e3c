import {
  FILTER_OPERATORS,
  type FilterView,
  type MappingDefinition,
  type MappingOptionsView,
  type MappingVersion,
  type MappingView,
  type WaitingCount,
} from '@crossdock/core';
import { count, id, listOf, oneOf, optional, text, type JsonSchema } from '../envelope/json-schema.ts';
import { example } from './examples.ts';
import {
  anything,
  between,
  bounded,
  closed,
  flag,
  listOfRef,
  madeOf,
  moment,
  orNull,
  pageOf,
  readOnly,
  ref,
  versionKind,
  withExamples,
} from './http-schema.ts';
import { messageType } from './message-schemas.ts';
import { parameterName } from './parameter-schemas.ts';

const name: JsonSchema = {
  ...bounded('`integration.service`, unique in the store.', 128, 3),
  pattern: '^[a-z0-9][a-z0-9_-]*(\\.[a-z0-9][a-z0-9_-]*)+$',
  examples: ['warehouse.add_order'],
};
const operator = oneOf(
  Object.fromEntries(FILTER_OPERATORS.map((each) => [each, true])) as Readonly<Record<(typeof FILTER_OPERATORS)[number], true>>,
  'How it compares: `gt` and `lt` numbers, `match` a regular expression, the others text; `present` and `empty` need no value.',
);
const path = bounded('Dotted, from the message’s root; `*` is every element.', 512, 1);
const matchRule = oneOf({ all: true, any: true }, 'Of several values that the path finds: must all pass, or is one enough?');

const parameters: JsonSchema = {
  type: 'array',
  maxItems: 100,
  description: 'What goes along with each request: names of the store’s parameters, or values of its own.',
  items: {
    anyOf: [
      parameterName,
      {
        type: 'object',
        required: ['name'],
        properties: { name: parameterName, value: anything('What is sent instead of the store’s value.') },
        additionalProperties: false,
      },
    ],
  },
};

const mappingMembers = {
  name,
  enabled: flag('Whether it gets messages.'),
  paused: flag('Whether its deliveries wait: messages are routed to it, and nothing is sent.'),
  messages: {
    type: 'array',
    maxItems: 256,
    items: messageType,
    description: 'The types it wants. To name one name of a type is to name all.',
  },
  identifiers: {
    type: 'object',
    additionalProperties: path,
    description: 'Paths by name: a message with the values of an earlier one, completed or under way, is not sent again.',
  },
  parameters,
  required: flag('Whether it cannot be removed.'),
  usage: bounded('What it is for.', 1_000),
} as const;
const url: JsonSchema = { ...bounded('Where requests go: absolute http or https, without credentials.', 2_048), format: 'uri' };

const exampleFilter = { path: 'payload.order.totals.order', operator: 'gt', value: 100, match_rule: 'all' };
const exampleMapping = {
  name: 'warehouse.add_order',
  url: 'https://warehouse.example.com/add_order',
  messages: ['order:new'],
  filters: [exampleFilter],
};

const definitionMembers = {
  ...mappingMembers,
  url: text('Where requests go.'),
  filters: listOfRef('Filter', 'All must pass.'),
  options: ref('MappingOptions'),
} as const;

/** `null` says the same as leaving it out, but for the token, which it removes. */
const optionMembers = {
  retries_allowed: orNull(flag('Whether a failed attempt is repeated.')),
  max_attempts: orNull(between('integer', 1, 100, 'In all, the first included.')),
  backoff: orNull({
    type: 'object',
    description: 'The pauses between attempts.',
    properties: {
      base_ms: orNull(between('integer', 100, 86_400_000, 'The first.')),
      factor: orNull(between('number', 1, 10, 'By how much each is longer.')),
      cap_ms: orNull(between('integer', 100, 604_800_000, 'The longest; not below the first.')),
    },
    additionalProperties: false,
  }),
  timeout: orNull(between('number', 0.1, 600, 'Seconds.')),
  success: orNull(oneOf({ exact_200: true, '2xx': true }, 'Which answers mean success.')),
  concurrency: orNull(between('integer', 1, 1_000, 'Attempts under way at once, per endpoint.')),
  dialect: orNull(oneOf({ messages: true }, 'Of the requests.')),
} as const;

export const mappingSchemas = {
  Filter: closed<FilterView>('What a message must be to be sent.', {
    path,
    operator,
    value: optional({ type: ['string', 'number', 'boolean'], description: 'What is compared with.' }),
    match_rule: matchRule,
  }),
  FilterInput: {
    type: 'object',
    description: 'What a message must be to be sent.',
    required: ['path', 'operator'],
    properties: {
      path,
      operator,
      value: { type: ['string', 'number', 'boolean', 'null'], description: 'What is compared with.' },
      match_rule: orNull(matchRule),
    },
    additionalProperties: false,
  },
  MappingOptions: closed<MappingOptionsView>('How deliveries are made.', {
    retries_allowed: flag('Whether a failed attempt is repeated.'),
    max_attempts: count('In all, the first included.', 1),
    backoff: closed<MappingOptionsView['backoff']>('The pauses between attempts.', {
      base_ms: count('The first.', 1),
      factor: { type: 'number', minimum: 1, description: 'By how much each is longer.' },
      cap_ms: count('The longest.', 1),
    }),
    timeout: { type: 'number', minimum: 0, description: 'Seconds.' },
    success: oneOf<MappingOptionsView['success']>({ exact_200: true, '2xx': true }, 'Which answers mean success.'),
    concurrency: count('Attempts under way at once, per endpoint.', 1),
  }),
  MappingInput: withExamples(
    madeOf('MappingUpdate', { name: 'string', url: 'string', messages: 'array' }, 'A mapping that is to be made.'),
    exampleMapping,
  ),
  MappingUpdate: withExamples(
    {
      type: 'object',
      description: 'What is left out, or null, stays as it is.',
      properties: {
        ...Object.fromEntries(Object.entries(mappingMembers).map(([member, schema]) => [member, orNull(schema)])),
        url: orNull(url),
        token: orNull({
          ...bounded('What the endpoint is sent as `X-Augury-Token`; null removes it. Its mask leaves it as it is.', 1_024),
          pattern: '^([!-~]([ -~]*[!-~])?)?$',
        }),
        filters: { type: ['array', 'null'], maxItems: 64, items: ref('FilterInput'), description: 'All must pass.' },
        options: {
          type: ['object', 'null'],
          description: 'How deliveries are made.',
          properties: optionMembers,
          additionalProperties: false,
        },
        ...readOnly('id', 'store_id', 'integration_id', 'waiting', 'revision', 'created_at', 'updated_at'),
      },
      additionalProperties: false,
    },
    { paused: true },
    exampleMapping,
  ),
  Mapping: withExamples(
    closed<MappingView & { readonly waiting: WaitingCount }>('A subscription of message types to one service of an endpoint.', {
      ...definitionMembers,
      id: id('Its id.'),
      store_id: id('The store.'),
      integration_id: orNull(id('The integration that it was made from; null where it was made by hand.')),
      waiting: closed<WaitingCount>('Its deliveries that wait for it to be resumed or enabled.', {
        count: count('How many.'),
        bounded: flag('There may be more: no more were counted.'),
      }),
      token: orNull(text('A mask of what the endpoint is sent as `X-Augury-Token`: `****` and the end of a long one.')),
      revision: count('The revision of the store that made it what it is; also its ETag.'),
      created_at: moment('When it was made.'),
      updated_at: moment('When it was last changed.'),
    }),
    {
      id: example.thing,
      store_id: example.store,
      integration_id: null,
      ...exampleMapping,
      enabled: true,
      paused: false,
      token: '****2f8c',
      identifiers: { number: 'payload.order.number' },
      parameters: ['warehouse.zone'],
      options: {
        retries_allowed: true,
        max_attempts: 10,
        backoff: { base_ms: 5_000, factor: 2, cap_ms: 3_600_000 },
        timeout: 180,
        success: 'exact_200',
        concurrency: 32,
      },
      required: false,
      usage: 'Orders above 100 go to the warehouse.',
      waiting: { count: 0, bounded: false },
      revision: 12,
      ...example.times,
    },
  ),

  MappingDefinition: closed<MappingDefinition>('What people said of a mapping, its token left out.', definitionMembers),
  MappingVersion: closed<MappingVersion>('What a mapping was from a revision on.', {
    revision: count('The revision of the store.'),
    kind: versionKind,
    changed_at: orNull(moment('When; null: before this was noted.')),
    changed_by: orNull(text('`api` or `admin`; null: before this was noted.')),
    changed: listOf(text('Its name; of `options`, `options.timeout` and the like.'), 'Members that differ from the version before.'),
    definition: orNull(ref('MappingDefinition')),
  }),
  MappingVersions: pageOf('versions', 'MappingVersion', 'What a mapping was, newest first.'),
} as const satisfies Readonly<Record<string, JsonSchema>>;
