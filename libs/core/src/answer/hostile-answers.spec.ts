import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NotificationEntry } from '../delivery/events.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { deliveryId, sent } from '../testing/builders.ts';
import type { Answer } from './answer.ts';
import { classifyAnswer, type HttpAnswer } from './classify-answer.ts';

/** An answer as an adapter reads it: bytes that are no UTF-8 are replaced before they are parsed. */
function http(status: number, body: Uint8Array): HttpAnswer {
  const text = Buffer.from(body).toString();
  try {
    return { status, body, json: { ok: true, value: JSON.parse(text) as JsonValue } };
  } catch {
    return { status, body, json: { ok: false, text } };
  }
}

const longest = (texts: readonly (string | undefined)[]): number => Math.max(0, ...texts.map((text) => text?.length ?? 0));
/** Characters of attributes: their budget, a name that begins within it, and quotes, commas and escapes around short members. */
const MAX_ATTRIBUTES = 40_000;

function oversizedOf({
  subject,
  description,
  referenceType,
  referenceId,
  referenceToken,
  attributes,
}: NotificationEntry): readonly string[] {
  const found: string[] = [];
  if (subject.length > 1_000 || description.length > 10_000) found.push('notification');
  if (longest([referenceType, referenceId, referenceToken]) > 200) found.push('reference');
  if (JSON.stringify(attributes ?? {}).length > MAX_ATTRIBUTES) found.push('attributes');
  return found;
}

/** What of the answer is larger than it may be. Payloads and values of parameters are as large as they came. */
function oversized(answer: Answer): readonly string[] {
  const found: string[] = answer.notifications.flatMap(oversizedOf);
  if (answer.warnings.length > 20 || longest(answer.warnings) > 200) found.push('warnings');
  if (answer.notifications.length > 100) found.push('notifications');
  if (answer.kind === 'failure') return answer.text.length > 600 ? [...found, 'text'] : found;
  if ((answer.result?.length ?? 0) > 4_096) found.push('result');
  if (answer.messages.length > 1_000 || longest(answer.messages.map(({ message }) => message)) > 255) found.push('messages');
  if (longest(answer.messages.map(({ attributes }) => JSON.stringify(attributes ?? {}))) > MAX_ATTRIBUTES) found.push('attributes');
  if (answer.parameters.length > 1_000 || longest(answer.parameters.map(({ name }) => name)) > 255) found.push('parameters');
  return found;
}

