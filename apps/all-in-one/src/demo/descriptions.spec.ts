import { isMessageType } from '@crossdock/contracts';
import type { DescriptorRead } from '@crossdock/core';
import { createHttpGetter, createHttpSender, parseEgressPolicy, type HttpSender } from '@crossdock/http-client';
import { descriptorSource, regexCompiler } from '@crossdock/registry';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoMappings } from './demo-mappings.ts';
import { accounting } from './endpoints/accounting.ts';
import { flaky } from './endpoints/flaky.ts';
import { orderConfirmations } from './endpoints/order-confirmations.ts';
import { serveEndpoints, type ServedEndpoints } from './endpoints/serve-endpoints.ts';
import { warehouse } from './endpoints/warehouse.ts';

const endpoints = [orderConfirmations, warehouse(() => new Date()), accounting(0), flaky()];
let served: ServedEndpoints;
let sender: HttpSender;
const read = new Map<string, DescriptorRead>();

beforeAll(async () => {
  const parsed = parseEgressPolicy({ allowLoopback: true });
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  sender = createHttpSender({ policy: parsed.policy });
  served = await serveEndpoints({ endpoints, token: 'agreed-on', port: 0 });
  const source = descriptorSource({ getter: createHttpGetter({ sender }), compileRegex: regexCompiler(), isMessageType });
  for (const { name } of endpoints) read.set(name, await source.fetch(`${served.url}/${name}`));
});
afterAll(async () => {
  await sender.close();
  await served.close();
});

it.each(endpoints.map(({ name, display }) => [name, display]))(
  'the hub reads what %s says of itself without a warning',
  (name, display) => {
    expect(read.get(name)).toMatchObject({ ok: true, description: { name, display }, warnings: [] });
  },
);

it('the hub learns who wants what, what must be kept secret, and what cannot be deleted', () => {
  const services = endpoints.flatMap(({ name }) => {
    const result = read.get(name);
    return result?.ok === true ? result.description.services.map((service) => ({ ...service, name: `${name}.${service.name}` })) : [];
  });
  expect(services.filter(({ required }) => required).map(({ name }) => name)).toEqual(['order-confirmations.new_order']);
  expect(services.find(({ name }) => name === 'accounting.book_order')).toEqual({
    name: 'accounting.book_order',
    path: '/book_order',
    description: 'Books the sale',
    required: false,
    requires: {
      parameters: [
        { name: 'accounting.api_key', description: 'Key of the accounting system', data_type: 'string', secret: true, optional: false },
      ],
    },
    recommends: { messages: ['order:new', 'order:updated'], identifiers: {}, filters: [], options: { concurrency: 2, timeout: 30 } },
    produces: [],
  });
  // Whoever signs up gets what the demo's own mappings have.
  const known = services.map(({ name, requires }) => ({ name, parameters: requires.parameters.map((parameter) => parameter.name) }));
  const mapped = demoMappings(served.url, 'agreed-on').map(({ name, parameters }) => ({ name, parameters: parameters ?? [] }));
  expect(known.toSorted(byName)).toEqual(mapped.toSorted(byName));
});

const byName = (one: { readonly name: string }, other: { readonly name: string }): number => (one.name < other.name ? -1 : 1);
