import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import type { MessageNeverProcessed, MessageRouted } from '../message/events.ts';
import { decideRouting } from '../routing/decide-routing.ts';
import { MAX_LINEAGE, type Passage } from '../routing/loop-guard.ts';
import type { Mapping } from '../routing/mapping.ts';
import { matchMappings, type Matched } from '../routing/match-mappings.ts';
import { filters, given, identifiers, mapping, messageId, received, validated } from '../testing/builders.ts';
import { explainLine } from './explain-line.ts';
import { lineAt, outlineRouting } from './outline-routing.ts';
import { summarizeRouting } from './summarize-routing.ts';

const type = 'order:new';
const holder = '6b0000000000000000000bad';
const deliveryOf = ({ id }: Mapping): string => id.replace(/^5f1/, '6b1');

/** A store, a message, and what the world says of both. */
interface Case {
  readonly mappings: readonly Mapping[];
  readonly payload: JsonValue;
  readonly passage: Passage;
  /** Mappings for which an earlier delivery holds the identifying values. */
  readonly held: ReadonlySet<string>;
}

const someFilters = fc.constantFrom(
  filters([]),
  filters([{ path: 'payload.n', operator: 'gt', value: 5 }]),
  filters([
    { path: 'message', operator: 'eq', value: type },
    { path: 'payload.list.*', operator: 'eq', value: 'a', match_rule: 'any' },
  ]),
  filters([{ path: 'payload.missing', operator: 'present' }]),
);

const someMapping = fc.record({
  name: fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 8 }),
  enabled: fc.constantFrom(true, true, true, false),
  paused: fc.boolean(),
  messages: fc.constantFrom([type], [type, 'order:updated'], ['stock:change'], []),
  filters: someFilters,
  identifiers: fc.constantFrom(undefined, identifiers({ number: 'payload.n' })),
});

const someCase: fc.Arbitrary<Case> = fc
  .tuple(
    // More than a hundred reasons, so that some are only counted.
    fc.array(someMapping, { maxLength: 30 }).chain((few) => fc.constantFrom(few, Array.from({ length: 30 }, () => few).flat())),
    fc.record({ n: fc.constantFrom<JsonValue>(3, 9, 'many', null), list: fc.constantFrom<JsonValue>(['a', 'b'], ['b'], []) }),
    fc.constantFrom<[number, number | undefined]>([0, undefined], [3, 7], [3, MAX_LINEAGE]),
    fc.array(fc.nat(29), { maxLength: 6 }),
    fc.array(fc.nat(900), { maxLength: 100 }),
  )
  .map(([wishes, payload, [hops, deliveries], passed, holding]) => {
    const mappings = wishes.map((wish, index) => mapping(index.toString(16), { ...wish, name: `${wish.name}.${index}` }));
    const idAt = (index: number): string => mappings[index]?.id ?? '';
    const trail = hops === 0 ? {} : { trail: passed.flatMap((index) => Array.from({ length: 3 }, () => idAt(index))) };
    return {
      mappings,
      payload,
      passage: { hops, ...trail, ...(deliveries === undefined ? {} : { deliveries }) },
      held: new Set(holding.map(idAt)),
    };
  });

const rootOf = (payload: JsonValue): JsonValue => ({ message: type, payload });
const subscribedOf = ({ mappings }: Case): readonly Mapping[] => mappings.filter(({ messages }) => messages.includes(type));
const configured = (each: Case) => ({
  mappings: new Map(each.mappings.map((one) => [one.id, one])),
  subscribed: new Map([[type, subscribedOf(each)]]),
});

function decide(each: Case): MessageRouted | MessageNeverProcessed {
  const decision = decideRouting(given(received(), validated()), {
    matched: matchMappings(rootOf(each.payload), subscribedOf(each), each.passage),
    revision: 7,
    deliveryOf: (candidate) => deliveryOf(candidate.mapping),
    holderOf: (candidate) =>
      candidate.identifier !== undefined && each.held.has(candidate.mapping.id) ? holder : deliveryOf(candidate.mapping),
  });
  if (decision.kind !== 'decided') throw new TypeError('The message was not decided.');
  return decision.outcome;
}

/** What is known on reading: not how many deliveries the lineage had then. */
const again = (each: Case) => (): Matched => {
  const { hops, trail } = each.passage;
  return matchMappings(rootOf(each.payload), subscribedOf(each), { hops, ...(trail === undefined ? {} : { trail }) });
};

/** What the router found for one mapping, told without a bound. */
function truth(each: Case, one: Mapping): Readonly<Record<string, unknown>> {
  const about = { mapping: one.id, name: one.name, revision: one.revision };
  if (!one.messages.includes(type)) return { code: 'type_not_subscribed', ...about, messages: one.messages };
  const matched = matchMappings(rootOf(each.payload), subscribedOf(each), each.passage);
  const reason = matched.reasons.find((told) => told.mapping === one.id);
  if (reason !== undefined) return { ...reason };
  const identifier = matched.candidates.find((candidate) => candidate.mapping === one)?.identifier;
  if (identifier !== undefined && each.held.has(one.id)) return { code: 'duplicate_identifier', ...about, identifier, earlier: holder };
  return { code: 'sent', ...about, delivery: deliveryOf(one), ...(one.paused ? { remark: 'mapping_paused' } : {}) };
}

/** Without what is neither in the log nor in the message, of reasons that were only counted. */
function asDerived(
  line: Readonly<Record<string, unknown>>,
  { reasons }: MessageRouted | MessageNeverProcessed,
): Readonly<Record<string, unknown>> {
  if (line['code'] === 'duplicate_identifier') return { ...line, earlier: undefined };
  if (line['code'] !== 'loop_guard' || line['guard'] !== 'lineage') return line;
  const told = reasons.some((reason) => reason.code === 'loop_guard' && reason.guard === 'lineage');
  return told ? line : { ...line, count: undefined };
}

