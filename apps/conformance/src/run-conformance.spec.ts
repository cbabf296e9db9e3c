import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { chapters } from './cases/chapters.ts';
import { runConformance } from './run-conformance.ts';
import { Session } from './run/session.ts';

let server: Server | undefined;
afterEach(async () => {
  if (server === undefined) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  server = undefined;
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer((request, response) => {
    request.resume();
    handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function run(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly said: string }> {
  let out = '';
  let said = '';
  const code = await runConformance(argv, { out: (text) => (out += text), say: (text) => (said += text) });
  return { code, out, said };
}

describe('a hub that knows nothing of the protocol', () => {
  /** Names of the cases that pass there. */
  async function passing(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<readonly string[]> {
    const url = await serve(handler);
    const known = new Map(
      Object.entries({ store: 's', other: 'o', token: 't', suffix: 'x', no_store: 'n', too_many_bytes: '10', endpoint: url }),
    );
    const session = new Session(
      { url, tokens: { store: 't', other: 'u', admin: 'a' }, known, lacks: {} },
      { answer: 5_000, eventually: 0, total: 60_000 },
    );
    const names: string[] = [];
    for (const chapter of chapters) {
      // Every case alone: what a beginning demands must not make its cases fail.
      const open = await session.begin({ ...chapter, given: [] });
      for (const one of chapter.cases) {
        const outcome = await open.run({ ...one, steps: one.steps.slice(-1) }).catch(() => undefined);
        if (outcome?.kind === 'passed' || outcome?.kind === 'not offered') names.push(`${chapter.title}: ${one.name}`);
      }
      await open.close();
    }
    return names;
  }
  const answering =
    (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
    (_request: IncomingMessage, response: ServerResponse): void =>
      void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);

  it.each([
    ['200 and an empty object', answering(200, '{}')],
    ['200 and an empty array', answering(200, '[]')],
    ['201 and an empty object', answering(201, '{}')],
    ['200 and nothing', answering(204, '')],
    ['500', answering(500, '{"error":"No."}')],
    ['a page', answering(200, '<html></html>', { 'content-type': 'text/html' })],
  ])('that answers %s passes no case, even by its last step alone', async (_what, handler) => {
    expect(await passing(handler)).toEqual([]);
  });

  it('that answers 404 passes those that are about what is not there, and no others', async () => {
    const names = await passing(answering(404, '{"error":"Not found."}'));
    expect(names.filter((name) => !/404|\bDELETE removes it|Not offered|Samples/.test(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(20);
  });
});

describe('the program', () => {
  it('names the cases', async () => {
    const { code, out } = await run('--list', '--only', 'samples');
    expect([code, out]).toEqual([
      0,
      'Samples\n  The names of samples are listed\n  A sample is generated\n  A sample of an older version is generated\n',
    ]);
  });

  it('explains itself', async () => {
    expect((await run('--help')).out).toContain('npm run conformance -- --url URL');
  });

  it('says what is wrong with the command line', async () => {
    expect(await run('--tokn', 'x')).toMatchObject({
      code: 2,
      out: '',
      said: expect.stringContaining('There is no option "--tokn"') as string,
    });
    expect(await run('--only', 'nothing of the kind')).toMatchObject({
      code: 2,
      said: expect.stringContaining('--list names them') as string,
    });
    expect(await run()).toMatchObject({ code: 2, said: expect.stringContaining('There is no token.') as string });
  });

  it('says that nothing answers', async () => {
    const url = await serve(() => undefined);
    server?.closeAllConnections();
    server?.close();
    server = undefined;
    expect(await run('--url', url, '--admin-token', 'x')).toMatchObject({
      code: 2,
      said: expect.stringContaining(`Nothing answers at ${url}`) as string,
    });
  });

  it('asks for the store where the token is a store’s', async () => {
    const url = await serve((_request, response) => response.writeHead(403).end('{}'));
    expect(await run('--url', url, '--token', 'x')).toMatchObject({
      code: 2,
      said: expect.stringContaining('Say --store with its id') as string,
    });
  });

  it('keeps away from a store that has mappings, unless it is told not to', async () => {
    const url = await serve((request, response) => response.writeHead(request.method === 'GET' ? 200 : 401).end('[{"id":"m"}]'));
    const argv = ['--url', url, '--token', 'x', '--store', 's', '--only', 'samples'];
    expect(await run(...argv)).toMatchObject({ code: 2, said: expect.stringContaining('has 1 mappings') as string });
    expect((await run(...argv, '--store-in-use')).code).toBe(1);
  });

  it('answers 0 and a line for each case where all is well', async () => {
    const url = await serve((request, response) => {
      const there = request.url?.endsWith('/mappings') === true;
      response.writeHead(there ? 200 : 404, { 'content-type': 'application/json' }).end(there ? '[]' : '{"error":"No such route."}');
    });
    const { code, out } = await run('--url', url, '--token', 'x', '--store', 's', '--only', 'samples');
    expect(code).toBe(0);
    expect(out).toContain('\nSamples\n  ○ The names of samples are listed (not offered: ');
    expect(out).toMatch(/\n3 cases: 0 passed, 0 failed, 0 skipped, 3 not offered, in \d\.\d s\n$/);
  });

  it('answers 1 and the same as JSON where something is wrong', async () => {
    const url = await serve((_request, response) => response.writeHead(200).end('[]'));
    const { code, out, said } = await run('--url', url, '--token', 'secret-x', '--store', 's', '--only', 'samples', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      url,
      summary: { passed: 0, failed: 3, skipped: 0, notOffered: 0 },
      cases: [
        {
          chapter: 'Samples',
          name: 'The names of samples are listed',
          result: 'failed',
          request: 'GET /api/samples',
          problems: ['expected status 404, came 200 []'],
        },
        {},
        {},
      ],
    });
    expect(said).toContain('✗ A sample is generated: GET /api/samples/order:new: expected status 404, came 200 []');
    expect(out + said).not.toContain('secret-x');
  });

  it('stops when it is told to, and does not call that a success', async () => {
    const stopping = new AbortController();
    const url = await serve((request, response) => {
      const there = request.url?.endsWith('/mappings') === true;
      if (!there) stopping.abort();
      response.writeHead(there ? 200 : 404, { 'content-type': 'application/json' }).end(there ? '[]' : '{"error":"No such route."}');
    });
    let out = '';
    const code = await runConformance(['--url', url, '--token', 'x', '--store', 's', '--only', 'samples'], {
      out: (text) => (out += text),
      say: (text) => (out += text),
      stop: stopping.signal,
    });
    expect([code, /\n1 cases: .*\nStopped: not every case was tried\.\n$/.test(out)]).toEqual([1, true]);
  });
});
