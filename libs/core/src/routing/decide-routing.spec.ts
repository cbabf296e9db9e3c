import { describe, expect, it } from 'vitest';
import type { DeliveryAccepted } from '../delivery/events.ts';
import { unknownMessage, type MessageState } from '../message/message.ts';
import {
  accepted,
  finding,
  given,
  invalid,
  mapping,
  messageArchived,
  neverProcessed,
  received,
  routed,
  validated,
} from '../testing/builders.ts';
import { decideRouting, type RoutingDecision, type RoutingInput } from './decide-routing.ts';
import type { Mapping } from './mapping.ts';
import type { Candidate } from './match-mappings.ts';
import type { RoutedTo, RoutingReason } from './routing-reason.ts';

const deliveryOf = ({ mapping: { id } }: Candidate): string => `d${id.slice(1)}`;
const candidate = (each: Mapping, identifier?: string): Candidate => ({ mapping: each, identifier });

/** Everybody holds their own identifying values, but for those held by others. */
function input(
  candidates: readonly Candidate[],
  reasons: readonly RoutingReason[] = [],
  others: Readonly<Record<string, string>> = {},
): RoutingInput {
  return {
    matched: { candidates, reasons },
    revision: 7,
    deliveryOf,
    holderOf: (each) => others[each.identifier ?? ''] ?? deliveryOf(each),
  };
}
const ready = given(received(), validated());
const sentTo = (each: Mapping, remark?: 'mapping_paused'): RoutedTo => ({
  mapping: each.id,
  revision: each.revision,
  name: each.name,
  delivery: deliveryOf(candidate(each)),
  ...(remark === undefined ? {} : { remark }),
});
const deliveryTo = (each: Mapping, but: Partial<DeliveryAccepted> = {}) => ({
  id: deliveryOf(candidate(each)),
  accepted: accepted({ mapping: each.id, mappingRevision: each.revision, name: each.name, ...but }),
});
const disabled = (digits: string): RoutingReason => ({
  code: 'mapping_disabled',
  mapping: mapping(digits).id,
  revision: mapping(digits).revision,
  name: `erp.orders-${digits}`,
});

describe('who gets a validated message', () => {
  const [a, b] = [mapping('a'), mapping('b', { endpoint: 2 })];
  const paused = mapping('c', { paused: true });
  const twice = (each: Mapping, identifier: string, earlier: string): RoutingReason => ({
    code: 'duplicate_identifier',
    mapping: each.id,
    revision: each.revision,
    name: each.name,
    identifier,
    earlier,
  });

  it.each<[string, RoutingInput, Omit<Extract<RoutingDecision, { kind: 'decided' }>, 'kind'>]>([
    [
      'every candidate, in their order, with why the others do not',
      input([candidate(b), candidate(a)], [disabled('9')]),
      { outcome: routed([sentTo(b), sentTo(a)], disabled('9')), deliveries: [deliveryTo(b, { endpoint: 2 }), deliveryTo(a)] },
    ],
    ['nobody, when nobody is subscribed', input([]), { outcome: neverProcessed(), deliveries: [] }],
    ['nobody, when nobody wants it', input([], [disabled('9')]), { outcome: neverProcessed(disabled('9')), deliveries: [] }],
    [
      'a paused mapping, with a remark: its delivery waits',
      input([candidate(paused)]),
      { outcome: routed([sentTo(paused, 'mapping_paused')]), deliveries: [deliveryTo(paused, { paused: true })] },
    ],
    ['who holds its identifying values', input([candidate(a, 'R1')]), { outcome: routed([sentTo(a)]), deliveries: [deliveryTo(a)] }],
    [
      'nobody for whom an earlier delivery holds them: a duplicate, which names the earlier one',
      input([candidate(a, 'R1'), candidate(b, 'R2'), candidate(paused, 'R3')], [disabled('9')], { R1: 'earlier-1', R3: 'earlier-3' }),
      {
        outcome: routed([sentTo(b)], disabled('9'), twice(a, 'R1', 'earlier-1'), twice(paused, 'R3', 'earlier-3')),
        deliveries: [deliveryTo(b, { endpoint: 2 })],
      },
    ],
    [
      'nobody, when it is a duplicate for all',
      input([candidate(a, 'R1')], [], { R1: 'earlier-1' }),
      { outcome: neverProcessed(twice(a, 'R1', 'earlier-1')), deliveries: [] },
    ],
  ])('%s', (_what, wanted, expected) => {
    expect(decideRouting(ready, wanted)).toEqual({ kind: 'decided', ...expected });
  });

  it('tells of long identifying values a part that can be stored', () => {
    const decision = decideRouting(ready, input([candidate(a, `R\0${'1'.repeat(300)}`)], [], { [`R\0${'1'.repeat(300)}`]: 'earlier-1' }));
    expect(decision).toEqual({
      kind: 'decided',
      outcome: neverProcessed(twice(a, `R\uFFFD${'1'.repeat(197)}…`, 'earlier-1')),
      deliveries: [],
    });
  });

  it('hands the message’s own facts on to its deliveries', () => {
    const facts = {
      store: '5f00000000000000000000aa',
      root: '6b00000000000000000000bb',
      message: 'stock:change',
      rootMessage: 'order:new',
      source: 'shop',
      hops: 3,
      trail: [mapping('d').id, mapping('e').id, mapping('d').id],
    };
    const decision = decideRouting(given(received(facts), validated()), { ...input([candidate(a)]), revision: 9 });
    const { rootMessage: _rootMessage, hops: _hops, trail: _trail, source: _source, ...ofOutcome } = facts;
    expect(decision).toEqual({
      kind: 'decided',
      outcome: { ...routed([sentTo(a)]), ...ofOutcome, revision: 9 },
      deliveries: [deliveryTo(a, { ...facts, revision: 9 })],
    });
  });
});

