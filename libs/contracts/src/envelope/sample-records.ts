import type { Attempt, EventType, HubEvent, RecordToPublish } from '@crossdock/core';
import { carriesPayload, topicOf } from '../topics.ts';

type EventOf<T extends EventType> = Extract<HubEvent, { type: T }>;

const store = '5f0000000000000000000001';
const order = '6b01930c35db63f2ccaad1d0';
const odd = '6b01930c35db63f2ccaad1d1';
const unwanted = '6b01930c35db63f2ccaad1d2';
const delivery = '6b01930c9f1c2a7be04d5511';
const failing = '6b01930c0b7e61d2a98c4f02';
const answer = '6b01930c51aa0e94d3f8b6c7';
const notification = '6b01930ce2c47d0a13b95f68';
const erp = '5f1000000000000000000a01';
const shop = '5f1000000000000000000a02';
const crm = '5f1000000000000000000a03';

/** Spaces, `42.50` and all: what is sent stays as it is. */
const payloadText = '{"order": {"id": "R154085346", "status": "complete", "totals": {"order": 42.50}}}';
const payload = Buffer.from(payloadText);

const lineage = { store, root: order } as const;
/** 2026-11-21 12:48:12.184 UTC: the second that the ids above begin with. */
const START = 1_795_265_292_184;

const attempt = (number: number, rest: Partial<Attempt>): Attempt => ({
  number,
  startedAt: START + 61,
  durationMs: 87,
  url: 'https://erp.example.com/orders',
  ...rest,
});
const refusal = attempt(1, {
  status: 503,
  answer: { headers: { 'content-type': 'text/plain' }, body: 'maintenance until noon', bytes: 22 },
  error: { class: 'http_5xx', text: 'The endpoint answered 503: maintenance until noon' },
});

interface Told<T extends EventType> {
  readonly stream: string;
  readonly version: number;
  readonly event: EventOf<T>;
}

