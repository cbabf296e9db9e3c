import type { JsonObject } from '@crossdock/core';

/** Files in the shapes of the field's applications, oldest first; no application of these names exists. */
export const descriptorFiles: Readonly<Record<'oldest' | 'mails' | 'poller' | 'ledger' | 'keyed' | 'empty', JsonObject>> = {
  /** As the first applications wrote it, typing errors included. */
  oldest: {
    name: 'bazaar',
    display: 'Bazaar',
    description: 'Fetches the orders of a market place',
    consumers: [
      {
        name: 'fetch_orders',
        path: '/fetch_orders',
        description: 'Fetches orders',
        requires: {
          paramaters: [
            { name: 'seller_key', value: 'Key of the seller' },
            { name: 'fetched_until', value: 'Date of the last order' },
          ],
          humanizers: { '200': 'Fetched' },
        },
        reccomends: {
          keys: ['bazaar:order:poll'],
          event_key: { order_number: 'payload.order.actual.number' },
          event_details: { email: 'payload.order.actual.email' },
          options: { allow_retries: false },
        },
        produces: { messages: [{ message: 'order:import', schema: '/order.import.json' }] },
      },
    ],
  },
  /** As the guides of the time want it. */
  mails: {
    name: 'pigeon',
    display: 'Pigeon Post',
    description: 'Mails to customers',
    icon_url: 'pigeon.png',
    help: 'https://guides.example/pigeon',
    services: [
      {
        name: 'order_confirmation',
        path: '/order_confirmation',
        description: 'Thanks for an order',
        requires: {
          parameters: [
            { name: 'api_key', description: 'Key of the mailer', data_type: 'string' },
            { name: 'order_confirmation.from', description: 'Sender', data_type: 'string', allowed: '^.+@.+$' },
            { name: 'order_confirmation.subject', description: 'Subject', data_type: 'string', default: 'Thank you!' },
            { name: 'order_confirmation.template', description: 'Template', data_type: 'string', allowed: ['one', 'two'], optional: true },
          ],
        },
        recommends: {
          messages: ['order:new', 'order:updated'],
          identifiers: { order_number: 'payload.order.number' },
          filters: [{ path: 'payload.order.status', operator: 'eq', value: 'complete' }],
          options: { retries_allowed: true },
        },
        produces: { messages: [{ message: 'email:sent', schema: '/email.sent.json' }] },
      },
      { name: 'echo', path: '/', description: 'Answers what it is sent', requires: { parameters: [] }, produces: {} },
    ],
  },
  /** Polled by schedule, and a service that must not go. */
  poller: {
    name: 'parcels',
    display: 'Parcels',
    services: [
      {
        name: 'tracking',
        path: '/tracking',
        required: true,
        requires: {
          sku: 'A name that stands beside the parameters',
          parameters: [
            { name: 'user', description: 'User', data_type: 'string', optional: false },
            { name: 'password', description: 'Password', data_type: 'password', optional: false },
          ],
        },
        recommends: { messages: ['parcels:results:poll'], schedule: { count: 10, interval: 'minutes' } },
      },
    ],
  },
  /** Every data type, and words that are none. */
  ledger: {
    name: 'ledger',
    display: 'Ledger',
    services: [
      {
        name: 'book',
        path: 'book',
        parameters: [
          { name: 'methods', data_type: 'list', default: [{ shop: 'Cash', ledger: 'Till 1' }] },
          { name: 'separate', data_type: 'checkbox', default: 'true' },
          { name: 'year2013.limit', data_type: 'number', default: '99.5' },
          { name: 'days', data_type: 'int', default: 30 },
          { name: 'colour', data_type: 'colour' },
          { name: 'untyped', default: 5 },
        ],
        recommends: { messages: ['order:new'] },
      },
    ],
  },
  /** Services and parameters by name. */
  keyed: {
    services: {
      'Add Order': { path: '/add_order', requires: { parameters: { 'Api.Key2': 'Key', limit: { data_type: 'integer' } } } },
      update: { name: 'update_order', path: '/update_order', recommends: ['order:updated'], produces: ['notification:info'] },
    },
  },
  empty: { name: 'later', display: 'Later', description: 'Nothing yet', services: [] },
};
