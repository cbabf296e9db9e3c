import { objectAt, parameter, succeeded, textAt, type Endpoint, type ServiceRequest } from './endpoint.ts';

/** Would hand goods to a carrier. Answers with a message of its own, which the hub routes like any other. */
export function warehouse(now: () => Date): Endpoint {
  return {
    name: 'warehouse',
    display: 'Warehouse',
    description: 'Stock and shipping',
    services: [
      {
        name: 'ship',
        description: 'Ships what is ready, and says so',
        messages: ['shipment:ready'],
        parameters: [
          { name: 'warehouse.carrier', description: 'Who carries the parcels', data_type: 'string', default: 'POST', optional: true },
        ],
        // A store says it more than once.
        identifiers: { shipment: 'payload.shipment.number' },
        filters: [{ path: 'payload.shipment.number', operator: 'present' }],
        produces: ['shipment:confirm'],
        handle: (request) => ship(request, now),
      },
      {
        name: 'reserve',
        description: 'Reserves the goods of a new order',
        messages: ['order:new'],
        handle: (request) => succeeded(request),
      },
    ],
  };
}

function ship(request: ServiceRequest, now: () => Date): ReturnType<typeof succeeded> {
  const shipment = objectAt(request.payload, 'shipment');
  const carrier = textAt({ carrier: parameter(request, 'warehouse.carrier') }, 'carrier', 'POST');
  // Made from the message's id: whoever asks twice gets the same number.
  const tracking = `${carrier}-${request.message_id.slice(-12).toUpperCase()}`;
  const shipped = { ...shipment, status: 'shipped', tracking, shipped_at: now().toISOString() };
  return succeeded(request, { messages: [{ message: 'shipment:confirm', payload: { shipment: shipped } }] });
}
