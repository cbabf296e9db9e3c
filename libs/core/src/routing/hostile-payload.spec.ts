import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { Effort, MAX_STEPS } from '../filter/effort.ts';
import { identifierKey } from '../filter/identifiers.ts';
import { matches } from '../filter/matches.ts';
import { DEFAULT_WALK_CAPS, MAX_PATH_SEGMENTS, parsePath, walk, type ParsedPath } from '../filter/path.ts';
import type { JsonValue } from '../json/json-value.ts';
import { filters, identifiers, mapping } from '../testing/builders.ts';
import type { Mapping } from './mapping.ts';
import { matchMappings } from './match-mappings.ts';

const MAX_FILTERS = 64;

/** What was done to a payload, counted from outside: members that were read, and objects whose names were listed. */
interface Watched {
  readonly value: JsonValue;
  readonly count: { read: number; listed: number };
}

/** The same payload, which counts who looks at it. Each object and array has one watcher, as it has one identity. */
function watched(payload: JsonValue): Watched {
  const count = { read: 0, listed: 0 };
  const watchers = new WeakMap<object, object>();
  const watch = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = watchers.get(value);
    if (known !== undefined) return known;
    const watcher: object = new Proxy(value, {
      get: (target, key, receiver): unknown => {
        if (typeof key === 'string' && key !== 'length' && Object.hasOwn(target, key)) count.read += 1;
        return watch(Reflect.get(target, key, receiver));
      },
      ownKeys: (target) => {
        count.listed += 1;
        return Reflect.ownKeys(target);
      },
    });
    watchers.set(value, watcher);
    return watcher;
  };
  return { value: watch(payload) as JsonValue, count };
}

const repeat = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const nested = (depth: number, width: number): JsonValue => repeat(width, (index) => (depth === 1 ? index : nested(depth - 1, width)));

/** A megabyte each, or nearly. */
const payloads: Readonly<Record<string, JsonValue>> = {
  '5,000 elements': { items: repeat(5_000, (index) => ({ sku: `SKU-${index}`, quantity: index, text: 'x'.repeat(150) })) },
  'nested arrays': { items: nested(6, 9) },
  'a wide object': Object.fromEntries(repeat(60_000, (index) => [`name-${index}`, index])),
  'wide objects': { items: repeat(60, (each) => Object.fromEntries(repeat(1_000, (index) => [`name-${each}-${index}`, index]))) },
  'one long text': { items: [{ sku: 'x'.repeat(1_000_000) }] },
};
const rootOf = (payload: JsonValue): JsonValue => ({ message: 'order:new', store_id: '5f', source: null, payload });
const path = (text: string): ParsedPath => {
  const parsed = parsePath(text);
  if ('error' in parsed) throw new TypeError(parsed.reason);
  return parsed;
};

/** Filters that look at as much as they can, and let pass whatever they see the whole of. */
const greedy: Readonly<Record<string, (index: number) => object>> = {
  'different paths under stars': (index) => ({ path: `payload.*.*.none-${index}`, operator: 'empty' }),
  'different stars': (index) => ({
    path: `payload${'.*'.repeat(1 + (index % 7))}.none-${index}`,
    operator: 'neq',
    value: 'x',
  }),
  'the same path': () => ({ path: 'payload.*.*.sku', operator: 'neq', value: 'none', match_rule: 'any' }),
  'texts of everything': (index) => ({ path: 'payload.items', operator: 'contains', value: `none-${index}` }),
  'patterns over all values': (index) => ({ path: 'payload.items.*.sku', operator: 'match', value: `(x|S)+|${index}` }),
  'is anything there': () => ({ path: 'payload', operator: 'present' }),
};

function mappings(count: number, filter: (index: number) => object, but: Partial<Mapping> = {}): Mapping[] {
  return repeat(count, (each) =>
    mapping(String(each + 1), {
      filters: filters(
        repeat(MAX_FILTERS, (index) => filter(each * MAX_FILTERS + index)),
        (pattern) => RE2JS.compile(pattern),
      ),
      ...but,
    }),
  );
}

