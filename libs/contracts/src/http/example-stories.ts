import { example } from './examples.ts';

const { store, message, delivery, mapping } = example;
const payload = { order: { number: 'R181807170', totals: { order: '99.95' } } };
const common = {
  store_id: store,
  message: 'order:new',
  queue_name: 'archived',
  source: 'shop',
  integration_icon_url: null,
  root_id: message,
  attempt_at: null,
  locked_at: null,
  last_error: null,
  result: null,
  attributes: { source: 'shop' },
  notifications: [],
  payload,
};

/** A message that went to one mapping, and not to another. */
export const exampleMessage = {
  id: message,
  ...common,
  state: 'routed',
  consumer: null,
  is_consumer_remote: false,
  destination_name: null,
  parent_id: null,
  origin: 'push',
  created_at: '2026-11-21T09:30:00.000Z',
  completed_at: '2026-11-21T09:30:00.009Z',
  attempts: 0,
  validation: { errors: [], warnings: [], schema: null },
  routing: {
    revision: 12,
    sent: [
      {
        code: 'sent',
        mapping_id: mapping,
        mapping_revision: 11,
        mapping: 'warehouse.add_order',
        message_id: delivery,
        explanation: `Sent as delivery ${delivery}.`,
      },
    ],
    not_sent: [
      {
        code: 'filter_failed',
        mapping_id: '659f0a1b2c3d4e5f60718294',
        mapping_revision: 12,
        mapping: 'accounting.book',
        filter: { index: 0, path: 'payload.order.totals.order', operator: 'gt', expected: '100', actual: '"99.95"', match_rule: 'all' },
        explanation: 'Filter 1 did not pass: payload.order.totals.order is "99.95"; it must be greater than 100.',
      },
    ],
    explained_at: `/api/stores/${store}/messages/${message}/routing`,
  },
  children: [{ id: delivery, message: 'order:new', state: 'completed', location: 'archived', consumer: 'warehouse.add_order' }],
  timeline: [
    { version: 1, event: 'message.received', at: '2026-11-21T09:30:00.000Z' },
    { version: 2, event: 'message.validated', at: '2026-11-21T09:30:00.004Z' },
    { version: 3, event: 'message.routed', at: '2026-11-21T09:30:00.009Z' },
  ],
} as const;

const attempt = {
  number: 1,
  started_at: '2026-11-21T09:30:00.012Z',
  duration_ms: 18,
  request: { method: 'POST', url: 'https://warehouse.example.com/add_order' },
  status: 200,
  response: { headers: { 'content-type': 'application/json' }, body: `{"message_id":"${delivery}"}`, bytes: 41 },
  error: null,
  warnings: [],
  late: false,
} as const;

/** The delivery of that message. */
export const exampleDelivery = {
  id: delivery,
  ...common,
  state: 'completed',
  consumer: 'warehouse.add_order',
  is_consumer_remote: true,
  destination_name: 'Warehouse',
  parent_id: message,
  mapping_id: mapping,
  mapping_revision: 11,
  routed_at_revision: 12,
  created_at: '2026-11-21T09:30:00.009Z',
  completed_at: '2026-11-21T09:30:00.030Z',
  attempts: 1,
  last_error_class: null,
  parked_because: null,
  attempt_history: [attempt],
  children: [],
  timeline: [
    { version: 1, event: 'delivery.accepted', at: '2026-11-21T09:30:00.009Z' },
    { version: 2, event: 'delivery.succeeded', at: '2026-11-21T09:30:00.030Z', attempt: 1 },
  ],
} as const;
