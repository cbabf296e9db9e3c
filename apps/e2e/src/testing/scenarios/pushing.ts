import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Endpoint } from '../endpoint.ts';
import { newStore, type StoreClient } from '../hub.ts';
import { call, type Answer, type Call } from '../http.ts';
import { memberText, withLastMember } from '../json-text.ts';
import type { Scenario } from '../scenario.ts';

const MESSAGE_ID = /^[0-9a-f]{24}$/;

/** Payloads that a parser and a serialiser would have changed. */
const odd: readonly (readonly [what: string, payload: string])[] = [
  ['whole numbers beyond 2^53', '{"id":9007199254740993,"big":123456789012345678901234567890}'],
  ['numbers written in their own way', '{"a":1.0,"b":1.10,"c":-0,"d":1E+2,"e":0.1000000000000000055511151231257827}'],
  ['a number that no double holds', '{"n":1e400}'],
  ['the order of keys', '{"b":1,"10":2,"a":3,"2":4}'],
  ['duplicate keys', '{"sku":"A","sku":"B","quantity":1,"quantity":2}'],
  ['__proto__ and friends', '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":2}'],
  ['an escaped NUL', '{"a\\u0000b":"c\\u0000d"}'],
  ['lone surrogates, escaped', '{"high":"\\ud83d","low":"\\ude00","swapped":"\\ude00\\ud83d"}'],
  ['escapes where none is needed', '{"\\u0061":"\\/\\u0041\\t"}'],
  ['text of all the world', '{"name":"Žluťoučký 株式会社 🚚","rtl":"שלום"}'],
  ['white space', '{ "a" :\n\t[ 1 ,\r\n 2 ] , "b" : { } }'],
  ['nothing at all', '{}'],
];

export const pushingScenario: Scenario = (system) => {
  describe('pushing', () => {
    let endpoint: Endpoint;
    let store: StoreClient;
    beforeAll(async () => {
      endpoint = await Endpoint.start();
      store = await newStore(system());
    });
    afterAll(() => endpoint.stop());

    const post = async (path: string, body: string, more: Call = {}): Promise<Answer> =>
      await call(`${system().api}${path}`, {
        method: 'POST',
        body,
        ...more,
        headers: { 'content-type': 'application/json', 'x-augury-token': store.token, ...more.headers },
      });
    const body = (members = ''): string => `{"message":"custom:thing","payload":{"n":1}${members}}`;

    describe('takes every form of a push', () => {
      const named = (): string => `,"store_id":"${store.id}"`;
      const own = (): string => `/api/stores/${store.id}/messages`;
      it.each<readonly [what: string, send: () => Promise<Answer>]>([
        ['to the store’s path', () => post(own(), body())],
        ['to the store’s path, naming it again', () => post(own(), body(named()))],
        ['to /api/messages with the store in the body', () => post('/api/messages', body(named()))],
        ['to /messages with the store in the body', () => post('/messages', body(named()))],
        ['with a slash at the end', () => post(`${own()}/`, body())],
        ['with .json at the end', () => post(`${own()}.json`, body())],
        ['with a bearer token', () => post(own(), body(), { headers: { 'x-augury-token': '', authorization: `Bearer ${store.token}` } })],
        ['with the administrator’s token', () => post(own(), body(), { headers: { 'x-augury-token': system().adminToken } })],
        ['as JSON with a charset', () => post(own(), body(), { headers: { 'content-type': 'application/json; charset=utf-8' } })],
        ['as JSON of a vendor', () => post(own(), body(), { headers: { 'content-type': 'application/vnd.api+json' } })],
      ])('%s', async (_what, send) => {
        const answer = await send();
        expect([answer.status, answer.headers['content-type']]).toEqual([201, 'application/json; charset=utf-8']);
        const { message_id: id } = answer.json as { readonly message_id: string };
        expect(id).toMatch(MESSAGE_ID);
        expect(await store.storyIn('never_processed', id)).toMatchObject({
          message: 'custom:thing',
          payload: { n: 1 },
          store_id: store.id,
        });
      });
    });

    it('echoes what was sent byte for byte, with the hub’s id', async () => {
      const sent = '{ "message" : "custom:thing",\n "extra": 12345678901234567890, "payload": {"b":1.0, "a":"\\u0041"} , "source":"shop" }';
      const answer = await post(`/api/stores/${store.id}/messages`, sent);
      const { message_id: id } = answer.json as { readonly message_id: string };
      expect(answer.text).toBe(sent.replace('"shop" }', `"shop","message_id":"${id}" }`));
      expect(await store.story(id)).toMatchObject({ source: 'shop', attributes: { extra: 12_345_678_901_234_567_000 } });
    });

    it.each([
      ['"52a9f1d2c3b4a59687fedcba"', '52a9f1d2c3b4a59687fedcba'],
      ['"518726r84910515003"', '518726r84910515003'],
      ['42', 42],
      ['null', null],
      ['{"a":[1]}', '{"a":[1]}'],
    ])('keeps a message_id that the pusher sent (%s), and puts its own in its place', async (given, kept) => {
      const sent = `{"message_id":${given},"message":"custom:thing","payload":{}}`;
      const answer = await post(`/api/stores/${store.id}/messages`, sent);
      const { message_id: id } = answer.json as { readonly message_id: string };
      expect(id).toMatch(MESSAGE_ID);
      expect(answer.text).toBe(sent.replace(given, `"${id}"`));
      expect((await store.story(id)).attributes).toEqual({ client_message_id: kept });
    });

    it.each(['endpoint:poll', 'acme:stock:poll'])('needs no payload for %s', async (type) => {
      for (const payload of ['', ',"payload":null', ',"payload":{}']) {
        const id = await store.pushBody(`{"message":"${type}"${payload}}`);
        expect((await store.storyIn('never_processed', id)).payload).toEqual({});
      }
    });

    it.each(odd)('stores and delivers %s as it was sent', async (_what, payload) => {
      const service = endpoint.service();
      const mapping = await store.map('bytes.keep', ['custom:bytes'], service.url, { token: 'a-preshared-token' });
      const sent = `{"message":"custom:bytes","payload":${payload}}`;
      const answer = await post(`/api/stores/${store.id}/messages`, sent);
      const { message_id: id } = answer.json as { readonly message_id: string };
      expect(memberText(answer.text, 'payload')).toBe(payload);

      const delivery = await store.deliveryIn('completed', id);
      const [request] = service.requests;
      expect(memberText(request?.body ?? '', 'payload')).toBe(
        withLastMember(payload, `"parameters":[{"name":"store_id","value":"${store.id}"}]`),
      );
      expect(request?.headers).toMatchObject({
        'content-type': 'application/json',
        'x-augury-token': 'a-preshared-token',
        'webhook-id': `msg_${delivery.id}`,
      });
      for (const told of [id, delivery.id]) {
        const { text } = await store.request('GET', `/messages/${told}`);
        expect(text.endsWith(`,"payload":${payload}}`)).toBe(true);
      }
      await store.request('DELETE', `/mappings/${mapping.id}`);
    });

    it('lets no payload change what others see', async () => {
      await store.pushBody('{"message":"custom:thing","payload":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}');
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      const id = await store.push('custom:thing', {});
      expect((await store.story(id)).attributes).toEqual({});
    });
  });
};
