import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import { filters, identifiers, mapping } from '../testing/builders.ts';
import { matchMappings } from './match-mappings.ts';

const root: JsonValue = {
  message: 'order:new',
  store_id: '5f0000000000000000000001',
  source: 'shop',
  payload: { order: { number: 'R1', status: 'complete', totals: { order: 99.5 }, line_items: [{ sku: 'A' }, { sku: 'B' }] } },
};
const where = (path: string, operator: string, value?: string | number) => ({ path, operator, ...(value === undefined ? {} : { value }) });
const filtered = (digits: string, ...definitions: readonly object[]) =>
  mapping(digits, { filters: filters(definitions, (pattern) => RE2JS.compile(pattern)) });

it('nobody is subscribed: there is nothing to tell', () => {
  expect(matchMappings(root, [])).toEqual({ candidates: [], reasons: [] });
});

it('all that want it are candidates, in the order of the mappings', () => {
  const [b, a, c] = [mapping('b'), mapping('a'), mapping('c')];
  expect(matchMappings(root, [b, a, c])).toEqual({
    candidates: [b, a, c].map((each) => ({ mapping: each, identifier: undefined })),
    reasons: [],
  });
});

it('a disabled mapping gets nothing, not even a look at its filters', () => {
  const off = { ...filtered('a', where('payload.order.status', 'eq', 'canceled')), enabled: false, paused: true };
  expect(matchMappings(root, [off])).toEqual({
    candidates: [],
    reasons: [{ code: 'mapping_disabled', mapping: off.id, revision: 5, name: 'erp.orders-a' }],
  });
});

it('a paused mapping is a candidate as any other', () => {
  const paused = mapping('a', { paused: true });
  expect(matchMappings(root, [paused])).toEqual({ candidates: [{ mapping: paused, identifier: undefined }], reasons: [] });
});

describe('filters', () => {
  it('all of them must let it pass', () => {
    const passing = filtered(
      'a',
      where('payload.order.status', 'eq', 'complete'),
      where('payload.order.totals.order', 'gt', 99),
      where('payload.order.line_items.*.sku', 'match', '^[A-Z]$'),
      where('source', 'eq', 'shop'),
    );
    expect(matchMappings(root, [passing])).toEqual({ candidates: [{ mapping: passing, identifier: undefined }], reasons: [] });
  });

  it('the first that does not is the reason, and says what it saw', () => {
    const mappings = [
      filtered('a', where('payload.order.status', 'eq', 'complete'), where('payload.order.totals.order', 'lt', 50)),
      filtered('b', where('payload.order.email', 'present')),
      filtered('c', where('payload.order.status', 'gt', 5)),
    ];
    const about = (digits: string) => ({ mapping: mapping(digits).id, revision: 5, name: `erp.orders-${digits}` });
    expect(matchMappings(root, mappings)).toEqual({
      candidates: [],
      reasons: [
        {
          ...about('a'),
          code: 'filter_failed',
          filter: {
            code: 'filter_failed',
            index: 1,
            path: 'payload.order.totals.order',
            operator: 'lt',
            expected: '50',
            actual: '99.5',
            matchRule: 'all',
          },
        },
        {
          ...about('b'),
          code: 'path_missing',
          filter: {
            code: 'path_missing',
            index: 0,
            path: 'payload.order.email',
            operator: 'present',
            expected: '',
            actual: null,
            matchRule: 'all',
          },
        },
        {
          ...about('c'),
          code: 'error',
          filter: {
            code: 'error',
            index: 0,
            path: 'payload.order.status',
            operator: 'gt',
            expected: '5',
            actual: '"complete"',
            matchRule: 'all',
            note: 'is not a number',
          },
        },
      ],
    });
  });

  it('of one mapping are nothing to another', () => {
    const [yes, no, off] = [mapping('a'), filtered('b', where('message', 'eq', 'order:updated')), mapping('c', { enabled: false })];
    const { candidates, reasons } = matchMappings(root, [off, no, yes]);
    expect([candidates.map((each) => each.mapping.id), reasons.map(({ code, mapping: id }) => [code, id])]).toEqual([
      [yes.id],
      [
        ['mapping_disabled', off.id],
        ['filter_failed', no.id],
      ],
    ]);
  });
});

describe('identifiers', () => {
  const keyed = (definition: Readonly<Record<string, string>>) => mapping('a', { identifiers: identifiers(definition) });

  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ['make a key of the values found', { order: 'payload.order.number' }, '[["order",["R1"]]]'],
    ['make none where nothing is found', { order: 'payload.order.id' }, undefined],
    ['make none where there are none', {}, undefined],
  ])('%s', (_what, definition, identifier) => {
    const one = keyed(definition);
    expect(matchMappings(root, [one])).toEqual({ candidates: [{ mapping: one, identifier }], reasons: [] });
  });

  it('of what the filters keep away are not looked at', () => {
    const one = { ...filtered('a', where('message', 'eq', 'order:updated')), identifiers: identifiers({ order: 'payload.order.number' }) };
    expect(matchMappings(root, [one]).candidates).toEqual([]);
  });
});
