import type { Case, Chapter, Request, Step } from '../suite/case.ts';
import { anArray, anId, each, holding, lacking, matching, someText, type Expected, type Template } from '../suite/expected.ts';
import { del, eventually, get, invalid, nothing, post, put, refused, refuseToMake, removed, step, store, unknown } from './steps.ts';

const base = `${store}/integrations`;
const one = `${base}/<integration>`;
const name = 'conformance-<suffix>';
const closed = { name, url: 'https://endpoint.invalid', category: 'custom' };

const make = (given: { readonly [member: string]: Template }, shown: { readonly [member: string]: Expected } = given): Step =>
  step(
    post(base, { integration: given }),
    { status: 201, body: { id: anId, ...shown } },
    { capture: { integration: '/id' }, undo: del(one) },
  );

/** One whose services are known. */
const described: readonly Step[] = [
  make({ name, url: '<endpoint>/app', category: 'custom' }),
  eventually(get(one), { status: 200, body: { services: each({ name: someText }, 2) } }),
];
const signup: Request = post(`${one}/signup`, {
  parameters: [
    { name: 'conformance.<suffix>.api_key', value: 'key-<suffix>' },
    { name: 'conformance.<suffix>.limit', value: 5 },
  ],
  enabled: ['add', 'keep'],
});
/** Its parameters are the store's, and stay when it goes. */
const signedUp: readonly Step[] = [
  step(signup, { status: 201 }),
  ...['api_key', 'limit'].map((parameter) =>
    step(
      get(`${store}/parameters`),
      { status: 200, body: holding({ name: `conformance.<suffix>.${parameter}` }) },
      { capture: { [parameter]: `/[name=conformance.<suffix>.${parameter}]/id` }, undo: del(`${store}/parameters/<${parameter}>`) },
    ),
  ),
];
/** `****` and perhaps its end. */
const mask = matching('^\\*{4}', 'a mask');
const someMessage = { reason: someText, hint: someText };

const wrong: readonly (readonly [what: string, given: { readonly [member: string]: Template }, field: string])[] = [
  ['without a name', { url: closed.url, category: 'custom' }, 'name'],
  ['whose name is not usable', { ...closed, name: 'My Shop' }, 'name'],
  ['without a URL', { name, category: 'custom' }, 'url'],
  ['whose URL is none', { ...closed, url: 'endpoint' }, 'url'],
];
const switched = (verb: string, method: 'GET' | 'PUT'): Case => ({
  name: `${method} …/${verb}_mappings switches all its mappings ${verb === 'enable' ? 'on' : 'off'}`,
  needs: ['endpoint'],
  steps: [
    ...described,
    ...signedUp,
    ...(verb === 'enable' ? [step(put(`${one}/disable_mappings`), { status: 200 })] : []),
    step({ method, path: `${one}/${verb}_mappings` }, { status: 200 }),
    step(get(`${store}/mappings`), { status: 200, body: holding({ name: `${name}.add`, enabled: verb === 'enable' }) }),
  ],
});

