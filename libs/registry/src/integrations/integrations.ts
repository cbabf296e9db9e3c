import type { Change, Destination, IntegrationStore, IntegrationView, JsonObject, NewId, Removed, Saved } from '@crossdock/core';
import { IsNull, Not, type DataSource, type EntityManager } from 'typeorm';
import { IntegrationEntity } from '../entities/integration.entity.ts';
import { MappingEntity } from '../entities/mapping.entity.ts';
import { Problems } from '../input/problems.ts';
import type { MappingRules } from '../mappings/mapping-input.ts';
import { removeMappings, writeMappings, type MappingChange } from '../mappings/write-mappings.ts';
import { integrationTokenPlace } from '../secrets/places.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { lockStore, raiseStore } from '../stores/store-lock.ts';
import { isObjectId } from '../stores/stores.ts';
import { inTransaction, inTransactionIf, reading } from '../transaction.ts';
import { checkRenamed, followingMappings } from './following-mappings.ts';
import { readIntegration, type KnownIntegration, type ReadIntegration } from './integration-input.ts';
import type { IntegrationLimits } from './integration-limits.ts';
import { changedNow, definitionOf, findIntegration, integrationToken, mappingsOf, sealedFor, toBeFetched } from './integration-rows.ts';
import { descriptionOf, displayOf, integrationView } from './integration-view.ts';
import { same } from './recommended-mapping.ts';
import { signUp } from './sign-up.ts';

export interface IntegrationsOptions {
  readonly source: DataSource;
  readonly secrets: SecretBox;
  readonly newId: NewId;
  readonly limits: IntegrationLimits;
  /** What holds of mappings, those of integrations included. */
  readonly mappings: MappingRules;
  /** Something is to be fetched. */
  readonly onDue: () => void;
}

const unknown = { kind: 'unknown' } as const;
const stale = (revision: number): { readonly kind: 'stale'; readonly revision: number } => ({ kind: 'stale', revision });
const MOST_SIGNUPS = 6;

/** A store's integrations, for people. Every change is made under the lock of the store, whose revision it raises. */
export class Integrations implements IntegrationStore {
  readonly #options: IntegrationsOptions;

  constructor(options: IntegrationsOptions) {
    this.#options = options;
  }

  async list(store: string): Promise<readonly IntegrationView[]> {
    if (!isObjectId(store)) return [];
    return await reading(this.#options.source, async (manager) => {
      const rows = await manager.find(IntegrationEntity, { where: { storeId: store }, order: { name: 'asc' } });
      const mappings = await manager.findBy(MappingEntity, { storeId: store, integrationId: Not(IsNull()) });
      const byIntegration = new Map<string, MappingEntity[]>(rows.map(({ id }) => [id, []]));
      for (const mapping of mappings) byIntegration.get(mapping.integrationId ?? '')?.push(mapping);
      return rows.map((row) => this.#viewOf(row, byIntegration.get(row.id) ?? []));
    });
  }

