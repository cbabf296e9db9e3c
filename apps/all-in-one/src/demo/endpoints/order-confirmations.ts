import { objectAt, parameter, succeeded, textAt, type Endpoint, type ServiceParameter, type ServiceRequest } from './endpoint.ts';

const parameters: readonly ServiceParameter[] = [
  { name: 'mail.from', description: 'Sender of the mails', data_type: 'string', default: 'nobody', optional: true },
];
const produces = ['notification:info'];

/** Would send mails to customers. Says what it did in a notification. */
export const orderConfirmations: Endpoint = {
  name: 'order-confirmations',
  display: 'Order confirmations',
  description: 'Mails to customers and staff',
  services: [
    {
      name: 'new_order',
      description: 'Thanks the customer for an order',
      messages: ['order:new'],
      required: true,
      parameters,
      filters: [{ path: 'payload.order.email', operator: 'present' }],
      produces,
      handle: (request) => confirm(request, 'Thank you for your order'),
    },
    {
      name: 'cancellation',
      description: 'Tells the customer that an order was canceled',
      messages: ['order:canceled'],
      parameters,
      produces,
      handle: (request) => confirm(request, 'Your order was canceled'),
    },
    {
      name: 'alert_staff',
      description: 'Tells the staff about warnings and errors',
      messages: ['notification:warn', 'notification:error'],
      // No notification of its own: one about each notification would be noise.
      handle: (request) => succeeded(request),
    },
  ],
};

function confirm(request: ServiceRequest, subject: string): ReturnType<typeof succeeded> {
  const sent = objectAt(request.payload, 'order');
  // Older stores put it one level deeper.
  const order = 'actual' in sent ? objectAt(sent, 'actual') : sent;
  const number = textAt(order, 'number', 'without a number');
  const from = textAt({ from: parameter(request, 'mail.from') }, 'from', 'nobody');
  return succeeded(request, {
    notifications: [
      {
        level: 'info',
        subject,
        description: `Order ${number}: mail from ${from} to ${textAt(order, 'email', 'an unknown address')}`,
        reference_type: 'order',
        reference_id: number,
      },
    ],
  });
}
