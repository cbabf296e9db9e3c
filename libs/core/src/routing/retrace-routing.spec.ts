import { describe, expect, it } from 'vitest';
import type { MessageNeverProcessed, MessageRouted } from '../message/events.ts';
import { filters, given, mapping, received, validated } from '../testing/builders.ts';
import { decideRouting } from './decide-routing.ts';
import { MAX_LINEAGE, type Passage } from './loop-guard.ts';
import type { Mapping } from './mapping.ts';
import { matchMappings } from './match-mappings.ts';
import { MOST_REASONS } from './reason-list.ts';
import { retraceRouting } from './retrace-routing.ts';

const root = { message: 'order:new', store_id: '5f', source: null, payload: { total: 12, number: 'R1' } };
const where = (value: number) => filters([{ path: 'payload.total', operator: 'gt', value }]);
const [a, b, c, d] = [mapping('a'), mapping('b', { filters: where(100) }), mapping('c', { enabled: false }), mapping('d')];

function decide(
  mappings: readonly Mapping[],
  passage?: Passage,
  held: ReadonlySet<string> = new Set(),
): MessageRouted | MessageNeverProcessed {
  const decision = decideRouting(given(received(), validated()), {
    matched: matchMappings(root, mappings, passage, MOST_REASONS),
    revision: 7,
    deliveryOf: (candidate) => `d${candidate.mapping.id.slice(1)}`,
    holderOf: (candidate) => (held.has(candidate.mapping.id) ? 'e'.repeat(24) : `d${candidate.mapping.id.slice(1)}`),
  });
  if (decision.kind !== 'decided') throw new TypeError(decision.because);
  return decision.outcome;
}
const retrace = (decision: MessageRouted | MessageNeverProcessed, mappings: readonly Mapping[], passage?: Passage): string | undefined =>
  retraceRouting(decision, matchMappings(root, mappings, passage));
const some = [a, b, c, d];

describe('a decision', () => {
  it('is found again with the same mappings, whatever other messages had to do with it', () => {
    expect(retrace(decide(some), some)).toBeUndefined();
    expect(retrace(decide(some, undefined, new Set([a.id, d.id])), some)).toBeUndefined();
    const looped = { hops: 3, trail: [a.id, a.id, a.id] };
    expect(retrace(decide(some, looped), some, looped)).toBeUndefined();
    expect(retrace(decide(some, { ...looped, deliveries: MAX_LINEAGE }), some, looped)).toBeUndefined();
    const many = Array.from({ length: 300 }, (_, n) =>
      mapping(String(n + 1), n % 2 === 0 ? { filters: where(100) } : { enabled: n % 3 === 0 }),
    );
    expect(retrace(decide(many, undefined, new Set([many[1]?.id ?? ''])), many)).toBeUndefined();
  });

  it('of an older log is, without revisions', () => {
    const old = JSON.parse(
      JSON.stringify(decide(some), (key, value: unknown) => (key === 'revision' && value !== 7 ? undefined : value)),
    ) as MessageRouted;
    expect(old.sent[0]).not.toHaveProperty('revision');
    expect(retrace(old, some)).toBeUndefined();
  });

  it.each<[string, readonly Mapping[], string]>([
    ['a mapping is missing', [a, b, c], 'It was sent to erp.orders-d, which did not want it.'],
    ['a mapping is newer', [{ ...a, revision: 6 }, b, c, d], 'It was sent to erp.orders-a as of revision 5; at revision 7 that was of 6.'],
    [
      'a filter is another',
      [a, { ...b, filters: where(50) }, c, d],
      'erp.orders-b did not get it for filter_failed, which is not found again: filter_failed is.',
    ],
    [
      'a filter is gone',
      [a, { ...b, filters: [] }, c, d],
      'erp.orders-b did not get it for filter_failed, which is not found again: nothing is.',
    ],
    ['somebody would have got it', [...some, mapping('e')], '3 mappings wanted it; it was sent to 2, and kept from 0.'],
    [
      'somebody would have been refused',
      [...some, mapping('e', { filters: where(100) })],
      '1 mappings have the reason filter_failed; 2 are found again.',
    ],
  ])('is not where %s', (_what, mappings, difference) => {
    expect(retrace(decide(some), mappings)).toBe(difference);
  });

  it('is not where somebody was left out who held nothing', () => {
    const { sent: _sent, ...rest } = { sent: [], ...decide(some) };
    expect(retrace({ ...rest, type: 'message.never_processed' }, some)).toBe('2 mappings wanted it; it was sent to 0, and kept from 0.');
  });
});
