import type { DescriptorState, IntegrationView, ServiceDescription, WantedParameter } from '@crossdock/core';
import { count, id, listOf, oneOf, optional, text, type JsonSchema } from '../envelope/json-schema.ts';
import { example } from './examples.ts';
import {
  anything,
  bounded,
  closed,
  closedObject,
  flag,
  listOfRef,
  madeOf,
  moment,
  openObject,
  orNull,
  readOnly,
  withExamples,
} from './http-schema.ts';
import { messageType } from './message-schemas.ts';
import { parameterName, parameterTypes } from './parameter-schemas.ts';

const name: JsonSchema = { ...bounded('Unique in the store.', 63, 1), pattern: '^[a-z0-9][a-z0-9_-]*$', examples: ['warehouse'] };
const exampleInput = { name: 'warehouse', url: 'https://warehouse.example.com', category: 'fulfilment' };

export const integrationSchemas = {
  IntegrationInput: withExamples(
    madeOf('IntegrationUpdate', { name: 'string', url: 'string' }, 'An integration that is to be made.'),
    exampleInput,
  ),
  IntegrationUpdate: withExamples(
    {
      type: 'object',
      description: 'What is left out, or null, stays as it is.',
      properties: {
        name: orNull(name),
        url: orNull({
          ...bounded('Base URL of the endpoint: absolute http or https, without credentials, query and fragment.', 1_024),
          format: 'uri',
        }),
        category: orNull(bounded('For people.', 100)),
        display: orNull(bounded('What people see; null: as the endpoint calls itself.', 200)),
        token: orNull({
          ...bounded('What the endpoint is sent as `X-Augury-Token`; null removes it. Its mask leaves it as it is.', 1_024),
          pattern: '^([!-~]([ -~]*[!-~])?)?$',
        }),
        ...readOnly(
          'id',
          'store_id',
          'description',
          'icon_url',
          'help',
          'services',
          'state',
          'error_messages',
          'warnings',
          'fetched_at',
          'next_fetch_at',
          'mappings',
          'revision',
          'created_at',
          'updated_at',
        ),
      },
      additionalProperties: false,
    },
    { url: 'https://warehouse.example.com/v2' },
  ),
  Signup: withExamples(
    {
      type: 'object',
      description: 'What the services get, and which of them are switched on.',
      properties: {
        parameters: {
          type: ['array', 'null'],
          maxItems: 1_000,
          description: 'Values of parameters that the services require or recommend.',
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: parameterName,
              value: anything('Fits the data type.'),
              data_type: orNull(parameterTypes),
              secret: orNull(flag('Encrypted where it is stored, masked wherever it is shown.')),
            },
            additionalProperties: true,
          },
        },
        enabled: {
          type: ['array', 'null'],
          items: { ...text('A service.'), examples: ['add_order'] },
          description: 'Names of services; required ones must be among them. Left out: as before, and all that are new.',
        },
      },
      additionalProperties: false,
    },
    { parameters: [{ name: 'warehouse.zone', value: 'north' }], enabled: ['add_order'] },
  ),
  WantedParameter: closed<WantedParameter>('A parameter that a service wants.', {
    name: text('Its name.'),
    description: text('What it is for.'),
    data_type: parameterTypes,
    secret: optional(flag('Whether its value is to be hidden.')),
    optional: flag('Whether the service works without it.'),
    default: optional(anything('What it is unless the store says otherwise.')),
  }),
  Service: closed<ServiceDescription>('One path of an endpoint, as its `endpoint.json` describes it.', {
    name: text('The mapping is named `integration.service`.'),
    path: text('What the endpoint’s URL is followed by.'),
    description: text('What it does.'),
    required: flag('Whether the endpoint does not work without it.'),
    requires: closedObject('What it cannot do without.', { parameters: listOfRef('WantedParameter', 'Parameters.') }),
    recommends: closed<ServiceDescription['recommends']>('What its mapping is made of.', {
      messages: listOf(text('A type name.'), 'Types that it wants.'),
      identifiers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Paths by name.' },
      filters: listOfRef('Filter', 'Filters.'),
      options: openObject('Options, as the file gives them.'),
    }),
    produces: listOf(messageType, 'Types that its answers may hold.'),
  }),
  Integration: withExamples(
    closed<IntegrationView>('An endpoint application: a named collection of services.', {
      id: id('Its id.'),
      store_id: id('The store.'),
      name,
      url: text('Base URL of the endpoint.'),
      category: text('For people.'),
      token: orNull(text('A mask of what the endpoint is sent as `X-Augury-Token`: `****` and the end of a long one.')),
      display: text('What people see.'),
      description: text('What it is, in its own words.'),
      icon_url: orNull(text('Its icon.')),
      help: text('Help, in its own words.'),
      services: listOfRef('Service', 'What it can do.'),
      state: oneOf<DescriptorState>(
        { pending: true, ready: true, failed: true },
        'Of its description, which is read in the background; `failed`: see `error_messages`.',
      ),
      error_messages: listOfRef('FieldProblem', 'What is wrong with its `endpoint.json`; pointers lead into it.'),
      warnings: listOfRef('FieldProblem', 'What is odd about it.'),
      fetched_at: orNull(moment('When it was last read.')),
      next_fetch_at: orNull(moment('When it is read next.')),
      mappings: listOf(
        closed<IntegrationView['mappings'][number]>('A mapping of it.', {
          id: id('Its id.'),
          name: text('Its name.'),
          service: text('The service.'),
          enabled: flag('Whether it gets messages.'),
        }),
        'By name.',
      ),
      revision: count('The revision of the store that made it what it is; also its ETag.'),
      created_at: moment('When it was made.'),
      updated_at: moment('When it was last changed.'),
    }),
    {
      id: example.thing,
      store_id: example.store,
      ...exampleInput,
      token: null,
      display: 'Warehouse',
      description: 'Ships orders.',
      icon_url: null,
      help: '',
      services: [
        {
          name: 'add_order',
          path: '/add_order',
          description: 'Adds an order.',
          required: false,
          requires: { parameters: [{ name: 'warehouse.zone', description: 'Which zone.', data_type: 'string', optional: false }] },
          recommends: { messages: ['order:new'], identifiers: { number: 'payload.order.number' }, filters: [], options: {} },
          produces: ['shipment:confirm'],
        },
      ],
      state: 'ready',
      error_messages: [],
      warnings: [],
      fetched_at: '2026-11-20T17:45:13.000Z',
      next_fetch_at: null,
      mappings: [{ id: example.mapping, name: 'warehouse.add_order', service: 'add_order', enabled: true }],
      revision: 12,
      ...example.times,
    },
  ),
} as const satisfies Readonly<Record<string, JsonSchema>>;
