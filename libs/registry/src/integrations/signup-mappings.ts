import type { ServiceDescription } from '@crossdock/core';
import { In, type EntityManager } from 'typeorm';
import type { IntegrationEntity } from '../entities/integration.entity.ts';
import { MappingEntity } from '../entities/mapping.entity.ts';
import { Problems } from '../input/problems.ts';
import type { MappingWrite } from '../mappings/write-mappings.ts';
import { tokenPlace } from '../secrets/places.ts';
import { definitionOf, integrationToken, mappingToken, sealedFor } from './integration-rows.ts';
import { plannedMapping, recommendedMappings, same, type Recommended } from './recommended-mapping.ts';
import type { Signup, SignupTools } from './signup-context.ts';

/** What a signup is to make of an integration. */
export interface Plan {
  readonly row: IntegrationEntity;
  readonly services: readonly ServiceDescription[];
  readonly enabled: ReadonlySet<string>;
  /** By service. */
  readonly mappings: ReadonlyMap<string, MappingEntity>;
}

/** Mappings that are not yet as they are to be. */
export async function planMappings(
  { row, services, enabled, mappings }: Plan,
  { newId, secrets, rules }: SignupTools,
  { manager, store }: Signup,
  problems: Problems,
): Promise<{ readonly writes: readonly MappingWrite[]; readonly signedUp: readonly Recommended[] }> {
  const before = new Map((row.signedUp as readonly Recommended[]).map((each) => [each.service, each]));
  const signedUp = recommendedMappings(services, rules, new Problems('mapping_invalid'));
  const token = integrationToken(secrets, row);
  if (token === undefined && row.token !== null) {
    const hint = 'Give the hub the key that it was sealed with, or enter the token again.';
    problems.add('', 'The integration’s token cannot be opened: its services would be called without one.', hint, 'integration_not_ready');
  }
  const writes: MappingWrite[] = [];
  const added: string[] = [];
  for (const recommended of signedUp) {
    const { service } = recommended;
    const mapping = mappings.get(service);
    const current = mapping === undefined ? undefined : definitionOf(mapping);
    const definition = plannedMapping(recommended, {
      integration: row,
      enabled: enabled.has(service),
      current,
      before: before.get(service),
    });
    if (mapping === undefined) {
      const id = newId();
      added.push(definition.name);
      writes.push({ id, definition, token: sealedFor(secrets, token, tokenPlace(id)), integrationId: row.id, service });
      continue;
    }
    // A token that no key opens is of no use to anybody.
    const lost = mapping.token !== null && mappingToken(secrets, mapping) === undefined;
    if (!lost && same(definition, current)) continue;
    writes.push({ id: mapping.id, definition, ...(lost ? { token: sealedFor(secrets, token, tokenPlace(mapping.id)) } : {}) });
  }
  // What the endpoint does not describe any more cannot be required.
  for (const [service, mapping] of mappings) {
    const old = definitionOf(mapping);
    if (!old.required || signedUp.some((each) => each.service === service)) continue;
    writes.push({ id: mapping.id, definition: { ...old, required: false } });
  }
  await checkRoom(manager, { store, added: added.length, most: rules.limits.maxPerStore }, problems);
  for (const { name } of added.length === 0 ? [] : await manager.findBy(MappingEntity, { storeId: store, name: In(added) })) {
    const hint = 'Rename or remove it, or give the integration another name.';
    problems.add('', `A mapping named ${name} exists, which is not of this integration.`, hint, 'mapping_name_taken');
  }
  return { writes, signedUp };
}

async function checkRoom(
  manager: EntityManager,
  { store, added, most }: { readonly store: string; readonly added: number; readonly most: number },
  problems: Problems,
): Promise<void> {
  if (added === 0) return;
  const count = await manager.countBy(MappingEntity, { storeId: store });
  if (count + added <= most) return;
  problems.add(
    '',
    `The store has ${count} mappings and would get ${added} more; it may have ${most}.`,
    'Remove mappings that are not used.',
  );
}
