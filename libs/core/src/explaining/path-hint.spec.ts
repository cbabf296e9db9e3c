import { expect, it } from 'vitest';
import fc from 'fast-check';
import type { JsonValue } from '../json/json-value.ts';
import { pathHint } from './path-hint.ts';

const root: JsonValue = {
  message: 'order:new',
  source: null,
  payload: {
    order: {
      number: 'R1',
      status: 'complete',
      line_items: [{ sku: 'APC-1' }],
      shipping_address: { country: 'US' },
      nothing: {},
      none: [],
      totals: null,
    },
    long: { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 },
  },
};

it.each<[path: string, hint: string]>([
  ['payload.order.stauts', 'payload.order has "status": payload.order.status perhaps?'],
  ['payload.order.lineItems.0.sku', 'payload.order has "line_items": payload.order.line_items.0.sku perhaps?'],
  ['payload.order.Shipping_Adress.country', 'payload.order has "shipping_address": payload.order.shipping_address.country perhaps?'],
  ['payload.orders.*.number', 'payload has "order": payload.order.*.number perhaps?'],
  ['payload.order.shipping_address.channel', 'payload.order.shipping_address has only country.'],
  ['payload.long.zzz', 'payload.long has a, b, c, d, e and 2 more.'],
  ['payload.order.line_items.sku', 'payload.order.line_items is an array: write payload.order.line_items.*.sku for all of its elements.'],
  ['payload.order.line_items.3.sku', 'payload.order.line_items has 1 element, counted from 0.'],
  ['payload.order.line_items.*.skus', 'payload.order.line_items.* has "sku": payload.order.line_items.*.sku perhaps?'],
  ['payload.order.none.*.sku', 'payload.order.none is an empty array.'],
  ['payload.order.nothing.sku', 'payload.order.nothing is empty.'],
  ['payload.order.number.value', 'payload.order.number is "R1": there is nothing in it.'],
  ['payload.order.totals.tax', 'payload.order.totals is null: there is nothing in it.'],
  ['order.number', 'It is found in the payload: write payload.order.number.'],
  ['order.*.sku', "Paths start at the message's root: payload.order.*.sku perhaps?"],
  ['payload..x', ''],
  ['payload.order.number', ''],
])('%s: %s', (path, hint) => {
  expect(pathHint(path, root)).toBe(hint);
});

it('has a bounded answer for whatever path and message', () => {
  const name = fc.oneof(fc.constantFrom('payload', '*', '0', 'a', 'A', 'ab', '__proto__', 'constructor'), fc.string());
  fc.assert(
    fc.property(fc.array(name, { maxLength: 6 }), fc.jsonValue(), (names, payload) => {
      expect(pathHint(names.join('.'), { payload: payload as JsonValue }).length).toBeLessThan(1_500);
    }),
  );
});
