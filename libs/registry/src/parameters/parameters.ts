import type {
  Change,
  JsonObject,
  JsonValue,
  ListPart,
  NewId,
  ParameterChange,
  ParameterStore,
  ParameterView,
  Removed,
  Saved,
} from '@crossdock/core';
import { uuidOf } from '@crossdock/event-log';
import { codeOf } from '@crossdock/kit';
import type { DataSource, EntityManager } from 'typeorm';
import { ParameterEntity } from '../entities/parameter.entity.ts';
import { StoreEntity } from '../entities/store.entity.ts';
import { hidden } from '../input/masks.ts';
import { Problems } from '../input/problems.ts';
import { inTransaction, reading } from '../transaction.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { isObjectId } from '../stores/stores.ts';
import { knownParameter, parameterColumns } from './parameter-columns.ts';
import { readParameter } from './parameter-input.ts';
import type { ParameterLimits } from './parameter-value.ts';
import { forgetValues, noteVersion, readHistory, type ParameterNote } from './parameter-versions.ts';

export interface ParametersOptions {
  readonly source: DataSource;
  readonly secrets: SecretBox;
  readonly newId: NewId;
  readonly limits: ParameterLimits;
}

const unknown = { kind: 'unknown' } as const;
const UNIQUE_VIOLATION = '23505';
/** TypeORM would set the time at which the transaction began, which is before the row was made. */
const touched = { updatedAt: (): string => 'clock_timestamp()' };

/** A store's parameters, for people. Locks in the order of all who write them: the parameter, then its store. */
export class Parameters implements ParameterStore {
  readonly #options: ParametersOptions;

  constructor(options: ParametersOptions) {
    this.#options = options;
  }

  async list(store: string): Promise<readonly ParameterView[]> {
    if (!isObjectId(store)) return [];
    const rows = await reading(this.#options.source, (manager) =>
      manager.find(ParameterEntity, { where: { storeId: store }, order: { name: 'asc' } }),
    );
    return rows.map(viewOf);
  }