describe('many reasons', () => {
  const failed = (digits: string): RoutingReason => ({
    code: 'path_missing',
    mapping: mapping(digits).id,
    name: `erp.orders-${digits}`,
    filter: { code: 'path_missing', index: 0, path: 'payload.x', operator: 'present', expected: '', actual: null, matchRule: 'all' },
  });
  const reasons = (count: number, from = 0): readonly RoutingReason[] =>
    Array.from({ length: count }, (_, index) => ((index + from) % 3 === 0 ? failed(String(index + from)) : disabled(String(index + from))));

  it('are stored as they are up to a hundred', () => {
    expect(decideRouting(ready, input([], reasons(100)))).toEqual({
      kind: 'decided',
      outcome: neverProcessed(...reasons(100)),
      deliveries: [],
    });
  });

  it('are counted per code beyond', () => {
    expect(decideRouting(ready, input([], reasons(110)))).toEqual({
      kind: 'decided',
      outcome: { ...neverProcessed(...reasons(100)), more: { mapping_disabled: 7, path_missing: 3 } },
      deliveries: [],
    });
  });

  it('are counted with the duplicates, and nobody who gets the message is left out', () => {
    const mappings = Array.from({ length: 150 }, (_, index) => mapping(String(1000 + index)));
    const decision = decideRouting(
      ready,
      input([...mappings.map((each) => candidate(each)), candidate(mapping('a'), 'R1')], reasons(100), { R1: 'earlier-1' }),
    );
    expect(decision).toEqual({
      kind: 'decided',
      outcome: {
        ...routed(
          mappings.map((each) => sentTo(each)),
          ...reasons(100),
        ),
        more: { duplicate_identifier: 1 },
      },
      deliveries: mappings.map((each) => deliveryTo(each)),
    });
  });
});

it.each<[string, MessageState, 'not_validated' | 'already_decided']>([
  ['unknown', unknownMessage, 'not_validated'],
  ['only received', given(received()), 'not_validated'],
  ['invalid', given(received(), invalid(finding('/order'))), 'not_validated'],
  ['routed', given(received(), validated(), routed()), 'already_decided'],
  ['never processed', given(received(), validated(), neverProcessed()), 'already_decided'],
  ['archived by hand', given(received(), validated(), messageArchived('ann')), 'already_decided'],
])('a message that is %s is ignored', (_what, state, because) => {
  expect(decideRouting(state, input([candidate(mapping('a'))]))).toEqual({ kind: 'ignored', because });
});

it('same inputs, same answer, and the inputs stay as they are', () => {
  const same = input([candidate(mapping('b'), 'R1'), candidate(mapping('a'))], [disabled('9')], { R1: 'earlier-1' });
  const before = JSON.stringify(same.matched);
  expect(decideRouting(ready, same)).toEqual(decideRouting(ready, same));
  expect(JSON.stringify(same.matched)).toBe(before);
});
