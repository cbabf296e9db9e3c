import { registryContract } from '@crossdock/core/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { regexCompiler } from '../mappings/compile-regex.ts';
import { defaultOptions, mappingLimits } from '../mappings/mapping-limits.ts';
import { Mappings } from '../mappings/mappings.ts';
import { parameterLimits } from '../parameters/parameter-value.ts';
import { schemaStoreLimits } from '../schemas/schema-store-limits.ts';
import { Schemas } from '../schemas/schemas.ts';
import { newId, openRegistry, testAliases, testSchemaChecks, testSecrets, type OpenRegistry } from '../testing/open-registry.ts';

let place: TestDatabase;
let open: OpenRegistry;
let mappings: Mappings;
let schemas: Schemas;
beforeAll(async () => {
  place = await createDatabase();
  open = await openRegistry(place.url);
  schemas = new Schemas({ source: open.source, checks: testSchemaChecks, typeAliases: testAliases, limits: schemaStoreLimits });
  mappings = new Mappings({
    source: open.source,
    secrets: testSecrets,
    newId,
    compileRegex: regexCompiler(),
    isMessageType: (name) => name.includes(':'),
    checkUrl: () => ({ ok: true }),
    limits: mappingLimits,
    parameterLimits,
    defaults: defaultOptions,
  });
});
afterAll(async () => {
  await open.close();
  await place.drop();
});

registryContract('Postgres', () =>
  Promise.resolve({
    unitOfWork: open.database,
    registry: open.registry,
    other: open.another(),
    createStore: async () => (await open.stores.create('A store')).store.id,
    saveMapping: async (store, { name, messages, enabled }) => {
      const saved = await mappings.create(store, { name, messages, enabled, url: 'https://erp.example/orders' });
      if (saved.kind !== 'saved') throw new TypeError(JSON.stringify(saved));
      return saved.value.id;
    },
    removeMapping: async (store, id) => {
      expect(await mappings.remove(store, id)).toEqual({ kind: 'removed' });
    },
    saveSchema: async (store, type) => {
      const schema = { properties: { good: { const: true } }, required: ['good'] };
      const saved = await schemas.put(store, type, { schema });
      if (saved.kind !== 'saved') throw new TypeError(JSON.stringify(saved));
      return saved.value.schema.version;
    },
    removeSchema: async (store, type) => {
      expect(await schemas.remove(store, type)).toEqual({ kind: 'removed' });
    },
    close: () => Promise.resolve(),
  }),
);
