import { id, optional, text, type JsonSchema } from '../envelope/json-schema.ts';
import { example } from './examples.ts';
import { anything, closedObject, openObject, withExamples } from './http-schema.ts';
import { messageType } from './message-schemas.ts';

const parameters: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['name'],
    properties: { name: text('Its name.'), value: anything('Its value.') },
    additionalProperties: true,
  },
};
const notifications: JsonSchema = {
  type: 'array',
  description: 'Reports for people; also read from failures.',
  items: {
    type: 'object',
    properties: {
      level: { enum: ['info', 'warn', 'error'], description: 'How serious it is.' },
      subject: text('One line.'),
      description: text('What happened.'),
    },
    additionalProperties: true,
  },
};

/** What the hub asks of endpoints, and what it understands of their answers. */
export const deliverySchemas = {
  DeliveryRequest: withExamples(
    closedObject('A message for one service.', {
      message: messageType,
      message_id: id('The delivery: the same in every attempt.'),
      payload: {
        type: 'object',
        description: 'What was pushed, byte for byte, with the parameters as its last member.',
        required: ['parameters'],
        properties: {
          parameters: { ...parameters, description: 'Those that the payload brought, those of the mapping, and always `store_id`.' },
        },
        additionalProperties: true,
      },
      store_id: id('The store.'),
      source: optional(text('What the pusher said of itself.')),
    }),
    {
      message: 'order:new',
      message_id: example.delivery,
      payload: { order: { number: 'R181807170' }, parameters: [{ name: 'store_id', value: example.store }] },
      store_id: example.store,
    },
  ),
  DeliveryAnswer: withExamples(
    {
      type: 'object',
      description: 'The message is processed. Other members are kept as `result`.',
      required: ['message_id'],
      properties: {
        message_id: id('That of the request.'),
        messages: {
          type: 'array',
          description: 'New messages; each is taken in as if it were pushed.',
          items: { type: 'object', properties: { message: messageType, payload: openObject('Its content.') }, additionalProperties: true },
        },
        notifications,
        parameters: { ...parameters, description: 'Set in the store, so that the next requests carry them.' },
      },
      additionalProperties: true,
    },
    {
      message_id: example.delivery,
      messages: [{ message: 'shipment:confirm', payload: { shipment: { number: 'H438105531460' } } }],
      notifications: [{ level: 'info', subject: 'Shipped', description: 'R181807170 is on its way.' }],
    },
  ),
  DeliveryFailure: withExamples(
    {
      type: 'object',
      description: 'Why it failed. Only what is listed is read.',
      properties: { error: text('Kept as `last_error`; else `summary`, else `text`.'), notifications },
      additionalProperties: true,
    },
    { error: 'The warehouse is closed.' },
  ),
} as const satisfies Readonly<Record<string, JsonSchema>>;
