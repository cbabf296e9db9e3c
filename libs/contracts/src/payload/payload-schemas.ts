import type { PayloadFamily } from './message-types.ts';

/** A JSON Schema (draft 2020-12). Each `description` says what is needed there, so that it can end a sentence. */
export interface PayloadSchema {
  readonly [keyword: string]: unknown;
}
type Properties = Readonly<Record<string, PayloadSchema>>;

const needed = (type: string | readonly string[], description: string, more: PayloadSchema = {}): PayloadSchema => ({
  type,
  description,
  ...more,
});
const absentOr = (type: string, description: string, more: PayloadSchema = {}): PayloadSchema => needed([type, 'null'], description, more);

const array = (of: string, more: PayloadSchema = {}): PayloadSchema =>
  absentOr('array', `an array of ${of} ([] where there are none)`, more);
const object = (what: string, properties: Properties = {}): PayloadSchema => absentOr('object', `an object: ${what}`, { properties });

/** Spree's own names stand beside the generic ones. */
const addresses: Properties = {
  shipping_address: object('the address to ship to'),
  billing_address: object('the address to bill'),
  ship_address: object('the address to ship to'),
  bill_address: object('the address to bill'),
};

const lines: Properties = { line_items: array('line items'), items: array('items') };

/** The containers of the generic order, shipment and purchase order formats. Their entries are looked into only for shipments. */
const containers: Properties = {
  ...lines,
  payments: array('payments'),
  shipments: array('shipments', { items: { properties: { items: array('items'), ...addresses } } }),
  adjustments: array('adjustments'),
  totals: object('the sums, each under its name'),
  ...addresses,
};

/** What may stand beside a document: what the store itself said, what was before, and what changed. */
const beside: Properties = {
  original: object("the store's own form"),
  previous: object('the form before the change'),
  diff: object('the changes as {field: [before, after]}'),
};

/** The older shape keeps the order one level deeper, under `actual`, with the store's own beside it. */
const olderShape: PayloadSchema = {
  if: { required: ['actual'], properties: { actual: { type: 'object' } } },
  then: { properties: { original: object("the store's own form") } },
};
const orderForm: PayloadSchema = {
  properties: { ...containers, actual: object('the order in the older shape', containers) },
  ...olderShape,
};

/** Beside a shipment or a payment, `order` may be a mere number; only an array can never be meant. */
const orderBeside = needed(['object', 'string', 'number', 'boolean', 'null'], 'an object: the order', orderForm);

const payload = (properties: Properties, more: PayloadSchema = {}): PayloadSchema => ({
  type: 'object',
  description: 'an object',
  properties,
  ...more,
});

/**
 * Fields under the root key or flat in the payload: `inside` is held to whichever of the two is there. Beside a nested
 * document stand the hub's own members; in a flat payload the same names may be a store's custom attributes.
 */
const flatOrNested = (key: string, what: string, inside: Properties, always: Properties = {}): PayloadSchema =>
  payload(
    { [key]: object(what, inside), ...always },
    {
      if: { required: [key], properties: { [key]: { type: 'object' } } },
      then: { properties: beside },
      else: { properties: inside },
    },
  );

const schemas: Readonly<Record<PayloadFamily, PayloadSchema | undefined>> = {
  order: payload({ order: needed('object', 'an object: the order, possibly empty', orderForm), ...beside }, { required: ['order'] }),
  order_optional: payload({ order: absentOr('object', 'an object: the order', orderForm), ...beside }),
  shipment_ready: payload(
    { shipment: { properties: containers }, order: orderBeside, ...beside },
    {
      description: 'an object with the member `shipment` or `order`, which is an object',
      anyOf: ['shipment', 'order'].map((key) => ({ required: [key], properties: { [key]: { type: 'object' } } })),
    },
  ),
  shipment_confirm: {
    ...flatOrNested('shipment', 'the shipment', containers, { order: orderBeside, ...beside }),
    description: 'an object with at least one member that is not null',
    not: { additionalProperties: { type: 'null' } },
  },
  stock: payload(
    {
      sku: needed(['string', 'number'], 'a non-empty string, or a number', { minLength: 1 }),
      quantity: needed(['integer', 'string'], 'a whole number such as 5, -2 or "10"', { pattern: String.raw`^-?\d+(\.0+)?$` }),
    },
    { required: ['sku', 'quantity'] },
  ),
  payment: flatOrNested('payment', 'the payment', {}, { order: orderBeside }),
  product: flatOrNested('product', 'the product', {}),
  purchase_order: flatOrNested('purchase_order', 'the purchase order', containers),
  user: flatOrNested('user', 'the customer', addresses),
  stock_transfer: flatOrNested('stock_transfer', 'the stock transfer', lines),
  notification: payload({ subject: absentOr('string', 'a string'), description: absentOr('string', 'a string') }),
  poll: undefined,
};

/** The schema that payloads of this family are held to; `undefined` where nothing is required. */
export function payloadSchemaOf(family: PayloadFamily): PayloadSchema | undefined {
  return schemas[family];
}
