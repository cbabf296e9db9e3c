import type { Case, Chapter } from '../suite/case.ts';
import { absent, all, aString, anId, either, not, type Template } from '../suite/expected.ts';
import { get, nothing, post, push, put, step, store, unknown } from './steps.ts';

const thing = 'conformance:thing';

const sentIds: readonly (readonly [what: string, id: Template])[] = [
  ['24 hex digits', '52a9f1d2c3b4a59687fedcba'],
  ['another form', '518726r84910515003'],
  ['a number', 42],
  ['a boolean', false],
  ['an empty text', ''],
];

const malformed = ['1', 'nonsense', '52a9f1d2c3b4a59687fedcb', '52a9f1d2c3b4a59687fedcba0', '%00', '%20', '%F0%9F%98%80'];

export const ids: Chapter = {
  title: 'Ids',
  about:
    'The hub allots every `message_id`. One that the pusher sends is kept as `attributes.client_message_id`; it is never validated, and never used to tell duplicates.',
  cases: [
    {
      name: 'The `message_id` is allotted by the hub: 24 hex digits',
      steps: [step(post(`${store}/messages`, { message: thing, payload: {} }), { status: 201, body: { message_id: anId } })],
    },
    ...sentIds.map(([what, id]): Case => ({
      name: `A \`message_id\` that is ${what} is kept as \`client_message_id\`, and the hub’s stands in its place`,
      steps: [
        step(
          post(`${store}/messages`, { message: thing, payload: {}, message_id: id }),
          { status: 201, body: { message_id: all(anId, not(id)) } },
          { capture: { id: '/message_id' } },
        ),
        step(get(`${store}/messages/<id>`), {
          status: 200,
          body: { id: '<id>', attributes: { client_message_id: id, message_id: absent } },
        }),
      ],
    })),
    ...[[1, 'a'], { a: { b: 1 } }].map((id): Case => ({
      name: `A \`message_id\` that is ${JSON.stringify(id)} is kept, itself or as its text`,
      steps: [
        push(thing, {}, { message_id: id }),
        step(get(`${store}/messages/<id>`), {
          status: 200,
          body: { id: anId, attributes: { client_message_id: either(id, JSON.stringify(id)) } },
        }),
      ],
    })),
    {
      name: 'Two pushes with one `message_id` are two messages',
      steps: [
        push(thing, { n: 1 }, { message_id: 'mine-<suffix>' }, 'first'),
        push(thing, { n: 2 }, { message_id: 'mine-<suffix>' }, 'second'),
        step(get(`${store}/messages/<first>`), { status: 200, body: { payload: { n: 1 } } }),
        step(get(`${store}/messages/<second>`), { status: 200, body: { payload: { n: 2 } } }),
      ],
    },
    { name: 'An unknown id is 404', steps: [step(get(`${store}/messages/${nothing}`), unknown)] },
    ...malformed.map((id): Case => ({ name: `The malformed id ${id} is 404`, steps: [step(get(`${store}/messages/${id}`), unknown)] })),
    { name: 'A verb upon an unknown id is 404', steps: [step(put(`${store}/messages/${nothing}?archive=true`), unknown)] },
    { name: 'A verb upon a malformed id is 404', steps: [step(put(`${store}/messages/nonsense?archive=true`), unknown)] },
    {
      name: 'A message of another store is 404',
      needs: ['admin'],
      steps: [
        step(
          post('/api/stores/<other>/messages', { message: thing, payload: {} }, { from: 'other' }),
          { status: 201, body: { message_id: aString } },
          { capture: { id: '/message_id' } },
        ),
        step(get(`${store}/messages/<id>`), unknown),
        step(get('/api/stores/<other>/messages/<id>', { from: 'other' }), { status: 200 }),
      ],
    },
  ],
};
