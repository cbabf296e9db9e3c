import type { Chapter } from '../suite/case.ts';
import { all, anArray, anId, anInteger, ascending, holding, lacking, matching, not, someText } from '../suite/expected.ts';
import { del, eventually, get, post, problem, push, put, removed, step, store } from './steps.ts';

/** Versions go on though a schema was removed: each case has a type of its own. */
const type = 'conformance.<suffix>:parcel-<case>';
const one = `${store}/schemas/${type}`;
const parcel = {
  type: 'object',
  required: ['number'],
  properties: { number: { type: 'string', pattern: '^P\\d+$' } },
};
const narrower = { ...parcel, required: ['number', 'weight'] };
const registered = step(put(one, { schema: parcel }), { status: 201, body: { type, version: 1, schema: parcel } }, { undo: del(one) });

export const schemas: Chapter = {
  title: 'Schemas',
  about:
    'What the original hub did not have: `GET /api/stores/:store_id/schemas`, `GET`, `PUT`, `DELETE …/schemas/:type`, `GET …/schemas/:type/versions`, `POST …/schemas/:type/check`, and `POST …/messages/:id/resubmit` for what was found invalid.',
  cases: [
    {
      name: 'A schema is registered, 201, and shown',
      steps: [
        registered,
        step(get(one), { status: 200, body: { type, version: 1, schema: parcel, in_use: true } }),
        step(get(`${store}/schemas`), { status: 200, body: { schemas: holding({ type, version: 1 }) } }),
      ],
    },
    {
      name: 'The same schema again changes nothing, 200',
      steps: [registered, step(put(one, { schema: parcel }), { status: 200, body: { version: 1 } })],
    },
    {
      name: 'A type with a schema is among the available messages',
      steps: [
        step(get(`${store}/available_messages`), { status: 200, body: lacking(type) }),
        registered,
        step(get(`${store}/available_messages`), { status: 200, body: all(holding(type), ascending) }),
      ],
    },
    {
      name: 'A message that does not fit its schema is invalid, and says why by JSON Pointer',
      steps: [
        registered,
        push(type, { number: 'X1' }),
        eventually(get(`${store}/messages/<id>`), {
          status: 200,
          body: { state: 'invalid', queue_name: 'archived', validation: { errors: [{ pointer: '/number', reason: someText }] } },
        }),
      ],
    },
    {
      name: 'A message that fits its schema is valid',
      steps: [
        registered,
        push(type, { number: 'P1' }),
        eventually(get(`${store}/messages/<id>`), { status: 200, body: { state: 'never_processed', validation: { errors: [] } } }),
      ],
    },
    {
      name: 'What was invalid can be corrected and sent, once',
      steps: [
        registered,
        push(type, { number: 'X1' }),
        eventually(get(`${store}/messages/<id>`), { status: 200, body: { state: 'invalid' } }),
        step(
          post(`${store}/messages/<id>/resubmit`, { payload: { number: 'P1' } }),
          { status: 201, body: { message_id: all(anId, not('<id>')), parent_id: '<id>', repeated: false } },
          { capture: { corrected: '/message_id' } },
        ),
        step(post(`${store}/messages/<id>/resubmit`, { payload: { number: 'P1' } }), {
          status: 200,
          body: { message_id: '<corrected>', repeated: true },
        }),
        eventually(get(`${store}/messages/<corrected>`), {
          status: 200,
          body: { state: 'never_processed', parent_id: '<id>', payload: { number: 'P1' } },
        }),
      ],
    },
    {
      name: 'A correction can be checked without storing it',
      steps: [
        registered,
        push(type, { number: 'X1' }),
        eventually(get(`${store}/messages/<id>`), { status: 200, body: { state: 'invalid' } }),
        step(post(`${store}/messages/<id>/resubmit?check=true`, { payload: { number: 'X2' } }), {
          status: 200,
          body: { valid: false, errors: [{ pointer: '/number' }] },
        }),
        step(get(`${store}/messages/<id>/lineage`), { status: 200, body: { members: lacking({ parent_id: '<id>', message: type }) } }),
      ],
    },
    {
      name: 'A schema that refuses what was valid is refused, unless it is meant so',
      steps: [
        registered,
        step(put(one, { schema: narrower }), problem(409)),
        step(get(one), { status: 200, body: { version: 1 } }),
        step(put(one, { schema: narrower, compatibility: 'none' }), { status: 200, body: { version: 2, schema: narrower } }),
        step(get(`${one}/versions`), {
          status: 200,
          body: {
            versions: [
              { version: 2, in_use: true },
              { version: 1, in_use: false },
            ],
            next: null,
          },
        }),
      ],
    },
    {
      name: 'What a schema would change is told without registering it',
      steps: [
        registered,
        step(post(`${one}/check`, { schema: narrower }), {
          status: 200,
          body: { type, against: 1, compatible: false, findings: anArray, effect: { examined: anInteger } },
        }),
        step(get(one), { status: 200, body: { version: 1, schema: parcel } }),
      ],
    },
    {
      name: 'What is no schema is 422',
      steps: [
        step(put(one, { schema: { type: 'parcel' } }), problem(422), { undo: del(one) }),
        step(put(one, { schema: { pattern: '(' } }), problem(422), { undo: del(one) }),
        step(put(one, { schema: { $ref: 'https://example.com/schema.json' } }), problem(422), { undo: del(one) }),
      ],
    },
    {
      name: 'DELETE ends it, 200 without content, and its versions stay',
      steps: [
        registered,
        step(del(one), removed),
        step(get(one), problem(404)),
        step(get(`${one}/versions`), { status: 200, body: { versions: [{ version: 1, in_use: false }] } }),
      ],
    },
    {
      name: 'A change may be meant for a version: `If-Match` with another one is 412',
      steps: [
        registered,
        step(get(one), { status: 200, headers: { etag: matching('^"') } }, { capture: { tag: 'header:etag' } }),
        step(put(one, { schema: narrower, compatibility: 'none' }, { headers: { 'if-match': '<tag>' } }), { status: 200 }),
        step(del(one, { headers: { 'if-match': '<tag>' } }), problem(412)),
      ],
    },
  ],
};
