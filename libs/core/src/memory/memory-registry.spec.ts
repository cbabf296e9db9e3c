import { finding, mapping } from '../testing/builders.ts';
import type { PayloadFindings } from '../validation/finding.ts';
import { registryContract } from '../testing/registry.contract.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { MemoryUnitOfWork } from './memory-unit-of-work.ts';

const aliases = (type: string): readonly string[] => (type.startsWith('order:update') ? ['order:update', 'order:updated'] : [type]);

registryContract('in memory', () => {
  const unitOfWork = new MemoryUnitOfWork();
  const registry = new MemoryRegistry(unitOfWork, aliases);
  let made = 0;
  return Promise.resolve({
    unitOfWork,
    registry,
    other: new MemoryRegistry(unitOfWork, aliases),
    createStore: async () => {
      made += 1;
      const store = `5f3${String(made).padStart(21, '0')}`;
      await registry.save(store, {});
      return store;
    },
    saveMapping: async (store, { name, messages, enabled }) => {
      made += 1;
      const saved = mapping(String(made), { name, messages, enabled });
      const former = (await registry.snapshots([store])).get(store)?.mappings.values() ?? [];
      await registry.save(store, { mappings: [...former, saved] });
      return saved.id;
    },
    removeMapping: async (store, id) => {
      const former = (await registry.snapshots([store])).get(store)?.mappings.values() ?? [];
      await registry.save(store, { mappings: [...former].filter((each) => each.id !== id) });
    },
    saveSchema: async (store, type) => {
      const former = [...((await registry.snapshots([store])).get(store)?.schemas.values() ?? [])];
      const check = (payload: unknown): PayloadFindings =>
        JSON.stringify(payload) === '{"good":true}' ? { errors: [], warnings: [] } : { errors: [finding('')], warnings: [] };
      await registry.save(store, { schemas: [...former, { type, version: 1, check }] });
      return 1;
    },
    removeSchema: async (store, type) => {
      const former = [...((await registry.snapshots([store])).get(store)?.schemas.values() ?? [])];
      await registry.save(store, { schemas: former.filter((schema) => schema.type !== type) });
    },
    close: () => Promise.resolve(),
  });
});