/** One event of every type, in the order in which a shard could hold them. */
const story: { readonly [T in EventType]: Told<T> } = {
  'message.received': {
    stream: order,
    version: 1,
    event: {
      type: 'message.received',
      ...lineage,
      message: 'order:new',
      rootMessage: 'order:new',
      origin: 'push',
      source: 'storefront',
      hops: 0,
      attributes: { client_message_id: 'c-20871' },
      bytes: payload.length,
    },
  },
  'message.validated': {
    stream: order,
    version: 2,
    event: {
      type: 'message.validated',
      ...lineage,
      message: 'order:new',
      warnings: [{ pointer: '/order/email', code: 'field_missing', reason: 'The order has no email.' }],
    },
  },
  'message.invalid': {
    stream: odd,
    version: 2,
    event: {
      type: 'message.invalid',
      store,
      root: odd,
      message: 'order:new',
      schema: { type: 'order:new', version: 2 },
      errors: [{ pointer: '/order/line_items', code: 'wrong_type', reason: 'line_items is a string. It must be an array of line items.' }],
    },
  },
  'message.routed': {
    stream: order,
    version: 3,
    event: {
      type: 'message.routed',
      ...lineage,
      message: 'order:new',
      revision: 7,
      sent: [{ mapping: erp, revision: 5, name: 'erp.orders', delivery }],
      reasons: [
        {
          code: 'filter_failed',
          mapping: shop,
          revision: 6,
          name: 'fulfilment.large-orders',
          filter: {
            code: 'filter_failed',
            index: 0,
            path: 'payload.order.totals.order',
            operator: 'gt',
            expected: '100',
            actual: '42.5',
            matchRule: 'all',
          },
        },
      ],
    },
  },
  'delivery.accepted': {
    stream: delivery,
    version: 1,
    event: {
      type: 'delivery.accepted',
      ...lineage,
      message: 'order:new',
      rootMessage: 'order:new',
      parent: order,
      source: 'storefront',
      mapping: erp,
      name: 'erp.orders',
      revision: 7,
      mappingRevision: 5,
      endpoint: 3,
      hops: 0,
    },
  },
  'message.never_processed': {
    stream: unwanted,
    version: 3,
    event: {
      type: 'message.never_processed',
      store,
      root: unwanted,
      message: 'order:new',
      revision: 7,
      reasons: [
        { code: 'mapping_disabled', mapping: shop, revision: 6, name: 'fulfilment.large-orders' },
        {
          code: 'duplicate_identifier',
          mapping: erp,
          revision: 5,
          name: 'erp.orders',
          identifier: '{"number":"R154085346"}',
          earlier: delivery,
        },
        { code: 'loop_guard', mapping: crm, revision: 2, name: 'crm.orders', guard: 'mapping', count: 3, firstHop: 0 },
      ],
      more: { path_missing: 3 },
    },
  },
  'delivery.succeeded': {
    stream: delivery,
    version: 2,
    event: {
      type: 'delivery.succeeded',
      ...lineage,
      attempt: attempt(1, {
        status: 200,
        answer: { headers: { 'content-type': 'application/json' }, body: '{"message_id":"6b01930c9f1c2a7be04d5511"}', bytes: 41 },
      }),
      children: [answer],
      notifications: [{ level: 'info', subject: 'Order taken', description: 'R154085346 is order 4711.' }],
      parameters: ['last_order'],
    },
  },
  'delivery.failed': {
    stream: failing,
    version: 2,
    event: { type: 'delivery.failed', ...lineage, attempt: refusal, retryAt: START + 5_612 },
  },
  'delivery.scheduled': {
    stream: failing,
    version: 3,
    event: {
      type: 'delivery.scheduled',
      ...lineage,
      attempt: attempt(2, { status: 200, warnings: ['The answer asks for a later attempt.'] }),
      until: START + 60_000,
    },
  },
  'delivery.attempt_lost': { stream: failing, version: 4, event: { type: 'delivery.attempt_lost', ...lineage, number: 3 } },
  'delivery.parked': {
    stream: failing,
    version: 5,
    event: {
      type: 'delivery.parked',
      ...lineage,
      reason: 'attempts_exhausted',
      attempt: attempt(4, { error: { class: 'timeout', text: 'No answer within 180 s.' } }),
    },
  },
  'delivery.answered_late': {
    stream: failing,
    version: 6,
    event: { type: 'delivery.answered_late', ...lineage, attempt: attempt(4, { status: 200, durationMs: 190_404 }) },
  },
  'delivery.requeued': { stream: failing, version: 7, event: { type: 'delivery.requeued', ...lineage, by: 'api', endpoint: 3 } },
  'delivery.archived': {
    stream: failing,
    version: 8,
    event: { type: 'delivery.archived', ...lineage, by: 'api', reason: 'entered by hand' },
  },
  'message.archived': {
    stream: unwanted,
    version: 4,
    event: { type: 'message.archived', store, root: unwanted, message: 'order:new', by: 'api' },
  },
  'message.resubmitted': {
    stream: unwanted,
    version: 5,
    event: { type: 'message.resubmitted', store, root: unwanted, message: 'order:new', child: '6b01930c2d93e85f10b7c4a6', by: 'api' },
  },
  'notification.raised': {
    stream: notification,
    version: 1,
    event: {
      type: 'notification.raised',
      ...lineage,
      about: delivery,
      origin: 'erp.orders',
      level: 'info',
      subject: 'Order taken',
      description: 'R154085346 is order 4711.',
      referenceType: 'order',
      referenceId: 'R154085346',
      attributes: { number: 4711 },
      pushed: '6b01930c7790b3cd15e42fa8',
    },
  },
  'notification.repeated': {
    stream: notification,
    version: 2,
    event: { type: 'notification.repeated', ...lineage, about: delivery },
  },
};

const FIRST = 1_041;
const types = Object.keys(story) as EventType[];

/** Positions are those of the story, a second record of a topic names the first. */
function recordOf(type: EventType, index: number): RecordToPublish {
  const topic = topicOf[type];
  const before = types.slice(0, index).findLastIndex((earlier) => topicOf[earlier] === topic);
  return {
    ...story[type],
    shard: 1,
    position: FIRST + index,
    at: START + index * 31,
    topic,
    previous: before === -1 ? FIRST - types.length + index : FIRST + before,
    epoch: 1,
    payload: carriesPayload.has(type) ? payload : undefined,
  };
}

/** One record of every type as it is published: the examples of the documents, and the golden files. */
export const sampleRecords = Object.fromEntries(types.map((type, index) => [type, recordOf(type, index)])) as Readonly<
  Record<EventType, RecordToPublish>
>;
