import { In, type EntityManager } from 'typeorm';
import type { IntegrationEntity } from '../entities/integration.entity.ts';
import { MappingEntity } from '../entities/mapping.entity.ts';
import type { Problems } from '../input/problems.ts';
import type { MappingWrite } from '../mappings/write-mappings.ts';
import { tokenPlace } from '../secrets/places.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { serviceUrl, type ReadIntegration } from './integration-input.ts';
import { definitionOf, mappingToken, sealedFor } from './integration-rows.ts';
import { same, type Recommended } from './recommended-mapping.ts';

export interface Moved {
  readonly row: IntegrationEntity;
  readonly mappings: readonly MappingEntity[];
  readonly before: ReadIntegration;
  readonly after: ReadIntegration;
}

/** What becomes of mappings when their integration is another: they follow in what is still as a signup made it. */
export function followingMappings({ row, mappings, before, after }: Moved, secrets: SecretBox): readonly MappingWrite[] {
  const paths = new Map((row.signedUp as readonly Recommended[]).map(({ service, path }) => [service, path]));
  return mappings.flatMap((mapping) => {
    const { id, service } = mapping;
    const old = definitionOf(mapping);
    const path = paths.get(service ?? '') ?? '';
    const definition = {
      ...old,
      name: old.name === `${before.name}.${service}` ? `${after.name}.${service}` : old.name,
      url: old.url === serviceUrl(before.url, path) ? serviceUrl(after.url, path) : old.url,
    };
    const follows = after.token !== before.token && hadToken(mapping, before.token, secrets);
    if (!follows && same(definition, old)) return [];
    return [{ id, definition, ...(follows ? { token: sealedFor(secrets, after.token, tokenPlace(id)) } : {}) }];
  });
}

/** Whether a mapping's token is that one. What no key opens is of no use as it is, and may follow. */
function hadToken(mapping: MappingEntity, token: string | undefined, secrets: SecretBox): boolean {
  const own = mappingToken(secrets, mapping);
  return own === token || (own === undefined && mapping.token !== null);
}

interface Renamed {
  readonly store: string;
  readonly before: string;
  readonly after: string;
}

/** Whether the names that mappings would follow to are free. */
export async function checkRenamed(
  manager: EntityManager,
  mappings: readonly MappingEntity[],
  { store, before, after }: Renamed,
  problems: Problems,
): Promise<void> {
  const names = mappings.filter(({ name, service }) => name === `${before}.${service}`).map(({ service }) => `${after}.${service}`);
  if (names.length === 0) return;
  for (const { name } of await manager.findBy(MappingEntity, { storeId: store, name: In(names) })) {
    problems.add('/name', `A mapping named ${name} exists.`, 'Choose another name, or rename that mapping.', 'mapping_name_taken');
  }
}
