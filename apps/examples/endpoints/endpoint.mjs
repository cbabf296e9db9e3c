// An endpoint with one service: it books shipments and answers with their tracking numbers.
// Run it with: ENDPOINT_TOKEN=… node endpoint.mjs [port]. It needs Node 20 and nothing else.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const description = {
  name: 'carrier',
  display: 'Carrier',
  services: [
    {
      name: 'book_shipment',
      path: '/book_shipment',
      description: 'Books a shipment and answers with its tracking number',
      requires: { parameters: [{ name: 'carrier.service_level', data_type: 'string', description: 'How fast: standard or express' }] },
      recommends: { messages: ['shipment:ready'], identifiers: { shipment: 'payload.shipment.number' } },
    },
  ],
};
const digest = (text) => createHash('sha256').update(text).digest();
if (!process.env.ENDPOINT_TOKEN) {
  console.error('Set ENDPOINT_TOKEN to the token that the hub sends.');
  process.exit(1);
}
const token = digest(process.env.ENDPOINT_TOKEN);

function bookShipment({ message_id, payload }) {
  const { number } = payload.shipment;
  const level = payload.parameters.find(({ name }) => name === 'carrier.service_level').value;
  const shipment = { number, status: 'shipped', tracking: `${level}-${number}` };
  return { message_id, messages: [{ message: 'shipment:confirm', payload: { shipment } }] };
}

async function answer(request) {
  if (request.method === 'GET' && request.url === '/endpoint.json') return [200, description];
  if (request.method !== 'POST' || request.url !== '/book_shipment') return [404, { error: `There is no ${request.url} here.` }];
  if (!timingSafeEqual(digest(request.headers['x-augury-token'] ?? ''), token)) return [401, { error: 'The token is wrong.' }];
  try {
    return [200, bookShipment(JSON.parse(Buffer.concat(await request.toArray()).toString()))];
  } catch (error) {
    return [500, { error: error.message }]; // anything but 200 is tried again
  }
}

const server = createServer(async (request, response) => {
  const [status, body] = await answer(request);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
server.listen(Number(process.argv[2] ?? 4700), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
