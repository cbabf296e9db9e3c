import type {
  Change,
  DraftedMapping,
  FieldProblem,
  JsonObject,
  ListPart,
  MappingDefinition,
  MappingStore,
  MappingVersion,
  MappingView,
  NewId,
  Removed,
  Saved,
} from '@crossdock/core';
import type { DataSource, EntityManager } from 'typeorm';
import { MappingEntity } from '../entities/mapping.entity.ts';
import { masked } from '../input/masks.ts';
import { Problems } from '../input/problems.ts';
import { inTransaction, reading } from '../transaction.ts';
import { tokenPlace } from '../secrets/places.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { lockStore, raiseStore, type StoreChange } from '../stores/store-lock.ts';
import { isObjectId } from '../stores/stores.ts';
import { compileMapping } from './compile-mapping.ts';
import { readVersions } from './mapping-versions.ts';
import { readMapping, type MappingRules } from './mapping-input.ts';
import { removeMappings, writeMappings, type MappingChange } from './write-mappings.ts';

export interface MappingsOptions extends MappingRules {
  readonly source: DataSource;
  readonly secrets: SecretBox;
  readonly newId: NewId;
}

const unknown = { kind: 'unknown' } as const;
const refused = (problems: readonly FieldProblem[]): { kind: 'refused'; problems: readonly FieldProblem[] } => ({
  kind: 'refused',
  problems,
});

/** A store's mappings, for people. Every change is made under the lock of the store, whose revision it raises. */
export class Mappings implements MappingStore {
  readonly #options: MappingsOptions;

  constructor(options: MappingsOptions) {
    this.#options = options;
  }

