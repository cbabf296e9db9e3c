import { describe, expect, it } from 'vitest';
import type { ErrorClass } from '../delivery/events.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { answered, deliveryId, entry, sent } from '../testing/builders.ts';
import type { Answer } from './answer.ts';
import { classifyAnswer, type HttpAnswer, type Sent } from './classify-answer.ts';

type Success = Extract<Answer, { kind: 'success' }>;
type Failure = Extract<Answer, { kind: 'failure' }>;
/** An answer whose payloads are shown as texts. */
type Shown = Failure | (Omit<Success, 'messages'> & { readonly messages: readonly JsonObject[] });

const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
function classify(answer: HttpAnswer, but: Partial<Sent> = {}): Shown {
  const read = classifyAnswer(answer, sent(but));
  if (read.kind === 'failure') return read;
  return { ...read, messages: read.messages.map((message) => ({ ...message, payload: decode(message.payload) })) };
}
const success = (but: Partial<Shown> = {}): Shown =>
  ({ kind: 'success', messages: [], notifications: [], parameters: [], result: undefined, warnings: [], ...but }) as Shown;
const failure = (errorClass: ErrorClass, text: string, but: Partial<Failure> = {}): Failure => ({
  kind: 'failure',
  class: errorClass,
  text,
  notifications: [],
  warnings: [],
  ...but,
});
const id = deliveryId;
const otherId = '6b00000000000000000000ff';
const ours = (members: JsonObject): JsonObject => ({ message_id: id, ...members });
const said: JsonObject = { level: 'error', subject: 'No such SKU', description: 'APC-00001' };
const saidEntry = entry({ level: 'error', subject: 'No such SKU', description: 'APC-00001' });

describe('the status decides first, then JSON, then the message_id', () => {
  const notUs = (shown: string) => failure('wrong_message_id', `The answer is about message ${shown}, not ${id}.`);
  const absent = (body: string) => failure('message_id_absent', `The answer has no \`message_id\`. HTTP 200: ${body}`);

  it.each<[string, number, JsonValue, Shown]>([
    ['200 with the right id', 200, { message_id: id }, success()],
    ['200 with another id', 200, { message_id: otherId }, notUs(`"${otherId}"`)],
    ['200 with the right id in capitals', 200, { message_id: id.toUpperCase() }, notUs(`"${id.toUpperCase()}"`)],
    ['200 with a number as id', 200, { message_id: 12 }, notUs('12')],
    ['200 with an object as id', 200, { message_id: { $oid: id } }, notUs(`{"$oid":"${id}"}`)],
    ['200 with an endless id', 200, { message_id: 'x'.repeat(999) }, notUs(`"${'x'.repeat(58)}…`)],
    ['200 without an id', 200, { ok: true }, absent('{"ok":true}')],
    ['200 with null as id', 200, { message_id: null }, absent('{"message_id":null}')],
    ['200 with the wrong and then the right id: the last one counts', 200, `{"message_id":"${otherId}","message_id":"${id}"}`, success()],
    ['200 with the right and then the wrong id', 200, `{"message_id":"${id}","message_id":"${otherId}"}`, notUs(`"${otherId}"`)],
    ['200 with whitespace around', 200, ` \r\n{"message_id" :\t"${id}" } \n`, success()],
    ['200 with a scalar', 200, 'true', absent('true')],
    ['200 with the id alone', 200, `"${id}"`, absent(`"${id}"`)],
    ['200 with null', 200, 'null', absent('null')],
    ['200 with an empty body', 200, '', failure('not_json', 'The endpoint answered 200 with an empty body, which is not JSON.')],
    ['200 with blanks', 200, ' \n', failure('not_json', 'The endpoint answered 200 with " \n", which is not JSON.')],
    ['200 with a text', 200, 'OK', failure('not_json', 'The endpoint answered 200 with "OK", which is not JSON.')],
    [
      '200 with broken JSON',
      200,
      `{"message_id":"${id}",}`,
      failure('not_json', `The endpoint answered 200 with "{"message_id":"${id}",}", which is not JSON.`),
    ],
    ['201 with the right id', 201, { message_id: id }, failure('http_2xx', `HTTP 201: {"message_id":"${id}"}`)],
    ['204 without a body', 204, '', failure('http_2xx', 'HTTP 204')],
    ['301 with a page', 301, '<html>Moved</html>', failure('http_3xx', 'HTTP 301: <html>Moved</html>')],
    ['302 with the right id', 302, { message_id: id }, failure('http_3xx', `HTTP 302: {"message_id":"${id}"}`)],
    ['400 with the right id', 400, { message_id: id }, failure('http_4xx', `HTTP 400: {"message_id":"${id}"}`)],
    ['404 without a body', 404, '', failure('http_4xx', 'HTTP 404')],
    ['410 with a list', 410, '[1]', failure('http_4xx', 'HTTP 410: [1]')],
    ['429 with a text', 429, 'Slow down.', failure('http_4xx', 'HTTP 429: Slow down.')],
    ['500 with HTML is no matter of JSON', 500, '<h1>Oops</h1>', failure('http_5xx', 'HTTP 500: <h1>Oops</h1>')],
    ['502 with null', 502, 'null', failure('http_5xx', 'HTTP 502: null')],
    ['599 with a scalar', 599, '12', failure('http_5xx', 'HTTP 599: 12')],
  ])('%s', (_what, status, body, expected) => {
    expect(classify(answered(status, body))).toEqual(expected);
  });

  it.each<[string, number, JsonValue, Shown]>([
    ['200 is success', 200, { message_id: id }, success()],
    ['201 is success', 201, { message_id: id }, success()],
    ['299 is success', 299, { message_id: id }, success()],
    ['199 is not', 199, { message_id: id }, failure('http_2xx', `HTTP 199: {"message_id":"${id}"}`)],
    ['300 is not', 300, { message_id: id }, failure('http_3xx', `HTTP 300: {"message_id":"${id}"}`)],
    ['202 needs the right id', 202, { message_id: otherId }, notUs(`"${otherId}"`)],
    ['204 needs a body', 204, '', failure('not_json', 'The endpoint answered 204 with an empty body, which is not JSON.')],
  ])('where any 2xx is success, %s', (_what, status, body, expected) => {
    expect(classify(answered(status, body), { success: '2xx' })).toEqual(expected);
  });
});

