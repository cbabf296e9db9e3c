import { ref } from '@crossdock/contracts';
import type { ApiDocument, DocumentedParameter } from './document.ts';

const json = (name: 'DeliveryAnswer' | 'DeliveryFailure' | 'DeliveryRequest') => ({
  content: { 'application/json': { schema: ref(name) } },
});
const header = (name: string, description: string): DocumentedParameter => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});

/** What the hub POSTs to the services that mappings name, and what it expects. */
export const webhooks: ApiDocument['webhooks'] = {
  delivery: {
    post: {
      operationId: 'delivery.post',
      summary: 'A message for a service',
      description:
        'Sent to the mapping’s URL, at least once. Every attempt has the same `message_id`: whoever must not do things twice remembers it. An answer may take as long as the mapping’s time-out, and have 1 MiB.',
      tags: ['Deliveries'],
      security: [],
      parameters: [
        header('X-Augury-Token', 'The token of the mapping, where it has one.'),
        header('webhook-id', '`msg_` and the `message_id`.'),
      ],
      requestBody: { required: true, ...json('DeliveryRequest') },
      responses: {
        200: { description: 'Processed. Where the mapping says `2xx`, 201, 202 and 204 mean the same.', ...json('DeliveryAnswer') },
        '4XX': { description: 'Failed; tried again later, as the mapping’s options say.', ...json('DeliveryFailure') },
        '5XX': { description: 'Failed; tried again later, as the mapping’s options say.', ...json('DeliveryFailure') },
      },
    },
  },
};
