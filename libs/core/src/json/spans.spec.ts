import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SCAN_LIMITS, lastMember, scanArray, scanObject, type ScanProblem, type ValueSpan } from './spans.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textAt = (bytes: Uint8Array, from: number, to: number): string => new TextDecoder().decode(bytes.subarray(from, to));
const valueAt = (bytes: Uint8Array, span: ValueSpan): unknown => JSON.parse(textAt(bytes, span.valueStart, span.valueEnd));
const ownValue = (object: unknown, key: string): unknown => Object.getOwnPropertyDescriptor(object, key)?.value;

function kindOf(value: unknown): ValueSpan['kind'] {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean' || value === null) return 'literal';
  return Array.isArray(value) ? 'array' : 'object';
}

/** JSON texts as no serialiser would write them: odd blanks, needless escapes, repeated and dangerous names, huge numbers. */
const blank = fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t'), maxLength: 2 });
const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }).map((text) => JSON.stringify(text).slice(1, -1)),
  fc.constantFrom(
    '\\u0041',
    '\\u00e9',
    '\\u00E9',
    '\\ud800',
    '\\uD83D\\uDE00',
    '\\/',
    '\\\\',
    '\\"',
    '\\u0000',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '😀',
  ),
);
const stringText = fc.array(piece, { maxLength: 4 }).map((pieces) => `"${pieces.join('')}"`);
const nameText = fc.oneof(stringText, fc.constantFrom('"a"', '"parameters"', '"\\u0061"', '"__proto__"', '"constructor"', '""'));
const numberText = fc.oneof(
  fc.constantFrom('0', '-0', '9007199254740993', '123456789012345678901234567890', '-1.50E-7', '1e400'),
  fc.integer().map(String),
);
const {
  value: valueText,
  object: objectText,
  array: arrayText,
} = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, stringText, numberText, fc.constantFrom('true', 'false', 'null'), tie('object'), tie('array')),
  object: fc
    .array(fc.tuple(blank, nameText, blank, blank, tie('value'), blank), { maxLength: 6 })
    .map((members) => `{${members.map(([a, name, b, c, value, d]) => `${a}${name}${b}:${c}${value}${d}`).join(',')}}`),
  array: fc
    .array(fc.tuple(blank, tie('value'), blank), { maxLength: 6 })
    .map((elements) => `[${elements.map(([a, value, b]) => `${a}${value}${b}`).join(',')}]`),
}));