describe('of a failure', () => {
  const everything = { messages: [{ message: 'a:b' }], message: 'c:d', payload: {}, events: [], parameters: [{ name: 'p', value: 1 }] };

  it.each([201, 302, 404, 500])('with status %i, notifications count and all else is ignored, and said so', (status) => {
    const body = { ...everything, error: 'Boom', notifications: [said] };
    const errorClass = ({ 2: 'http_2xx', 3: 'http_3xx', 4: 'http_4xx', 5: 'http_5xx' } as const)[Math.floor(status / 100) as 2 | 3 | 4 | 5];
    const expected = failure(errorClass, 'Boom', {
      notifications: [saidEntry],
      warnings: [`Ignored with status ${status}: messages, message, events, parameters.`],
    });
    expect(classify(answered(status, body))).toEqual(expected);
    expect(classify(answered(status, ours(body)))).toEqual(expected);
    expect(classify(answered(status, { ...body, message_id: otherId }))).toEqual(expected);
  });

  it('a message named by `key` is ignored like any other', () => {
    expect(classify(answered(500, { error: 'Boom', key: 'a:a' }))).toEqual(
      failure('http_5xx', 'Boom', { warnings: ['Ignored with status 500: key.'] }),
    );
  });

  it('malformed notifications are warned of', () => {
    expect(classify(answered(500, { error: 'Boom', notifications: [1, said] }))).toEqual(
      failure('http_5xx', 'Boom', { notifications: [saidEntry], warnings: ['Notification 0 is not an object: skipped.'] }),
    );
  });

  it.each<[string, JsonObject]>([
    ['absent', { ...everything, error: 'Boom', notifications: [said] }],
    ['null', { ...everything, error: 'Boom', message_id: null, notifications: [said] }],
  ])('with status 200 and an id that is %s, nothing counts', (_what, body) => {
    expect(classify(answered(200, body))).toEqual(failure('message_id_absent', 'Boom'));
  });

  it('with status 200 and a wrong id, nothing counts', () => {
    expect(classify(answered(200, { ...everything, error: 'Boom', message_id: otherId, notifications: [said] }))).toEqual(
      failure('wrong_message_id', `The answer is about message "${otherId}", not ${id}.`),
    );
  });

  it.each<[string, JsonValue, string]>([
    ['its error', { text: 'c', summary: 'b', error: 'a' }, 'a'],
    ['else its summary', { text: 'c', summary: 'b' }, 'b'],
    ['else its text', { text: 'c' }, 'c'],
    ['else the status and the body', { message: 'd' }, 'HTTP 500: {"message":"d"}'],
    ['what is empty is no error', { error: '', summary: ' ', text: 'c' }, 'c'],
    [
      'what is null or a mere flag is no error',
      { error: null, summary: true, text: false },
      'HTTP 500: {"error":null,"summary":true,"text":false}',
    ],
    ['an error may be an object', { error: { code: 7 }, summary: 'b' }, '{"code":7}'],
    ['or a list', { error: ['a', 'b'] }, '["a","b"]'],
    ['or a number', { error: 7 }, '7'],
    ['an error is 500 characters at most', { error: 'é'.repeat(501) }, `${'é'.repeat(499)}…`],
    ['500 characters are not cut', { error: 'é'.repeat(500) }, 'é'.repeat(500)],
    ['an object is 500 characters at most, too', { error: { a: 'x'.repeat(600) } }, `{"a":"${'x'.repeat(493)}…`],
    ['of a text the first 500 characters', 'y'.repeat(501), `HTTP 500: ${'y'.repeat(499)}…`],
    ['of JSON the first 500 characters', { a: 'x'.repeat(600) }, `HTTP 500: {"a":"${'x'.repeat(493)}…`],
    ['what cannot be stored is replaced', { error: 'a\0b\uD800c' }, 'a\uFFFDb\uFFFDc'],
    ['in a text, too', 'a\0b', 'HTTP 500: a\uFFFDb'],
  ])('the last error is %s', (what, body, text) => {
    const warnings = what === 'else the status and the body' ? ['Ignored with status 500: message.'] : [];
    expect(classify(answered(500, body))).toEqual(failure('http_5xx', text, { warnings }));
  });

  it('the body of a 200 that is not JSON is told up to 500 characters', () => {
    expect(classify(answered(200, 'y'.repeat(501)))).toEqual(
      failure('not_json', `The endpoint answered 200 with "${'y'.repeat(499)}…", which is not JSON.`),
    );
  });
});

