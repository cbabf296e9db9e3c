import { Endpoint, ok, send, status } from '../endpoint.ts';
import { startEmbeddedSystem } from '../start-embedded-system.ts';
import { fuzz, type FuzzOptions, type FuzzReport } from './fuzz.ts';

const descriptor = JSON.stringify({
  name: 'fuzzed',
  display: 'Fuzzed',
  services: [
    { name: 'add_order', path: '/service-1', requires: { parameters: [{ name: 'shop.key', data_type: 'string', optional: true }] } },
    { name: 'book', path: '/service-2', recommends: { messages: ['order:new'], identifiers: { number: 'payload.a' } } },
  ],
});

/** Fuzzes a hub of its own, which delivers to an endpoint that behaves in many ways. */
export async function fuzzEmbedded(options: FuzzOptions): Promise<FuzzReport> {
  const endpoint = await Endpoint.start();
  endpoint.descriptor = descriptor;
  const services = [
    ok(),
    ok({
      messages: [{ message: 'shipment:confirm', payload: { shipment: { number: 'H1' } } }],
      parameters: [{ name: 'shop.seen', value: 7 }],
    }),
    ok({
      notifications: [{ level: 'warn', subject: 'Odd', description: 'Very odd.', reference_type: 'order', reference_id: 'R1' }],
      more: [1],
    }),
    status(500, { error: 'The warehouse is closed.' }),
    status(404, '<h1>Not found</h1>'),
    status(503, {}, { 'retry-after': '1' }),
    (_: unknown, response: Parameters<typeof send>[0]) => send(response, 200, '{"message_id":'),
  ].map((script) => endpoint.service(script).url);
  const system = await startEmbeddedSystem();
  try {
    // The first one has a description, the last one is where nobody listens.
    const endpoints = [endpoint.origin, endpoint.origin, endpoint.origin, endpoint.origin, ...services, 'http://127.0.0.1:1/closed'];
    return await fuzz({ url: system.api, adminToken: system.adminToken, endpoints }, options);
  } finally {
    await system.stop();
    await endpoint.stop();
  }
}