describe('outlineRouting', () => {
  it('has every mapping exactly once, in order, and its counts add up', () => {
    fc.assert(
      fc.property(someCase, (each) => {
        const outline = outlineRouting(decide(each), configured(each));
        expect(outline.places.map((place) => place.mapping).sort()).toEqual(each.mappings.map(({ id }) => id).sort());
        const keys = outline.places.map(({ key }) => key);
        expect(keys).toEqual([...keys].sort());
        expect(Object.values(outline.counts).reduce((sum, n) => sum + n, 0)).toBe(each.mappings.length);
        const counted: Record<string, number> = {};
        for (const place of outline.places) {
          const { code } = lineAt(outline, place, again(each));
          counted[code] = (counted[code] ?? 0) + 1;
        }
        expect(counted).toEqual(outline.counts);
      }),
    );
  });

  it('says of every mapping what the router found, whether that was stored or only counted', () => {
    fc.assert(
      fc.property(someCase, (each) => {
        const decision = decide(each);
        const outline = outlineRouting(decision, configured(each));
        for (const place of outline.places) {
          const one = each.mappings.find(({ id }) => id === place.mapping);
          if (one === undefined) throw new TypeError('There is no such mapping.');
          const expected = truth(each, one);
          const { derived, ...line } = lineAt(outline, place, again(each));
          expect(derived).toBe(place.kind !== 'stored');
          expect(line).toEqual(derived ? asDerived(expected, decision) : expected);
        }
      }),
    );
  });

  it('is told in whole sentences', () => {
    fc.assert(
      fc.property(someCase, fc.constantFrom('past' as const, 'future' as const), (each, tense) => {
        const outline = outlineRouting(decide(each), configured(each));
        const told = outline.places.map((place) =>
          explainLine(lineAt(outline, place, again(each)), {
            tense,
            message: type,
            root: rootOf(each.payload),
            standing: () => undefined,
          }),
        );
        for (const sentence of [...told, summarizeRouting(outline, tense)]) expect(sentence).toMatch(/^[A-Z](?!.*undefined).*[.?]$/);
      }),
    );
  });

  it('has what was stored where it is no longer known what the store had', () => {
    const [a, b, c] = [mapping('a'), mapping('b', { enabled: false }), mapping('c', { messages: [] })];
    const each: Case = { mappings: [a, b, c], payload: {}, passage: { hops: 0 }, held: new Set() };
    const outline = outlineRouting(decide(each), undefined);
    expect(outline.places.map((place) => [place.mapping, place.kind])).toEqual([
      [a.id, 'stored'],
      [b.id, 'stored'],
    ]);
    expect(outline.counts).toEqual({ sent: 1, mapping_disabled: 1 });
  });

  it('leaves nothing out of what the decision counted', () => {
    const many = Array.from({ length: 130 }, (_, n) =>
      mapping(n.toString(16), { enabled: n % 2 === 0, filters: filters([{ path: 'payload.n', operator: 'present' }]) }),
    );
    const each: Case = { mappings: many, payload: {}, passage: { hops: 0 }, held: new Set() };
    const decision = decide(each);
    expect(decision.more).toEqual({ path_missing: 15, mapping_disabled: 15 });
    const outline = outlineRouting(decision, configured(each));
    expect([outline.counts, outline.places.filter(({ kind }) => kind === 'counted')]).toMatchObject([
      { path_missing: 65, mapping_disabled: 65 },
      { length: 30 },
    ]);
  });

  it('does not take for subscribed what was not when it was decided', () => {
    const [a, b] = [mapping('a', { enabled: false }), mapping('b')];
    const each: Case = { mappings: [a], payload: {}, passage: { hops: 0 }, held: new Set() };
    // Another name of the type has become one since.
    const outline = outlineRouting(decide(each), {
      mappings: new Map([a, b].map((one) => [one.id, one])),
      subscribed: new Map([[type, [a, b]]]),
    });
    expect(outline.places.map(({ mapping: id, kind }) => [id, kind])).toEqual([
      [a.id, 'stored'],
      [b.id, 'not_subscribed'],
    ]);
  });

  it('knows a counted duplicate by what else it could be, be it the only one', () => {
    const identified = mapping('b', { identifiers: identifiers({ number: 'payload.n' }) });
    const decision: MessageNeverProcessed = {
      type: 'message.never_processed',
      store: 's',
      root: messageId,
      message: type,
      revision: 7,
      reasons: [],
      more: { duplicate_identifier: 1 },
    };
    const each: Case = { mappings: [identified], payload: { n: 5 }, passage: { hops: 0 }, held: new Set() };
    const outline = outlineRouting(decision, configured(each));
    expect(outline.places.map((place) => lineAt(outline, place, again(each)))).toEqual([
      {
        code: 'duplicate_identifier',
        mapping: identified.id,
        revision: identified.revision,
        name: identified.name,
        identifier: '[["number",["5"]]]',
        earlier: undefined,
        derived: true,
      },
    ]);
  });

  it('does not pretend to know why a mapping that would get it today did not', () => {
    const [a, b] = [mapping('a'), mapping('b')];
    const decision: MessageNeverProcessed = {
      type: 'message.never_processed',
      store: 's',
      root: messageId,
      message: type,
      revision: 7,
      reasons: [],
      more: { filter_failed: 2 },
    };
    const each: Case = { mappings: [a, b], payload: {}, passage: { hops: 0 }, held: new Set() };
    const outline = outlineRouting(decision, configured(each));
    expect(outline.places.map((place) => lineAt(outline, place, again(each)).code)).toEqual(['not_derivable', 'not_derivable']);
  });
});
