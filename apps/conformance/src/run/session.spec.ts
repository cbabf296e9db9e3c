import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInteger, someText } from '../suite/expected.ts';
import type { Case, Chapter, Step } from '../suite/case.ts';
import { Session, type Outcome, type Party, type Patience } from './session.ts';

const patience: Patience = { answer: 2_000, eventually: 2_000, total: 10_000 };

/** What the hub answers, by `METHOD path`; everything else is 404. */
let answers: Record<
  string,
  () => { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
>;
let asked: string[];
let server: Server;
let party: Party;

beforeEach(async () => {
  answers = {};
  asked = [];
  server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    request.resume();
    asked.push(`${method} ${url} ${String(headers['x-augury-token'] ?? '-')}`);
    const { status, body, headers: more } = answers[`${method} ${url}`]?.() ?? { status: 404 };
    response.writeHead(status, more).end(body === undefined ? '' : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  party = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens: { store: 'of-the-store', other: 'of-another' },
    known: new Map([['store', 's1']]),
    lacks: { admin: 'it needs --admin-token' },
  };
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function run(
  one: Partial<Case> & { readonly steps: readonly Step[] },
  chapter: Partial<Chapter> = {},
  session = new Session(party, patience),
): Promise<Outcome> {
  const open = await session.begin({ title: 'A chapter', about: '', cases: [], ...chapter });
  const outcome = await open.run({ name: 'A case', ...one });
  await open.close();
  return outcome;
}
const things: Step = {
  request: { method: 'POST', path: '/<store>/things', body: { json: {} } },
  answer: { status: 201, body: { id: anInteger } },
  capture: { id: '/id' },
  undo: { method: 'DELETE', path: '/<store>/things/<id>' },
};

describe('a case', () => {
  it('passes if every answer is as expected', async () => {
    answers['POST /s1/things'] = () => ({ status: 201, body: { id: 7 } });
    answers['GET /s1/things/7'] = () => ({ status: 200, body: { id: 7 }, headers: { etag: '"1"' } });
    const look: Step = {
      request: { method: 'GET', path: '/<store>/things/<id>', from: 'other' },
      answer: { status: 200, headers: { etag: '"1"' }, body: { id: '<id>' } },
    };
    expect(await run({ steps: [things, look] })).toEqual({ kind: 'passed' });
    expect(asked).toEqual(['POST /s1/things of-the-store', 'GET /s1/things/7 of-another', 'DELETE /s1/things/7 of-the-store']);
  });

  it('fails at the first answer that is not, and says what was asked, expected and answered', async () => {
    answers['POST /s1/things'] = () => ({ status: 500, body: { error: 'Oh.' } });
    expect(await run({ steps: [things, things] })).toEqual({
      kind: 'failed',
      request: 'POST /s1/things',
      problems: ['expected status 201, came 500 {"error":"Oh."}'],
    });
    expect(asked).toHaveLength(1);
  });

  it('tells all that is wrong with an answer', async () => {
    answers['POST /s1/things'] = () => ({ status: 201, body: { name: 5 } });
    const step: Step = { ...things, answer: { status: 201, headers: { etag: someText }, body: { name: someText } } };
    expect(await run({ steps: [step] })).toMatchObject({
      problems: ['body: expected something at /id', 'header etag: expected a text, came nothing', 'body.name: expected a text, came 5'],
    });
  });

  it('takes back what it made, though it failed, the last first', async () => {
    let last = 0;
    answers['POST /s1/things'] = () => ({ status: 201, body: { id: (last += 1) } });
    expect(await run({ steps: [things, things, { request: { method: 'GET', path: '/gone' }, answer: { status: 200 } }] })).toMatchObject({
      kind: 'failed',
    });
    expect(asked.slice(-2)).toEqual(['DELETE /s1/things/2 of-the-store', 'DELETE /s1/things/1 of-the-store']);
  });

  it('takes back what it made, though that was not as expected', async () => {
    answers['POST /s1/things'] = () => ({ status: 201, body: { id: 3 } });
    expect(await run({ steps: [{ ...things, answer: { status: 422 } }] })).toMatchObject({ kind: 'failed' });
    expect(asked.at(-1)).toBe('DELETE /s1/things/3 of-the-store');
  });

  it('asks again for what is to come about', async () => {
    let times = 0;
    answers['GET /state'] = () => ({ status: 200, body: { state: (times += 1) < 3 ? 'pending' : 'routed' } });
    const wait: Step = { request: { method: 'GET', path: '/state' }, answer: { status: 200, body: { state: 'routed' } }, eventually: true };
    expect(await run({ steps: [wait] })).toEqual({ kind: 'passed' });
    expect(times).toBe(3);
  });

  it('takes back once what was asked for again and again', async () => {
    let times = 0;
    answers['GET /state'] = () => ({ status: 200, body: { state: (times += 1) < 3 ? 'pending' : 'routed' } });
    const undo = { method: 'PUT', path: '/archive' } as const;
    const wait: Step = {
      request: { method: 'GET', path: '/state' },
      answer: { status: 200, body: { state: 'routed' } },
      eventually: true,
      undo,
    };
    await run({ steps: [wait] });
    expect(asked.filter((line) => line.startsWith('PUT'))).toHaveLength(1);
  });

  it('does not ask for ever', async () => {
    answers['GET /state'] = () => ({ status: 200, body: { state: 'pending' } });
    const wait: Step = { request: { method: 'GET', path: '/state' }, answer: { status: 200, body: { state: 'routed' } }, eventually: true };
    const brief = new Session(party, { ...patience, eventually: 100 });
    expect(await run({ steps: [wait] }, {}, brief)).toMatchObject({ problems: ['body.state: expected "routed", came "pending"'] });
  });

  it('fails where nothing is answered in time', async () => {
    const held = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(held, 'listening');
    const deaf = { ...party, url: `http://127.0.0.1:${(held.address() as AddressInfo).port}` };
    const outcome = await run({ steps: [things] }, {}, new Session(deaf, { ...patience, answer: 50 }));
    held.closeAllConnections();
    held.close();
    expect(outcome).toMatchObject({ kind: 'failed', problems: [expect.stringContaining('no answer')] });
  });

  it('finds an element by one of its members', async () => {
    answers['GET /list'] = () => ({
      status: 200,
      body: [
        { name: 'a', id: 1 },
        { name: 'b', id: 2 },
      ],
    });
    answers['GET /2'] = () => ({ status: 200 });
    const find: Step = { request: { method: 'GET', path: '/list' }, answer: { status: 200 }, capture: { found: '/[name=b]/id' } };
    expect(await run({ steps: [find, { request: { method: 'GET', path: '/<found>' }, answer: { status: 200 } }] })).toEqual({
      kind: 'passed',
    });
  });

  it('compares a body to the letter with what it captured', async () => {
    answers['GET /echo'] = () => ({ status: 200, body: { id: 5 } });
    const step = (text: string): Step => ({
      request: { method: 'GET', path: '/echo' },
      answer: { status: 200, text },
      capture: { id: '/id' },
    });
    expect(await run({ steps: [step('{"id":<id>}')] })).toEqual({ kind: 'passed' });
    expect(await run({ steps: [step('{"id": <id>}')] })).toMatchObject({ problems: ['body: expected {"id": 5}, came {"id":5}'] });
  });
});

describe('what is not tried', () => {
  it('is skipped for what it lacks', async () => {
    expect(await run({ steps: [things], needs: ['admin'] })).toEqual({ kind: 'skipped', reason: 'it needs --admin-token' });
    expect(await run({ steps: [things] }, { needs: ['admin'], given: [things] })).toEqual({
      kind: 'skipped',
      reason: 'it needs --admin-token',
    });
    expect(await run({ steps: [], elsewhere: 'no request can show it' })).toEqual({ kind: 'skipped', reason: 'no request can show it' });
    expect(asked).toEqual([]);
  });

  it('is not offered only if it is not there at all', async () => {
    const absent: Step = { request: { method: 'GET', path: '/batch' }, answer: { status: 404 } };
    expect(await run({ steps: [absent], notOffered: 'no route yet' })).toEqual({ kind: 'not offered', reason: 'no route yet' });
    answers['GET /batch'] = () => ({ status: 200 });
    expect(await run({ steps: [absent], notOffered: 'no route yet' })).toMatchObject({ kind: 'failed' });
  });

  it('fails with its chapter’s beginning', async () => {
    expect(await run({ steps: [] }, { given: [things] })).toMatchObject({
      kind: 'failed',
      problems: ['The chapter could not begin. expected status 201, came 404 '],
    });
  });
});

it('makes a chapter’s beginning once and takes it back at its end', async () => {
  answers['POST /s1/things'] = () => ({ status: 201, body: { id: 1 } });
  answers['GET /1'] = () => ({ status: 200 });
  const open = await new Session(party, patience).begin({ title: '', about: '', cases: [], given: [things] });
  const look: Case = { name: '', steps: [{ request: { method: 'GET', path: '/<id>' }, answer: { status: 200 } }] };
  expect([await open.run(look), await open.run(look)]).toEqual([{ kind: 'passed' }, { kind: 'passed' }]);
  await open.close();
  expect(asked.map((line) => line.split(' ', 2).join(' '))).toEqual(['POST /s1/things', 'GET /1', 'GET /1', 'DELETE /s1/things/1']);
});

it('tells what could not be taken back', async () => {
  answers['POST /s1/things'] = () => ({ status: 201, body: { id: 1 } });
  answers['DELETE /s1/things/1'] = () => ({ status: 500, body: { error: 'No.' } });
  const session = new Session(party, patience);
  await run({ steps: [things] }, {}, session);
  expect(session.left).toEqual(['DELETE /s1/things/1: 500 {"error":"No."}']);
});

it('ends when its time is over', async () => {
  const session = new Session(party, { ...patience, total: 0 });
  expect(await run({ steps: [things] }, {}, session)).toMatchObject({ problems: ['the time for the whole run is over'] });
  expect(asked).toEqual([]);
});

it('takes back what it made though its time is over', async () => {
  answers['POST /s1/things'] = () => ({ status: 201, body: { id: 1 } });
  const never: Step = { request: { method: 'GET', path: '/never' }, answer: { status: 200 }, eventually: true };
  expect(await run({ steps: [things, never] }, {}, new Session(party, { ...patience, total: 200 }))).toMatchObject({ kind: 'failed' });
  expect(asked.at(-1)).toBe('DELETE /s1/things/1 of-the-store');
});
