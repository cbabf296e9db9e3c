import {
  unreachable,
  type Change,
  type Clock,
  type JsonObject,
  type NewId,
  type Removed,
  type Saved,
  type SchedulerStore,
  type SchedulerView,
  type ScheduleTiming,
} from '@crossdock/core';
import type { DataSource, EntityManager } from 'typeorm';
import { SchedulerEntity } from '../entities/scheduler.entity.ts';
import { Problems } from '../input/problems.ts';
import { lockStore, raiseStore, type StoreChange } from '../stores/store-lock.ts';
import { isObjectId } from '../stores/stores.ts';
import { inTransaction, reading } from '../transaction.ts';
import { nextTime } from './next-time.ts';
import { readScheduler, type ReadScheduler, type SchedulerRules } from './scheduler-input.ts';

export interface SchedulersOptions extends SchedulerRules {
  readonly source: DataSource;
  readonly newId: NewId;
  readonly now: Clock;
}

const unknown = { kind: 'unknown' } as const;

/** A store's schedules, for people. Nobody runs them yet. Every change is made under the lock of the store, whose revision it raises. */
export class Schedulers implements SchedulerStore {
  readonly #options: SchedulersOptions;

  constructor(options: SchedulersOptions) {
    this.#options = options;
  }

  async list(store: string): Promise<readonly SchedulerView[]> {
    if (!isObjectId(store)) return [];
    const rows = await reading(this.#options.source, (manager) =>
      manager.find(SchedulerEntity, { where: { storeId: store }, order: { key: 'asc', id: 'asc' } }),
    );
    return rows.map((row) => this.#viewOf(row));
  }

  async get(store: string, id: string): Promise<SchedulerView | undefined> {
    if (!isObjectId(store)) return undefined;
    const row = await reading(this.#options.source, (manager) => find(manager, store, id));
    return row === null ? undefined : this.#viewOf(row);
  }

  async create(store: string, input: JsonObject): Promise<Saved<SchedulerView>> {
    const now = this.#options.now();
    const problems = new Problems('schedule_invalid');
    const read = readScheduler(input, undefined, this.#options, problems, now);
    return await this.#changing<Saved<SchedulerView>>(store, async (manager, change) => {
      await this.#checkRoom(manager, store, problems);
      if (problems.found.length > 0) return { kind: 'refused', problems: problems.found };
      const id = this.#options.newId();
      const { revision } = change;
      await manager.insert(SchedulerEntity, { id, storeId: store, revision, countedFrom: new Date(now), ...columnsOf(read) });
      return await this.#saved(manager, change, id);
    });
  }

  async update(store: string, id: string, input: JsonObject, { expected }: Change = {}): Promise<Saved<SchedulerView>> {
    return await this.#changing<Saved<SchedulerView>>(store, async (manager, change) => {
      const row = await find(manager, store, id);
      if (row === null) return unknown;
      if (expected !== undefined && expected !== row.revision) return { kind: 'stale', revision: row.revision };
      const now = this.#options.now();
      const problems = new Problems('schedule_invalid');
      const before = { key: row.key, timing: timingOf(row), enabled: row.enabled };
      const read = readScheduler(input, before, this.#options, problems, now);
      if (problems.found.length > 0) return { kind: 'refused', problems: problems.found };
      if (JSON.stringify(read) === JSON.stringify(before)) return { kind: 'saved', value: this.#viewOf(row) };
      const counted = JSON.stringify(read.timing) === JSON.stringify(before.timing) ? {} : { countedFrom: new Date(now) };
      await manager.update(SchedulerEntity, { id }, { ...columnsOf(read), ...counted, revision: change.revision });
      return await this.#saved(manager, change, id);
    });
  }

  async remove(store: string, id: string, { expected }: Change = {}): Promise<Removed> {
    return await this.#changing<Removed>(store, async (manager, change) => {
      const row = await find(manager, store, id);
      if (row === null) return unknown;
      if (expected !== undefined && expected !== row.revision) return { kind: 'stale', revision: row.revision };
      await manager.delete(SchedulerEntity, { id });
      await raiseStore(manager, change);
      return { kind: 'removed' };
    });
  }

  async #changing<T>(store: string, work: (manager: EntityManager, change: StoreChange) => Promise<T>): Promise<T | typeof unknown> {
    if (!isObjectId(store)) return unknown;
    return await inTransaction(this.#options.source, async (manager) => {
      const change = await lockStore(manager, store);
      return change === undefined ? unknown : await work(manager, change);
    });
  }

  async #saved(manager: EntityManager, change: StoreChange, id: string): Promise<Saved<SchedulerView>> {
    await raiseStore(manager, change);
    return { kind: 'saved', value: this.#viewOf(await manager.findOneByOrFail(SchedulerEntity, { id })) };
  }

  async #checkRoom(manager: EntityManager, store: string, problems: Problems): Promise<void> {
    const { maxPerStore } = this.#options.limits;
    if ((await manager.countBy(SchedulerEntity, { storeId: store })) < maxPerStore) return;
    problems.add('', `The store has ${maxPerStore} schedules, the most it may have.`, 'Remove schedules that are not used.');
  }

  #viewOf(row: SchedulerEntity): SchedulerView {
    const next = row.enabled ? nextTime(timingOf(row), row.countedFrom.getTime(), this.#options.now()) : undefined;
    return {
      id: row.id,
      store_id: row.storeId,
      key: row.key,
      count: row.count,
      interval: row.interval,
      cron: row.cron,
      time_zone: row.timeZone,
      enabled: row.enabled,
      next_at: next === undefined ? null : new Date(next).toISOString(),
      revision: row.revision,
      created_at: row.createdAt.toISOString(),
      updated_at: row.updatedAt.toISOString(),
    };
  }
}

async function find(manager: EntityManager, store: string, id: string): Promise<SchedulerEntity | null> {
  return isObjectId(id) ? await manager.findOneBy(SchedulerEntity, { id, storeId: store }) : null;
}

function timingOf({ count, interval, cron, timeZone }: SchedulerEntity): ScheduleTiming {
  if (cron !== null) return { kind: 'cron', cron, timeZone: timeZone ?? 'UTC' };
  return { kind: 'interval', count: count ?? 1, unit: interval ?? 'days' };
}

type TimingColumns = Pick<SchedulerEntity, 'count' | 'interval' | 'cron' | 'timeZone'>;

function columnsOf({ key, timing, enabled }: ReadScheduler): Pick<SchedulerEntity, 'key' | 'enabled'> & TimingColumns {
  return { key, enabled, ...timingColumns(timing) };
}

function timingColumns(timing: ScheduleTiming): TimingColumns {
  switch (timing.kind) {
    case 'interval':
      return { count: timing.count, interval: timing.unit, cron: null, timeZone: null };
    case 'cron':
      return { count: null, interval: null, cron: timing.cron, timeZone: timing.timeZone };
    default:
      return unreachable(timing);
  }
}
