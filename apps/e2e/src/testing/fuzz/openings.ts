import type { FuzzRequest } from './requests.ts';
import { storeSlot } from './slots.ts';

/**
 * What each store gets first, so that there is something of every kind to ask about: chance alone would hardly ever bring a type, a
 * mapping and a broken endpoint together. The document has to describe the answers to these as well.
 */
export function openingsOf(urls: readonly string[]): readonly FuzzRequest[] {
  const mappings = urls.map((url, index) => post('mapping.create', 'mappings', mappingTo(url, index)));
  return [
    post('parameter.create', 'parameters', { name: 'shop.key', value: 'sk-1', secret: true }),
    post('scheduler.create', 'schedulers', { key: 'endpoint:poll', count: 10, interval: 'minutes' }),
    post('integration.create', 'integrations', { integration: { name: 'fuzzed', url: urls[0], category: 'test' } }),
    ...mappings,
    post('message.push', 'messages', { message: 'order:new', payload: { order: { number: 'R1' } } }),
    post('message.push', 'messages', { message: 'order:new', payload: { order: 'not an object' } }),
    post('message.push', 'messages', { message: 'notification:warn', payload: { subject: 'Odd', description: 'Very odd.' } }),
  ];
}

/** Without retries, so that what fails is parked, where people may do something with it. */
const mappingTo = (url: string, index: number): object => ({
  name: `fuzzed.service_${index}`,
  url,
  messages: ['order:new'],
  parameters: ['shop.key'],
  options: { retries_allowed: index % 2 === 0 },
});

const post = (operation: string, collection: string, body: object): FuzzRequest => ({
  operation,
  intent: 'valid',
  method: 'POST',
  path: `/api/stores/${storeSlot('own')}/${collection}`,
  query: [],
  token: 'own',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
