import type { JsonObject } from '@crossdock/core';

export const demoStoreName = 'Acme Outdoor';

/** What the registry is given to save. */
export type NamedInput = JsonObject & { readonly name: string };

/** Configuration values of the demo store. */
export const demoParameters: readonly NamedInput[] = [
  { name: 'mail.from', value: 'orders@acme-outdoor.example' },
  { name: 'warehouse.carrier', value: 'ACME' },
  { name: 'accounting.last_entry', value: 'none yet' },
  { name: 'accounting.api_key', value: 'not-a-real-key', secret: true },
];

const quickRetries = { base_ms: 2000, factor: 2, cap_ms: 60_000 };

/** Who gets what in the demo store. `endpointsUrl` has no slash at its end. */
export function demoMappings(endpointsUrl: string, token: string): readonly NamedInput[] {
  return mappings.map(({ name, ...rest }) => ({ name, url: `${endpointsUrl}/${name.replace('.', '/')}`, token, ...rest }));
}

const mappings: readonly NamedInput[] = [
  {
    name: 'order-confirmations.new_order',
    usage: 'Thanks the customer; only orders with an address to write to.',
    messages: ['order:new'],
    filters: [{ path: 'payload.order.email', operator: 'present' }],
    parameters: ['mail.from'],
  },
  {
    name: 'order-confirmations.cancellation',
    usage: 'The older name of the type: a mapping to either name gets both.',
    messages: ['order:cancel'],
    parameters: ['mail.from'],
  },
  {
    name: 'order-confirmations.alert_staff',
    usage: 'Warnings and errors that any service reports.',
    messages: ['notification:warn', 'notification:error'],
  },
  {
    name: 'warehouse.ship',
    usage: 'A store says often that a shipment is ready; each number is shipped once.',
    messages: ['shipment:ready'],
    identifiers: { shipment: 'payload.shipment.number' },
    filters: [{ path: 'payload.shipment.number', operator: 'present' }],
    parameters: ['warehouse.carrier'],
  },
  {
    name: 'warehouse.reserve',
    usage: 'Orders with any address in the United States.',
    messages: ['order:new'],
    filters: [{ path: 'payload.order.*.country', operator: 'eq', value: 'US', match_rule: 'any' }],
  },
  {
    name: 'accounting.book_order',
    usage: 'Complete orders above 100; two at a time, for it is slow.',
    messages: ['order:new', 'order:updated'],
    filters: [
      { path: 'payload.order.status', operator: 'eq', value: 'complete' },
      { path: 'payload.order.totals.order', operator: 'gt', value: 100 },
    ],
    parameters: ['accounting.api_key'],
    options: { concurrency: 2, timeout: 30 },
  },
  {
    name: 'accounting.book_shipment',
    usage: 'What the warehouse answers, by an older name of the type.',
    messages: ['shipment:confirmation'],
    parameters: ['accounting.api_key'],
    options: { concurrency: 2, timeout: 30 },
  },
  {
    name: 'flaky.sync_customer',
    usage: 'Fails now and then; tried again after 2, 4, 8 … seconds.',
    messages: ['user:new', 'user:updated'],
    options: { backoff: quickRetries },
  },
  {
    name: 'flaky.sync_stock',
    usage: 'The same for stock, but only where there is some.',
    messages: ['stock:change', 'stock:actual'],
    filters: [{ path: 'payload.quantity', operator: 'gt', value: 0 }],
    options: { backoff: quickRetries },
  },
  {
    name: 'flaky.publish_product',
    usage: 'Always refused and never repeated: parked, where a person finds it.',
    messages: ['product:new', 'product:update'],
    options: { retries_allowed: false },
  },
];
