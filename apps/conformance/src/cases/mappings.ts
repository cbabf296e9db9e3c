import type { Case, Chapter } from '../suite/case.ts';
import {
  aBoolean,
  anId,
  aString,
  aTime,
  holding,
  lacking,
  matching,
  orNull,
  someText,
  type Expected,
  type Template,
} from '../suite/expected.ts';
import { del, get, invalid, makeMapping, nothing, post, put, refused, refuseToMake, removed, step, store, unknown } from './steps.ts';

const base = `${store}/mappings`;
const one = `${base}/<mapping>`;
const name = 'conformance.map-<suffix>';
const url = 'https://endpoint.invalid/add';

const whole = {
  name,
  enabled: true,
  url,
  messages: ['order:new', 'conformance.<suffix>:mapped'],
  filters: [
    { path: 'payload.order.status', operator: 'eq', value: 'complete', match_rule: 'all' },
    { path: 'payload.order.line_items.*.sku', operator: 'begin', value: 'A', match_rule: 'any' },
  ],
  identifiers: { order: 'payload.order.number' },
  parameters: ['conformance.api_key'],
  options: { retries_allowed: false },
  usage: 'Tries out a hub.',
} as const satisfies Template;

const operators: readonly (readonly [operator: string, value: Template | undefined])[] = [
  ['eq', 'a'],
  ['neq', 'a'],
  ['gt', 5],
  ['lt', '5.5'],
  ['begin', 'a'],
  ['end', 'a'],
  ['contains', 'a'],
  ['present', undefined],
  ['empty', undefined],
  ['match', '^a+$'],
];

const least = { name, messages: ['conformance:thing'], url };
const wrong: readonly (readonly [what: string, members: { readonly [member: string]: Template }, field: string])[] = [
  ['without a name', { messages: [], url }, 'name'],
  ['whose name is not `integration.service`', { ...least, name: 'Add Order' }, 'name'],
  ['without a URL', { name, messages: [] }, 'url'],
  ['whose URL is none', { ...least, url: 'endpoint' }, 'url'],
  ['whose URL is of another scheme', { ...least, url: 'ftp://endpoint.invalid/' }, 'url'],
  ['without messages', { name, url }, 'messages'],
  ['to what is no type', { ...least, messages: ['order'] }, 'messages.0'],
  ['with an unknown operator', { ...least, filters: [{ path: 'payload.a', operator: 'like', value: 'a' }] }, 'filters.0.operator'],
  ['with a filter that has no path', { ...least, filters: [{ operator: 'eq', value: 'a' }] }, 'filters.0.path'],
  ['with a pattern that is none', { ...least, filters: [{ path: 'payload.a', operator: 'match', value: '(' }] }, 'filters.0.value'],
  ['with `gt` and no number', { ...least, filters: [{ path: 'payload.a', operator: 'gt', value: 'many' }] }, 'filters.0.value'],
  ['with an identifier that has no path', { ...least, identifiers: { order: '' } }, 'identifiers.order'],
];

/** What the suite's own mapping is shown as. */
const shown: Readonly<Record<string, Expected>> = {
  id: anId,
  store_id: '<store>',
  ...whole,
  required: aBoolean,
  token: orNull(aString),
  created_at: aTime,
  updated_at: aTime,
};