describe('the messages of a success', () => {
  const one = { message: 'stock:change', payload: '{"sku":"A"}' };
  const skipped = (index: number, why: string) => `Entry ${index} of \`messages\` ${why}: skipped.`;
  const illegal = (type: string) => `A message has the type ${type}, which is not legal: skipped.`;

  it.each<[string, string, Partial<Shown>]>([
    ['none', '"messages":[]', {}],
    ['none, said with null', '"messages":null', {}],
    [
      'the entries of `messages`, in their order',
      '"messages":[{"message":"b:b","payload":{"sku":"A"}},{"message":"a:a"}]',
      {
        messages: [
          { ...one, message: 'b:b' },
          { message: 'a:a', payload: '{}' },
        ],
      },
    ],
    ['a single one at the top', '"message":"stock:change","payload":{"sku":"A"}', { messages: [one] }],
    ['a single one at the top, without a payload', '"message":"a:poll"', { messages: [{ message: 'a:poll', payload: '{}' }] }],
    [
      'a single one at the top, with null for a payload',
      '"message":"a:poll","payload":null',
      { messages: [{ message: 'a:poll', payload: '{}' }] },
    ],
    ['a single one at the top, named by `key`', '"key":"stock:change","payload":{"sku":"A"}', { messages: [one] }],
    [
      'the one at the top and those of `messages`',
      '"messages":[{"message":"a:a"}],"message":"stock:change","payload":{"sku":"A"}',
      { messages: [one, { message: 'a:a', payload: '{}' }] },
    ],
    ['entries named by `key`', '"messages":[{"key":"stock:change","payload":{"sku":"A"}}]', { messages: [one] }],
    [
      '`message` wins over `key`, which is a member as any other then',
      '"messages":[{"key":"a:a","message":"stock:change","payload":{"sku":"A"}}]',
      { messages: [{ ...one, attributes: { key: 'a:a' } }] },
    ],
    [
      '`key` counts where `message` is null',
      '"messages":[{"message":null,"key":"stock:change","payload":{"sku":"A"}}]',
      { messages: [one] },
    ],
    ['at the top, too', '"message":null,"key":"stock:change","payload":{"sku":"A"}', { messages: [one] }],
    [
      'a type that is delivered, with another payload',
      '"message":"order:new","payload":{"sku":"A"}',
      { messages: [{ ...one, message: 'order:new' }] },
    ],
    [
      'of members given twice the last ones count',
      '"messages":[{"message":"a:a"}],"messages":[{"message":"b:b","message":"stock:change","payload":{},"payload":{"sku":"A"}}]',
      { messages: [one] },
    ],
    [
      'names in disguise',
      String.raw`"m\u0065ssages":[{"messag\u0065":"stock:chang\u0065","payl\u006fad":{"sku":"A"}}]`,
      { messages: [one] },
    ],
    [
      'other members as attributes, ids and parameters apart',
      '"messages":[{"message":"stock:change","message_id":"1","store_id":"2","parameters":[{"name":"token","value":"s"}],"source":"erp","n":1.5,"b":true,"z":null,"o":{"a":[1]},"payload":{"sku":"A"}}]',
      { messages: [{ ...one, attributes: { source: 'erp', n: 1.5, b: true, z: null, o: '{"a":[1]}' } }] },
    ],
    [
      'not what is none',
      '"messages":[1,"a:a",null,[],{},{"payload":{}},{"message":7},{"message":"stock:change","payload":{"sku":"A"}}]',
      {
        messages: [one],
        warnings: [
          ...[0, 1, 2, 3].map((index) => skipped(index, 'is not an object')),
          ...[5, 6].map((index) => skipped(index, 'names no message type')),
        ],
      },
    ],
    [
      'not those whose payload is no object',
      '"messages":[{"message":"a:a","payload":[]},{"message":"a:b","payload":"{}"},{"message":"a:c","payload":false},{"message":"stock:change","payload":{"sku":"A"}}]',
      { messages: [one], warnings: [0, 1, 2].map((index) => skipped(index, 'has a payload that is not an object')) },
    ],
    [
      'not one at the top whose payload is no object',
      '"message":"a:a","payload":7',
      { warnings: ['The message at the top of the answer has a payload that is not an object: skipped.'] },
    ],
    [
      'not those of an illegal type',
      '"messages":[{"message":"Order"},{"message":""},{"message":"stock:change","payload":{"sku":"A"}}]',
      { messages: [one], warnings: [illegal('"Order"'), illegal('""')] },
    ],
    ['not a text for people at the top', '"message":"The order was created."', { warnings: [illegal('"The order was created."')] }],
    ['not a number at the top', '"message":7', {}],
    ['not a `messages` that is an object', '"messages":{"message":"a:a"}', { warnings: ['`messages` is not an array: ignored.'] }],
    ['not a `messages` that is true', '"messages":true', { warnings: ['`messages` is not an array: ignored.'] }],
    ['not a `messages` that is a text', '"messages":"a:a"', { warnings: ['`messages` is not an array: ignored.'] }],
  ])('are %s', (_what, members, expected) => {
    expect(classify(answered(200, `{"message_id":"${id}",${members}}`))).toEqual(success(expected));
  });

  it('are kept byte for byte', () => {
    const payload =
      '{ "n" : 12345678901234567890.10 ,\t"b":1e400,\n"a": "\\u0041\\/é\\ud800", "n": [ ], "__proto__": {"x": -0} , "\\u0000":"\\u0000"}';
    const body = `{"message_id":"${id}","messages":[{"payload":${payload},"message":"a:a"} , {"message":"b:b","payload" : {} }]}`;
    expect(classify(answered(200, body))).toEqual(
      success({
        messages: [
          { message: 'a:a', payload },
          { message: 'b:b', payload: '{}' },
        ],
      }),
    );
  });

  it('do not hold on to the answer', () => {
    const read = classifyAnswer(
      answered(200, ours({ messages: [{ message: 'a:a', payload: { a: 1 } }], fill: 'x'.repeat(10_000) })),
      sent(),
    );
    expect(read.kind === 'success' ? read.messages.map((message) => message.payload.buffer.byteLength) : read).toEqual([7]);
  });

  it('are a thousand at most, wherever they stand', () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ message: 'a:a' }));
    const counted = (answer: HttpAnswer) => {
      const read = classify(answer);
      return read.kind === 'success' ? read.messages.length : read;
    };
    const tooMany = failure('too_large', 'The answer carries more than 1000 messages.');
    expect(counted(answered(200, ours({ messages: many(1_000) })))).toBe(1_000);
    expect(counted(answered(200, ours({ messages: many(1_001) })))).toEqual(tooMany);
    expect(counted(answered(200, ours({ messages: many(999), message: 'b:b' })))).toBe(1_000);
    expect(counted(answered(200, ours({ messages: many(1_000), message: 'b:b' })))).toEqual(tooMany);
    expect(counted(answered(200, ours({ messages: many(1_000), message: 'order:new', payload: { order: { number: 'R1' } } })))).toBe(1_000);
    expect(counted(answered(200, [ours({}), ...many(999)]))).toBe(999);
    expect(counted(answered(200, [ours({}), ...many(1_000)]))).toEqual(tooMany);
    expect(counted(answered(200, ours({ messages: Array.from({ length: 1_001 }, () => 1) })))).toEqual(tooMany);
  });

  it('too many of them leave the notifications: it is a failure as any other', () => {
    const messages = Array.from({ length: 1_001 }, () => ({ message: 'a:a' }));
    expect(classify(answered(200, ours({ messages, notifications: [said], parameters: [{ name: 'p', value: 1 }] })))).toEqual(
      failure('too_large', 'The answer carries more than 1000 messages.', { notifications: [saidEntry] }),
    );
  });
});

