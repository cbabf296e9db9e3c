import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { fuzz, type FuzzReport } from './fuzz.ts';
import { reportOf } from './report.ts';

type Handler = (body: Readonly<Record<string, unknown>>, response: ServerResponse) => void;

let server: Server | undefined;
afterEach(() => void server?.close());

const error = { type: 'object', required: ['error', 'code'], properties: { error: { type: 'string' }, code: { type: 'string' } } };
const document = {
  openapi: '3.1.0',
  paths: {
    '/api/stores/{store_id}/things': {
      post: {
        operationId: 'thing.create',
        security: [],
        parameters: [{ name: 'store_id', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9a-f]{24}$' } }],
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/NewThing' } } } },
        responses: {
          201: { headers: { ETag: {} }, content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          422: { $ref: '#/components/responses/Error422' },
        },
        'x-error-codes': { 422: ['thing_invalid'] },
      },
    },
  },
  components: {
    schemas: {
      NewThing: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string', maxLength: 20 }, size: { type: 'integer', minimum: 1 } },
        additionalProperties: false,
      },
      Thing: { type: 'object', required: ['id'], properties: { id: { type: 'string' } }, additionalProperties: false },
      Error: error,
      Problem: error,
    },
    parameters: {},
    responses: { Error422: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } } },
  },
  'x-answers-without-route': { 404: ['route_not_found'], 405: ['method_not_allowed'] },
};

const answer = (response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};
const thing = { id: '65a1b2c3d4e5f60718293a4b' };
const etag = { etag: '"1"' };
const refuse = (response: ServerResponse): void => answer(response, 422, { error: 'No.', code: 'thing_invalid' });

/** As it should be. */
const good: Handler = ({ name, size = 1 }, response) => {
  const fits = typeof name === 'string' && name.length <= 20 && Number.isInteger(size) && Number(size) >= 1;
  if (fits) answer(response, 201, thing, etag);
  else refuse(response);
};

/** Fuzzes an API of one route, which does as the handler does. */
async function fuzzed(handler: Handler): Promise<FuzzReport> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = (request.url ?? '').replace(/\?.*$/, '');
    const body = await text(request);
    if (url === '/api/openapi.json') return answer(response, 200, document);
    if (url === '/api/stores') return answer(response, 201, { ...thing, token: 'a' });
    if (!/^\/api\/stores\/[^/]+\/things\/?$/.test(url)) return answer(response, 404, { error: 'No.', code: 'route_not_found' });
    if (request.method !== 'POST')
      return answer(response, 405, request.method === 'HEAD' ? '' : { error: 'No.', code: 'method_not_allowed' }, { allow: 'POST' });
    const parsed = objectOf(body);
    if (parsed === undefined) refuse(response);
    else handler(parsed, response);
  };
  server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return await fuzz({ url: `http://127.0.0.1:${port}`, adminToken: 'a', endpoints: ['http://127.0.0.1:1/'] }, { requests: 600, seed: 1 });
}

function objectOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

it('finds nothing in an API that does as its document says', async () => {
  const report = await fuzzed(good);
  expect(report.findings, reportOf(report)).toEqual([]);
  const counts = report.answers.get('thing.create');
  expect([counts?.get(201), counts?.get(422)].every((times) => (times ?? 0) > 100)).toBe(true);
});

it.each<readonly [what: string, kind: string, handler: Handler]>([
  [
    'a handler that throws for one kind of value',
    'status 500',
    (body, response) => (body['size'] === null ? answer(response, 500, { error: 'Oops.' }) : good(body, response)),
  ],
  [
    'a handler that throws for a hostile text',
    'status 500',
    (body, response) =>
      /[\0\ud800-\udfff]/u.test(String(body['name'])) ? answer(response, 500, { error: 'Oops.' }) : good(body, response),
  ],
  [
    'a member that is not documented',
    '201 does not fit its schema: the whole must NOT have additional properties {"additionalProperty":"secret"}',
    (body, response) => (body['size'] === undefined ? good(body, response) : answer(response, 201, { ...thing, secret: 1 }, etag)),
  ],
  [
    'a member that is missing',
    '201 does not fit its schema: the whole must have required property \'id\' {"missingProperty":"id"}',
    (_body, response) => answer(response, 201, {}, etag),
  ],
  ['a status that is not documented', 'status 200 is not documented', (_body, response) => answer(response, 200, thing, etag)],
  [
    'a code that is not documented',
    '422 with the code thing_odd is not documented',
    (_body, response) => answer(response, 422, { error: 'No.', code: 'thing_odd' }),
  ],
  [
    'another content type',
    '201 has the content type "text/plain"',
    (_body, response) => answer(response, 201, thing, { ...etag, 'content-type': 'text/plain' }),
  ],
  ['a header that is missing', '201 lacks ETag', (_body, response) => answer(response, 201, thing)],
  ['what is no JSON', '201 is no JSON', (_body, response) => answer(response, 201, '{"id":', etag)],
  ['a connection that is cut', 'no answer', (body, response) => (body['size'] === 1.5 ? response.socket?.destroy() : good(body, response))],
])('finds %s', async (_what, kind, handler) => {
  const report = await fuzzed(handler);
  expect(report.findings.map((finding) => [finding.operation, finding.complaint.kind])).toEqual([['thing.create', kind]]);
});

it('shows the smallest request that does it', async () => {
  const report = await fuzzed((body, response) => (typeof body['name'] === 'number' ? answer(response, 500, {}) : good(body, response)));
  const [finding] = report.findings;
  expect(finding?.curl).toMatch(/^curl -sS -i --path-as-is -X POST 'http:\/\/[^']+\/api\/stores\/65a1b2c3d4e5f60718293a4b\/things' \\\n/);
  const sent = JSON.parse(/--data-binary '(.*)'$/.exec(finding?.curl ?? '')?.[1] ?? '') as object;
  // A member that has nothing to do with it has gone.
  expect(Object.keys(sent)).toEqual(['name']);
});
