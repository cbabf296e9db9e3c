import { foldDelivery, foldMessage } from '@crossdock/core';
import { objectIds, sha256 } from '@crossdock/kit';
import { expect, it } from 'vitest';
import { pastEvents } from './past-messages.ts';

const route = {
  store: 'a'.repeat(24),
  revision: 3,
  mapping: { id: 'b'.repeat(24), name: 'bench.orders', url: 'http://127.0.0.1:1/orders', endpoint: 1 },
};
const at = Date.UTC(2026, 10, 21);
const payload = Buffer.from('{"order":{}}');

it('leaves messages that were routed and deliveries that were completed', () => {
  const messages = [0, 1].map((second) => ({ at: at + 1_000 * second, type: 'order:new', payload }));
  const events = pastEvents(messages, route, { newId: objectIds(() => at), sha256 });
  const statuses = [...new Set(events.map(({ stream }) => stream))].map((id) => {
    const stream = events.filter((event) => event.stream === id);
    return stream[0]?.event.type === 'message.received' ? foldMessage(stream).status : foldDelivery(stream).status;
  });
  expect([events.length, statuses]).toEqual([10, ['routed', 'routed', 'completed', 'completed']]);
});

it('says of every delivery which message it is of', () => {
  const events = pastEvents([{ at, type: 'order:new', payload }], route, { newId: objectIds(() => at), sha256 });
  const [received] = events;
  const accepted = events.find(({ event }) => event.type === 'delivery.accepted');
  const routed = events.find(({ event }) => event.type === 'message.routed');
  expect([accepted?.event, routed?.event]).toMatchObject([
    { parent: received?.stream, root: received?.stream },
    { sent: [{ delivery: accepted?.stream, mapping: route.mapping.id }] },
  ]);
});