describe('an echo of what was sent', () => {
  const warnings = ['The answer repeats the message that was sent: not taken as a new one.'];
  const payload = { order: { number: 'R1', total: 10, tags: ['a', 'b'] }, original: null };
  const echoed = (members: JsonObject) => classify(answered(200, ours(members)), { payload: () => payload });

  it.each<[string, JsonObject]>([
    ['the very payload', { message: 'order:new', payload }],
    [
      'its members in another order',
      { message: 'order:new', payload: { original: null, order: { tags: ['a', 'b'], total: 10, number: 'R1' } } },
    ],
    [
      'with the parameters it was sent with',
      { message: 'order:new', payload: { ...payload, parameters: [{ name: 'store_id', value: '1' }] } },
    ],
    ['named by `key`', { key: 'order:new', payload }],
  ])('is ignored, with a warning: %s', (_what, members) => {
    expect(echoed(members)).toEqual(success({ warnings }));
  });

  it('is ignored, where nothing was sent', () => {
    expect(classify(answered(200, ours({ message: 'a:poll' })), { message: 'a:poll', payload: () => ({}) })).toEqual(success({ warnings }));
  });

  it('is ignored, where numbers are written in another way', () => {
    const body = `{"message_id":"${id}","message":"order:new","payload":{"order":{"number":"R1","total":10.0,"tags":["a","b"]},"original":null}}`;
    expect(classify(answered(200, body), { payload: () => payload })).toEqual(success({ warnings }));
  });

  it('is ignored, however large it is', () => {
    const large = { text: 'x'.repeat(600_000) };
    expect(classify(answered(200, ours({ message: 'order:new', payload: large })), { payload: () => large })).toEqual(
      success({ warnings }),
    );
  });

  it('does not keep the other messages from being taken', () => {
    expect(echoed({ message: 'order:new', payload, messages: [{ message: 'a:a' }] })).toEqual(
      success({ messages: [{ message: 'a:a', payload: '{}' }], warnings }),
    );
  });

  it.each<[string, JsonObject, string]>([
    ['another type', { message: 'order:updated', payload: { a: 1 } }, 'order:updated'],
    ['something else in the payload', { message: 'order:new', payload: { a: 1 } }, 'order:new'],
  ])('is none with %s', (_what, members, message) => {
    expect(echoed(members)).toEqual(success({ messages: [{ message, payload: '{"a":1}' }] }));
  });

  it('is none among `messages`', () => {
    expect(echoed({ messages: [{ message: 'order:new', payload }] })).toEqual(
      success({ messages: [{ message: 'order:new', payload: JSON.stringify(payload) }] }),
    );
  });

  it('is looked for only where the type is the same: the payload is not parsed for nothing', () => {
    const never = () => {
      throw new Error('The payload was asked for.');
    };
    expect(classify(answered(200, ours({ message: 'a:a' })), { payload: never })).toEqual(
      success({ messages: [{ message: 'a:a', payload: '{}' }] }),
    );
  });
});

