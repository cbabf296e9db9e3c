import type { MappingDefinition } from '@crossdock/core';
import { In, type EntityManager } from 'typeorm';
import { EndpointEntity } from '../entities/endpoint.entity.ts';
import { MappingVersionEntity } from '../entities/mapping-version.entity.ts';
import { MappingEntity } from '../entities/mapping.entity.ts';
import type { StoreChange } from '../stores/store-lock.ts';

/** A mapping as it is from now on. Columns that are not given stay as they are. */
export interface MappingWrite extends Pick<MappingEntity, 'id'> {
  readonly definition: MappingDefinition;
  /** Sealed. */
  readonly token?: string | null;
  readonly integrationId?: string;
  readonly service?: string;
}

/** A change of mappings: whoever calls raises the store to its revision. */
export interface MappingChange extends StoreChange {
  /** For people, in histories. */
  readonly by?: string | undefined;
}

/** Writes mappings of a store, each with its version, under the store's lock. Whoever calls raises the store to the revision. */
export async function writeMappings(
  manager: EntityManager,
  { store: storeId, revision, by }: MappingChange,
  writes: readonly MappingWrite[],
): Promise<void> {
  const endpoints = await endpointsOf(
    manager,
    storeId,
    writes.map(({ definition }) => definition.url),
  );
  const rows = writes.map((write) => ({ ...write, storeId, revision, endpointId: endpoints.get(urlOf(write.definition.url)) ?? 0 }));
  await manager.save(
    MappingEntity,
    rows.map((row) => ({ ...row, name: row.definition.name })),
  );
  await manager.insert(
    MappingVersionEntity,
    rows.map(({ id, endpointId, definition, token }) => ({
      storeId,
      revision,
      mappingId: id,
      endpointId,
      definition,
      changedBy: by ?? null,
      tokenChanged: token !== undefined,
    })),
  );
}

/** Removes mappings of a store, under its lock. What they were is kept in their versions. */
export async function removeMappings(
  manager: EntityManager,
  { store: storeId, revision, by }: MappingChange,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await manager.delete(MappingEntity, { id: In([...ids]) });
  await manager.insert(
    MappingVersionEntity,
    ids.map((mappingId) => ({ storeId, revision, mappingId, changedBy: by ?? null, tokenChanged: false })),
  );
}

/** Endpoints are found by URL as browsers write it, so that two spellings are one. */
const urlOf = (text: string): string => new URL(text).href;

async function endpointsOf(manager: EntityManager, storeId: string, texts: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const urls = [...new Set(texts.map(urlOf))];
  const known = await manager.findBy(EndpointEntity, { storeId, url: In(urls) });
  const missing = urls.filter((url) => known.every((endpoint) => endpoint.url !== url));
  const made =
    missing.length === 0
      ? []
      : await manager.save(
          EndpointEntity,
          missing.map((url) => ({ storeId, url })),
        );
  return new Map([...known, ...made].map(({ id, url }) => [url, id]));
}
