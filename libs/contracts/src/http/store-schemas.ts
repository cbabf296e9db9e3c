import { id, text, type JsonSchema } from '../envelope/json-schema.ts';
import { example } from './examples.ts';
import { bounded, closedObject, moment, withExamples } from './http-schema.ts';

export const storeSchemas = {
  NewStore: withExamples(
    {
      type: 'object',
      required: ['name'],
      properties: {
        name: { ...bounded('For people.', 255, 1), pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' },
      },
      description: 'A store that is to be made.',
      additionalProperties: true,
    },
    { name: 'Shoes and more' },
  ),
  Store: withExamples(
    closedObject('A tenant. Everything belongs to one.', {
      id: id('Its id.'),
      name: text('For people.'),
      created_at: moment('When it was made.'),
    }),
    { id: example.store, name: 'Shoes and more', created_at: example.times.created_at },
  ),
  StoreWithToken: withExamples(
    closedObject('A new store.', {
      id: id('Its id.'),
      name: text('For people.'),
      created_at: moment('When it was made.'),
      token: text('The token of the store. It is shown this once.'),
    }),
    {
      id: example.store,
      name: 'Shoes and more',
      created_at: example.times.created_at,
      token: 'crossdock_live_5d41402abc4b2a76b9719d911017c592',
    },
  ),
} as const satisfies Readonly<Record<string, JsonSchema>>;
