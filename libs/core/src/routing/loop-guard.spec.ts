import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_HOPS } from '../delivery/decide-delivery.ts';
import { mapping, received } from '../testing/builders.ts';
import { explainLoop } from './explain-loop.ts';
import { MAX_LINEAGE, MAX_PASSES, MAX_TRAIL, trailThrough, type Passage } from './loop-guard.ts';
import type { Mapping } from './mapping.ts';
import { matchMappings } from './match-mappings.ts';

const root = { message: 'order:new', store_id: '5f', source: null, payload: {} };
const [a, b, c] = [mapping('a'), mapping('b'), mapping('c')];

describe('what a lineage came through', () => {
  it('is told in order, the last twenty of it', () => {
    expect(trailThrough(undefined, a.id)).toEqual([a.id]);
    expect(trailThrough([a.id, b.id], a.id)).toEqual([a.id, b.id, a.id]);
    const long = Array.from({ length: 30 }, (_, n) => mapping(String(n)).id).reduce<readonly string[]>(
      (trail, id) => trailThrough(trail, id),
      [],
    );
    expect([long.length, long[0], long.at(-1)]).toEqual([MAX_TRAIL, mapping('10').id, mapping('29').id]);
  });
});

describe('a mapping that has handled the message’s ancestors', () => {
  const byName = ([x]: readonly [string, string], [y]: readonly [string, string]): number => (x < y ? -1 : 1);
  const codes = (passage: Passage): readonly (readonly [string, string])[] => {
    const { candidates, reasons } = matchMappings(root, [a, b, c], passage);
    return [
      ...candidates.map(({ mapping: { name } }) => [name, 'sent'] as const),
      ...reasons.map(({ name, code }) => [name, code] as const),
    ].sort(byName);
  };
  const through = (...mappings: readonly Mapping[]): Passage => ({ hops: mappings.length, trail: mappings.map(({ id }) => id) });

  it('gets it twice more', () => {
    expect(codes(through(a))).toEqual([a, b, c].map(({ name }) => [name, 'sent']));
    expect(codes(through(a, b, a))).toEqual([a, b, c].map(({ name }) => [name, 'sent']));
  });

  it('does not get it after three times, and the others do', () => {
    expect(codes(through(a, b, a, b, a))).toEqual([
      [a.name, 'loop_guard'],
      [b.name, 'sent'],
      [c.name, 'sent'],
    ]);
  });

  it('is named with how often, and since which hop', () => {
    expect(matchMappings(root, [a], through(b, a, c, a, a, a)).reasons).toEqual([
      { code: 'loop_guard', mapping: a.id, revision: a.revision, name: a.name, guard: 'mapping', count: 4, firstHop: 1 },
    ]);
    // Of a deeper lineage only the end is remembered.
    const deep = { hops: 23, trail: [b.id, ...Array.from({ length: 19 }, () => a.id)] };
    expect(matchMappings(root, [a], deep).reasons).toMatchObject([{ count: 19, firstHop: 4 }]);
  });

  it('is refused for what keeps it from the message anyway, where there is such a thing', () => {
    expect(matchMappings(root, [{ ...a, enabled: false }], through(a, a, a)).reasons).toMatchObject([{ code: 'mapping_disabled' }]);
  });
});

describe('a lineage that has come to very many deliveries', () => {
  it('ends for all who want its next message', () => {
    const passage: Passage = { hops: 2, trail: [a.id, a.id], deliveries: MAX_LINEAGE - 1 };
    expect(matchMappings(root, [b], passage).candidates).toHaveLength(1);
    expect(matchMappings(root, [b, c, { ...a, enabled: false }], passage)).toEqual({
      candidates: [],
      reasons: [
        { code: 'mapping_disabled', mapping: a.id, revision: a.revision, name: a.name },
        ...[b, c].map(({ id, revision, name }) => ({
          code: 'loop_guard',
          mapping: id,
          revision,
          name,
          guard: 'lineage',
          count: MAX_LINEAGE - 1,
        })),
      ],
    });
  });

  it('does not count what a push comes to: that is no loop', () => {
    expect(matchMappings(root, [a, b], { hops: 0, deliveries: MAX_LINEAGE }).candidates).toHaveLength(2);
  });
});

it('is explained in a sentence', () => {
  expect([
    explainLoop({ name: 'erp.orders', guard: 'mapping', count: 3, firstHop: 0 }),
    explainLoop({ name: 'erp.orders', guard: 'mapping', count: 5, firstHop: 2 }),
    explainLoop({ name: 'erp.orders', guard: 'lineage', count: 99_999 }),
  ]).toEqual([
    'The mapping "erp.orders" has handled this lineage 3 times, from the message that was pushed on; 3 are allowed. It looks like a loop, and ends here.',
    'The mapping "erp.orders" has handled this lineage 5 times, from hop 2 on; 3 are allowed. It looks like a loop, and ends here.',
    'The answers of this lineage have come to 99999 deliveries; 100000 are allowed. It looks like a loop, and ends here.',
  ]);
});

/** Which type each mapping wants, and which types its answers hold. */
interface Graph {
  readonly mappings: readonly Mapping[];
  readonly answers: ReadonlyMap<string, readonly string[]>;
}

interface Story {
  readonly messages: number;
  readonly deliveries: number;
  /** The deepest hop at which something was sent. */
  readonly depth: number;
  readonly guarded: number;
}

