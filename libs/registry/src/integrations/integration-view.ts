import type { EndpointDescription, FieldProblem, IntegrationView } from '@crossdock/core';
import type { IntegrationEntity } from '../entities/integration.entity.ts';
import type { MappingEntity } from '../entities/mapping.entity.ts';
import { masked } from '../input/masks.ts';
import { definitionOf } from './integration-rows.ts';

/** What its `endpoint.json` said when it was last readable. */
export function descriptionOf(row: IntegrationEntity): EndpointDescription | undefined {
  return (row.description as EndpointDescription | null) ?? undefined;
}

export function displayOf(row: IntegrationEntity): string {
  const own = row.display ?? descriptionOf(row)?.display ?? '';
  return own === '' ? row.name : own;
}

/** @param token as it is, undefined where no key opens it */
export function integrationView(row: IntegrationEntity, mappings: readonly MappingEntity[], token: string | undefined): IntegrationView {
  const description = descriptionOf(row);
  return {
    id: row.id,
    store_id: row.storeId,
    name: row.name,
    url: row.url,
    category: row.category,
    token: row.token === null ? null : masked(token ?? ''),
    display: displayOf(row),
    description: description?.description ?? '',
    icon_url: description?.icon_url ?? null,
    help: description?.help ?? '',
    services: description?.services ?? [],
    state: row.state,
    error_messages: row.errorMessages as readonly FieldProblem[],
    warnings: row.warnings as readonly FieldProblem[],
    fetched_at: row.fetchedAt?.toISOString() ?? null,
    next_fetch_at: row.fetchAt?.toISOString() ?? null,
    mappings: mappings
      .map((mapping) => ({
        id: mapping.id,
        name: mapping.name,
        service: mapping.service ?? '',
        enabled: definitionOf(mapping).enabled,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    revision: row.revision,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
