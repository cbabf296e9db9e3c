import { expect, it } from 'vitest';
import { accounting } from './accounting.ts';
import type { Endpoint, ServiceAnswer } from './endpoint.ts';
import { flaky } from './flaky.ts';
import { orderConfirmations } from './order-confirmations.ts';
import { warehouse } from './warehouse.ts';

const id = '51af1dc5fe53543f1200f519';
const noon = new Date('2013-09-26T12:00:00Z');

const call = (
  endpoint: Endpoint,
  service: string,
  message: string,
  payload: Record<string, unknown> = {},
): Promise<ServiceAnswer | undefined> =>
  Promise.resolve(endpoint.services.find(({ name }) => name === service)?.handle({ message, message_id: id, payload }));

it.each<[string, string, Record<string, unknown>, string, string]>([
  [
    'new_order',
    'Thank you for your order',
    { order: { number: 'R1', email: 'a@b.example' } },
    'R1',
    'Order R1: mail from us@shop.example to a@b.example',
  ],
  [
    'cancellation',
    'Your order was canceled',
    { order: { actual: { number: 'R2' } } },
    'R2',
    'Order R2: mail from us@shop.example to an unknown address',
  ],
  [
    'new_order',
    'Thank you for your order',
    {},
    'without a number',
    'Order without a number: mail from us@shop.example to an unknown address',
  ],
])('order-confirmations.%s says in a notification what it did', async (service, subject, payload, number, description) => {
  const parameters = [{ name: 'mail.from', value: 'us@shop.example' }];
  expect(await call(orderConfirmations, service, 'order:new', { ...payload, parameters })).toEqual({
    status: 200,
    body: { message_id: id, notifications: [{ level: 'info', subject, description, reference_type: 'order', reference_id: number }] },
  });
});

it('order-confirmations.alert_staff makes no notification of a notification', async () => {
  expect(await call(orderConfirmations, 'alert_staff', 'notification:error')).toEqual({ status: 200, body: { message_id: id } });
});

it('warehouse.ship answers that the shipment has gone, with the same number when it is asked twice', async () => {
  const endpoint = warehouse(() => noon);
  const payload = { shipment: { number: 'H1', status: 'ready', items: [] }, parameters: [{ name: 'warehouse.carrier', value: 'UPS' }] };
  const shipped = { number: 'H1', status: 'shipped', items: [], tracking: 'UPS-543F1200F519', shipped_at: '2013-09-26T12:00:00.000Z' };
  const answer = { status: 200, body: { message_id: id, messages: [{ message: 'shipment:confirm', payload: { shipment: shipped } }] } };
  expect(await call(endpoint, 'ship', 'shipment:ready', payload)).toEqual(answer);
  expect(await call(endpoint, 'ship', 'shipment:ready', payload)).toEqual(answer);
});

it('accounting takes its time and leaves word in a parameter', async () => {
  const begun = performance.now();
  expect(await call(accounting(30), 'book_order', 'order:new')).toEqual({
    status: 200,
    body: { message_id: id, parameters: [{ name: 'accounting.last_entry', value: `order:new ${id}` }] },
  });
  expect(performance.now() - begun).toBeGreaterThan(25);
});

it('flaky fails every third time, and asks for patience every fifth', async () => {
  const endpoint = flaky();
  const answers: ServiceAnswer[] = [];
  for (let time = 0; time < 15; time += 1) {
    const answer = await call(endpoint, time % 2 === 0 ? 'sync_stock' : 'sync_customer', 'stock:change');
    if (answer !== undefined) answers.push(answer);
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 500, 200, 429, 500, 200, 200, 500, 429, 200, 500, 200, 200, 500]);
  expect(answers[4]).toEqual({
    status: 429,
    headers: { 'retry-after': '2' },
    body: { message_id: id, error: 'Too many requests, wait two seconds' },
  });
  expect(answers.every(({ body }) => body.message_id === id)).toBe(true);
});

it('flaky.publish_product never works', async () => {
  expect(await call(flaky(), 'publish_product', 'product:new')).toEqual({
    status: 403,
    body: { message_id: id, error: 'Publishing is switched off' },
  });
});