describe('scanObject', () => {
  it('tells where each member stands, without the blanks around it', () => {
    const bytes = utf8(' {"message": "order:new",\n "n" :12 ,"ok":true,"list":[1,{"a":"]"}],"payload":{"a":{}} } ');
    const scanned = scanObject(bytes);
    expect(
      scanned.ok &&
        scanned.members.map((m) => [m.key, textAt(bytes, m.keyStart, m.valueStart), textAt(bytes, m.valueStart, m.valueEnd), m.kind]),
    ).toEqual([
      ['message', '"message": ', '"order:new"', 'string'],
      ['n', '"n" :', '12', 'number'],
      ['ok', '"ok":', 'true', 'literal'],
      ['list', '"list":', '[1,{"a":"]"}]', 'array'],
      ['payload', '"payload":', '{"a":{}}', 'object'],
    ]);
    expect(scanned.ok && [scanned.start, scanned.end]).toEqual([1, bytes.length - 1]);
  });

  it('finds the members that JSON.parse finds, in any valid text', () => {
    fc.assert(
      fc.property(objectText, blank, (text, before) => {
        const bytes = utf8(before + text + before);
        const scanned = scanObject(bytes);
        if (!scanned.ok) throw new Error(`${scanned.problem} at ${scanned.at}`);
        const parsed: unknown = JSON.parse(text);
        expect(textAt(bytes, scanned.start, scanned.end)).toBe(text);
        expect(new Set(scanned.members.map((member) => member.key))).toEqual(new Set(Object.keys(parsed as object)));
        for (const key of Object.keys(parsed as object)) {
          const member = lastMember(scanned.members, key);
          if (member === undefined) throw new Error(`no member ${key}`);
          expect(valueAt(bytes, member)).toEqual(ownValue(parsed, key));
          expect(member.kind).toBe(kindOf(ownValue(parsed, key)));
          expect(textAt(bytes, member.valueStart, member.valueEnd).trim().length).toBe(
            textAt(bytes, member.valueStart, member.valueEnd).length,
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the digits of numbers beyond 2^53', () => {
    const bytes = utf8('{"id":90071992547409931234.50}');
    const scanned = scanObject(bytes);
    expect(scanned.ok && scanned.members.map((m) => textAt(bytes, m.valueStart, m.valueEnd))).toEqual(['90071992547409931234.50']);
  });

  it('reads names as JSON.parse does', () => {
    const names = ['"plain"', '"\\u0061\\n"', '"é😀"', '"\\ud83d\\ude00"', '"\\ud800"', '""', '"__proto__"', '"\\u0000"'];
    const scanned = scanObject(utf8(`{${names.map((name) => `${name}:1`).join(',')}}`));
    expect(scanned.ok && scanned.members.map((member) => member.key)).toEqual(names.map((name) => JSON.parse(name) as string));
  });

  it('starts where it is told, inside a larger text', () => {
    const bytes = utf8('{"payload": {"a":1} , "b":2}');
    expect(scanObject(bytes, 11)).toEqual({
      ok: true,
      start: 12,
      end: 19,
      members: [{ key: 'a', keyStart: 13, valueStart: 17, valueEnd: 18, kind: 'number' }],
    });
  });

  it.each<[string, string, ScanProblem['problem'], number]>([
    ['no object', '[1]', 'not_object', 0],
    ['nothing', '', 'not_object', 0],
    ['only blanks', '  ', 'not_object', 2],
    ['a byte order mark', '\ufeff{}', 'not_object', 0],
    ['an open object', '{', 'truncated', 1],
    ['an open name', '{"a', 'truncated', 3],
    ['a name that ends in an escape', '{"a\\"', 'truncated', 5],
    ['a missing value', '{"a":', 'truncated', 5],
    ['an open value', '{"a":[1,2', 'truncated', 9],
    ['an open text', '{"a":"b', 'truncated', 7],
    ['a missing end', '{"a":1', 'truncated', 6],
    ['a name without quotes', '{a:1}', 'syntax', 1],
    ['a missing colon', '{"a" 1}', 'syntax', 5],
    ['a missing comma', '{"a":1 "b":2}', 'syntax', 7],
    ['a comma too many', '{"a":1,}', 'syntax', 7],
    ['an empty value', '{"a":,"b":1}', 'syntax', 5],
    ['an unknown literal', '{"a":undefined}', 'syntax', 5],
    ['a raw line break in a name', '{"a\n":1}', 'syntax', 1],
  ])('refuses %s', (_what, text, problem, at) => {
    expect(scanObject(utf8(text))).toEqual({ ok: false, problem, at });
  });

  it('refuses a name that is not UTF-8', () => {
    expect(scanObject(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toEqual({ ok: false, problem: 'invalid_utf8', at: 1 });
  });

  it('takes as many levels and members as it was told, and no more', () => {
    const nested = (levels: number): Uint8Array => utf8(`${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`);
    expect(scanObject(nested(512)).ok).toBe(true);
    expect(scanObject(nested(513))).toEqual({ ok: false, problem: 'too_deep', at: 512 * 5 });
    expect(scanObject(utf8('{"a":1,"b":2}'), 0, { maxDepth: 1, maxEntries: 2 }).ok).toBe(true);
    expect(scanObject(utf8('{"a":1,"b":[]}'), 0, { maxDepth: 1, maxEntries: 2 })).toEqual({ ok: false, problem: 'too_deep', at: 11 });
    expect(scanObject(utf8('{"a":1,"b":2}'), 0, { maxDepth: 1, maxEntries: 1 })).toEqual({ ok: false, problem: 'too_many', at: 7 });
  });

  it('refuses a hundred thousand levels after five hundred of them', () => {
    const deep = utf8(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(scanObject(deep)).toEqual({ ok: false, problem: 'too_deep', at: 5 + DEFAULT_SCAN_LIMITS.maxDepth - 1 });
  });

  it('reads nothing beyond the end of a view', () => {
    const whole = utf8('xxx{"a":"bcd"}');
    const view = whole.subarray(3, whole.length - 2);
    expect(scanObject(view)).toEqual({ ok: false, problem: 'truncated', at: view.length });
    expect(scanObject(whole.subarray(3))).toEqual(scanObject(utf8('{"a":"bcd"}')));
  });

  it('refuses every beginning of a valid text', () => {
    fc.assert(
      fc.property(objectText, fc.nat(), (text, cut) => {
        const bytes = utf8(text);
        expect(scanObject(bytes.subarray(0, cut % bytes.length)).ok).toBe(false);
      }),
    );
  });

  it('ends, and stays inside the bytes, whatever they are', () => {
    const damaged = fc.tuple(objectText, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 })).map(([text, changes]) => {
      const bytes = utf8(text);
      for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
      return bytes;
    });
    const noise = fc.array(fc.constantFrom(...utf8('{}[]",:\\ 1tu')), { maxLength: 40 }).map((some) => Uint8Array.from([0x7b, ...some]));
    fc.assert(
      fc.property(fc.oneof(damaged, noise, fc.uint8Array()), (bytes) => {
        const scanned = scanObject(bytes);
        if (!scanned.ok) {
          expect(scanned.at).toBeLessThanOrEqual(bytes.length);
          return;
        }
        let from = scanned.start;
        for (const { keyStart, valueStart, valueEnd } of scanned.members) {
          expect(from < keyStart && keyStart < valueStart && valueStart < valueEnd).toBe(true);
          from = valueEnd;
        }
        expect(from < scanned.end && scanned.end <= bytes.length).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('scanArray', () => {
  it('finds the elements that JSON.parse finds, in any valid text', () => {
    fc.assert(
      fc.property(arrayText, blank, (text, before) => {
        const bytes = utf8(before + text);
        const scanned = scanArray(bytes);
        if (!scanned.ok) throw new Error(`${scanned.problem} at ${scanned.at}`);
        const parsed = JSON.parse(text) as unknown[];
        expect(scanned.elements.map((element) => valueAt(bytes, element))).toEqual(parsed);
        expect(scanned.elements.map((element) => element.kind)).toEqual(parsed.map(kindOf));
        expect(textAt(bytes, scanned.start, scanned.end)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, string, ScanProblem['problem'], number]>([
    ['no array', '{}', 'not_array', 0],
    ['an open array', '[1', 'truncated', 2],
    ['a comma too many', '[1,]', 'syntax', 3],
    ['a missing comma', '[1 2]', 'syntax', 3],
    ['more levels than allowed', `${'['.repeat(600)}${']'.repeat(600)}`, 'too_deep', 512],
  ])('refuses %s', (_what, text, problem, at) => {
    expect(scanArray(utf8(text))).toEqual({ ok: false, problem, at });
  });

  it('takes as many elements as it was told', () => {
    expect(scanArray(utf8('[1,2,3]'), 0, { maxDepth: 1, maxEntries: 2 })).toEqual({ ok: false, problem: 'too_many', at: 5 });
  });
});

describe('lastMember', () => {
  it('takes the last of several members of one name, as JSON.parse does', () => {
    const bytes = utf8('{"a":1,"\\u0061":2,"b":3}');
    const scanned = scanObject(bytes);
    const member = scanned.ok ? lastMember(scanned.members, 'a') : undefined;
    expect(member && valueAt(bytes, member)).toBe(2);
    expect(scanned.ok && lastMember(scanned.members, 'c')).toBe(undefined);
  });
});

it('any valid value can be told from what surrounds it', () => {
  fc.assert(
    fc.property(valueText, (text) => {
      const bytes = utf8(`{"x":${text},"y":0}`);
      const scanned = scanObject(bytes);
      expect(scanned.ok && scanned.members.map((m) => textAt(bytes, m.valueStart, m.valueEnd))).toEqual([text, '0']);
    }),
    { numRuns: 500 },
  );
});
