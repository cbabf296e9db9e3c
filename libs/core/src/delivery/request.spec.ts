import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import { decodeUtf8, encodeUtf8 } from '../json/utf8.ts';
import type { Parameter } from '../ports/registry.ts';
import { bytesOf, deliveryId, mapping, options, received, storeId } from '../testing/builders.ts';
import { decoded } from '../testing/records.ts';
import { buildRequest, type RequestInput, type Utf8 } from './request.ts';

const utf8: Utf8 = { encode: encodeUtf8, decode: (bytes) => decodeUtf8(bytes, 0, bytes.length) ?? '' };
const parameter = (name: string, value: JsonValue): Parameter => ({ id: '5f2000000000000000000001', name, dataType: 'string', value });

const input = (payload: JsonValue, but: Partial<RequestInput> = {}): RequestInput => ({
  delivery: deliveryId,
  received: { event: received(), payload: bytesOf(payload) },
  mapping: mapping('a'),
  snapshot: { store: storeId, parameters: new Map() },
  ...but,
});
const bodyOf = (each: RequestInput): string => decoded(buildRequest(each, utf8).body);
const own = `{"name":"store_id","value":"${storeId}"}`;

describe('buildRequest', () => {
  it('is the message with its payload, and the delivery’s id for an id', () => {
    const { body, ...rest } = buildRequest(input({ order: { number: 'R1' } }), utf8);
    expect(rest).toEqual({
      url: 'http://erp.example/orders',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'Crossdock/0.1',
        'webhook-id': `msg_${deliveryId}`,
      },
      timeoutMs: 180_000,
      maxAnswerBytes: 1_048_576,
    });
    expect(decoded(body)).toBe(
      `{"message":"order:new","message_id":"${deliveryId}","payload":{"order":{"number":"R1"},"parameters":[${own}]},"store_id":"${storeId}"}`,
    );
  });

  it('shows the endpoint its token, the source of the message, and waits as long as the mapping says', () => {
    const each = input(
      {},
      {
        mapping: mapping('a', { token: 'secret', options: options({ timeoutMs: 5_000 }) }),
        received: { event: received({ source: 'shop "1"' }), payload: bytesOf({}) },
      },
    );
    const { headers, timeoutMs } = buildRequest(each, utf8);
    expect([headers['x-augury-token'], timeoutMs]).toEqual(['secret', 5_000]);
    expect(bodyOf(each)).toContain(`,"store_id":"${storeId}","source":"shop \\"1\\""}`);
  });

  it('leaves the bytes of the payload as they are', () => {
    const text = '{ "id" : 12345678901234567890,\n"a":1, "a" : 2, "price":10.00, "ü":"\\u00fc" }';
    expect(bodyOf(input(text))).toContain(`"payload":${text.slice(0, text.lastIndexOf(' }'))},"parameters":[${own}] }`);
  });

  it('sends the parameters that the mapping names and the store has, its own values, and what the payload brought along', () => {
    const each = input('{"parameters":[{"name":"own","value":12345678901234567890},{"name":"spree.key","value":"old"},7],"a":1}', {
      mapping: mapping('a', {
        parameters: [{ name: 'spree.key' }, { name: 'not.there' }, { name: 'fixed', value: [1] }, { name: 'store_id', value: 'x' }],
      }),
      snapshot: { store: storeId, parameters: new Map([['spree.key', parameter('spree.key', 'new')]]) },
    });
    expect(bodyOf(each)).toContain(
      `"payload":{"a":1,"parameters":[{"name":"own","value":12345678901234567890},7,${own},{"name":"spree.key","value":"new"},{"name":"fixed","value":[1]}]}`,
    );
  });

  it('is JSON that says what was pushed, whatever that was', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
        (payload, source) => {
          const event = received(source === undefined ? {} : { source });
          const body = JSON.parse(bodyOf(input({}, { received: { event, payload: bytesOf(payload as JsonValue) } }))) as Record<
            string,
            unknown
          >;
          const { parameters, ...sent } = body['payload'] as Record<string, unknown>;
          const { parameters: brought = [], ...pushed } = JSON.parse(JSON.stringify(payload)) as Record<string, unknown>;
          expect(sent).toEqual(pushed);
          expect(parameters).toEqual([...(Array.isArray(brought) ? withoutStoreId(brought) : []), { name: 'store_id', value: storeId }]);
          expect({ ...body, payload: undefined }).toEqual({
            message: 'order:new',
            message_id: deliveryId,
            payload: undefined,
            store_id: storeId,
            ...(source === undefined ? {} : { source: JSON.parse(JSON.stringify(source)) as string }),
          });
        },
      ),
    );
  });

  it('is not made of what is no object', () => {
    expect(() => buildRequest(input('[]'), utf8)).toThrow('is not an object');
  });
});

const withoutStoreId = (brought: readonly unknown[]): readonly unknown[] =>
  brought.filter((entry) => (entry as { readonly name?: unknown } | null)?.name !== 'store_id');
