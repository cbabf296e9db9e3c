import type { Case, Chapter } from '../suite/case.ts';
import { holding } from '../suite/expected.ts';
import { delivered, eventually, get, pausedMapping, push, step, store } from './steps.ts';

/** A message of these types goes to a mapping that names another name of the type. */
const alias = (pushed: string, mapped: string): Case => ({
  name: `A mapping to ${mapped} receives ${pushed}`,
  steps: [
    pausedMapping('conformance.alias-<suffix>', [mapped], { filters: [{ path: 'payload.only', operator: 'eq', value: '<suffix>' }] }),
    push(pushed, { only: '<suffix>', order: { number: 'R1' }, shipment: { number: 'H1' } }),
    eventually(get(`${store}/messages/<id>`), {
      status: 200,
      body: { message: pushed, state: 'routed', children: holding({ message: pushed, consumer: 'conformance.alias-<suffix>' }) },
    }),
    ...delivered('pending'),
  ],
});

export const routing: Chapter = {
  title: 'Routing',
  about:
    'A message goes to every enabled mapping of its type whose filters all pass. Older names of a type are accepted as they are; a mapping to any name of a type receives all of them. What filters pass is in [filters.md](filters.md).',
  cases: [
    {
      name: 'A message goes to the mappings whose filters all pass',
      steps: [
        pausedMapping(
          'conformance.pass-<suffix>',
          ['conformance.<suffix>:filtered'],
          {
            filters: [
              { path: 'payload.n', operator: 'gt', value: 1 },
              { path: 'payload.items.*.sku', operator: 'eq', value: 'A', match_rule: 'any' },
            ],
          },
          'passing',
        ),
        pausedMapping(
          'conformance.miss-<suffix>',
          ['conformance.<suffix>:filtered'],
          {
            filters: [
              { path: 'payload.n', operator: 'gt', value: 1 },
              { path: 'payload.gone', operator: 'present' },
            ],
          },
          'missing',
        ),
        pausedMapping('conformance.off-<suffix>', ['conformance.<suffix>:filtered'], { enabled: false }, 'off'),
        push('conformance.<suffix>:filtered', { n: 2, items: [{ sku: 'B' }, { sku: 'A' }] }),
        ...delivered('pending'),
        step(get(`${store}/messages/<delivery>`), { status: 200, body: { consumer: 'conformance.pass-<suffix>' } }),
      ],
    },
    {
      name: 'A message whose identifiers are under way for a mapping is not sent again, and the duplicate is visible',
      steps: [
        pausedMapping('conformance.dup-<suffix>', ['conformance.<suffix>:dup'], { identifiers: { number: 'payload.number' } }),
        push('conformance.<suffix>:dup', { number: 'R1' }),
        ...delivered('pending'),
        push('conformance.<suffix>:dup', { number: 'R1' }, {}, 'again'),
        eventually(get(`${store}/messages/<again>`), {
          status: 200,
          body: {
            state: 'never_processed',
            children: [],
            routing: { not_sent: holding({ code: 'duplicate_identifier', earlier_message_id: '<delivery>' }) },
          },
        }),
      ],
    },
    alias('order:update', 'order:updated'),
    alias('order:updated', 'order:update'),
    alias('order:cancel', 'order:canceled'),
    alias('order:cancelled', 'order:cancel'),
    alias('order:canceled', 'order:cancelled'),
    alias('shipment:confirmation', 'shipment:confirm'),
    alias('shipment:confirm', 'shipment:confirmed'),
    alias('shipment:confirmed', 'shipment:confirmation'),
  ],
};
