import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { isErrorCode, isMessageType } from '@crossdock/contracts';
import type { DescriptorRead, DescriptorSource } from '@crossdock/core';
import { createHttpGetter, createHttpSender, parseEgressPolicy, type HttpSender } from '@crossdock/http-client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { regexCompiler } from '../../mappings/compile-regex.ts';
import { descriptorSource, type DescriptorSourceOptions } from './descriptor-source.ts';
import { descriptorFiles } from './testing/descriptor-files.ts';

let sender: HttpSender;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(() => {
  const parsed = parseEgressPolicy({ allowLoopback: true });
  if (!parsed.ok) throw new Error(parsed.problems.join());
  sender = createHttpSender({ policy: parsed.policy });
});
afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});
afterAll(() => sender.close());

const sourceOf = (options: Partial<DescriptorSourceOptions> = {}): DescriptorSource =>
  descriptorSource({ getter: createHttpGetter({ sender }), compileRegex: regexCompiler(), isMessageType, ...options });

interface Endpoint {
  readonly url: string;
  readonly asked: readonly string[];
}

/** An endpoint; what it was asked for comes in `asked`. */
async function endpoint(listener: RequestListener): Promise<Endpoint> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

type Page = (request: IncomingMessage, response: ServerResponse) => void;
const page =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}, status = 200): Page =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
const json = (value: unknown): Page => page(JSON.stringify(value), { 'content-type': 'application/json' });

/** An endpoint with pages by path; there is nothing elsewhere. */
const site = (pages: Readonly<Record<string, Page>>): Promise<Endpoint> =>
  endpoint((request, response) => (pages[request.url ?? ''] ?? page('Not found', {}, 404))(request, response));

/** How it ends: the names of services, or code, reason and whether it is tried again. The endpoint's own address reads URL. */
function ending(result: DescriptorRead, url: string): unknown {
  if (result.ok) return result.description.services.map(({ name }) => name);
  expect(result.problems.every(({ code, hint }) => isErrorCode(code) && hint.endsWith('.'))).toBe(true);
  return [...result.problems.map(({ code, reason }) => [code, reason.replaceAll(url, 'URL')]), result.retriable];
}
const fetched = async ({ url }: Endpoint, options: Partial<DescriptorSourceOptions> = {}, path = ''): Promise<unknown> =>
  ending(await sourceOf(options).fetch(`${url}${path}`), url);

const MAILS = ['order_confirmation', 'echo'];

it.each<[string, string]>([
  ['', '/endpoint.json'],
  ['/', '/endpoint.json'],
  ['/mails', '/mails/endpoint.json'],
  ['/mails//', '/mails/endpoint.json'],
  ['/mails/?store=1#top', '/mails/endpoint.json?store=1'],
])('fetches the file below the endpoint’s URL: %s', async (path, file) => {
  const app = await site({ [file]: json(descriptorFiles.mails) });
  expect(await fetched(app, {}, path)).toEqual(MAILS);
  expect(app.asked).toEqual([`GET ${file}`]);
});

it('shows no credentials, and takes nothing that would have to be unpacked', async () => {
  let headers: IncomingMessage['headers'] = {};
  const app = await endpoint((request, response) => {
    ({ headers } = request);
    response.end('{}');
  });
  await fetched(app);
  expect(headers).toEqual({
    accept: 'application/json',
    'accept-encoding': 'identity',
    connection: 'keep-alive',
    host: app.url.slice('http://'.length),
  });
});

it('looks at the root where there is no such file', async () => {
  const app = await site({ '/mails': json(descriptorFiles.mails) });
  expect(await fetched(app, {}, '/mails')).toEqual(MAILS);
  expect(app.asked).toEqual(['GET /mails/endpoint.json', 'GET /mails']);
});

it('follows the root of an older application to its file', async () => {
  const app = await site({
    '/': page('', { location: '/public/endpoint.json' }, 302),
    '/public/endpoint.json': json(descriptorFiles.oldest),
  });
  expect(await fetched(app)).toEqual(['fetch_orders']);
});

it('believes no content type', async () => {
  const app = await site({ '/endpoint.json': page(JSON.stringify(descriptorFiles.mails), { 'content-type': 'text/html' }) });
  expect(await fetched(app)).toEqual(MAILS);
});