export const mappings: Chapter = {
  title: 'Mappings',
  about: '`GET`, `POST /api/stores/:store_id/mappings`, `GET`, `PUT`, `DELETE …/:id`.',
  cases: [
    {
      name: 'A mapping is made with all its members, 201, and shown so',
      steps: [
        step(post(base, whole), { status: 201, body: shown }, { capture: { mapping: '/id' }, undo: del(one) }),
        step(get(one), { status: 200, body: { ...shown, id: '<mapping>' } }),
        step(get(base), { status: 200, body: holding({ ...shown, id: '<mapping>' }) }),
      ],
    },
    {
      name: 'What is left out has defaults: enabled, no filters, no identifiers',
      steps: [
        makeMapping(least),
        step(get(one), {
          status: 200,
          body: { enabled: true, filters: [], identifiers: {}, parameters: [], options: { retries_allowed: true }, required: false },
        }),
      ],
    },
    {
      name: 'A mapping may be wrapped in `mapping`',
      steps: [makeMapping({ mapping: least }), step(get(one), { status: 200, body: { name } })],
    },
    {
      name: 'A filter’s `match_rule` is `all` unless it is said',
      steps: [
        makeMapping({ ...least, filters: [{ path: 'payload.a', operator: 'eq', value: 1 }] }),
        step(get(one), { status: 200, body: { filters: [{ path: 'payload.a', operator: 'eq', value: 1, match_rule: 'all' }] } }),
      ],
    },
    ...operators.map(([operator, value]): Case => {
      const filter = { path: 'payload.*.a.0', operator, ...(value === undefined ? {} : { value }) };
      return {
        name: `There is the operator ${operator}`,
        steps: [makeMapping({ ...least, filters: [filter] }), step(get(one), { status: 200, body: { filters: [filter] } })],
      };
    }),
    {
      name: 'PUT changes what is given and leaves the rest',
      steps: [
        makeMapping(whole),
        step(put(one, { enabled: false, messages: ['order:canceled'] }), {
          status: 200,
          body: { ...shown, enabled: false, messages: ['order:canceled'] },
        }),
        step(get(one), { status: 200, body: { ...shown, enabled: false, messages: ['order:canceled'] } }),
      ],
    },
    {
      name: 'What was shown can be sent back, and changes nothing',
      steps: [
        step(post(base, least), { status: 201 }, { capture: { mapping: '/id', shown: '', tag: 'header:etag' }, undo: del(one) }),
        step(put(one, '<shown>'), { status: 200, headers: { etag: '<tag>' }, body: '<shown>' }),
      ],
    },
    {
      name: 'DELETE removes it, 200 without content',
      steps: [
        makeMapping(least),
        step(del(one), removed),
        step(get(one), unknown),
        step(get(base), { status: 200, body: lacking({ id: '<mapping>' }) }),
      ],
    },
    {
      name: 'A required mapping cannot be deleted',
      steps: [
        makeMapping(least),
        step(put(one, { required: true }), { status: 200, body: { required: true } }, { undo: put(one, { required: false }) }),
        step(del(one), refused(422)),
        step(get(one), { status: 200 }),
      ],
    },
    ...wrong.map(([what, members, field]): Case => ({
      name: `A mapping ${what} is 422`,
      steps: [refuseToMake(base, members, invalid(field))],
    })),
    {
      name: 'Everything that is wrong is told at once',
      steps: [refuseToMake(base, { name: 5, url: 5, messages: 5 }, invalid('name', 'url', 'messages'))],
    },
    {
      name: 'A change that is wrong is 422 and changes nothing',
      steps: [
        makeMapping(least),
        step(put(one, { url: 'nowhere', enabled: false }), invalid('url')),
        step(get(one), { status: 200, body: { url, enabled: true } }),
      ],
    },
    { name: 'A name that is taken is 422', steps: [makeMapping(least), refuseToMake(base, least, invalid('name'))] },
    {
      name: 'A body that is no JSON object is 400',
      steps: [step(post(base, []), refused(400)), step(post(base, undefined, { body: { text: '{' } }), refused(400))],
    },
    {
      name: 'An unknown id is 404',
      steps: [get(`${base}/${nothing}`), put(`${base}/${nothing}`, {}), del(`${base}/${nothing}`)].map((request) => step(request, unknown)),
    },
    {
      name: 'A malformed id is 404',
      steps: [get(`${base}/nonsense`), put(`${base}/nonsense`, {}), del(`${base}/nonsense`)].map((request) => step(request, unknown)),
    },
    {
      name: 'A mapping of another store is 404',
      needs: ['admin'],
      steps: [
        step(
          post('/api/stores/<other>/mappings', least, { from: 'other' }),
          { status: 201 },
          { capture: { mapping: '/id' }, undo: del('/api/stores/<other>/mappings/<mapping>', { from: 'other' }) },
        ),
        ...[get(one), put(one, { enabled: false }), del(one)].map((request) => step(request, unknown)),
      ],
    },
    {
      name: 'The token of an endpoint is not shown',
      steps: [
        step(
          post(base, { ...least, token: 'secret-<suffix>-token' }),
          { status: 201, body: { token: matching('^\\*{4}') } },
          { capture: { mapping: '/id' }, undo: del(one) },
        ),
        step(get(one), { status: 200, body: { token: matching('^\\*{4}') } }),
      ],
    },
    {
      name: 'A change may be meant for a revision: `If-Match` with another one is 412',
      steps: [
        step(post(base, least), { status: 201 }, { capture: { mapping: '/id' }, undo: del(one) }),
        step(get(one), { status: 200, headers: { etag: someText } }, { capture: { tag: 'header:etag' } }),
        step(put(one, { enabled: false }, { headers: { 'if-match': '<tag>' } }), { status: 200, body: { enabled: false } }),
        step(put(one, { enabled: true }, { headers: { 'if-match': '<tag>' } }), refused(412)),
        step(del(one, { headers: { 'if-match': '<tag>' } }), refused(412)),
        step(get(one), { status: 200, body: { enabled: false } }),
      ],
    },
  ],
};
