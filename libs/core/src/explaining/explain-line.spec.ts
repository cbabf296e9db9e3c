import { describe, expect, it } from 'vitest';
import type { RoutingReason } from '../routing/routing-reason.ts';
import { mapping, neverProcessed, routed } from '../testing/builders.ts';
import { explainLine, listed, type Telling } from './explain-line.ts';
import { outlineRouting } from './outline-routing.ts';
import type { RoutingLine } from './routing-line.ts';
import { summarizeRouting } from './summarize-routing.ts';

const about = { mapping: '5f1000000000000000000001', name: 'erp.orders' };
const delivery = '6b00000000000000000000d1';
const telling: Telling = { tense: 'past', message: 'order:new', standing: () => undefined };
const missing = {
  code: 'path_missing',
  index: 0,
  path: 'order.number',
  operator: 'eq',
  expected: 'R1',
  actual: null,
  matchRule: 'all',
} as const;

it.each<readonly [line: RoutingLine, telling: Partial<Telling>, sentence: string]>([
  [{ code: 'sent', ...about, delivery }, {}, `Sent as delivery ${delivery}.`],
  [
    { code: 'sent', ...about, delivery },
    { standing: () => 'parked, needs a person' },
    `Sent as delivery ${delivery}: parked, needs a person.`,
  ],
  [{ code: 'sent', ...about, delivery }, { tense: 'future' }, 'Would be sent.'],
  [
    { code: 'sent', ...about, delivery, remark: 'mapping_paused' },
    {},
    `Sent as delivery ${delivery}, which waits: the mapping was paused.`,
  ],
  [{ code: 'sent', ...about, delivery, remark: 'mapping_paused' }, { tense: 'future' }, 'Would be sent, and wait: the mapping is paused.'],
  [{ code: 'mapping_disabled', ...about }, {}, 'The mapping was disabled.'],
  [{ code: 'mapping_disabled', ...about }, { tense: 'future' }, 'The mapping is disabled.'],
  [
    { code: 'path_missing', ...about, filter: missing },
    {},
    'Filter 1 did not pass: order.number finds nothing; it must be "R1". Paths start at the message\'s root: payload.order.number perhaps?',
  ],
  [
    { code: 'path_missing', ...about, filter: missing },
    { root: { payload: { order: { number: 'R2' } } } },
    'Filter 1 did not pass: order.number finds nothing; it must be "R1". It is found in the payload: write payload.order.number.',
  ],
  [
    { code: 'duplicate_identifier', ...about, identifier: '[["number",["R1"]],["skus",["A",null]]]', earlier: delivery },
    {},
    `Not sent again: delivery ${delivery} has the same identifiers (number "R1"; skus "A", ""), and was completed or under way then.`,
  ],
  [
    { code: 'duplicate_identifier', ...about, identifier: '[["number",["R1"]]]', earlier: delivery },
    { standing: () => 'completed' },
    `Not sent again: delivery ${delivery} has the same identifiers (number "R1"). It is completed.`,
  ],
  [
    { code: 'duplicate_identifier', ...about, identifier: '[["number",["R12345…', earlier: undefined },
    {},
    'Not sent again: an earlier delivery had the same identifiers ([["number",["R12345…). Which one was not stored: only the first 100 reasons of a message are.',
  ],
  [
    { code: 'loop_guard', ...about, guard: 'lineage', count: undefined },
    {},
    'The answers of this lineage had come to more deliveries than are allowed. It looks like a loop, and ends here.',
  ],
  [{ code: 'type_not_subscribed', ...about, messages: [] }, {}, 'Not subscribed to order:new: it wanted no messages at all.'],
  [
    { code: 'type_not_subscribed', ...about, messages: ['stock:change', 'order:updated'] },
    { tense: 'future' },
    'Not subscribed to order:new: it wants stock:change and order:updated.',
  ],
])('explains %j', (line, but, sentence) => {
  expect(explainLine(line, { ...telling, ...but })).toBe(sentence);
});

it('lists words as people do', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']].map((words) => listed(words, 3, 'nothing'))).toEqual([
    'nothing',
    'a',
    'a and b',
    'a, b and c',
    'a, b, c and 1 more',
  ]);
});

describe('summarizeRouting', () => {
  const sentTo = (...digits: readonly string[]) => digits.map((digit) => ({ mapping: mapping(digit).id, name: `erp.${digit}`, delivery }));
  const disabled = (digit: string): RoutingReason => ({ code: 'mapping_disabled', mapping: mapping(digit).id, name: `erp.${digit}` });
  const failing = (digit: string): RoutingReason => ({
    code: 'filter_failed',
    mapping: mapping(digit).id,
    name: `erp.${digit}`,
    filter: { ...missing, code: 'filter_failed', actual: '"x"' },
  });
  const store = (...digits: readonly string[]) => {
    const mappings = digits.map((digit) => mapping(digit, { messages: ['stock:change'] }));
    return { mappings: new Map(mappings.map((each) => [each.id, each])), subscribed: new Map() };
  };

  it('says it all in one sentence', () => {
    const decision = routed(sentTo('1', '2'), disabled('3'), failing('4'), failing('5'), failing('6'));
    expect(summarizeRouting(outlineRouting(decision, store('7', '8')), 'past')).toBe(
      'Sent to 2 of 8 mappings: erp.1 and erp.2; 1 was disabled, 3 had filters that did not pass, 2 were not subscribed to order:new.',
    );
    expect(summarizeRouting(outlineRouting(decision, store('7', '8')), 'future')).toBe(
      'Would be sent to 2 of 8 mappings: erp.1 and erp.2; 1 is disabled, 3 have filters that do not pass, 2 are not subscribed to order:new.',
    );
  });

  it('has words for all, one, none and nobody', () => {
    const paused = sentTo('1').map((to) => ({ ...to, remark: 'mapping_paused' as const }));
    expect(summarizeRouting(outlineRouting(routed(sentTo('1', '2')), undefined), 'past')).toBe('Sent to all 2 mappings: erp.1 and erp.2.');
    expect(summarizeRouting(outlineRouting(routed(paused), undefined), 'past')).toBe('Sent to the only mapping: erp.1 (paused).');
    expect(summarizeRouting(outlineRouting(neverProcessed(failing('4')), undefined), 'past')).toBe(
      'Sent to none of 1 mapping: 1 had a filter that did not pass.',
    );
    expect(summarizeRouting(outlineRouting(neverProcessed(), store()), 'past')).toBe('Sent to nobody: the store had no mappings.');
  });
});