/**
 * Everything that comes of one push where each delivery is answered as the graph says, as router and delivery do it.
 * @param room what the answers may come to
 */
function unfold({ mappings, answers }: Graph, type: string, room = MAX_LINEAGE): Story {
  const waiting = [received({ message: type })];
  let [messages, deliveries, ofAnswers, depth, guarded] = [1, 0, 0, 0, 0];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { hops, trail, message } = next;
    const subscribed = mappings.filter((each) => each.messages.includes(message));
    const passage = { hops, deliveries: MAX_LINEAGE - room + ofAnswers, ...(trail === undefined ? {} : { trail }) };
    const matched = matchMappings({ ...root, message }, subscribed, passage);
    guarded += matched.reasons.filter(({ code }) => code === 'loop_guard').length;
    for (const { mapping: to } of matched.candidates) {
      deliveries += 1;
      if (hops > 0) ofAnswers += 1;
      if (hops > MAX_HOPS) continue;
      depth = Math.max(depth, hops);
      for (const answered of answers.get(to.id) ?? []) {
        messages += 1;
        waiting.push(received({ message: answered, origin: 'answer', hops: hops + 1, trail: trailThrough(trail, to.id) }));
      }
    }
  }
  return { messages, deliveries, depth, guarded };
}

const graph = (...edges: readonly (readonly [wants: string, ...answers: string[]])[]): Graph => {
  const mappings = edges.map(([wants], index) => mapping(String(index + 1), { messages: [wants] }));
  return { mappings, answers: new Map(edges.map(([, ...answers], index) => [mappings[index]?.id ?? '', answers])) };
};

describe('a loop', () => {
  it.each<[string, Graph, Omit<Story, 'guarded'>]>([
    ['of a mapping that answers what it is sent ends after three', graph(['a:a', 'a:a']), { messages: 4, deliveries: 3, depth: 2 }],
    ['of two ends after three rounds', graph(['a:a', 'b:b'], ['b:b', 'a:a']), { messages: 7, deliveries: 6, depth: 5 }],
    ['of three ends after three rounds', graph(['a:a', 'b:b'], ['b:b', 'c:c'], ['c:c', 'a:a']), { messages: 10, deliveries: 9, depth: 8 }],
    [
      'of seven is too deep before it has come round three times: its last delivery is parked',
      graph(
        ...['a:a', 'b:b', 'c:c', 'd:d', 'e:e', 'f:f', 'g:g', 'a:a'].flatMap((type, n, all) =>
          n === 7 ? [] : [[type, all[n + 1] ?? ''] as const],
        ),
      ),
      { messages: 22, deliveries: 22, depth: 20 },
    ],
    ['that doubles with every hop ends as soon', graph(['a:a', 'a:a', 'a:a']), { messages: 15, deliveries: 7, depth: 2 }],
    ['of two that both want what each answers', graph(['a:a', 'a:a'], ['a:a', 'a:a']), { messages: 69, deliveries: 68, depth: 5 }],
  ])('%s', (_what, loop, story) => {
    const { guarded, ...rest } = unfold(loop, 'a:a');
    expect(rest).toEqual(story);
    if (story.depth < MAX_HOPS) expect(guarded).toBeGreaterThan(0);
  });

  it('that explodes is ended by what its lineage has come to', () => {
    const everybody = graph(...Array.from({ length: 8 }, () => ['a:a', 'a:a', 'a:a'] as const));
    const { deliveries, depth } = unfold(everybody, 'a:a');
    expect(deliveries).toBeLessThanOrEqual(8 + MAX_LINEAGE);
    expect(deliveries).toBeGreaterThan(MAX_LINEAGE - 8);
    expect(depth).toBeLessThanOrEqual(MAX_HOPS);
  });
});

it('a chain that is none goes through to its end', () => {
  const chain = graph(
    ['shop:poll', ...Array.from({ length: 20 }, () => 'order:new')],
    ['order:new', 'order:updated'],
    ['order:new', 'shipment:new'],
    ['shipment:new', 'order:updated'],
    ['shipment:new', 'notification:info'],
    ['order:updated'],
    ['notification:info'],
  );
  expect(unfold(chain, 'shop:poll')).toEqual({ messages: 101, deliveries: 141, depth: 3, guarded: 0 });
});

it('every lineage ends, and within the figures', () => {
  const type = fc.constantFrom('a:a', 'b:b', 'c:c', 'd:d');
  const edges = fc.array(fc.tuple(type, fc.array(type, { maxLength: 3 })), { minLength: 1, maxLength: 6 });
  const room = 2_000;
  fc.assert(
    fc.property(edges, (wanted) => {
      const answering = graph(...wanted.map(([wants, answers]) => [wants, ...answers] as const));
      const largest = Math.max(1, ...wanted.map(([, answers]) => answers.length));
      const { messages, deliveries, depth } = unfold(answering, 'a:a', room);
      const ofPush = wanted.filter(([wants]) => wants === 'a:a').length;
      expect(depth).toBeLessThanOrEqual(Math.min(MAX_HOPS, MAX_PASSES * wanted.length));
      expect(deliveries).toBeLessThanOrEqual(ofPush + room);
      expect(messages).toBeLessThanOrEqual(1 + largest * deliveries);
    }),
    { numRuns: 300 },
  );
});
