import type { Answer, Request, Step } from '../suite/case.ts';
import { absent, aString, each, matching, someText, type Expected, type Template } from '../suite/expected.ts';

/** The store's own address. */
export const store = '/api/stores/<store>';
/** An id that nothing has. */
export const nothing = '0'.repeat(24);

type More = Partial<Omit<Request, 'method' | 'path'>>;

export const get = (path: string, more: More = {}): Request => ({ method: 'GET', path, ...more });
export const del = (path: string, more: More = {}): Request => ({ method: 'DELETE', path, ...more });
export const post = (path: string, json?: Template, more: More = {}): Request => sending('POST', path, json, more);
export const put = (path: string, json?: Template, more: More = {}): Request => sending('PUT', path, json, more);
const sending = (method: Request['method'], path: string, json: Template | undefined, more: More): Request => ({
  method,
  path,
  ...(json === undefined ? {} : { body: { json } }),
  ...more,
});

/** A request and what comes back. */
export const step = (request: Request, answer: Answer, more: Omit<Step, 'request' | 'answer'> = {}): Step => ({ request, answer, ...more });
export const eventually = (request: Request, answer: Answer, capture: Readonly<Record<string, string>> = {}): Step =>
  step(request, answer, { eventually: true, capture });

/** The original's error: `{error}`, and the fields at fault where there are some. Ours adds `code` and `hint`. */
export const errorBody: Expected = { error: someText, status: absent };
export const fieldError = (...fields: readonly string[]): Expected => ({
  error: someText,
  errors: Object.fromEntries(fields.map((field) => [field, each(aString, 1)])),
});
export const refused = (status: number, body: Expected = errorBody): Answer => ({
  status,
  headers: { 'content-type': matching('^application/json') },
  body,
});
export const invalid = (...fields: readonly string[]): Answer => refused(422, fields.length === 0 ? errorBody : fieldError(...fields));
export const unauthorized: Answer = refused(401, { error: 'Token is invalid.' });
export const unknown: Answer = refused(404);

/** A problem document, on the routes that the original did not have. */
export const problem = (status: number): Answer => ({
  status,
  headers: { 'content-type': matching('^application/problem\\+json') },
  body: { type: someText, title: someText, status, detail: someText, code: someText },
});

/** Removed without content. */
export const removed: Answer = { status: 200, text: '' };

/** Pushes a message, whose id is `<id>` from then on unless it is called otherwise. */
export const push = (message: string, payload: Template, more: { readonly [member: string]: Template } = {}, id = 'id'): Step =>
  step(post(`${store}/messages`, { message, payload, ...more }), { status: 201 }, { capture: { [id]: '/message_id' } });

/** Makes a mapping that is removed at the end; its id is `<mapping>` unless it is called otherwise. */
export const makeMapping = (members: { readonly [member: string]: Template }, id = 'mapping'): Step =>
  step(post(`${store}/mappings`, members), { status: 201 }, { capture: { [id]: '/id' }, undo: del(`${store}/mappings/<${id}>`) });

/** Tries to make what cannot be made; where it is made all the same, it is removed. */
export const refuseToMake = (base: string, body: Template, answer: Answer): Step =>
  step(post(base, body), answer, { capture: { made: '/id' }, undo: del(`${base}/<made>`) });

/** A mapping that nothing is sent to: it is paused, and its address is nobody's. */
export const pausedMapping = (
  name: string,
  messages: readonly string[],
  more: { readonly [member: string]: Template } = {},
  id = 'mapping',
): Step => makeMapping({ name, messages, url: 'https://endpoint.invalid/add', paused: true, ...more }, id);

/** A mapping to the suite's own endpoint, which answers as the payload tells it; failures wait for an hour. */
export const liveMapping = (
  name: string,
  messages: readonly string[],
  more: { readonly [member: string]: Template } = {},
  id = 'mapping',
): Step =>
  makeMapping(
    { name, messages, url: '<endpoint>/service', options: { backoff: { base_ms: 3_600_000, factor: 1, cap_ms: 3_600_000 } }, ...more },
    id,
  );

/** Waits for the only delivery of `<id>`, which is `<delivery>` from then on. One that waits is archived at the end. */
export const delivered = (state: string): readonly Step[] => [
  eventually(
    get(`${store}/messages/<id>`),
    { status: 200, body: { state: 'routed', children: [{ id: someText }] } },
    { delivery: '/children/0/id' },
  ),
  step(
    get(`${store}/messages/<delivery>`),
    { status: 200, body: { state } },
    { eventually: true, ...(state === 'completed' ? {} : { undo: archive('delivery') }) },
  ),
];

/** Archives what a step leaves in the accepted queue. */
export const archive = (id: string): Request => put(`${store}/messages/<${id}>?archive=true`);
