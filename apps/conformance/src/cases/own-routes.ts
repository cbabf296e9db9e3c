import type { Case, Chapter, Request } from '../suite/case.ts';
import { all, anId, anInteger, aTime, each, holding, lacking, matching, someText } from '../suite/expected.ts';
import { del, delivered, eventually, get, nothing, pausedMapping, post, problem, push, put, step, store } from './steps.ts';

const filtered = { filters: [{ path: 'payload.n', operator: 'gt', value: 5 }] };
const two = (type: string) => [
  pausedMapping('conformance.first-<suffix>', [type], {}, 'first'),
  pausedMapping('conformance.second-<suffix>', [type], filtered, 'second'),
];
const lines = holding(
  { code: 'sent', mapping_id: '<first>', mapping: 'conformance.first-<suffix>', explanation: someText },
  { code: 'filter_failed', mapping_id: '<second>', filter: { index: 0, path: 'payload.n', operator: 'gt' }, explanation: someText },
);

/** Lists of ours are read a part at a time. */
const lists: readonly (readonly [what: string, request: Request])[] = [
  ['versions of a mapping', get(`${store}/mappings/<listed>/versions`)],
  ['the history of a parameter', get(`${store}/parameters/<parameter>/history`)],
];

export const ownRoutes: Chapter = {
  title: 'Routes of our own',
  about:
    'What the original hub did not have: `POST …/messages/try`, `POST …/mappings/test`, `GET …/messages/:id/routing` and `…/lineage`, `GET …/mappings/:id/versions`, `GET …/parameters/:id/history`. Their errors are problem details, `application/problem+json`; their lists go on at `next`.',
  given: [
    pausedMapping('conformance.listed-<suffix>', [], {}, 'listed'),
    step(put(`${store}/mappings/<listed>`, { usage: 'The second version.' }), { status: 200 }),
    step(
      post(`${store}/parameters`, { name: 'conformance.<suffix>.listed', value: 1 }),
      { status: 201 },
      { capture: { parameter: '/id' }, undo: del(`${store}/parameters/<parameter>`) },
    ),
    step(put(`${store}/parameters/<parameter>`, { value: 2 }), { status: 200 }),
  ],
  cases: [
    {
      name: 'A message is tried: what would become of it, mapping by mapping',
      steps: [
        ...two('conformance.<suffix>:tried'),
        step(post(`${store}/messages/try`, { message: 'conformance.<suffix>:tried', payload: { n: 1 } }), {
          status: 200,
          body: {
            message: 'conformance.<suffix>:tried',
            validation: { valid: true, errors: [] },
            summary: someText,
            mappings: lines,
            requests: holding({ mapping: 'conformance.first-<suffix>' }),
          },
        }),
      ],
    },
    {
      name: 'What is tried is not stored',
      steps: [
        step(post(`${store}/messages/try`, { message: 'conformance.<suffix>:unstored', payload: {} }), { status: 200 }),
        push('conformance.<suffix>:unstored', {}),
        eventually(get(`${store}/queues/archived?message=conformance.<suffix>:unstored&state=all`), {
          status: 200,
          body: { messages: [{ id: '<id>' }] },
        }),
      ],
    },
    {
      name: 'What cannot be tried is refused as a push is',
      steps: [
        step(post(`${store}/messages/try`, { message: 'order', payload: {} }), problem(422)),
        step(post(`${store}/messages/try`, { message: 'order:new' }), problem(422)),
        step(post(`${store}/messages/try`, undefined, { body: { text: '{' } }), problem(400)),
      ],
    },
    {
      name: 'A mapping is tested before it is saved, with messages that are given',
      steps: [
        step(
          post(`${store}/mappings/test`, {
            mapping: { name: 'conformance.test-<suffix>', url: 'https://endpoint.invalid', messages: ['conformance:thing'], ...filtered },
            messages: [
              { message: 'conformance:thing', payload: { n: 7 } },
              { message: 'conformance:thing', payload: { n: 1 } },
              { message: 'conformance:other', payload: { n: 7 } },
            ],
          }),
          {
            status: 200,
            body: {
              summary: someText,
              saved: null,
              tested: 3,
              sent: 1,
              messages: holding(
                { index: 0, outcome: 'sent' },
                { index: 1, outcome: 'not_sent', code: 'filter_failed' },
                { index: 2, outcome: 'not_sent' },
              ),
            },
          },
        ),
        step(get(`${store}/mappings`), {
          status: 200,
          body: all(holding({ id: '<listed>' }), lacking({ name: 'conformance.test-<suffix>' })),
        }),
      ],
    },
    {
      name: 'A change of a mapping is tested against what is saved: what would be sent newly, and no longer',
      steps: [
        pausedMapping('conformance.change-<suffix>', ['conformance.<suffix>:change'], filtered),
        step(
          post(`${store}/mappings/test`, {
            mapping: { id: '<mapping>', filters: [{ path: 'payload.n', operator: 'lt', value: 5 }] },
            messages: [
              { message: 'conformance.<suffix>:change', payload: { n: 7 } },
              { message: 'conformance.<suffix>:change', payload: { n: 1 } },
            ],
          }),
          { status: 200, body: { saved: { id: '<mapping>', sent: 1 }, tested: 2, sent: 1, newly: 1, no_longer: 1 } },
        ),
        step(get(`${store}/mappings/<mapping>`), { status: 200, body: filtered }),
      ],
    },
    {
      name: 'The routing of a message is explained, a line for every mapping',
      steps: [
        ...two('conformance.<suffix>:explained'),
        push('conformance.<suffix>:explained', { n: 1 }),
        ...delivered('pending'),
        step(get(`${store}/messages/<id>/routing?limit=200`), {
          status: 200,
          body: {
            message_id: '<id>',
            state: 'routed',
            routed_at: aTime,
            revision: anInteger,
            summary: someText,
            total: anInteger,
            mappings: lines,
          },
        }),
      ],
    },
    {
      name: 'The lineage of a message is everything that came of it, parents first',
      steps: [
        pausedMapping('conformance.line-<suffix>', ['conformance.<suffix>:line']),
        push('conformance.<suffix>:line', {}),
        ...delivered('pending'),
        step(get(`${store}/messages/<delivery>/lineage`), {
          status: 200,
          body: {
            asked_for: '<delivery>',
            root_id: '<id>',
            members: [
              { id: '<id>', kind: 'message', parent_id: null, state: 'routed' },
              { id: '<delivery>', kind: 'delivery', parent_id: '<id>', state: 'pending' },
            ],
          },
        }),
      ],
    },
    {
      name: 'The versions of a mapping are listed, newest first',
      steps: [
        step(get(`${store}/mappings/<listed>/versions`), {
          status: 200,
          body: {
            versions: [
              {
                kind: 'changed',
                changed: ['usage'],
                changed_by: someText,
                changed_at: aTime,
                definition: { usage: 'The second version.' },
              },
              { kind: 'created' },
            ],
            next: null,
          },
        }),
      ],
    },
    {
      name: 'The history of a parameter is listed, newest first',
      steps: [
        step(get(`${store}/parameters/<parameter>/history`), {
          status: 200,
          body: {
            changes: [
              { kind: 'changed', from: 1, to: 2, changed_at: aTime },
              { kind: 'created', to: 1 },
            ],
            next: null,
          },
        }),
      ],
    },
    ...lists.map(([what, request]): Case => ({
      name: `A part of ${what} says where it goes on`,
      steps: [
        step({ ...request, path: `${request.path}?limit=1` }, { status: 200, body: { next: someText } }, { capture: { next: '/next' } }),
        step({ ...request, path: `${request.path}?limit=1&after=<next>` }, { status: 200, body: { next: null } }),
        step({ ...request, path: `${request.path}?limit=0` }, problem(400)),
        step({ ...request, path: `${request.path}?after=nowhere` }, problem(400)),
      ],
    })),
    {
      name: 'What is not there is a problem, 404',
      steps: [
        get(`${store}/messages/${nothing}/routing`),
        get(`${store}/messages/nonsense/routing`),
        get(`${store}/messages/${nothing}/lineage`),
        get(`${store}/mappings/${nothing}/versions`),
        get(`${store}/parameters/${nothing}/history`),
      ].map((request) => step(request, problem(404))),
    },
    {
      name: 'A token that is wrong is a problem, 401',
      steps: [
        get(`${store}/messages/${nothing}/routing`, { from: 'nobody' }),
        post(`${store}/messages/try`, {}, { from: 'nobody' }),
        get(`${store}/mappings/${nothing}/versions`, { from: 'nobody' }),
      ].map((request) => step(request, problem(401))),
    },
    {
      name: 'A store is made by an administrator, with a token that is shown this once',
      needs: ['admin'],
      steps: [
        step(get('/api/stores/<other>', { from: 'other' }), { status: 200, body: { id: '<other>', name: someText, created_at: aTime } }),
        step(post('/api/stores', { name: 'Not made' }, { from: 'store' }), { status: 403 }),
        step(post('/api/stores', {}, { from: 'admin' }), { status: 422 }),
        step(post('/api/stores', { name: 'Not made' }, { from: 'nobody' }), { status: 401 }),
      ],
    },
    {
      name: 'The API is described as OpenAPI 3.1',
      steps: [step(get('/api/openapi.json', { from: 'nobody' }), { status: 200, body: { openapi: matching('^3\\.1\\.') } })],
    },
    {
      name: 'Records that a step could not work with are listed',
      steps: [
        step(get(`${store}/parked_records`), { status: 200, body: { parked_records: each({ message_id: anId, reason: someText }) } }),
      ],
    },
  ],
};
