import { succeeded, type Endpoint, type ServiceAnswer, type ServiceRequest } from './endpoint.ts';

/** It soon recovers, so it is worth asking again soon. */
const options = { backoff: { base_ms: 2000, factor: 2, cap_ms: 60_000 } };

/** Fails every third time, and every fifth time asks for patience: to see what the hub makes of it. */
export function flaky(): Endpoint {
  let requests = 0;
  const handle = (request: ServiceRequest): ServiceAnswer => {
    requests += 1;
    const { message_id } = request;
    if (requests % 3 === 0) {
      return {
        status: 500,
        body: {
          message_id,
          error: 'The customer system is down for a moment',
          notifications: [{ level: 'warn', subject: 'Customer system down', description: 'It fails every third time, on purpose.' }],
        },
      };
    }
    if (requests % 5 === 0) {
      return { status: 429, headers: { 'retry-after': '2' }, body: { message_id, error: 'Too many requests, wait two seconds' } };
    }
    return succeeded(request);
  };
  return {
    name: 'flaky',
    display: 'Flaky customers',
    description: 'A customer system that has bad days',
    services: [
      { name: 'sync_customer', description: 'Keeps customers in step', messages: ['user:new', 'user:updated'], options, handle },
      { name: 'sync_stock', description: 'Keeps stock in step', messages: ['stock:change', 'stock:actual'], options, handle },
      {
        name: 'publish_product',
        description: 'Never works: publishing is switched off there',
        messages: ['product:new', 'product:update'],
        options: { retries_allowed: false },
        handle: ({ message_id }) => ({ status: 403, body: { message_id, error: 'Publishing is switched off' } }),
      },
    ],
  };
}
