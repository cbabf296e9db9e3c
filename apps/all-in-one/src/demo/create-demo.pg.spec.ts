import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMessageType } from '@crossdock/contracts';
import type { JsonObject, MappingStore } from '@crossdock/core';
import { migrate } from '@crossdock/event-log';
import {
  defaultOptions,
  mappingLimits,
  Mappings,
  openRegistrySource,
  parameterLimits,
  Parameters,
  regexCompiler,
  SecretBox,
  Stores,
} from '@crossdock/registry';
import { migrations } from '@crossdock/runtime';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { createDemo, type CreateDemoOptions } from './create-demo.ts';
import { readDemoFile } from './demo-file.ts';
import { demoMappings, demoParameters } from './demo-mappings.ts';
import { openDemo } from './open-demo.ts';

let database: TestDatabase;
let source: DataSource;
let registry: Pick<CreateDemoOptions, 'directory' | 'mappings' | 'parameters'>;
let dataDir: string;
const at = (port: number): { endpointsUrl: string; endpointToken: string } => ({
  endpointsUrl: `http://127.0.0.1:${port}`,
  endpointToken: 'endpoint-token',
});

beforeAll(async () => {
  database = await createDatabase();
  await migrate(database.url, migrations);
  source = await openRegistrySource({ url: database.url });
  const newId = (): string => randomBytes(12).toString('hex');
  const secrets = new SecretBox([{ id: 'test', key: Buffer.alloc(32, 7) }]);
  registry = {
    directory: new Stores({ source, newId, environment: 'test' }),
    mappings: new Mappings({
      source,
      secrets,
      newId,
      compileRegex: regexCompiler(),
      isMessageType,
      checkUrl: () => ({ ok: true }),
      limits: mappingLimits,
      parameterLimits,
      defaults: defaultOptions,
    }),
    parameters: new Parameters({ source, secrets, newId, limits: parameterLimits }),
  };
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'crossdock-demo-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const create = (port: number, more: Partial<CreateDemoOptions> = {}): ReturnType<typeof createDemo> =>
  createDemo({ file: join(dataDir, 'demo.json'), ...registry, ...at(port), ...more });
const namesOf = async (store: string): Promise<unknown> => ({
  mappings: (await registry.mappings.list(store)).map(({ name }) => name),
  parameters: (await registry.parameters.list(store)).map(({ name }) => name),
});
const all = {
  mappings: demoMappings('', '')
    .map(({ name }) => name)
    .toSorted(),
  parameters: demoParameters.map(({ name }) => name).toSorted(),
};

it('makes a store with mappings and parameters, once', async () => {
  const first = await create(1111);
  expect(await namesOf(first.store_id)).toEqual(all);
  expect(await registry.directory.find(first.store_id)).toMatchObject({ name: 'Acme Outdoor' });
  expect(await create(1111)).toEqual({ ...first, created: false });
  expect(await readDemoFile(join(dataDir, 'demo.json'))).toEqual({
    store_id: first.store_id,
    token: first.token,
    endpoints_url: 'http://127.0.0.1:1111',
    endpoint_token: 'endpoint-token',
    complete: true,
    samples_pushed: false,
  });
});

it('uses what routing can do', async () => {
  const { store_id } = await create(1111);
  const mappings = new Map((await registry.mappings.list(store_id)).map((mapping) => [mapping.name, mapping]));
  expect(mappings.get('warehouse.reserve')).toMatchObject({
    url: 'http://127.0.0.1:1111/warehouse/reserve',
    filters: [{ path: 'payload.order.*.country', operator: 'eq', value: 'US', match_rule: 'any' }],
  });
  expect(mappings.get('warehouse.ship')).toMatchObject({ identifiers: { shipment: 'payload.shipment.number' } });
  expect(mappings.get('flaky.publish_product')).toMatchObject({ options: { retries_allowed: false } });
});

it('completes what was cut off, in the same store', async () => {
  let left = 3;
  const { mappings } = registry;
  const failing: MappingStore = {
    list: (store) => mappings.list(store),
    get: (store, id) => mappings.get(store, id),
    versions: (store, id, part) => mappings.versions(store, id, part),
    draft: (store, input, id) => mappings.draft(store, input, id),
    create: (store: string, input: JsonObject) => {
      left -= 1;
      return left < 0 ? Promise.reject(new TypeError('cut off')) : mappings.create(store, input);
    },
    update: (store, id, input) => mappings.update(store, id, input),
    remove: (store, id) => mappings.remove(store, id),
  };
  await expect(create(1111, { mappings: failing })).rejects.toThrow('cut off');
  const before = await readDemoFile(join(dataDir, 'demo.json'));
  const demo = await create(2222);
  expect({ store: demo.store_id, created: demo.created }).toEqual({ store: before?.store_id, created: false });
  expect(await namesOf(demo.store_id)).toEqual(all);
  const urls = (await registry.mappings.list(demo.store_id)).map(({ url }) => new URL(url).port);
  expect(new Set(urls)).toEqual(new Set(['2222']));
});

it('does not make again what a user has removed, and leaves alone what leads elsewhere', async () => {
  const { store_id } = await create(1111);
  const [first, second] = await registry.mappings.list(store_id);
  await registry.mappings.remove(store_id, first?.id ?? '');
  await registry.mappings.update(store_id, second?.id ?? '', { url: 'https://example.com/mine' });
  await create(2222);
  const after = await registry.mappings.list(store_id);
  expect(after.map(({ name }) => name)).toEqual(all.mappings.slice(1));
  expect(after.map(({ url }) => url).filter((url) => !url.startsWith('http://127.0.0.1:2222/'))).toEqual(['https://example.com/mine']);
});

it('makes another store when the database is a new one', async () => {
  const first = await create(1111);
  const second = await create(1111, {
    directory: { create: (name) => registry.directory.create(name), find: () => Promise.resolve(undefined) },
  });
  expect([second.created, second.store_id === first.store_id, second.samples_pushed]).toEqual([true, false, false]);
});

it('serves its endpoints where they were before, unless somebody else is there', async () => {
  const first = await openDemo({ dataDir, ...registry });
  const elsewhere = await openDemo({ dataDir, ...registry });
  expect(elsewhere.endpointsUrl).not.toBe(first.endpointsUrl);
  const urls = (await registry.mappings.list(first.storeId)).map(({ url }) => url.startsWith(`${elsewhere.endpointsUrl}/`));
  expect(new Set(urls)).toEqual(new Set([true]));
  await Promise.all([first.close(), elsewhere.close()]);

  const again = await openDemo({ dataDir, ...registry });
  await again.close();
  expect(again.endpointsUrl).toBe(elsewhere.endpointsUrl);
  expect({ created: again.created, storeId: again.storeId, token: again.token, summary: again.summary }).toEqual({
    created: false,
    storeId: first.storeId,
    token: first.token,
    summary: 'store "Acme Outdoor", 4 endpoints, 10 mappings',
  });
});
