import { Buffer } from 'node:buffer';
import type { EventType, HubEvent, RecordToPublish } from '@crossdock/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topicOf, topics } from '../topics.ts';
import { decodeRecord, encodeRecord, type RawRecord } from './record-codec.ts';

const stream = '6b0000000000000000000002';
const root = '6b0000000000000000000001';
const store = '5f0000000000000000000001';
const payloadText = '{ "order": {"total": 10.50, "ref": 12345678901234567890, "a": 1, "a": 2, "note": "\\u0000 \\ud800 é"} }';

const record: RecordToPublish = {
  stream,
  version: 1,
  shard: 1,
  position: 17,
  at: 1_795_219_200_123,
  event: {
    type: 'message.received',
    store,
    root,
    message: 'order:new',
    rootMessage: 'order:new',
    origin: 'push',
    hops: 0,
    bytes: payloadText.length,
  },
  topic: topics.received,
  previous: 12,
  epoch: 3,
  payload: Buffer.from(payloadText),
};
const roomy = { maxValueBytes: 1 << 20 };

function rawOf(published: RecordToPublish, maxValueBytes = roomy.maxValueBytes): RawRecord {
  const { headers, value } = encodeRecord(published, { maxValueBytes });
  return { topic: published.topic, partition: published.shard, headers, value };
}
const raw = rawOf(record);
const text = Buffer.from(raw.value ?? []).toString();
const decodedText = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();

/** What a reader says of the record when some of it is different. */
function problemsOf(but: Partial<RawRecord>): readonly string[] {
  const decoded = decodeRecord({ ...raw, ...but });
  return decoded.ok ? [] : decoded.problems;
}
const withHeaders = (but: Readonly<Record<string, string>>): Partial<RawRecord> => ({ headers: { ...raw.headers, ...but } });
function without(...names: readonly string[]): Partial<RawRecord> {
  return { headers: Object.fromEntries(Object.entries(raw.headers).filter(([name]) => !names.includes(name))) };
}
/** The value with one text in place of another of the same length, so that the offset still holds. */
const valueWith = (part: string, other: string): Partial<RawRecord> => ({ value: Buffer.from(text.replace(part, other)) });

/** Any event, with facts as no version knows them; like all facts they come out of JSON, which has no -0. */
const events = fc
  .record({
    type: fc.constantFrom(...(Object.keys(topicOf) as EventType[])),
    facts: fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()).map((facts) => JSON.parse(JSON.stringify(facts)) as object),
  })
  .map(({ type, facts }) => ({ ...facts, type, store, root }) as unknown as HubEvent);

/** JSON texts that a parser would not give back as they were: large numbers, repeated names, escapes, whitespace. */
const tokens = fc.oneof(
  fc.json(),
  fc.constantFrom(
    '12345678901234567890',
    '1.10',
    '-0',
    '1e400',
    '"\\u0000\\ud800\\/é"',
    '"\u2028😀"',
    '{"payload":1,"payload":{"a":[]}}',
    '[ ]',
  ),
);
const names = fc.oneof(fc.constantFrom('payload', 'stream', 'a', '__proto__'), fc.string({ unit: 'binary' }));
const payloads = fc.array(fc.tuple(names, fc.constantFrom(':', ' :\t', ':\n'), tokens)).map((members) => {
  const texts = members.map(([name, colon, token]) => `${JSON.stringify(name)}${colon}${token}`);
  return Buffer.from(`{${texts.join(',')}}`);
});

const records = fc
  .record({
    event: events,
    stream: fc.stringMatching(/^[0-9a-f]{24}$/),
    version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    shard: fc.integer({ min: 0, max: 32_767 }),
    position: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    back: fc.integer({ min: 1, max: 1_000 }),
    at: fc.integer({ min: 0, max: 253_402_300_799_999 }),
    epoch: fc.maxSafeNat(),
    payload: fc.option(payloads, { nil: undefined }),
  })
  .map(({ back, ...rest }): RecordToPublish => ({ ...rest, topic: topicOf[rest.event.type], previous: Math.max(0, rest.position - back) }));