it('resolves an icon at the endpoint’s URL', async () => {
  const app = await site({ '/mails/endpoint.json': json(descriptorFiles.mails) });
  const result = await sourceOf().fetch(`${app.url}/mails`);
  expect(result).toMatchObject({ ok: true, description: { icon_url: `${app.url}/mails/pigeon.png` } });
});

const file = (given: Page): Readonly<Record<string, Page>> => ({ '/endpoint.json': given });
const moved = (location: string): Page => page('', { location }, 302);
const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));

it.each<[string, Readonly<Record<string, Page>>, unknown]>([
  ['nothing anywhere', {}, [['endpoint_json_missing', 'URL/ answers 404: there is no endpoint.json.'], false]],
  [
    'a text at the root',
    { '/': page('Pigeon Post is running') },
    [
      [
        'endpoint_json_unreadable',
        'The answer is text, not JSON: is this the endpoint’s base URL? It begins with "Pigeon Post is running".',
      ],
      false,
    ],
  ],
  [
    'a page for every path',
    file(page('<html>Hello</html>')),
    [['endpoint_json_unreadable', 'The answer is HTML or XML, not JSON: is this the endpoint’s base URL?'], false],
  ],
  ['a missing file as large as none may be', { ...file(page('x'.repeat(2_000_000), {}, 404)), '/': json(descriptorFiles.mails) }, MAILS],
  [
    'broken JSON',
    file(page('{"services": [')),
    [['endpoint_json_unreadable', 'The answer is not valid JSON: Unexpected end of JSON input.'], false],
  ],
  ['an answer without a body', file(page('', {}, 204)), [['endpoint_json_unreadable', 'The answer is empty.'], false]],
  ['another shape', file(json({ status: 'ok' })), [['endpoint_json_invalid', 'The file lists no services.'], false]],
  [
    'several mistakes',
    file(json({ services: [{ name: 'a' }, { path: '/b' }] })),
    [['endpoint_json_invalid', 'The service has no path.'], ['endpoint_json_invalid', 'The service has no name.'], false],
  ],
  [
    'a huge file',
    file(page(`{"services":"${'x'.repeat(1_048_576)}"}`)),
    [['endpoint_json_too_large', "URL/endpoint.json: The answer's body is larger than 1048576 bytes."], false],
  ],
  [
    'a compressed file',
    file(page(bomb, { 'content-encoding': 'gzip' })),
    [['endpoint_json_unreadable', 'URL/endpoint.json answers in the encoding "gzip", though none was accepted.'], false],
  ],
  [
    'a file behind a token',
    file(page('{"error":"Unauthorized"}', {}, 401)),
    [['endpoint_json_refused', 'URL/endpoint.json answers 401: the file is closed to the hub.'], false],
  ],
  [
    'a file that is not to be had',
    file(page('', {}, 405)),
    [['endpoint_json_refused', 'URL/endpoint.json answers 405, which is no file.'], false],
  ],
  ['an application that fails', file(page('oops', {}, 503)), [['integration_unreachable', 'URL/endpoint.json answers 503.'], true]],
  [
    'an application that is asked too often',
    file(page('', {}, 429)),
    [['integration_unreachable', 'URL/endpoint.json answers 429.'], true],
  ],
  [
    'a way round in circles',
    file(moved('/endpoint.json')),
    [['integration_redirected', 'URL/endpoint.json redirects on to URL/endpoint.json, after too many redirects.'], false],
  ],
  [
    'a redirect into a private network',
    file(moved('http://10.1.2.3/endpoint.json')),
    [['integration_redirected', 'URL/endpoint.json redirects to http://10.1.2.3/endpoint.json, which is another origin.'], false],
  ],
  [
    'a redirect to the machine’s own facts, from the root',
    { '/': moved('http://169.254.169.254/latest/meta-data/') },
    [['integration_redirected', 'URL/ redirects to http://169.254.169.254/latest/meta-data/, which is another origin.'], false],
  ],
  [
    'a redirect to https',
    file(moved('https://127.0.0.1/endpoint.json')),
    [['integration_redirected', 'URL/endpoint.json redirects to https://127.0.0.1/endpoint.json, which is another origin.'], false],
  ],
  [
    'a redirect to nowhere',
    file(page('', {}, 302)),
    [['integration_redirected', 'URL/endpoint.json redirects without saying where to.'], false],
  ],
  [
    'a redirect to what is no address',
    file(moved('http://[')),
    [['integration_redirected', 'URL/endpoint.json redirects to "http://[", which is no address.'], false],
  ],
])('says what is wrong: %s', async (_name, pages, expected) => {
  expect(await fetched(await site(pages))).toEqual(expected);
});