export const integrations: Chapter = {
  title: 'Integrations',
  about:
    '`GET`, `POST /api/stores/:store_id/integrations` `{integration: {name, url, category}}`, `GET`, `PUT`, `DELETE …/:id`, `POST …/:id/signup` `{parameters, enabled}`, `GET` or `PUT …/:id/enable_mappings` and `…/disable_mappings`. The endpoint’s `endpoint.json` is read in the background.',
  cases: [
    {
      name: 'An integration is made, 201, and shown',
      steps: [
        make(closed),
        step(get(one), { status: 200, body: { id: '<integration>', ...closed } }),
        step(get(base), { status: 200, body: holding({ id: '<integration>', ...closed, services: anArray }) }),
      ],
    },
    {
      name: 'An integration need not be wrapped in `integration`',
      steps: [step(post(base, closed), { status: 201, body: { id: anId, name } }, { capture: { integration: '/id' }, undo: del(one) })],
    },
    {
      name: 'Its token is not shown',
      steps: [
        step(
          post(base, { integration: { ...closed, token: 'secret-<suffix>-token' } }),
          { status: 201, body: { token: mask } },
          { capture: { integration: '/id' }, undo: del(one) },
        ),
        step(get(one), { status: 200, body: { token: mask } }),
      ],
    },
    {
      name: 'Its `services` are read from the endpoint’s endpoint.json',
      needs: ['endpoint'],
      steps: [
        make({ name, url: '<endpoint>/app', category: 'custom' }),
        eventually(get(one), {
          status: 200,
          body: {
            error_messages: [],
            services: holding(
              {
                name: 'add',
                path: '/add',
                requires: { parameters: holding({ name: 'conformance.<suffix>.api_key', data_type: 'string' }) },
                recommends: { messages: ['conformance:thing'], identifiers: { number: 'payload.number' } },
              },
              { name: 'keep', path: '/keep' },
            ),
          },
        }),
      ],
    },
    {
      name: 'An endpoint that redirects its root to its endpoint.json is followed',
      needs: ['endpoint'],
      steps: [
        make({ name, url: '<endpoint>/moved', category: 'custom' }),
        eventually(get(one), { status: 200, body: { services: holding({ name: 'add' }) } }),
      ],
    },
    {
      name: 'An endpoint without a description is told in `error_messages`',
      needs: ['endpoint'],
      steps: [
        make({ name, url: '<endpoint>/plain', category: 'custom' }),
        eventually(get(one), { status: 200, body: { services: [], error_messages: each(someMessage, 1) } }),
      ],
    },
    {
      name: 'Its description can be read again',
      needs: ['endpoint'],
      steps: [
        ...described,
        step(post(`${one}/refresh`), { status: 202, body: { id: '<integration>' } }),
        eventually(get(one), { status: 200, body: { state: 'ready', services: each({ name: someText }, 2) } }),
      ],
    },
    {
      name: 'A sign-up makes mappings `integration.service` of the services that are enabled, as they recommend it',
      needs: ['endpoint'],
      steps: [
        ...described,
        ...signedUp,
        step(get(`${store}/mappings`), {
          status: 200,
          body: holding({
            name: `${name}.add`,
            enabled: true,
            url: '<endpoint>/app/add',
            messages: ['conformance:thing'],
            identifiers: { number: 'payload.number' },
            filters: [{ path: 'payload.status', operator: 'eq', value: 'complete' }],
            options: { retries_allowed: false },
          }),
        }),
      ],
    },
    {
      name: 'A sign-up makes the parameters that the services require',
      needs: ['endpoint'],
      steps: [
        ...described,
        ...signedUp,
        step(get(`${store}/parameters`), {
          status: 200,
          body: holding(
            { name: 'conformance.<suffix>.api_key', data_type: 'string' },
            { name: 'conformance.<suffix>.limit', value: 5, data_type: 'integer' },
          ),
        }),
      ],
    },
    {
      name: 'A sign-up that lacks what a service requires is 422',
      needs: ['endpoint'],
      steps: [...described, step(post(`${one}/signup`, { parameters: [], enabled: ['add', 'keep'] }), refused(422))],
    },
    {
      name: 'A sign-up for a service that there is not is 422',
      needs: ['endpoint'],
      steps: [...described, step(post(`${one}/signup`, { parameters: [], enabled: ['nowhere'] }), refused(422))],
    },
    switched('disable', 'GET'),
    switched('disable', 'PUT'),
    switched('enable', 'GET'),
    switched('enable', 'PUT'),
    {
      name: 'The mapping of a required service cannot be deleted',
      needs: ['endpoint'],
      steps: [
        ...described,
        step(post(`${one}/signup`, { parameters: [], enabled: ['keep'] }), { status: 201 }),
        step(get(one), { status: 200 }, { capture: { kept: '/mappings/[service=keep]/id' } }),
        step(del(`${store}/mappings/<kept>`), refused(422)),
      ],
    },
    {
      name: 'PUT changes what is given and leaves the rest',
      steps: [
        make(closed),
        step(put(one, { integration: { category: 'other' } }), { status: 200, body: { ...closed, category: 'other' } }),
        step(get(one), { status: 200, body: { ...closed, category: 'other' } }),
      ],
    },
    {
      name: 'DELETE removes it and its mappings, 200 without content',
      steps: [
        make(closed),
        step(del(one), removed),
        step(get(one), unknown),
        step(get(base), { status: 200, body: lacking({ id: '<integration>' }) }),
      ],
    },
    {
      name: 'DELETE removes its mappings, the required ones too',
      needs: ['endpoint'],
      steps: [
        ...described,
        ...signedUp,
        step(del(one), removed),
        step(get(`${store}/mappings`), { status: 200, body: lacking({ name: `${name}.add` }, { name: `${name}.keep` }) }),
        step(get(one), unknown),
      ],
    },
    ...wrong.map(([what, given, field]): Case => ({
      name: `An integration ${what} is 422`,
      steps: [refuseToMake(base, { integration: given }, invalid(field))],
    })),
    { name: 'A name that is taken is 422', steps: [make(closed), refuseToMake(base, { integration: closed }, invalid('name'))] },
    {
      name: 'A body that is no JSON object is 400',
      steps: [step(post(base, []), refused(400)), step(post(base, undefined, { body: { text: '{' } }), refused(400))],
    },
    {
      name: 'An unknown id is 404',
      steps: [
        get(`${base}/${nothing}`),
        put(`${base}/${nothing}`, { integration: { category: 'other' } }),
        del(`${base}/${nothing}`),
        post(`${base}/${nothing}/signup`, { parameters: [], enabled: [] }),
        get(`${base}/${nothing}/enable_mappings`),
        get(`${base}/${nothing}/disable_mappings`),
      ].map((request) => step(request, unknown)),
    },
    {
      name: 'A change may be meant for a revision: `If-Match` with another one is 412',
      steps: [
        make(closed),
        step(get(one), { status: 200, headers: { etag: someText } }, { capture: { tag: 'header:etag' } }),
        step(put(one, { category: 'other' }, { headers: { 'if-match': '<tag>' } }), { status: 200, body: { category: 'other' } }),
        step(put(one, { category: 'third' }, { headers: { 'if-match': '<tag>' } }), refused(412)),
        step(del(one, { headers: { 'if-match': '<tag>' } }), refused(412)),
      ],
    },
  ],
};
