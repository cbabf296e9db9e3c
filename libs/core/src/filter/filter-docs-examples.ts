import type { JsonValue } from '../json/json-value.ts';
import type { FilterOperator } from './filter.ts';

// What docs/filters.md shows. What the code answers stands beside it: see render-filter-docs.ts.

export const pathRoot: JsonValue = {
  message: 'order:new',
  payload: { order: { number: 'R1', items: [{ sku: 'A' }, {}, { sku: null }], totals: { tax: 5, '0': 'zero' } } },
};
export const pathsShown = [
  'message',
  'payload.order.totals.tax',
  'payload.order.items.0.sku',
  'payload.order.items.2.sku',
  'payload.order.totals.0',
  'payload.order.items.*.sku',
  'payload.order.totals.*',
  'payload.order.items.1.sku',
  'payload.order.items.3',
  'payload.order.items.length',
  'payload.order.number.*',
  'order.number',
];

/** The columns of the truth table; `undefined` is a path that finds nothing. */
export const columns: readonly (readonly [name: string, value: JsonValue | undefined])[] = [
  ['missing', undefined],
  ...[null, '', 'null', 0, '0', false, 12, '12.5', 'text', [], [1, 2], {}, { a: 1 }, { a: { b: 1 } }].map(
    (value): readonly [string, JsonValue] => [`\`${JSON.stringify(value)}\``, value],
  ),
];

/** The rows of the truth table: every operator, and for each the values that tell it from its neighbours. */
export const rowsShown: readonly (readonly [operator: FilterOperator, value?: JsonValue])[] = [
  ['eq', 0],
  ['eq', 'null'],
  ['eq', ''],
  ['eq', false],
  ['eq', '12'],
  ['eq', '12.50'],
  ['eq', '[1,2]'],
  ['eq', '{"a":{"b":1}}'],
  ['neq', 0],
  ['neq', 'null'],
  ['gt', 0],
  ['gt', '-0.5'],
  ['lt', 12.5],
  ['begin', 'n'],
  ['begin', 1],
  ['end', 5],
  ['end', '}'],
  ['contains', 2],
  ['contains', 'e'],
  ['present'],
  ['empty'],
  ['match', '^[0-9.]+$'],
  ['match', '.'],
];

const items = (...values: readonly JsonValue[]): JsonValue => ({ items: values });
export const severalShown: readonly (readonly [what: string, root: JsonValue])[] = [
  ['both are `"A"`', items({ sku: 'A' }, { sku: 'A' })],
  ['one of two is', items({ sku: 'A' }, { sku: 'B' })],
  ['the other is `null`', items({ sku: 'A' }, { sku: null })],
  ['neither is', items({ sku: 'B' }, { sku: 'C' })],
  ['the other lacks the member', items({ sku: 'A' }, {})],
  ['one is not, the other lacks it', items({ sku: 'B' }, {})],
  ['both lack it', items({}, {})],
  ['no elements', items()],
  ['no array', {}],
];
export const rulesShown = ['all', 'any'].flatMap((match_rule) =>
  (['eq', 'neq', 'present', 'empty'] satisfies FilterOperator[]).map((operator) => ({
    match_rule,
    operator,
    ...(operator === 'eq' || operator === 'neq' ? { value: 'A' } : {}),
  })),
);

export const reasonsShown: readonly (readonly [filter: object, root: JsonValue])[] = [
  [
    { path: 'payload.order.totals.tax', operator: 'gt', value: 100 },
    { message: 'order:new', payload: { order: { totals: { tax: '8.10' } } } },
  ],
  [
    { path: 'payload.items.*.sku', operator: 'begin', value: 'A' },
    { message: 'order:new', payload: { items: [{ sku: 'A1' }, {}, { sku: 'B1' }] } },
  ],
  [
    { path: 'payload.items.*.sku', operator: 'eq', value: 'A', match_rule: 'any' },
    { message: 'order:new', payload: { items: [{ sku: 'B' }, { sku: 7 }] } },
  ],
  [
    { path: 'order.number', operator: 'present' },
    { message: 'order:new', payload: { order: { number: 'R1' } } },
  ],
  [
    { path: 'payload.quantity', operator: 'lt', value: 5 },
    { message: 'stock:change', payload: { quantity: 'many' } },
  ],
];

export const sameShown: readonly (readonly [left: JsonValue, right: JsonValue])[] = [
  [{ number: 12 }, { number: '12' }],
  [{ number: 12 }, { number: '12.0' }],
  [{ number: 'R1' }, { number: 'r1' }],
  [
    { number: 'R1', lines: ['a', 'b'] },
    { number: 'R1', lines: ['b', 'a'] },
  ],
  [{ number: 'R1' }, { number: 'R1', lines: [] }],
  [{ number: 'R1' }, { number: 'R1', lines: ['a'] }],
  [{ number: null }, { number: null }],
  [{ number: 1e16 }, { number: 1e16 }],
];