it('asks nothing of where a redirect leads out of the origin', async () => {
  const other = await site({ '/': json(descriptorFiles.mails) });
  const app = await site(file(moved(`${other.url}/`)));
  expect(await fetched(app)).toEqual([
    ['integration_redirected', `URL/endpoint.json redirects to ${other.url}/, which is another origin.`],
    false,
  ]);
  expect(other.asked).toEqual([]);
});

it.each<[string, Page]>([
  ['never begins', () => undefined],
  [
    'drips',
    (_request, response) => {
      response.write('{"name":"');
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    },
  ],
])('ends in time where an answer %s', async (_name, given) => {
  const app = await site(file(given));
  expect(await fetched(app, { timeoutMs: 300 })).toEqual([
    ['integration_unreachable', expect.stringMatching(/^URL\/endpoint\.json: Timed out after 300 ms, /)],
    true,
  ]);
});

it('has one time for both addresses', async () => {
  const slow: Page = (_request, response) => {
    setTimeout(() => response.writeHead(404).end(), 200).unref();
  };
  const app = await site({ '/endpoint.json': slow, '/': () => undefined });
  const started = performance.now();
  expect(await fetched(app, { timeoutMs: 500 })).toEqual([
    ['integration_unreachable', expect.stringMatching(/^URL\/: Timed out after \d+ ms, /)],
    true,
  ]);
  expect(performance.now() - started).toBeLessThan(3_000);
});

it('tries again what does not listen, and not what the guard closes', async () => {
  const gone = await site({});
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
  expect(await fetched(gone)).toEqual([['integration_unreachable', 'URL/endpoint.json: The endpoint refused the connection.'], true]);
  const source = sourceOf();
  expect(ending(await source.fetch('http://10.0.0.1'), '-')).toEqual([
    ['integration_url_blocked', "http://10.0.0.1/endpoint.json: The URL's address is not allowed by the egress policy."],
    false,
  ]);
  expect(ending(await source.fetch('https://me:secret@apps.example'), '-')).toEqual([
    [
      'integration_url_invalid',
      'https://apps.example/endpoint.json: The URL holds a user name or password. Leave them out and use the endpoint token.',
    ],
    false,
  ]);
});

it.each([
  ['apps.example/mails', '"apps.example/mails" cannot be read as a URL.'],
  ['https://apps.example/endpoint.json', 'https://apps.example/endpoint.json is the address of the file itself.'],
])('asks nothing of %s', async (url, reason) => {
  expect(ending(await sourceOf().fetch(url), '-')).toEqual([['integration_url_invalid', reason], false]);
});

it('asks no more endpoints at once than it may, so that slow ones leave room for others', async () => {
  let open = 0;
  let most = 0;
  const slow = await endpoint((_request, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response.end(JSON.stringify(descriptorFiles.mails));
    }, 50).unref();
  });
  const quick = await site(file(json(descriptorFiles.mails)));
  const source = sourceOf({ concurrency: 3, perOrigin: 2 });
  const ended: string[] = [];
  const fetch = async ({ url }: Endpoint, name: string): Promise<void> => {
    expect(ending(await source.fetch(url), url)).toEqual(MAILS);
    ended.push(name);
  };
  await Promise.all([...Array.from({ length: 8 }, () => fetch(slow, 'slow')), fetch(quick, 'quick')]);
  expect(most).toBe(2);
  expect(ended.indexOf('quick')).toBeLessThan(8);
});

it('lets go of whoever waits too long for the others', async () => {
  const stuck = await endpoint(() => undefined);
  const source = sourceOf({ concurrency: 1, perOrigin: 1, timeoutMs: 500, waitMs: 50 });
  const first = source.fetch(stuck.url);
  expect(ending(await source.fetch('http://127.0.0.1:9'), '-')).toEqual([
    ['integration_unreachable', 'The hub has fetched other endpoints for 50 ms.'],
    true,
  ]);
  expect(await first).toMatchObject({ ok: false, retriable: true });
});