describe('a root array', () => {
  const entries = (...members: readonly JsonValue[]) => classify(answered(200, members));

  it('is a success when one entry has the right id and none another', () => {
    expect(
      entries({ message: 'a:a', payload: { a: 1 } }, ours({ message: 'b:b', extra: 1 }), { message: 'c:c', message_id: null }),
    ).toEqual(
      success({
        messages: [
          { message: 'a:a', payload: '{"a":1}' },
          { message: 'b:b', payload: '{}', attributes: { extra: 1 } },
          { message: 'c:c', payload: '{}' },
        ],
      }),
    );
  });

  it('may have an entry that only says which message it is about', () => {
    expect(entries(ours({}), { message: 'a:a' })).toEqual(success({ messages: [{ message: 'a:a', payload: '{}' }] }));
  });

  it('warns of entries that are no messages', () => {
    expect(entries(ours({ done: true }), { message: 'a:a', payload: 1 })).toEqual(
      success({
        warnings: [
          'Entry 0 of the answer names no message type: skipped.',
          'Entry 1 of the answer has a payload that is not an object: skipped.',
        ],
      }),
    );
  });

  it.each<[string, readonly JsonValue[], Shown]>([
    [
      'an entry has another id',
      [ours({}), { message_id: otherId }],
      failure('wrong_message_id', `An entry of the answer is about message "${otherId}", not ${id}.`),
    ],
    ['all have another id', [{ message_id: 7 }], failure('wrong_message_id', `An entry of the answer is about message 7, not ${id}.`)],
    [
      'no entry has one',
      [{ message: 'a:a' }],
      failure('message_id_absent', 'The answer is an array, and no entry has the `message_id`. HTTP 200: [{"message":"a:a"}]'),
    ],
    ['it is empty', [], failure('message_id_absent', 'The answer is an array, and no entry has the `message_id`. HTTP 200: []')],
    [
      'an entry is no object',
      [ours({}), 1],
      failure('message_id_absent', 'The answer is an array, and entry 1 is not an object with a `message_id`.'),
    ],
    [
      'an entry is an array',
      [[ours({})]],
      failure('message_id_absent', `The answer is an array, and no entry has the \`message_id\`. HTTP 200: [[{"message_id":"${id}"}]]`),
    ],
  ])('is a failure when %s', (_what, members, expected) => {
    expect(entries(...members)).toEqual(expected);
  });
});

