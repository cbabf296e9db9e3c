/** The set of rules that a type's payload is held to. Types of one family differ in meaning, not in form. */
export type PayloadFamily =
  | 'order'
  | 'order_optional'
  | 'shipment_ready'
  | 'shipment_confirm'
  | 'stock'
  | 'payment'
  | 'product'
  | 'purchase_order'
  | 'user'
  | 'stock_transfer'
  | 'notification'
  | 'poll';

export interface BuiltInType {
  /** The canonical name. */
  readonly type: string;
  /** Other names in use for the same thing. They are accepted as they are and never rewritten. */
  readonly aliases: readonly string[];
  readonly family: PayloadFamily;
  /** One sentence for people. */
  readonly summary: string;
}

const entry = (type: string, family: PayloadFamily, summary: string, aliases: readonly string[] = []): BuiltInType => ({
  type,
  aliases,
  family,
  summary,
});

/** Every message type that comes with the hub, by canonical name, sorted. */
export const messageTypes: readonly BuiltInType[] = [
  entry('amazon:order:poll', 'poll', 'Asks an Amazon integration for new orders.'),
  entry('endpoint:poll', 'poll', 'Asks an endpoint for whatever it has.'),
  entry('notification:error', 'notification', 'A service could not do what was asked; a person should look.'),
  entry('notification:info', 'notification', 'A service reports success or something worth knowing.'),
  entry('notification:warn', 'notification', 'A service did its work, but something may be wrong.'),
  entry('order:canceled', 'order', 'An order was canceled.', ['order:cancel', 'order:cancelled']),
  entry('order:capture', 'order_optional', "An order's payments are to be captured by the store."),
  entry('order:import', 'order_optional', 'An order from elsewhere is to be taken into the store.'),
  entry('order:new', 'order', 'An order was placed.'),
  entry('order:persist', 'order_optional', 'An order is to be created or updated in the store.'),
  entry('order:ship', 'order_optional', 'An order is to be marked as shipped in the store.'),
  entry('order:updated', 'order', 'An order changed.', ['order:update']),
  entry('payment:capture', 'payment', 'A payment is to be captured.'),
  entry('payment:ready', 'payment', 'A payment waits to be captured.'),
  entry('product:new', 'product', 'A product was added.'),
  entry('product:update', 'product', 'A product changed.'),
  entry('purchase_order:confirm', 'purchase_order', 'A vendor confirmed a purchase order.'),
  entry('purchase_order:new', 'purchase_order', 'A purchase order was placed with a vendor.'),
  entry('purchase_order:received', 'purchase_order', 'The goods of a purchase order arrived.'),
  entry('shipment:confirm', 'shipment_confirm', 'A shipment left, with its tracking number.', [
    'shipment:confirmation',
    'shipment:confirmed',
  ]),
  entry('shipment:ready', 'shipment_ready', 'A shipment is ready to be sent.'),
  entry('spree:order:poll', 'poll', 'Asks a Spree store for new and changed orders.'),
  entry('spree:stock_transfer:poll', 'poll', 'Asks a Spree store for new stock transfers.'),
  entry('stock:actual', 'stock', 'The count on hand of a variant is this quantity.'),
  entry('stock:change', 'stock', 'The count on hand of a variant changes by this quantity.'),
  entry('stock_transfer:new', 'stock_transfer', 'Stock was moved between locations.'),
  entry('stock_transfer:persist', 'stock_transfer', 'A stock transfer is to be created or updated in the store.'),
  entry('user:new', 'user', 'A customer registered.'),
  entry('user:updated', 'user', "A customer's data changed."),
];

/** The canonical names of all built-in types, sorted; aliases are not listed. */
export const builtInTypes: readonly string[] = messageTypes.map(({ type }) => type);

const byName: ReadonlyMap<string, BuiltInType> = new Map(
  messageTypes.flatMap((known) => [known.type, ...known.aliases].map((name) => [name, known] as const)),
);
const namesByName: ReadonlyMap<string, readonly string[]> = new Map(
  [...byName].map(([name, known]) => [name, [known.type, ...known.aliases]] as const),
);

/** The built-in type that goes by this name, canonical or alias; `undefined` for custom types. */
export function builtInType(name: string): BuiltInType | undefined {
  return byName.get(name);
}

/** All names that mean the same type, `type` among them, the canonical one first. A custom type has only its own. */
export function typeAliases(type: string): readonly string[] {
  return namesByName.get(type) ?? [type];
}