describe('a record on its topic', () => {
  it('is read as it was written, the payload byte for byte', () => {
    fc.assert(
      fc.property(records, (published) => {
        const { payload, epoch, ...wanted } = published;
        const decoded = decodeRecord(rawOf(published));
        expect(decoded).toMatchObject({ ok: true, epoch });
        if (!decoded.ok) return;
        expect(decoded.record).toEqual(wanted);
        expect(decodedText(decoded.payload)).toBe(decodedText(payload));
      }),
    );
  });

  it('has the same bytes when it is written again', () => {
    fc.assert(
      fc.property(records, (published) => {
        const first = rawOf(published);
        const decoded = decodeRecord(first);
        const again = decoded.ok ? rawOf({ ...decoded.record, epoch: decoded.epoch, payload: decoded.payload }) : undefined;
        expect(decodedText(again?.value ?? undefined)).toBe(decodedText(first.value ?? undefined));
        expect(again?.headers).toEqual(first.headers);
      }),
    );
  });

  it('is a JSON object for whoever parses it whole', () => {
    fc.assert(
      fc.property(records, (published) => {
        const { event, payload, epoch: _epoch, topic: _topic, previous: _previous, ...place } = published;
        const { type, ...facts } = event;
        const parsed: unknown = JSON.parse(decodedText(rawOf(published).value ?? undefined) ?? '');
        const carried = payload === undefined ? {} : { payload: JSON.parse(payload.toString()) as unknown };
        expect(parsed).toEqual({ ...place, type, facts, ...carried });
      }),
    );
  });

  it('goes by the root of its lineage', () => {
    expect(encodeRecord(record, roomy).key).toBe(root);
  });

  it('keeps its payload up to the largest value allowed, and says so where it had to leave it out', () => {
    const size = raw.value?.length ?? 0;
    expect(rawOf(record, size)).toEqual(raw);
    const { ce_payloadoffset: _offset, ...headers } = raw.headers;
    const omitted = rawOf(record, size - 1);
    expect({ ...omitted, value: decodedText(omitted.value ?? undefined) }).toEqual({
      ...raw,
      headers: { ...headers, ce_payloadomitted: '1' },
      value: text.replace(`,"payload":${payloadText}`, ''),
    });
    const { payload: _payload, epoch, ...wanted } = record;
    expect(decodeRecord(omitted)).toEqual({ ok: true, record: wanted, epoch, payload: undefined });
  });

  it('is read from a slice of a larger buffer', () => {
    const value = Buffer.concat([Buffer.from('[{"'), raw.value ?? Buffer.alloc(0), Buffer.from('}]')]).subarray(3, -2);
    expect(decodeRecord({ ...raw, value: new Uint8Array(value.buffer, value.byteOffset, value.length) })).toEqual(decodeRecord(raw));
  });
});

describe('a record that is not as it should be', () => {
  it.each<[string, Partial<RawRecord>, readonly string[]]>([
    [
      'is of a newer schema',
      withHeaders({ ce_type: 'crossdock.message.received.v2' }),
      ['ce_type: schema version 2 is newer than this hub reads (found crossdock.message.received.v2).'],
    ],
    ['has no value', { value: null }, ['The value is null; deletions have no meaning here.']],
    [
      'has no headers',
      { headers: {} },
      [
        'Headers are missing: content-type, ce_specversion, ce_id, ce_source, ce_type, ce_time, ce_subject, ce_partitionkey, ce_storeid, ce_rootid, pos, prev, epoch.',
        'ce_payloadoffset: missing, though the value has a payload.',
      ],
    ],
    ['lacks its place', without('prev', 'epoch'), ['Headers are missing: prev, epoch.']],
    [
      'has a place that is no number',
      withHeaders({ prev: 'NaN', epoch: '-1' }),
      ['prev: a whole number is needed (found NaN).', 'epoch: a whole number is needed (found -1).'],
    ],
    ['says another position in its headers', withHeaders({ pos: '18' }), ['pos: must be 17, going by the value (found 18).']],
    ['says another id', withHeaders({ ce_id: `${stream}.2` }), [`ce_id: must be ${stream}.1, going by the value (found ${stream}.2).`]],
    [
      'says another type',
      withHeaders({ ce_type: 'crossdock.message.validated.v1' }),
      ['ce_type: must be crossdock.message.received.v1, going by the value (found crossdock.message.validated.v1).'],
    ],
    [
      'is a structured CloudEvent',
      withHeaders({ 'content-type': 'application/cloudevents+json' }),
      ['content-type: must be application/json, going by the value (found application/cloudevents+json).'],
    ],
    [
      'is in another topic',
      { topic: topics.validated },
      [`topic: message.received belongs to ${topics.received} (found in ${topics.validated}).`],
    ],
    ['is in another partition', { partition: 0 }, ["partition: must be 1, the value's shard (found in 0)."]],
    ['comes before itself', withHeaders({ prev: '17' }), ['prev: must lie before position 17 (found 17).']],
    [
      'is of an unknown type',
      valueWith('message.received', 'message.departed'),
      ['type: no event of this version; it may be of a newer one (found message.departed).'],
    ],
    [
      'is not JSON',
      { ...without('ce_payloadoffset'), value: Buffer.from('') },
      ['The value is not JSON: SyntaxError: Unexpected end of JSON input.'],
    ],
    ['is a list', { ...without('ce_payloadoffset'), value: Buffer.from('[]') }, ['The value is not a JSON object.']],
    ['is not UTF-8', { ...without('ce_payloadoffset'), value: Buffer.from([0x7b, 0xff, 0x7d]) }, ['The value is not UTF-8.']],
  ])('is refused when it %s', (_name, but, problems) => {
    expect(problemsOf(but)).toEqual(problems);
  });

  it('names every header that is missing', () => {
    for (const name of Object.keys(raw.headers)) {
      if (name === 'ce_payloadoffset') continue;
      expect(problemsOf(without(name)).join(' ')).toContain(`Headers are missing: ${name}.`);
    }
  });

  it('is refused for every header that says something else', () => {
    for (const [name, value] of Object.entries(raw.headers)) {
      expect(problemsOf(withHeaders({ [name]: `${value}x` })).join(' ')).toMatch(new RegExp(`^${name}: `));
    }
  });

  it('keeps its problems short whatever its size', () => {
    const endless = 'x'.repeat(5_000_000);
    const headers = Object.fromEntries(Object.keys(raw.headers).map((name) => [name, endless]));
    const value = Buffer.from(text.replace('"version":1', `"version":"${endless}"`));
    for (const but of [
      { headers },
      { headers, value },
      { topic: endless, value },
      { ...without('ce_payloadoffset'), value: Buffer.from(endless) },
    ]) {
      const problems = problemsOf(but).join(' ');
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.length).toBeLessThan(4_000);
    }
  });

  it('is refused however deep it nests', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(problemsOf({ ...without('ce_payloadoffset'), value: Buffer.from(`{"version":${deep}}`) }).join(' ')).toContain(
      'version: a whole number',
    );
  });
});