  async list(store: string): Promise<readonly MappingView[]> {
    if (!isObjectId(store)) return [];
    const rows = await reading(this.#options.source, (manager) =>
      manager.find(MappingEntity, { where: { storeId: store }, order: { name: 'asc' } }),
    );
    return rows.map((row) => this.#viewOf(row));
  }

  async get(store: string, id: string): Promise<MappingView | undefined> {
    if (!isObjectId(store) || !isObjectId(id)) return undefined;
    const row = await reading(this.#options.source, (manager) => manager.findOneBy(MappingEntity, { id, storeId: store }));
    return row === null ? undefined : this.#viewOf(row);
  }

  async versions(store: string, id: string, part: ListPart<number>): Promise<readonly MappingVersion[] | undefined> {
    if (!isObjectId(store) || !isObjectId(id)) return undefined;
    return await reading(this.#options.source, (manager) => readVersions(manager, { store, id }, part));
  }

  async draft(store: string, input: JsonObject, id?: string): Promise<DraftedMapping> {
    if (!isObjectId(store)) return unknown;
    return await reading(this.#options.source, async (manager) => {
      const row = id === undefined ? undefined : await find(manager, store, id);
      if (row === null) return unknown;
      const before = row === undefined ? undefined : { definition: definitionOf(row), token: this.#tokenOf(row) };
      const problems = new Problems('mapping_invalid');
      const { definition, token } = readMapping(input, before, this.#options, problems);
      if (row === undefined) await this.#checkRoom(manager, store, problems);
      if (definition.name !== row?.name) await checkName(manager, { store, name: definition.name, problems });
      if (problems.found.length > 0) return refused(problems.found);
      const stored = { id: row?.id ?? this.#options.newId(), revision: row?.revision ?? 0, endpoint: 0, token, definition };
      const { mapping } = compileMapping(stored, this.#options.compileRegex);
      return { kind: 'drafted', draft: mapping, saved: row === undefined ? undefined : this.#viewOf(row) };
    });
  }

  async create(store: string, input: JsonObject, { by }: Change = {}): Promise<Saved<MappingView>> {
    const problems = new Problems('mapping_invalid');
    const read = readMapping(input, undefined, this.#options, problems);
    return await this.#change(store, async (manager, change) => {
      await this.#checkRoom(manager, store, problems);
      await checkName(manager, { store, name: read.definition.name, problems });
      if (problems.found.length > 0) return refused(problems.found);
      const id = this.#options.newId();
      return { kind: 'saved', value: await this.#save(manager, { ...change, by }, { id, ...read }) };
    });
  }

  async update(store: string, id: string, input: JsonObject, { by, expected }: Change = {}): Promise<Saved<MappingView>> {
    return await this.#change(store, async (manager, change) => {
      const row = await find(manager, store, id);
      if (row === null) return unknown;
      if (expected !== undefined && expected !== row.revision) return { kind: 'stale', revision: row.revision };
      const before = { definition: definitionOf(row), token: this.#tokenOf(row) };
      const problems = new Problems('mapping_invalid');
      const read = readMapping(input, before, this.#options, problems);
      if (read.definition.name !== row.name) await checkName(manager, { store, name: read.definition.name, problems });
      if (problems.found.length > 0) return refused(problems.found);
      if (JSON.stringify(read) === JSON.stringify(before)) return { kind: 'saved', value: this.#viewOf(row) };
      // A token that cannot be opened stays as it is, unless a new one was given.
      const { definition } = read;
      const write = read.token === before.token ? { id, definition } : { id, ...read };
      return { kind: 'saved', value: await this.#save(manager, { ...change, by }, write) };
    });
  }

  async remove(store: string, id: string, { by, expected }: Change = {}): Promise<Removed> {
    return await this.#change<Removed>(store, async (manager, change) => {
      const row = await find(manager, store, id);
      if (row === null) return unknown;
      if (expected !== undefined && expected !== row.revision) return { kind: 'stale', revision: row.revision };
      if (definitionOf(row).required) {
        const reason = `The mapping ${row.name} is required: its integration does not work without it.`;
        return refused([
          { pointer: '', code: 'mapping_required', reason, hint: 'Disable it to stop it for a while, or remove the integration.' },
        ]);
      }
      await removeMappings(manager, { ...change, by }, [id]);
      await raiseStore(manager, change);
      return { kind: 'removed' };
    });
  }

  /** Runs under the store's lock, with the revision that the change will have. */
  async #change<T extends { readonly kind: string }>(
    store: string,
    work: (manager: EntityManager, change: StoreChange) => Promise<T>,
  ): Promise<T | typeof unknown> {
    if (!isObjectId(store)) return unknown;
    return await inTransaction(this.#options.source, async (manager) => {
      const change = await lockStore(manager, store);
      return change === undefined ? unknown : await work(manager, change);
    });
  }

  async #checkRoom(manager: EntityManager, store: string, problems: Problems): Promise<void> {
    const { maxPerStore } = this.#options.limits;
    if ((await manager.countBy(MappingEntity, { storeId: store })) < maxPerStore) return;
    problems.add('', `The store has ${maxPerStore} mappings, the most it may have.`, 'Remove mappings that are not used.');
  }

  /** Where there is a member `token`, it is the new one; undefined removes it. */
  async #save(
    manager: EntityManager,
    change: MappingChange,
    write: { readonly id: string; readonly definition: MappingDefinition; readonly token?: string | undefined },
  ): Promise<MappingView> {
    const { id, definition, token } = write;
    const sealed = token === undefined ? null : this.#options.secrets.seal(token, tokenPlace(id));
    await writeMappings(manager, change, [{ id, definition, ...('token' in write ? { token: sealed } : {}) }]);
    await raiseStore(manager, change);
    return this.#viewOf(await manager.findOneByOrFail(MappingEntity, { id }));
  }

  #tokenOf(row: MappingEntity): string | undefined {
    if (row.token === null) return undefined;
    const opened = this.#options.secrets.open(row.token, tokenPlace(row.id));
    return opened.ok ? opened.text : undefined;
  }

  #viewOf(row: MappingEntity): MappingView {
    const token = this.#tokenOf(row);
    return {
      id: row.id,
      store_id: row.storeId,
      integration_id: row.integrationId,
      ...definitionOf(row),
      token: row.token === null ? null : masked(token ?? ''),
      revision: row.revision,
      created_at: row.createdAt.toISOString(),
      updated_at: row.updatedAt.toISOString(),
    };
  }
}

function definitionOf(row: MappingEntity): MappingDefinition {
  return row.definition as MappingDefinition;
}

async function find(manager: EntityManager, store: string, id: string): Promise<MappingEntity | null> {
  return isObjectId(id) ? await manager.findOneBy(MappingEntity, { id, storeId: store }) : null;
}

interface WantedName {
  readonly store: string;
  readonly name: string;
  readonly problems: Problems;
}

async function checkName(manager: EntityManager, { store, name, problems }: WantedName): Promise<void> {
  if (name === '' || !(await manager.existsBy(MappingEntity, { storeId: store, name }))) return;
  problems.add('/name', `A mapping named ${name} exists.`, 'Choose another name, or change that mapping.', 'mapping_name_taken');
}