describe.each(Object.entries(payloads))('a message of a megabyte: %s', (_what, payload) => {
  it.each([['payload.*.*'], ['payload.*.*.*.*.*.*'], ['payload.items.*.sku'], ['payload.*'], ['*.*']])(
    'is walked over %s within the caps',
    (text) => {
      const { value, count } = watched(rootOf(payload));
      const found = walk(path(text), value);
      expect(found.visited).toBeLessThanOrEqual(DEFAULT_WALK_CAPS.maxVisited);
      expect(found.values.length).toBeLessThanOrEqual(DEFAULT_WALK_CAPS.maxValues);
      // What is read where the cap is reached is not stepped into any more: one value at each level.
      expect(count.read).toBeLessThanOrEqual(found.visited + MAX_PATH_SEGMENTS);
      expect(count.listed).toBeLessThanOrEqual(found.visited);
    },
  );

  it.each(Object.entries(greedy))(
    'takes no more than half a million steps, however many mappings have 64 filters of %s',
    (_filters, filter) => {
      const { value, count } = watched(rootOf(payload));
      matchMappings(value, mappings(60, filter));
      // Whoever begins when there is a step left may take what one filter may take.
      expect(count.read).toBeLessThanOrEqual(MAX_STEPS + 65_536 + 2 * 60 * MAX_FILTERS);
      expect(count.listed).toBeLessThanOrEqual(MAX_STEPS);
    },
  );

  it('is identified by what can be told within the steps, or not at all', () => {
    const everything = identifiers(
      Object.fromEntries(repeat(16, (index) => [`name-${index}`, index % 2 === 0 ? 'payload.*' : 'payload.*.*'])),
    );
    const { value, count } = watched(rootOf(payload));
    const { candidates } = matchMappings(
      value,
      mappings(200, () => ({ path: 'message', operator: 'present' }), { identifiers: everything }),
    );
    expect(candidates).toHaveLength(200);
    expect(count.read).toBeLessThanOrEqual(MAX_STEPS + 65_536 + 200 * MAX_FILTERS);
    expect(candidates.reduce((sum, { identifier = '' }) => sum + identifier.length, 0)).toBeLessThan(4 * MAX_STEPS);
  });
});

describe('a message whose steps are spent', () => {
  const root = rootOf(payloads['5,000 elements'] ?? null);
  const star = { path: 'payload.items.*.sku', operator: 'eq', value: 'SKU-1', match_rule: 'any' };
  const one = { path: 'payload.items.1.sku', operator: 'eq', value: 'SKU-1' };

  it('is refused by who would have to walk it, with a note, and decided by all others as ever', () => {
    const spent = new Effort(10);
    spent.spend(10);
    expect(matches(filters([one, { path: 'payload.items', operator: 'present' }]), root, spent)).toEqual({ pass: true });
    expect(matches(filters([star]), root, spent)).toEqual({
      pass: false,
      reason: {
        code: 'error',
        index: 0,
        path: 'payload.items.*.sku',
        operator: 'eq',
        expected: 'SKU-1',
        actual: null,
        matchRule: 'any',
        note: 'was not looked at: routing this message takes more than the 500000 steps allowed',
      },
    });
    const texts = filters([{ path: 'payload.items.0', operator: 'contains', value: 'SKU' }]);
    expect(matches(texts, root, spent)).toMatchObject({
      pass: false,
      reason: { code: 'error', note: expect.stringContaining('not looked at') as string },
    });
    expect(identifierKey(identifiers({ order: 'payload.items.1.sku' }), root, spent)).toEqual({
      kind: 'none',
      missing: [],
      unusable: ['order'],
    });
  });

  it('does not get there with a path that is asked for ten thousand times', () => {
    const many = repeat(10_000, (index) => mapping(String(index + 1), { filters: filters([{ ...star, path: 'payload.items.*.none' }]) }));
    expect(new Set(matchMappings(root, many).reasons.map((reason) => reason.code))).toEqual(new Set(['path_missing']));
  });
});
