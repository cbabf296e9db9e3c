import { connect } from 'node:net';
import { brokenSamples, catalogue, isErrorCode } from '@crossdock/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { newStore, totalOf, type ApiError, type StoreClient } from '../hub.ts';
import { call, type Answer } from '../http.ts';
import type { Scenario } from '../scenario.ts';
import { storedEvents } from '../stored.ts';

const json = { 'content-type': 'application/json' };
const good = '{"message":"order:new","payload":{"order":{"number":"R1"}}}';
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

interface Bad {
  readonly body?: string | Uint8Array;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
interface Known {
  readonly store: StoreClient;
  readonly other: StoreClient;
  readonly adminToken: string;
}
type Case = readonly [what: string, bad: (known: Known) => Bad, status: number, code: string];

const noStore = '0123456789abcdef01234567';
const withMessage = (message: string): string => `{"message":${message},"payload":{}}`;
const withPayload = (payload: string): string => `{"message":"order:new","payload":${payload}}`;
const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

const pushes: readonly Case[] = [
  ['an empty body', () => ({ body: '' }), 400, 'body_not_json'],
  ['a body that is no JSON', () => ({ body: 'order:new' }), 400, 'body_not_json'],
  ['a form', () => ({ body: 'message=order:new' }), 400, 'body_not_json'],
  ['a body that is cut off', () => ({ body: good.slice(0, -1) }), 400, 'body_not_json'],
  ['something behind the body', () => ({ body: `${good}}` }), 400, 'body_not_json'],
  ['a comma too many', () => ({ body: '{"message":"order:new","payload":{},}' }), 400, 'body_not_json'],
  ['a comment', () => ({ body: '{"message":"order:new",/* */"payload":{}}' }), 400, 'body_not_json'],
  ['NaN', () => ({ body: withPayload('{"total":NaN}') }), 400, 'body_not_json'],
  ...brokenSamples().map(({ name, body }): Case => [`the body that a guide prints (${name})`, () => ({ body }), 400, 'body_not_json']),
  ['an array', () => ({ body: `[${good}]` }), 400, 'body_not_object'],
  ['a string', () => ({ body: '"order:new"' }), 400, 'body_not_object'],
  ['a number', () => ({ body: '1' }), 400, 'body_not_object'],
  ['null', () => ({ body: 'null' }), 400, 'body_not_object'],
  ['a raw NUL', () => ({ body: bytes('{"message":"order:new","payload":{"a":"', 0, '"}}') }), 400, 'body_not_json'],
  ['a raw line feed in a string', () => ({ body: withPayload('{"a":"\n"}') }), 400, 'body_not_json'],
  ['a lone byte of UTF-8', () => ({ body: bytes('{"message":"order:new","payload":{"a":"', 0xff, '"}}') }), 400, 'body_encoding'],
  [
    'an overlong form of UTF-8',
    () => ({ body: bytes('{"message":"order:new","payload":{"a":"', 0xc0, 0xaf, '"}}') }),
    400,
    'body_encoding',
  ],
  [
    'a surrogate in UTF-8',
    () => ({ body: bytes('{"message":"order:new","payload":{"a":"', 0xed, 0xa0, 0x80, '"}}') }),
    400,
    'body_encoding',
  ],
  ['depth 10,000', () => ({ body: withPayload(`{"a":${nested(10_000)}}`) }), 400, 'body_too_deep'],
  ['depth 513', () => ({ body: withPayload(`{"a":${nested(511)}}`) }), 400, 'body_too_deep'],

  ['no message', () => ({ body: '{"payload":{}}' }), 422, 'message_missing'],
  ['a message that is null', () => ({ body: withMessage('null') }), 422, 'message_missing'],
  ['a message that is a number', () => ({ body: withMessage('5') }), 422, 'message_not_string'],
  ['a message that is an object', () => ({ body: withMessage('{"order":"new"}') }), 422, 'message_not_string'],
  ['a message without a colon', () => ({ body: withMessage('"order"') }), 422, 'message_type_illegal'],
  ['a message that is empty', () => ({ body: withMessage('""') }), 422, 'message_type_illegal'],
  ['a message with nothing behind the colon', () => ({ body: withMessage('"order:"') }), 422, 'message_type_illegal'],
  ['a message in capitals', () => ({ body: withMessage('"Order:New"') }), 422, 'message_type_illegal'],
  ['a message with a blank', () => ({ body: withMessage('"order: new"') }), 422, 'message_type_illegal'],
  ['a message with a line feed', () => ({ body: withMessage('"order:new\\n"') }), 422, 'message_type_illegal'],
  ['a message of 300 characters', () => ({ body: withMessage(`"order:${'x'.repeat(294)}"`) }), 422, 'message_type_too_long'],

  ['no payload', () => ({ body: '{"message":"order:new"}' }), 422, 'payload_missing'],
  ['a payload that is null', () => ({ body: withPayload('null') }), 422, 'payload_missing'],
  ['a payload that is an array', () => ({ body: withPayload('[]') }), 422, 'payload_not_object'],
  ['a payload that is a number', () => ({ body: withPayload('1') }), 422, 'payload_not_object'],
  ['a payload that is a string', () => ({ body: withPayload('"{}"') }), 422, 'payload_not_object'],
  ['a poll whose payload is an array', () => ({ body: '{"message":"endpoint:poll","payload":[]}' }), 422, 'payload_not_object'],
  ['a payload over the limit', () => ({ body: withPayload(`{"a":"${'x'.repeat(1 << 20)}"}`) }), 413, 'body_too_large'],

  ['text', () => ({ body: good, headers: { 'content-type': 'text/plain' } }), 415, 'unsupported_media_type'],
  [
    'what is declared as a form',
    () => ({ body: good, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    415,
    'unsupported_media_type',
  ],
  ['what is declared as XML', () => ({ body: good, headers: { 'content-type': 'application/xml' } }), 415, 'unsupported_media_type'],
  ['what is not declared', () => ({ body: good, headers: { 'content-type': '' } }), 415, 'unsupported_media_type'],

  ['no token', () => ({ body: good, headers: { 'x-augury-token': '' } }), 401, 'token_missing'],
  ['a wrong token', () => ({ body: good, headers: { 'x-augury-token': 'let-me-in' } }), 401, 'token_invalid'],
  ['another store’s token', ({ other }) => ({ body: good, headers: { 'x-augury-token': other.token } }), 401, 'token_invalid'],
  [
    'a wrong bearer token',
    () => ({ body: good, headers: { 'x-augury-token': '', authorization: 'Bearer let-me-in' } }),
    401,
    'token_invalid',
  ],
  ['basic credentials', () => ({ body: good, headers: { 'x-augury-token': '', authorization: 'Basic bWU6bWU=' } }), 401, 'token_missing'],
  [
    'an unknown store',
    ({ adminToken }) => ({ body: good, path: `/api/stores/${noStore}/messages`, headers: { 'x-augury-token': adminToken } }),
    404,
    'store_not_found',
  ],
  [
    'a store that cannot be',
    ({ adminToken }) => ({ body: good, path: '/api/stores/me/messages', headers: { 'x-augury-token': adminToken } }),
    404,
    'store_not_found',
  ],
  [
    'an unknown store, to somebody who need not know',
    () => ({ body: good, path: `/api/stores/${noStore}/messages` }),
    401,
    'token_invalid',
  ],
  ['an unknown address', () => ({ body: good, path: '/api/message' }), 404, 'route_not_found'],

  ['another store in the body', ({ other }) => ({ body: `${good.slice(0, -1)},"store_id":"${other.id}"}` }), 422, 'store_id_mismatch'],
  ['a store in the body that is a number', () => ({ body: `${good.slice(0, -1)},"store_id":5}` }), 422, 'store_id_mismatch'],
  ['no store at all', () => ({ body: good, path: '/api/messages' }), 422, 'store_id_missing'],
  [
    'another store in the body alone',
    ({ other }) => ({ body: `${good.slice(0, -1)},"store_id":"${other.id}"}`, path: '/messages' }),
    401,
    'token_invalid',
  ],
  ['no JSON, and no token either', () => ({ body: 'x', path: '/messages', headers: { 'x-augury-token': '' } }), 401, 'token_missing'],
];

/** The error body: the status' own code with its hint, and a text for people. */
function expectRefusal(answer: Answer, status: number, code: string): void {
  const error = answer.json as ApiError | undefined;
  expect([answer.status, error?.code]).toEqual([status, code]);
  if (error === undefined || !isErrorCode(code)) throw new Error(`${code} is not in the catalogue.`);
  const entry = catalogue[code];
  expect([entry.status, error.hint]).toEqual([status, entry.hint]);
  if (entry.legacy === undefined) expect(error.error.length).toBeGreaterThan(10);
  else expect(error.error).toBe(entry.legacy);
}

export const refusalsScenario: Scenario = (system) => {
  describe('what cannot be taken', () => {
    let known: Known;
    beforeAll(async () => {
      known = { store: await newStore(system()), other: await newStore(system()), adminToken: system().adminToken };
      await known.store.pushBody(good);
      await eventually(async () => expect(totalOf(await known.store.counts())).toBe(1));
    });
    // A message: received, validated, never processed.
    afterEach(async () => {
      expect(await storedEvents(system().databaseUrl, known.store.id)).toBe(3);
      expect(await storedEvents(system().databaseUrl, known.other.id)).toBe(0);
    });
    afterAll(async () => expect(totalOf(await known.store.counts())).toBe(1));

    it.each(pushes)('is refused without a trace: %s', async (_what, bad, status, code) => {
      const { body, path, headers } = bad(known);
      const all = { ...json, 'x-augury-token': known.store.token, ...headers };
      const answer = await call(`${system().api}${path ?? `/api/stores/${known.store.id}/messages`}`, {
        method: 'POST',
        body: body ?? '',
        headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')),
      });
      expectRefusal(answer, status, code);
    });

    it('is left alone when its sender goes away in the middle', async () => {
      const { hostname, port } = new URL(system().api);
      const socket = connect({ host: hostname, port: Number(port) });
      const closed = new Promise((resolve) => socket.once('close', resolve));
      const head = [`POST /api/stores/${known.store.id}/messages HTTP/1.1`, `host: ${hostname}`, `x-augury-token: ${known.store.token}`];
      const request = [...head, 'content-type: application/json', `content-length: ${good.length}`, '', good.slice(0, 20)].join('\r\n');
      socket.write(request, () => socket.destroy());
      await closed;
      // The next one is served as if nothing had been.
      expect((await known.store.request('GET', '/queues')).status).toBe(200);
    });
  });
};
