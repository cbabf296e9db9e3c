import { afterAll, beforeAll, expect, it } from 'vitest';
import { succeeded, type Endpoint, type ServiceAnswer, type ServiceRequest } from './endpoint.ts';
import { serveEndpoints, type ServedEndpoints } from './serve-endpoints.ts';

const token = 'agreed-on';
const seen: ServiceRequest[] = [];
const endpoint: Endpoint = {
  name: 'shop',
  display: 'The shop',
  description: 'A shop',
  services: [
    {
      name: 'add',
      description: 'Adds',
      messages: ['order:new'],
      required: true,
      parameters: [{ name: 'shop.key', description: 'A key', data_type: 'password' }],
      identifiers: { order: 'payload.order.number' },
      filters: [{ path: 'payload.order.email', operator: 'present' }],
      options: { retries_allowed: false },
      produces: ['order:updated'],
      handle: (request) => {
        seen.push(request);
        return succeeded(request);
      },
    },
    { name: 'wait', description: 'Waits', messages: [], handle: (request) => waiting(request) },
    { name: 'break', description: 'Breaks', messages: [], handle: () => Promise.reject(new TypeError('a defect')) },
    {
      name: 'later',
      description: 'Asks for patience',
      messages: [],
      handle: ({ message_id }) => ({ status: 429, headers: { 'retry-after': '2' }, body: { message_id } }),
    },
  ],
};
let waiting: (request: ServiceRequest) => Promise<ServiceAnswer>;
const request = { message: 'order:new', message_id: '51af1dc5fe53543f1200f519', payload: { order: {}, parameters: [] } };
let served: ServedEndpoints;

beforeAll(async () => {
  served = await serveEndpoints({ endpoints: [endpoint], token, port: 0 });
});
afterAll(() => served.close());

async function post(
  path: string,
  body: unknown = request,
  headers: Record<string, string> = { 'x-augury-token': token },
): Promise<unknown> {
  const response = await fetch(`${served.url}${path}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

it('hands a request to its service and answers what that says', async () => {
  expect(await post('/shop/add')).toEqual({ status: 200, body: { message_id: request.message_id } });
  expect(seen).toEqual([request]);
});

it('passes on headers', async () => {
  const response = await fetch(`${served.url}/shop/later`, {
    method: 'POST',
    headers: { 'x-augury-token': token },
    body: JSON.stringify(request),
  });
  expect([response.status, response.headers.get('retry-after'), response.headers.get('content-type')]).toEqual([
    429,
    '2',
    'application/json',
  ]);
  await response.arrayBuffer();
});

it.each<[string, string, unknown, Record<string, string>, number, string]>([
  ['without a token', '/shop/add', request, {}, 401, 'The X-Augury-Token is not the one agreed on'],
  ['with another token', '/shop/add', request, { 'x-augury-token': 'agreed-on-not' }, 401, 'The X-Augury-Token is not the one agreed on'],
  ['to an unknown endpoint', '/else/add', request, { 'x-augury-token': token }, 404, 'There is no such endpoint'],
  ['to an unknown service', '/shop/toString', request, { 'x-augury-token': token }, 404, 'There is no such service'],
  ['to a deeper path', '/shop/add/more', request, { 'x-augury-token': token }, 404, 'There is no such endpoint'],
  [
    'that is not JSON',
    '/shop/add',
    '{',
    { 'x-augury-token': token },
    400,
    'The body is not a JSON object with message, message_id and payload',
  ],
  [
    'without an id',
    '/shop/add',
    { ...request, message_id: 1 },
    { 'x-augury-token': token },
    400,
    'The body is not a JSON object with message, message_id and payload',
  ],
  [
    'whose payload is a list',
    '/shop/add',
    { ...request, payload: [] },
    { 'x-augury-token': token },
    400,
    'The body is not a JSON object with message, message_id and payload',
  ],
  [
    'that is too large',
    '/shop/add',
    ' '.repeat(16 * 1024 * 1024 + 1),
    { 'x-augury-token': token },
    413,
    'The body is larger than 16777216 bytes',
  ],
  ['to a service with a defect', '/shop/break', request, { 'x-augury-token': token }, 500, 'a defect'],
])('refuses a request %s', async (_what, path, body, headers, status, error) => {
  expect(await post(path, body, headers)).toEqual({ status, body: { error } });
});

it('takes no other method', async () => {
  const response = await fetch(`${served.url}/shop/add`, { method: 'PUT', headers: { 'x-augury-token': token } });
  expect([response.status, response.headers.get('allow'), await response.json()]).toEqual([405, 'POST', { error: 'Services take POST' }]);
});

it.each(['/shop', '/shop/', '/shop/endpoint.json'])('describes an endpoint at %s', async (path) => {
  const description = (await (await fetch(`${served.url}${path}`)).json()) as { services: unknown[] };
  expect({ ...description, services: description.services.slice(0, 2) }).toEqual({
    name: 'shop',
    display: 'The shop',
    description: 'A shop',
    services: [
      {
        name: 'add',
        path: '/add',
        description: 'Adds',
        required: true,
        requires: { parameters: [{ name: 'shop.key', description: 'A key', data_type: 'password' }] },
        recommends: {
          messages: ['order:new'],
          identifiers: { order: 'payload.order.number' },
          filters: [{ path: 'payload.order.email', operator: 'present' }],
          options: { retries_allowed: false },
        },
        produces: { messages: [{ message: 'order:updated' }] },
      },
      {
        name: 'wait',
        path: '/wait',
        description: 'Waits',
        requires: { parameters: [] },
        recommends: { messages: [] },
        produces: { messages: [] },
      },
    ],
  });
});

it.each([
  [token, 200],
  ['other', 401],
])('answers at /auth for the token %s', async (sent, status) => {
  const response = await fetch(`${served.url}/shop/auth`, { headers: { 'x-augury-token': sent } });
  await response.arrayBuffer();
  expect(response.status).toBe(status);
});

it('answers what it is at before it ends, and takes nothing new', async () => {
  const own = await serveEndpoints({ endpoints: [endpoint], token, port: 0 });
  let finish = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    waiting = async (asked) => {
      resolve();
      await new Promise<void>((go) => (finish = go));
      return succeeded(asked);
    };
  });
  const running = fetch(`${own.url}/shop/wait`, { method: 'POST', headers: { 'x-augury-token': token }, body: JSON.stringify(request) });
  await begun;
  const closed = own.close();
  await expect(fetch(`${own.url}/shop`)).rejects.toThrow('fetch failed');
  finish();
  expect(await (await running).json()).toEqual({ message_id: request.message_id });
  await closed;
});

it('says when a port is taken', async () => {
  await expect(serveEndpoints({ endpoints: [], token, port: served.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