  async get(store: string, id: string): Promise<IntegrationView | undefined> {
    return await reading(this.#options.source, async (manager) => {
      const row = await findIntegration(manager, store, id);
      return row === null ? undefined : this.#viewOf(row, await mappingsOf(manager, id));
    });
  }

  async create(store: string, input: JsonObject): Promise<Saved<IntegrationView>> {
    const { newId, secrets, limits } = this.#options;
    const problems = new Problems('integration_invalid');
    const read = readIntegration(input, undefined, this.#rules(), problems);
    const saved = await this.#change<Saved<IntegrationView>>(store, async (manager, change) => {
      if ((await manager.countBy(IntegrationEntity, { storeId: store })) >= limits.maxPerStore) {
        const reason = `The store has ${limits.maxPerStore} integrations, the most it may have.`;
        problems.add('', reason, 'Remove integrations that are not used.');
      }
      await checkName(manager, store, read.name, problems);
      if (problems.found.length > 0) return { kind: 'refused', problems: problems.found };
      const id = newId();
      await manager.insert(IntegrationEntity, {
        id,
        storeId: store,
        ...columnsOf(read),
        token: sealedFor(secrets, read.token, integrationTokenPlace(id)),
        signedUp: [] as object,
        errorMessages: [] as object,
        warnings: [] as object,
        ...toBeFetched,
        fetchClaim: 0,
        revision: change.revision,
        ...changedNow,
      });
      await raiseStore(manager, change);
      return await this.#saved(manager, id);
    });
    if (saved.kind === 'saved') this.#options.onDue();
    return saved;
  }

  async update(store: string, id: string, input: JsonObject, { by, expected }: Change = {}): Promise<Saved<IntegrationView>> {
    let moved = false;
    const saved = await this.#change<Saved<IntegrationView>>(store, async (manager, change) => {
      const row = await findIntegration(manager, store, id);
      if (row === null) return unknown;
      if (expected !== undefined && expected !== row.revision) return stale(row.revision);
      const before = this.#known(row);
      const problems = new Problems('integration_invalid');
      const read = readIntegration(input, before, this.#rules(), problems);
      const mappings = await mappingsOf(manager, id);
      if (read.name !== row.name) {
        await checkName(manager, store, read.name, problems);
        await checkRenamed(manager, mappings, { store, before: row.name, after: read.name }, problems);
      }
      if (problems.found.length > 0) return { kind: 'refused', problems: problems.found };
      if (same(ordered(read), ordered(before))) return { kind: 'saved', value: this.#viewOf(row, mappings) };
      moved = read.url !== row.url;
      await manager.update(
        IntegrationEntity,
        { id },
        {
          ...columnsOf(read),
          revision: change.revision,
          // A token that cannot be opened stays as it is, unless a new one was given.
          ...(read.token === before.token ? {} : { token: sealedFor(this.#options.secrets, read.token, integrationTokenPlace(id)) }),
          ...(moved ? { ...toBeFetched, errorMessages: [] as object } : {}),
          ...changedNow,
        },
      );
      await writeMappings(manager, { ...change, by }, followingMappings({ row, mappings, before, after: read }, this.#options.secrets));
      await raiseStore(manager, change);
      return await this.#saved(manager, id);
    });
    if (moved && saved.kind === 'saved') this.#options.onDue();
    return saved;
  }

  async remove(store: string, id: string, { by, expected }: Change = {}): Promise<Removed> {
    return await this.#change<Removed>(store, async (manager, change) => {
      const row = await findIntegration(manager, store, id);
      if (row === null) return unknown;
      if (expected !== undefined && expected !== row.revision) return stale(row.revision);
      const mappings = await mappingsOf(manager, id);
      await removeMappings(
        manager,
        { ...change, by },
        mappings.map((mapping) => mapping.id),
      );
      await manager.delete(IntegrationEntity, { id });
      await raiseStore(manager, change);
      return { kind: 'removed' };
    });
  }

  async refresh(store: string, id: string): Promise<Saved<IntegrationView>> {
    const saved = await inTransaction<Saved<IntegrationView>>(this.#options.source, async (manager) => {
      if ((await findIntegration(manager, store, id)) === null) return unknown;
      await manager.update(IntegrationEntity, { id, storeId: store }, { ...toBeFetched });
      return await this.#saved(manager, id);
    });
    if (saved.kind === 'saved') this.#options.onDue();
    return saved;
  }

  async signup(store: string, id: string, input: JsonObject, change: Change = {}): Promise<Saved<IntegrationView>> {
    const { source, newId, secrets, mappings: rules } = this.#options;
    for (let run = 1; ; run += 1) {
      const ended = await inTransactionIf<Saved<IntegrationView> | { readonly kind: 'again' }>(
        source,
        ({ kind }) => kind === 'saved',
        async (manager) => {
          const signed = await signUp({ manager, store, id, change }, input, { newId, secrets, rules });
          return signed.kind === 'saved' ? await this.#saved(manager, id) : signed;
        },
      );
      if (ended.kind !== 'again') return ended;
      if (run >= MOST_SIGNUPS) return { kind: 'refused', problems: [busy] };
    }
  }

  async switchMappings(store: string, id: string, enabled: boolean, { by, expected }: Change = {}): Promise<Saved<IntegrationView>> {
    return await this.#change<Saved<IntegrationView>>(store, async (manager, change) => {
      const row = await findIntegration(manager, store, id);
      if (row === null) return unknown;
      if (expected !== undefined && expected !== row.revision) return stale(row.revision);
      const mappings = await mappingsOf(manager, id);
      const writes = mappings.flatMap((mapping) => {
        const definition = definitionOf(mapping);
        return definition.enabled === enabled ? [] : [{ id: mapping.id, definition: { ...definition, enabled } }];
      });
      if (writes.length > 0) {
        await writeMappings(manager, { ...change, by }, writes);
        await manager.update(IntegrationEntity, { id }, { revision: change.revision, ...changedNow });
        await raiseStore(manager, change);
      }
      return await this.#saved(manager, id);
    });
  }

  async destinationOf(store: string, mapping: string): Promise<Destination | undefined> {
    if (!isObjectId(store) || !isObjectId(mapping)) return undefined;
    return await reading(this.#options.source, async (manager) => {
      const found = await manager.findOneBy(MappingEntity, { id: mapping, storeId: store });
      const integration = found?.integrationId ?? undefined;
      const row = integration === undefined ? null : await manager.findOneBy(IntegrationEntity, { id: integration });
      return row === null ? undefined : { name: displayOf(row), icon_url: descriptionOf(row)?.icon_url ?? null };
    });
  }

  /** Runs under the store's lock, with the revision that a change will have. */
  async #change<T extends { readonly kind: string }>(
    store: string,
    work: (manager: EntityManager, change: MappingChange) => Promise<T>,
  ): Promise<T | typeof unknown> {
    if (!isObjectId(store)) return unknown;
    return await inTransaction(this.#options.source, async (manager) => {
      const change = await lockStore(manager, store);
      return change === undefined ? unknown : await work(manager, change);
    });
  }

  #rules(): { readonly checkUrl: MappingRules['checkUrl']; readonly limits: IntegrationLimits } {
    return { checkUrl: this.#options.mappings.checkUrl, limits: this.#options.limits };
  }

  #known(row: IntegrationEntity): KnownIntegration {
    const { name, url, category } = row;
    const token = integrationToken(this.#options.secrets, row);
    return { name, url, category, display: row.display ?? undefined, token, shown: displayOf(row) };
  }

  async #saved(manager: EntityManager, id: string): Promise<{ readonly kind: 'saved'; readonly value: IntegrationView }> {
    const row = await manager.findOneByOrFail(IntegrationEntity, { id });
    return { kind: 'saved', value: this.#viewOf(row, await mappingsOf(manager, id)) };
  }

  #viewOf(row: IntegrationEntity, mappings: readonly MappingEntity[]): IntegrationView {
    return integrationView(row, mappings, integrationToken(this.#options.secrets, row));
  }
}

const busy = {
  pointer: '',
  code: 'state_changed',
  reason: 'Others change the same parameters all the time.',
  hint: 'Sign up again.',
} as const;

const columnsOf = ({
  name,
  url,
  category,
  display,
}: ReadIntegration): Pick<IntegrationEntity, 'name' | 'url' | 'category' | 'display'> => ({
  name,
  url,
  category,
  display: display ?? null,
});

const ordered = ({ name, url, category, display, token }: ReadIntegration): readonly unknown[] => [name, url, category, display, token];

async function checkName(manager: EntityManager, store: string, name: string, problems: Problems): Promise<void> {
  if (name === '' || !(await manager.existsBy(IntegrationEntity, { storeId: store, name }))) return;
  const hint = 'Choose another name, or change that integration.';
  problems.add('/name', `An integration named ${name} exists.`, hint, 'integration_name_taken');
}