  async get(store: string, id: string): Promise<ParameterView | undefined> {
    if (!isObjectId(store) || !isObjectId(id)) return undefined;
    const row = await reading(this.#options.source, (manager) => manager.findOneBy(ParameterEntity, { id, storeId: store }));
    return row === null ? undefined : viewOf(row);
  }

  async history(store: string, id: string, part: ListPart<number>): Promise<readonly ParameterChange[] | undefined> {
    if (!isObjectId(store) || !isObjectId(id)) return undefined;
    return await reading(this.#options.source, (manager) => readHistory(manager, { store, id }, part, this.#options.limits));
  }

  async create(store: string, input: JsonObject, { by }: Change = {}): Promise<Saved<ParameterView>> {
    if (!isObjectId(store)) return unknown;
    const problems = new Problems('parameter_invalid');
    const read = readParameter(input, undefined, this.#options.limits, problems);
    return await this.#saving(problems, read.name, async (manager) => {
      if (!(await manager.existsBy(StoreEntity, { id: store }))) return unknown;
      await this.#checkRoom(manager, store, problems);
      await checkName(manager, store, read.name, problems);
      if (problems.found.length > 0) return { kind: 'refused', problems: problems.found };
      const id = this.#options.newId();
      await manager.insert(ParameterEntity, {
        id,
        storeId: store,
        revision: 0,
        version: 1,
        ...parameterColumns(this.#options.secrets, id, read),
      });
      await manager.update(ParameterEntity, { id }, { revision: await raise(manager, store), ...touched });
      return { kind: 'saved', value: await this.#noted(manager, id, { by, valueChanged: true }) };
    });
  }

  async update(store: string, id: string, input: JsonObject, { by, expected }: Change = {}): Promise<Saved<ParameterView>> {
    if (!isObjectId(store) || !isObjectId(id)) return unknown;
    const problems = new Problems('parameter_invalid');
    return await this.#saving(problems, typeof input['name'] === 'string' ? input['name'] : '', async (manager) => {
      const row = await lock(manager, store, id);
      if (row === null) return unknown;
      if (expected !== undefined && expected !== row.revision) return { kind: 'stale', revision: row.revision };
      const before = knownParameter(this.#options.secrets, row);
      const read = readParameter(input, before, this.#options.limits, problems);
      if (read.name !== row.name) await checkName(manager, store, read.name, problems);
      if (problems.found.length > 0) return { kind: 'refused', problems: problems.found };
      if (JSON.stringify(read) === JSON.stringify(before)) return { kind: 'saved', value: viewOf(row) };
      const columns = { ...parameterColumns(this.#options.secrets, id, read), version: row.version + 1 };
      await manager.update(ParameterEntity, { id }, { ...columns, revision: await raise(manager, store), ...touched });
      if (read.secret && !row.secret) await forgetValues(manager, id);
      const valueChanged = JSON.stringify(read.value) !== JSON.stringify(before.value);
      return { kind: 'saved', value: await this.#noted(manager, id, { by, valueChanged }) };
    });
  }

  async remove(store: string, id: string, { by, expected }: Change = {}): Promise<Removed> {
    if (!isObjectId(store) || !isObjectId(id)) return unknown;
    return await inTransaction<Removed>(this.#options.source, async (manager) => {
      const row = await lock(manager, store, id);
      if (row === null) return unknown;
      if (expected !== undefined && expected !== row.revision) return { kind: 'stale', revision: row.revision };
      await manager.delete(ParameterEntity, { id });
      const { storeId, name, dataType, secret, value } = row;
      const last = { id, storeId, name, dataType, secret, value, version: row.version + 1, revision: await raise(manager, store) };
      await noteVersion(manager, last, { by, valueChanged: true, removed: true }, this.#options.limits);
      return { kind: 'removed' };
    });
  }

  /** Two who create the same name at once: the later one is told as if it had come later. */
  async #saving(
    problems: Problems,
    name: string,
    work: (manager: EntityManager) => Promise<Saved<ParameterView>>,
  ): Promise<Saved<ParameterView>> {
    try {
      return await inTransaction(this.#options.source, work);
    } catch (error) {
      if (codeOf(error) !== UNIQUE_VIOLATION) throw error;
      nameTaken(name, problems);
      return { kind: 'refused', problems: problems.found };
    }
  }

  async #noted(manager: EntityManager, id: string, note: ParameterNote): Promise<ParameterView> {
    const row = await manager.findOneByOrFail(ParameterEntity, { id });
    await noteVersion(manager, row, note, this.#options.limits);
    return viewOf(row);
  }

  async #checkRoom(manager: EntityManager, store: string, problems: Problems): Promise<void> {
    const { maxPerStore } = this.#options.limits;
    if ((await manager.countBy(ParameterEntity, { storeId: store })) < maxPerStore) return;
    problems.add('', `The store has ${maxPerStore} parameters, the most it may have.`, 'Remove parameters that are not used.');
  }
}

function viewOf(row: ParameterEntity): ParameterView {
  return {
    id: row.id,
    store_id: row.storeId,
    name: row.name,
    data_type: row.dataType,
    value: row.secret ? hidden : (row.value as JsonValue),
    secret: row.secret,
    revision: row.revision,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

async function lock(manager: EntityManager, store: string, id: string): Promise<ParameterEntity | null> {
  return await manager.findOne(ParameterEntity, { where: { id, storeId: store }, lock: { mode: 'for_no_key_update' } });
}

async function checkName(manager: EntityManager, store: string, name: string, problems: Problems): Promise<void> {
  if (name !== '' && (await manager.existsBy(ParameterEntity, { storeId: store, name }))) nameTaken(name, problems);
}

function nameTaken(name: string, problems: Problems): void {
  problems.add('/name', `A parameter named ${name} exists.`, 'Change that parameter, or choose another name.', 'parameter_name_taken');
}

async function raise(manager: EntityManager, store: string): Promise<number> {
  const [row] = await manager.query<{ revision: string }[]>(
    'with raised as (update store set revision = revision + 1 where id = $1 returning revision) select revision from raised',
    [uuidOf(store)],
  );
  return Number(row?.revision);
}