describe('notifications of a success', () => {
  it('come from `notifications`, and from messages of their type, wherever they stand', () => {
    const body = ours({
      notifications: [said],
      message: 'notification:info',
      payload: { subject: 'Shipment transmitted', description: '#H123456 transmitted successfully.' },
      messages: [
        { message: 'notification:warn', payload: { subject: 'Late', order: 'R1' }, reference_type: 'order', by: 'erp' },
        { message: 'a:a' },
      ],
    });
    expect(classify(answered(200, body))).toEqual(
      success({
        messages: [{ message: 'a:a', payload: '{}' }],
        notifications: [
          saidEntry,
          entry({ level: 'info', subject: 'Shipment transmitted', description: '#H123456 transmitted successfully.' }),
          // A `reference_type` beside the payload was made an attribute, and is understood as such.
          entry({ level: 'warn', subject: 'Late', description: 'Late', referenceType: 'order', attributes: { by: 'erp', order: 'R1' } }),
        ],
      }),
    );
  });

  it('are told of in a root array, too', () => {
    expect(classify(answered(200, [ours({ message: 'notification:error', payload: { subject: 'Oh' } })]))).toEqual(
      success({ notifications: [entry({ level: 'error', subject: 'Oh', description: 'Oh' })] }),
    );
  });

  it.each<[string, 'info' | 'warn' | 'error', readonly string[]]>([
    ['notification:info', 'info', []],
    ['notification:warn', 'warn', []],
    ['notification:warning', 'warn', []],
    ['notification:error', 'error', []],
    ['notification:critical', 'info', ['A notification has the type "notification:critical": taken as info.']],
    ['notification:', 'info', ['A notification has the type "notification:": taken as info.']],
    ['notification:toString', 'info', ['A notification has the type "notification:toString": taken as info.']],
  ])('%s is %s', (message, level, warnings) => {
    expect(classify(answered(200, ours({ messages: [{ message }] })))).toEqual(
      success({ notifications: [entry({ level, subject: '', description: '' })], warnings }),
    );
  });

  it('are a hundred at most, those among the messages included', () => {
    const notifications = Array.from({ length: 99 }, () => said);
    const messages = Array.from({ length: 3 }, () => ({ message: 'notification:info', payload: { subject: 'A', description: 'B' } }));
    expect(classify(answered(200, ours({ notifications, messages })))).toEqual(
      success({
        notifications: [...notifications.map(() => saidEntry), entry({ level: 'info', subject: 'A', description: 'B' })],
        warnings: ['2 notifications beyond the first 100: ignored.'],
      }),
    );
  });
});