describe('an offset that lies', () => {
  const trueOffset = Number(raw.headers['ce_payloadoffset']);

  it('is found out wherever it points', () => {
    for (let offset = -2; offset <= text.length + 2; offset++) {
      if (offset !== trueOffset)
        expect(problemsOf(withHeaders({ ce_payloadoffset: `${offset}` }))).toEqual([expect.stringMatching(/^ce_payloadoffset: /)]);
    }
  });

  it.each<[string, string, RegExp]>([
    ['the payload of the payload', '{"payload":{"a":1,"payload":{"b":2}}}', /what stands before byte \d+ is no envelope/],
    ['a text of the payload', '{"a":",\\"payload\\":{}"}', /no payload stands at byte/],
    ['a second payload', '{},"payload":{"b":2}', /has a payload before byte \d+ too/],
  ])('to %s is found out', (_name, payload, problem) => {
    const whole = rawOf({ ...record, payload: Buffer.from(payload) });
    const lastMember = Buffer.from(whole.value ?? []).lastIndexOf('"payload', undefined, 'latin1');
    const headers = { ...whole.headers, ce_payloadoffset: `${lastMember + '"payload":'.length}` };
    const decoded = decodeRecord({ ...whole, headers });
    expect(decoded.ok ? [] : decoded.problems).toEqual([expect.stringMatching(problem)]);
  });

  it.each(['', ' ', '1e2', '0x60', '+96', '096', '96.0', 'Infinity', 'NaN', '9007199254740993'])(
    'is refused when it is written %j',
    (written) => {
      expect(problemsOf(withHeaders({ ce_payloadoffset: written }))).toEqual([
        `ce_payloadoffset: a whole number is needed (found ${written}).`,
      ]);
    },
  );
});

describe('whatever stands on a topic', () => {
  const bytes = fc.oneof(
    fc.constant(null),
    fc.uint8Array(),
    fc.string({ unit: 'binary' }).map((written) => Buffer.from(written)),
    fc.json().map((written) => Buffer.from(written)),
  );
  const headers = fc.oneof(
    fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(raw.headers), '__proto__'), fc.string()),
      fc.oneof(fc.constantFrom(...Object.values(raw.headers)), fc.string({ unit: 'binary' })),
    ),
    fc.constant(raw.headers),
  );

  it('is answered, never thrown at', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), headers, bytes, (topic, partition, someHeaders, value) => {
        const decoded = decodeRecord({ topic, partition, headers: someHeaders, value });
        expect(decoded).toMatchObject({ ok: false });
        expect(decoded.ok ? 0 : decoded.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('is a record of ours after a few wrong bytes only if it is still what its headers say', () => {
    const value = raw.value ?? new Uint8Array();
    const edits = fc.array(fc.tuple(fc.nat({ max: value.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(edits, (changes) => {
        const broken = Uint8Array.from(value);
        for (const [at, byte] of changes) broken[at] = byte;
        const decoded = decodeRecord({ ...raw, value: broken });
        if (decoded.ok) expect(decoded.record).toMatchObject({ stream, version: 1, shard: 1, position: 17, at: record.at });
        else expect(decoded.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
