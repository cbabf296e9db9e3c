import type { Case, Chapter, Request, Step } from '../suite/case.ts';
import { absent, anId, either, matching, only, type Expected } from '../suite/expected.ts';
import { get, invalid, post, push, refused, step, store } from './steps.ts';

const thing = 'conformance:thing';
const body = { message: thing, payload: { n: 1 } };
const json = 'application/json';

/** A push of `body` that is taken. */
const taken = (request: Request, more: { readonly [member: string]: Expected } = {}): Step =>
  step(request, {
    status: 201,
    headers: { 'content-type': matching('^application/json') },
    body: only({ ...body, message_id: anId, ...more }),
  });
const inForm = (type: string): Request => post(`${store}/messages`, body, { headers: { 'content-type': type } });
const sent = (text: string): Request => post(`${store}/messages`, undefined, { body: { text } });

const written = '{ "message" : "conformance:thing",\n "extra": 12345678901234567890, "payload": {"b":1.0, "a":"\\u0041", "10":1, "2":2} ';

const oldest = (path: string): readonly Case[] => [
  {
    name: `A push to ${path} with \`store_id\` in the body is taken as one to the store's path`,
    steps: [taken(post(path, { ...body, store_id: '<store>' }), { store_id: '<store>' })],
  },
  { name: `A push to ${path} that names no store is 422`, steps: [step(post(path, body), invalid('store_id'))] },
  {
    name: `A push to ${path} without a token is 401`,
    steps: [step(post(path, { ...body, store_id: '<store>' }, { from: 'nobody' }), refused(401, { error: 'Token is invalid.' }))],
  },
];

const notJson: readonly (readonly [what: string, request: Request])[] = [
  ['an empty body', sent('')],
  ['a body that is no JSON', sent('conformance:thing')],
  ['a body that lacks its last brace', sent('{"message":"conformance:thing","payload":{}')],
  ['something behind the body', sent('{"message":"conformance:thing","payload":{}} }')],
  ['an array', post(`${store}/messages`, [body])],
  ['a text', post(`${store}/messages`, thing)],
  ['null', sent('null')],
  [
    'invalid UTF-8',
    post(`${store}/messages`, undefined, { body: { base64: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64') } }),
  ],
  ['nesting deeper than 512', sent(`{"message":"conformance:thing","payload":{"a":${'['.repeat(600)}${']'.repeat(600)}}}`)],
];

export const pushing: Chapter = {
  title: 'Pushing',
  about:
    '`POST /api/stores/:store_id/messages` `{message, payload}`, and the oldest forms `POST /api/messages` and `POST /messages` with `store_id` in the body. A 201 means: durably stored.',
  cases: [
    {
      name: 'A push is answered 201 with everything submitted and the `message_id`',
      steps: [taken(post(`${store}/messages`, body))],
    },
    ...oldest('/api/messages'),
    ...oldest('/messages'),
    {
      name: 'The body may name the store that the path names',
      steps: [taken(post(`${store}/messages`, { ...body, store_id: '<store>' }), { store_id: '<store>' })],
    },
    {
      name: 'A `store_id` in the body that differs from the path’s is 422',
      steps: [step(post(`${store}/messages`, { ...body, store_id: '<no_store>' }), invalid('store_id'))],
    },
    {
      name: 'The answer is what was sent to the letter, with the `message_id` as its last member',
      steps: [
        step(
          sent(`${written}, "source":"shop" }`),
          { status: 201, text: `${written}, "source":"shop","message_id":"<id>" }` },
          { capture: { id: '/message_id' } },
        ),
      ],
    },
    {
      name: 'What was pushed can be read at once',
      steps: [
        push(thing, { n: 1 }),
        step(get(`${store}/messages/<id>`), { status: 200, body: { id: '<id>', message: thing, payload: { n: 1 } } }),
      ],
    },
    {
      name: '`source` and further members are kept as attributes',
      steps: [
        push(thing, {}, { source: 'shop-<suffix>', channel: 'web', nested: { a: [1] } }),
        step(get(`${store}/messages/<id>`), {
          status: 200,
          body: {
            source: 'shop-<suffix>',
            attributes: { source: 'shop-<suffix>', channel: 'web', nested: either({ a: [1] }, '{"a":[1]}'), payload: absent },
          },
        }),
      ],
    },
    { name: 'A slash at the end of the path is ignored', steps: [taken(post(`${store}/messages/`, body))] },
    { name: '`.json` at the end of the path is ignored', steps: [taken(post(`${store}/messages.json`, body))] },
    {
      name: '`.json` at the end of an oldest form is ignored',
      steps: [taken(post('/api/messages.json', { ...body, store_id: '<store>' }), { store_id: '<store>' })],
    },
    { name: '`application/json` may have parameters', steps: [taken(inForm(`${json}; charset=utf-8`))] },
    { name: '`application/json` may be written in capitals', steps: [taken(inForm('Application/JSON'))] },
    {
      name: '`application/*+json` is as good',
      steps: [taken(inForm('application/vnd.api+json')), taken(inForm('application/ld+json; profile=x'))],
    },
    ...['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/jsonp', ''].map((type): Case => ({
      name: `A body that is declared as ${type === '' ? 'nothing' : type} is 415`,
      steps: [step(inForm(type), refused(415))],
    })),
    ...notJson.map(([what, request]): Case => ({ name: `A push of ${what} is 400`, steps: [step(request, refused(400))] })),
    {
      name: 'A push that cannot be stored durably is 503 with `Retry-After`',
      elsewhere: 'no request can take a hub’s database away',
      steps: [],
    },
    {
      name: 'A body over the size limit is 413',
      steps: [step(post(`${store}/messages`, undefined, { body: { filler: '<too_many_bytes>' } }), refused(413))],
    },
  ],
};
