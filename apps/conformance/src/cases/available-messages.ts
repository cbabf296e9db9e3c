import type { Chapter } from '../suite/case.ts';
import { all, ascending, aString, each, holding, lacking } from '../suite/expected.ts';
import { get, pausedMapping, step, store } from './steps.ts';

const canonical = [
  'amazon:order:poll endpoint:poll spree:order:poll spree:stock_transfer:poll notification:error notification:info notification:warn',
  'order:canceled order:capture order:import order:new order:persist order:ship order:updated payment:capture payment:ready',
  'product:new product:update purchase_order:confirm purchase_order:new purchase_order:received shipment:confirm shipment:ready',
  'stock:actual stock:change stock_transfer:new stock_transfer:persist user:new user:updated',
].flatMap((line) => line.split(' '));
const aliases = ['order:update', 'order:cancel', 'order:cancelled', 'shipment:confirmation', 'shipment:confirmed'];
const available = get(`${store}/available_messages`);

export const availableMessages: Chapter = {
  title: 'Available messages',
  about: '`GET /api/stores/:store_id/available_messages`: a sorted array of the types that can be pushed.',
  cases: [
    { name: 'It is a sorted array of names, each once', steps: [step(available, { status: 200, body: all(each(aString, 1), ascending) })] },
    { name: 'It has the canonical built-in types', steps: [step(available, { status: 200, body: holding(...canonical) })] },
    { name: 'It has no aliases', steps: [step(available, { status: 200, body: all(each(aString, 1), lacking(...aliases)) })] },
    {
      name: 'It has the types that a mapping names',
      steps: [
        step(available, { status: 200, body: lacking('conformance.<suffix>:listed') }),
        pausedMapping('conformance.list-<suffix>', ['conformance.<suffix>:listed']),
        step(available, { status: 200, body: all(holding('conformance.<suffix>:listed'), ascending) }),
      ],
    },
    {
      name: 'It has no aliases though a mapping names them',
      steps: [
        pausedMapping('conformance.old-<suffix>', ['order:update', 'shipment:confirmation']),
        step(available, { status: 200, body: all(each(aString, 1), lacking(...aliases)) }),
      ],
    },
  ],
};