describe('what else a success brings', () => {
  it('parameters, and the rest as its result', () => {
    const body = ours({ parameters: [{ name: 'erp.token', value: 's' }], events: [{ code: 200 }], summary: 'Done', n: 1 });
    expect(classify(answered(200, body))).toEqual(
      success({ parameters: [{ name: 'erp.token', value: 's' }], result: '{"events":[{"code":200}],"summary":"Done","n":1}' }),
    );
  });

  it('a result of 4,096 characters at most', () => {
    const read = classify(answered(200, ours({ a: 'x'.repeat(5_000), b: 1 })));
    expect(read).toEqual(success({ result: `{"a":"${'x'.repeat(4_089)}…` }));
  });

  it('a wish to wait is not granted, and said so', () => {
    expect(classify(answered(200, ours({ delay: 60, update_url: 'http://erp.example/poll' })))).toEqual(
      success({
        result: '{"delay":60,"update_url":"http://erp.example/poll"}',
        warnings: ['The answer asks to wait (`delay`), which is not done: the delivery counts as completed.'],
      }),
    );
  });

  it.each([0, '1', {}])('whatever the wish is, as %j', (delay) => {
    const { warnings } = classify(answered(200, ours({ delay })));
    expect(warnings).toEqual(['The answer asks to wait (`delay`), which is not done: the delivery counts as completed.']);
  });

  it('warnings of everything that was odd, what concerns the whole answer first', () => {
    const body = ours({
      message: 'order:new',
      payload: { order: { number: 'R1' } },
      messages: [1, { message: 'x' }],
      notifications: 1,
      parameters: 1,
      delay: 1,
    });
    expect(classify(answered(200, body)).warnings).toEqual([
      'The answer repeats the message that was sent: not taken as a new one.',
      'The answer asks to wait (`delay`), which is not done: the delivery counts as completed.',
      '`notifications` is not an array: ignored.',
      '`parameters` is not an array: ignored.',
      'Entry 0 of `messages` is not an object: skipped.',
      'A message has the type "x", which is not legal: skipped.',
    ]);
  });

  it('warnings, twenty at most, with how many more there are', () => {
    const first = Array.from({ length: 20 }, (_, index) => `Entry ${index} of \`messages\` is not an object: skipped.`);
    expect(classify(answered(200, ours({ messages: Array.from({ length: 20 }, () => 1) })))).toEqual(success({ warnings: first }));
    expect(classify(answered(200, ours({ messages: Array.from({ length: 21 }, () => 1) })))).toEqual(
      success({ warnings: [...first.slice(0, 19), '2 more warnings.'] }),
    );
    expect(classify(answered(500, { error: 'Boom', notifications: Array.from({ length: 100 }, () => 1) }))).toEqual(
      failure('http_5xx', 'Boom', {
        warnings: [...Array.from({ length: 19 }, (_, index) => `Notification ${index} is not an object: skipped.`), '81 more warnings.'],
      }),
    );
  });

  it('limits are what they are set to', () => {
    const limits = { maxMessages: 1, maxNotifications: 1, maxParameters: 1, maxResult: 5, maxErrorText: 4 };
    const body = ours({
      notifications: [said, said],
      parameters: [
        { name: 'a', value: 1 },
        { name: 'b', value: 2 },
      ],
      other: 'x',
    });
    expect(classifyAnswer(answered(200, body), sent(), limits)).toEqual(
      success({
        notifications: [saidEntry],
        parameters: [{ name: 'a', value: 1 }],
        result: '{"ot…',
        warnings: ['1 notifications beyond the first 1: ignored.', '1 parameters beyond the first 1: ignored.'],
      }),
    );
    expect(classifyAnswer(answered(200, ours({ messages: [{}, {}] })), sent(), limits)).toEqual(
      failure('too_large', 'The answer carries more than 1 messages.'),
    );
    expect(classifyAnswer(answered(500, { error: 'Boom!' }), sent(), limits)).toEqual(failure('http_5xx', 'Boo…'));
    expect(classifyAnswer(answered(500, 'Boom!'), sent(), limits)).toEqual(failure('http_5xx', 'HTTP 500: Boo…'));
  });
});
