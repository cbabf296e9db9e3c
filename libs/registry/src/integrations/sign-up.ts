import type { Change, FieldProblem, JsonObject, NewId, ServiceDescription } from '@crossdock/core';
import { In, type EntityManager } from 'typeorm';
import { IntegrationEntity } from '../entities/integration.entity.ts';
import { MappingEntity } from '../entities/mapping.entity.ts';
import { Problems } from '../input/problems.ts';
import type { MappingRules } from '../mappings/mapping-input.ts';
import { writeMappings, type MappingChange, type MappingWrite } from '../mappings/write-mappings.ts';
import { tokenPlace } from '../secrets/places.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { lockStore, raiseStore } from '../stores/store-lock.ts';
import { changedNow, definitionOf, findIntegration, integrationToken, mappingsOf, mappingToken, sealedFor } from './integration-rows.ts';
import { descriptionOf } from './integration-view.ts';
import { plannedMapping, recommendedMappings, same, type Recommended } from './recommended-mapping.ts';
import { readSignup, type ReadSignup } from './signup-input.ts';
import { SignupParameters } from './signup-parameters.ts';
import { wantedParameters } from './wanted-parameters.ts';

/** Where and by whom, in whose transaction. */
export interface Signup {
  readonly manager: EntityManager;
  readonly store: string;
  readonly id: string;
  readonly change: Change;
}

export interface SignupTools {
  readonly newId: NewId;
  readonly secrets: SecretBox;
  readonly rules: MappingRules;
}

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

interface Plan {
  readonly row: IntegrationEntity;
  readonly services: readonly ServiceDescription[];
  readonly enabled: ReadonlySet<string>;
  /** By service. */
  readonly mappings: ReadonlyMap<string, MappingEntity>;
}

/** Mappings that are not yet as they are to be. */
async function planMappings(
  { row, services, enabled, mappings }: Plan,
  { newId, secrets, rules }: SignupTools,
  { manager, store }: Signup,
  problems: Problems,
): Promise<{ readonly writes: readonly MappingWrite[]; readonly signedUp: readonly Recommended[] }> {
  const before = new Map((row.signedUp as readonly Recommended[]).map((each) => [each.service, each]));
  const signedUp = recommendedMappings(services, rules, new Problems('mapping_invalid'));
  const token = integrationToken(secrets, row);
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
    } else if (!same(definition, current)) {
      writes.push({ id: mapping.id, definition });
    } else if (mapping.token !== null && mappingToken(secrets, mapping) === undefined) {
      writes.push({ id: mapping.id, definition, token: sealedFor(secrets, token, tokenPlace(mapping.id)) });
    }
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
