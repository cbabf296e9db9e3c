import type { FieldProblem, JsonObject, ServiceDescription } from '@crossdock/core';
import { IntegrationEntity } from '../entities/integration.entity.ts';
import type { MappingEntity } from '../entities/mapping.entity.ts';
import { Problems } from '../input/problems.ts';
import { writeMappings, type MappingChange } from '../mappings/write-mappings.ts';
import { lockStore, raiseStore } from '../stores/store-lock.ts';
import { changedNow, definitionOf, findIntegration, mappingsOf } from './integration-rows.ts';
import { descriptionOf } from './integration-view.ts';
import { same } from './recommended-mapping.ts';
import type { Signup, SignupTools } from './signup-context.ts';
import { readSignup, type ReadSignup } from './signup-input.ts';
import { planMappings } from './signup-mappings.ts';
import { SignupParameters } from './signup-parameters.ts';
import { wantedParameters } from './wanted-parameters.ts';

/** `again`: somebody else was faster. Whatever is not `saved` must be rolled back. */
export type SignedUp =
  | { readonly kind: 'saved' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'again' }
  | { readonly kind: 'stale'; readonly revision: number }
  | { readonly kind: 'refused'; readonly problems: readonly FieldProblem[] };

/**
 * Makes mappings of all services, and the parameters that they require. Locks parameters by name, then the store: so what is needed is
 * read before the locks, and held against what is there when they are held.
 */
export async function signUp(signup: Signup, input: JsonObject, tools: SignupTools): Promise<SignedUp> {
  const { manager, store, id, change } = signup;
  const seen = await findIntegration(manager, store, id);
  if (seen === null) return { kind: 'unknown' };
  const description = descriptionOf(seen);
  if (description === undefined) return { kind: 'refused', problems: [notRead(seen)] };
  const problems = new Problems('signup_invalid');
  const { services } = description;
  const read = readSignup(input, services, tools.rules.parameterLimits, problems);
  const wanted = wantedParameters(services, tools.rules.parameterLimits);
  const parameters = await SignupParameters.lock(signup, { given: read.given, wanted }, tools, problems);
  // Nothing is written for a signup that is refused anyway; what else is wrong is still told.
  if (problems.found.length === 0 && !(await parameters.insertNew())) return { kind: 'again' };

  const locked = await lockStore(manager, store);
  if (locked === undefined) return { kind: 'unknown' };
  const row = await findIntegration(manager, store, id);
  if (row === null) return { kind: 'unknown' };
  if (change.expected !== undefined && change.expected !== row.revision) return { kind: 'stale', revision: row.revision };
  if (!same(row.description, seen.description)) return { kind: 'again' };
  const mappings = new Map((await mappingsOf(manager, id)).map((mapping) => [mapping.service ?? '', mapping]));
  const enabled = enabledServices(services, read, mappings);
  parameters.checkDemanded(enabled);
  const written = await planMappings({ row, services, enabled, mappings }, tools, signup, problems);
  if (problems.found.length > 0) return { kind: 'refused', problems: problems.found };

  const mappingChange: MappingChange = { ...locked, by: change.by };
  const changedParameters = await parameters.write(mappingChange);
  if (written.writes.length > 0) await writeMappings(manager, mappingChange, written.writes);
  if (written.writes.length === 0 && same(written.signedUp, row.signedUp)) {
    if (changedParameters) await raiseStore(manager, locked);
    return { kind: 'saved' };
  }
  await manager.update(IntegrationEntity, { id }, { signedUp: written.signedUp, revision: locked.revision, ...changedNow });
  await raiseStore(manager, locked);
  return { kind: 'saved' };
}

function notRead({ state }: IntegrationEntity): FieldProblem {
  const pending = state === 'pending';
  return {
    pointer: '',
    code: 'integration_not_ready',
    reason: pending ? 'Its endpoint.json has not been read yet.' : 'Its endpoint.json could not be read.',
    hint: pending ? 'Look at the integration again in a few seconds.' : 'Its error_messages say why; refresh it when that is mended.',
  };
}

/** Those that are listed; without a list, those that are enabled now, and those that are new. */
function enabledServices(
  services: readonly ServiceDescription[],
  { enabled }: ReadSignup,
  mappings: ReadonlyMap<string, MappingEntity>,
): ReadonlySet<string> {
  const names = services.map(({ name }) => name);
  return new Set(
    names.filter((name) => {
      if (enabled !== undefined) return enabled.has(name);
      const mapping = mappings.get(name);
      return mapping === undefined || definitionOf(mapping).enabled;
    }),
  );
}