/** What would be stored of the answer beside payloads and parameters has neither U+0000 nor half of a pair. */
function unfit(answer: Answer): boolean {
  const { messages, parameters, ...rest } = answer.kind === 'success' ? answer : { ...answer, messages: [], parameters: [] };
  const stored = [rest, messages.map(({ message, attributes }) => ({ message, attributes })), parameters.map(({ name }) => name)];
  const texts: string[] = [];
  JSON.stringify(stored, (name, value: unknown) => {
    texts.push(name);
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  return texts.some((text) => /[\0\p{Cs}]/u.test(text));
}

describe('any answer is classified, within bounds', () => {
  const status = fc.oneof(fc.constantFrom(200, 200, 200, 201, 302, 404, 500), fc.integer({ min: 100, max: 999 }));
  const success = fc.constantFrom('exact_200' as const, '2xx' as const);
  const text = fc.constantFrom(
    '',
    'a:a',
    'order:new',
    'notification:error',
    'notification:x',
    'info',
    'store_id',
    '\0',
    '\ud800',
    'x'.repeat(2_000),
    deliveryId,
  );
  const any = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>;
  const value: fc.Arbitrary<JsonValue> = fc.oneof(
    text,
    any,
    fc.constantFrom<JsonValue>(null, {}, [], { order: { number: 'R1' } }, { subject: 'x'.repeat(20_000) }),
  );
  const names = [
    'message',
    'key',
    'payload',
    'level',
    'subject',
    'description',
    'reference_id',
    'name',
    'value',
    '__proto__',
    'constructor',
    'toJSON',
    '',
    'other',
  ];
  const entry: fc.Arbitrary<JsonValue> = fc.oneof(fc.dictionary(fc.constantFrom(...names), value) as fc.Arbitrary<JsonObject>, value);
  const list = fc.oneof(fc.array(entry, { maxLength: 6 }), value);
  const id = fc.oneof({ weight: 5, arbitrary: fc.constant<JsonValue>(deliveryId) }, { weight: 1, arbitrary: value });
  const object = fc.record(
    {
      message_id: id,
      messages: list,
      notifications: list,
      parameters: list,
      message: value,
      key: value,
      payload: value,
      error: value,
      delay: value,
      events: list,
      other: any,
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<JsonValue>;
  const body = fc.oneof(
    { weight: 6, arbitrary: object },
    { weight: 2, arbitrary: fc.array(object, { maxLength: 4 }) },
    { weight: 1, arbitrary: any },
  );

  it('whatever JSON it is', () => {
    fc.assert(
      fc.property(status, body, success, (code, json, mode) => {
        const answer = classifyAnswer(http(code, Buffer.from(JSON.stringify(json))), sent({ success: mode }));
        expect([oversized(answer), unfit(answer)]).toEqual([[], false]);
      }),
      { numRuns: 300 },
    );
  });

  it('whatever bytes it is', () => {
    const bytes = fc.tuple(body, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 })).map(([json, faults]) => {
      const damaged = new Uint8Array(Buffer.from(JSON.stringify(json)));
      for (const [at, byte] of faults) damaged[at % damaged.length] = byte;
      return damaged;
    });
    fc.assert(
      fc.property(status, bytes, success, (code, damaged, mode) => {
        const answer = classifyAnswer(http(code, damaged), sent({ success: mode }));
        expect([oversized(answer), unfit(answer)]).toEqual([[], false]);
      }),
      { numRuns: 300 },
    );
  });

  it('with a success only where the status allows it and the id is right', () => {
    fc.assert(
      fc.property(status, body, success, (code, json, mode) => {
        const { kind } = classifyAnswer(http(code, Buffer.from(JSON.stringify(json))), sent({ success: mode }));
        const allowed = mode === 'exact_200' ? code === 200 : code >= 200 && code <= 299;
        expect(kind === 'success' && !(allowed && JSON.stringify(json).includes(`"message_id":"${deliveryId}"`))).toBe(false);
      }),
    );
  });
});

describe('an answer that is made to hurt', () => {
  const SIZE = 1 << 17;
  const deep = `${'['.repeat(SIZE / 2)}${']'.repeat(SIZE / 2)}`;
  const wide = `{${Array.from({ length: SIZE / 8 }, (_, index) => `"${index}":1`).join()}}`;
  const zeros = (length: number): string => `[${'0,'.repeat(length - 1)}0]`;
  const ours = (members: string): string => `{"message_id":"${deliveryId}",${members}}`;
  const skipped = (why: string) => ({ messages: ['b:b'], warnings: [`Entry 0 of \`messages\` ${why}: skipped.`] });
  const taken = { messages: ['a:a'], warnings: [] };

  it.each<[string, string, object]>([
    ['nests beside its messages', ours(`"other":${deep},"messages":[{"message":"a:a"}]`), taken],
    [
      'nests in a payload',
      ours(`"messages":[{"message":"a:a","payload":{"x":${deep}}},{"message":"b:b"}]`),
      skipped('has a payload that cannot be taken (too_deep)'),
    ],
    ['nests in an entry that is none', ours(`"messages":[${deep},{"message":"b:b"}]`), skipped('is not an object')],
    ['nests in an attribute', ours(`"messages":[{"message":"a:a","other":${deep}}]`), taken],
    [
      'nests in a notification',
      ours(`"notifications":[{"level":"info","subject":${deep},"other":${deep}}]`),
      { messages: [], warnings: [] },
    ],
    [
      'nests in a parameter',
      ours(`"parameters":[{"name":"a","value":${deep}}]`),
      { messages: [], warnings: ['Parameter 0 has a value that nests deeper than 512: skipped.'] },
    ],
    ['nests in its id', `{"message_id":${deep}}`, { class: 'wrong_message_id' }],
    ['nests and is nothing else', deep, { class: 'message_id_absent' }],
    [
      'nests in what may be an echo',
      ours(`"message":"order:new","payload":{"order":${deep}}`),
      { messages: [], warnings: ['The message at the top of the answer has a payload that cannot be taken (too_deep): skipped.'] },
    ],
    ['has a hundred thousand entries', ours(`"messages":${zeros(100_000)}`), { class: 'too_large' }],
    ['has 65,536 entries', ours(`"messages":${zeros(SIZE / 2)}`), { class: 'too_large' }],
    ['is an array of them', `[{"message_id":"${deliveryId}"}${',{}'.repeat(SIZE / 3)}]`, { class: 'too_large' }],
    ['is an array of numbers', zeros(SIZE / 2), { class: 'message_id_absent' }],
    [
      'has as many notifications',
      ours(`"notifications":${zeros(SIZE / 2)}`),
      {
        messages: [],
        warnings: [...Array.from({ length: 19 }, (_, index) => `Notification ${index} is not an object: skipped.`), '82 more warnings.'],
      },
    ],
    [
      'has as many parameters',
      ours(`"parameters":${zeros(SIZE / 2)}`),
      {
        messages: [],
        warnings: [...Array.from({ length: 19 }, (_, index) => `Parameter ${index} is not an object: skipped.`), '982 more warnings.'],
      },
    ],
    ['has 16,384 members', ours(`"messages":[{"message":"a:a"}],${wide.slice(1, -1)}`), taken],
    ['has as many attributes', ours(`"messages":[{"message":"a:a",${wide.slice(1)}]`), taken],
    ['has as many members in a payload', ours(`"messages":[{"message":"a:a","payload":${wide}}]`), taken],
    ['repeats a member 4,096 times', ours(`${'"messages":[{"message":"c:c"}],'.repeat(SIZE / 32)}"messages":[{"message":"a:a"}]`), taken],
    ['has one long text', ours(`"messages":[{"message":"a:a","payload":{"x":"${'é'.repeat(SIZE / 2)}"}}]`), taken],
    [
      'has one long type',
      ours(`"messages":[{"message":"${'a:'.repeat(SIZE / 2)}"},{"message":"b:b"}]`),
      { messages: ['b:b'], warnings: [`A message has the type "${'a:'.repeat(29)}…, which is not legal: skipped.`] },
    ],
    ['has one long name', ours(`"messages":[{"message":"a:a","${'x'.repeat(SIZE)}":1}]`), taken],
    ['has only escapes', ours(`"messages":[{"message":"a:a","x":"${String.raw`\u0000`.repeat(SIZE / 6)}"}]`), taken],
    ['never ends', ours(`"messages":[{"message":"a:a"}`).slice(0, -1), { class: 'not_json' }],
  ])('and %s does not', (_what, body, expected) => {
    const answer = http(200, Buffer.from(body));
    const begun = performance.now();
    const read = classifyAnswer(answer, sent({ payload: () => ({ order: [] }) }));
    const tookMs = performance.now() - begun;
    const summary =
      read.kind === 'failure' ? { class: read.class } : { messages: read.messages.map(({ message }) => message), warnings: read.warnings };
    expect([summary, oversized(read), unfit(read)]).toEqual([expected, [], false]);
    // It takes milliseconds; what is not linear takes minutes.
    expect(tookMs).toBeLessThan(2_000);
  });

  it('and is no UTF-8 where it counts fails, but for its notifications', () => {
    const body = ours('"notifications":[{"level":"warn","subject":"A"}],"messag\xE9s":[],"messages":[{"message":"a:a"}]');
    expect(classifyAnswer(http(200, Buffer.from(body, 'latin1')), sent())).toEqual({
      kind: 'failure',
      class: 'not_json',
      text: 'The messages of the answer cannot be read (invalid_utf8).',
      notifications: [{ level: 'warn', subject: 'A', description: 'A' }],
      warnings: [],
    });
  });

  it('and is no UTF-8 where it does not count is taken', () => {
    const read = classifyAnswer(http(200, Buffer.from(ours('"name":"J\xF8rgen","messages":[{"message":"a:a"}]'), 'latin1')), sent());
    expect(read.kind === 'success' ? [read.messages.map(({ message }) => message), read.result] : read).toEqual([
      ['a:a'],
      '{"name":"J\uFFFDrgen"}',
    ]);
  });

  it('and names members after what objects inherit pollutes nothing', () => {
    const body = ours(
      '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"messages":[{"message":"a:a","__proto__":{"polluted":1},"payload":{"__proto__":{"polluted":1}}}],"notifications":[{"level":"__proto__","__proto__":{"level":"error"}}],"parameters":[{"name":"__proto__","value":1}]',
    );
    const read = classifyAnswer(http(200, Buffer.from(body)), sent());
    expect(
      read.kind === 'success'
        ? JSON.stringify({ ...read, messages: read.messages.map((each) => ({ ...each, payload: Buffer.from(each.payload).toString() })) })
        : read,
    ).toBe(
      JSON.stringify({
        kind: 'success',
        messages: [
          {
            message: 'a:a',
            payload: '{"__proto__":{"polluted":1}}',
            attributes: JSON.parse('{"__proto__":"{\\"polluted\\":1}"}') as JsonObject,
          },
        ],
        notifications: [
          {
            level: 'info',
            subject: '',
            description: '',
            attributes: JSON.parse('{"__proto__":"{\\"level\\":\\"error\\"}"}') as JsonObject,
          },
        ],
        parameters: [{ name: '__proto__', value: 1 }],
        result: '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
        warnings: ['Notification 0 has the level "__proto__", which is none of info, warn and error: taken as info.'],
      }),
    );
    expect('polluted' in {}).toBe(false);
  });
});
