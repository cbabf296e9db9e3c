import type { MappingDefinition } from '@crossdock/core';
import type { EntityManager } from 'typeorm';
import { IntegrationEntity } from '../entities/integration.entity.ts';
import { MappingEntity } from '../entities/mapping.entity.ts';
import { integrationTokenPlace, tokenPlace } from '../secrets/places.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { isObjectId } from '../stores/stores.ts';

export async function findIntegration(manager: EntityManager, store: string, id: string): Promise<IntegrationEntity | null> {
  return isObjectId(store) && isObjectId(id) ? await manager.findOneBy(IntegrationEntity, { id, storeId: store }) : null;
}

export async function mappingsOf(manager: EntityManager, integration: string): Promise<MappingEntity[]> {
  return await manager.findBy(MappingEntity, { integrationId: integration });
}

/** Undefined where there is none, or no key opens it. */
export function integrationToken(secrets: SecretBox, { id, token }: IntegrationEntity): string | undefined {
  return opened(secrets, token, integrationTokenPlace(id));
}

export function mappingToken(secrets: SecretBox, { id, token }: MappingEntity): string | undefined {
  return opened(secrets, token, tokenPlace(id));
}

function opened(secrets: SecretBox, token: string | null, place: string): string | undefined {
  const read = token === null ? undefined : secrets.open(token, place);
  return read?.ok === true ? read.text : undefined;
}

export const sealedFor = (secrets: SecretBox, token: string | undefined, place: string): string | null =>
  token === undefined ? null : secrets.seal(token, place);

export function definitionOf(row: MappingEntity): MappingDefinition {
  return row.definition as MappingDefinition;
}

/** When a description is to be fetched again from the beginning; whoever fetches it now works for nothing. */
export const toBeFetched = {
  state: 'pending',
  fetchAt: (): string => 'clock_timestamp()',
  fetchTries: 0,
  fetchClaim: (): string => 'fetch_claim + 1',
  fetchUntil: null,
} as const;

/** With a revision goes a time. */
export const changedNow = { updatedAt: (): string => 'clock_timestamp()' };
