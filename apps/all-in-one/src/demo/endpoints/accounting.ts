import { setTimeout as sleep } from 'node:timers/promises';
import { succeeded, type Endpoint, type ServiceAnswer, type ServiceParameter, type ServiceRequest } from './endpoint.ts';

const parameters: readonly ServiceParameter[] = [
  { name: 'accounting.api_key', description: 'Key of the accounting system', data_type: 'password' },
];
/** It is slow: two at a time, and not for ever. */
const options = { concurrency: 2, timeout: 30 };

/** A slow system: while it works, deliveries to the others go on. Leaves word of its last entry in a parameter of the store. */
export function accounting(takesMs: number): Endpoint {
  const book = async (request: ServiceRequest): Promise<ServiceAnswer> => {
    await sleep(takesMs);
    return succeeded(request, { parameters: [{ name: 'accounting.last_entry', value: `${request.message} ${request.message_id}` }] });
  };
  return {
    name: 'accounting',
    display: 'Accounting',
    description: 'Books; takes its time',
    services: [
      { name: 'book_order', description: 'Books the sale', messages: ['order:new', 'order:updated'], parameters, options, handle: book },
      { name: 'book_shipment', description: 'Books the shipping costs', messages: ['shipment:confirm'], parameters, options, handle: book },
    ],
  };
}
