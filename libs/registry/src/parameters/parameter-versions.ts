import type { JsonValue, ListPart, ParameterChange, VersionKind } from '@crossdock/core';
import { uuidOf } from '@crossdock/event-log';
import { LessThan, type EntityManager } from 'typeorm';
import { ParameterVersionEntity } from '../entities/parameter-version.entity.ts';
import type { ParameterEntity } from '../entities/parameter.entity.ts';
import { hidden } from '../input/masks.ts';
import { keptText, type ParameterLimits } from './parameter-value.ts';

/** What happened to a parameter. */
export interface ParameterNote {
  readonly by: string | undefined;
  readonly valueChanged: boolean;
  readonly removed?: boolean;
}

/** Notes what a parameter is from now on, under its lock, and forgets what the history has no room for. */
export async function noteVersion(
  manager: EntityManager,
  row: Pick<ParameterEntity, 'id' | 'storeId' | 'name' | 'dataType' | 'secret' | 'value' | 'revision' | 'version'>,
  { by, valueChanged, removed = false }: ParameterNote,
  limits: ParameterLimits,
): Promise<void> {
  const { id: parameterId, version: number, storeId, revision, name, dataType, secret } = row;
  const kept = !removed && keptText(JSON.stringify(row.value), secret, limits) !== undefined;
  await manager.insert(ParameterVersionEntity, {
    ...{ parameterId, number, storeId, revision, name, dataType, secret, valueChanged, removed },
    // TypeORM writes what it is given as JSON, but takes objects only.
    ...(kept ? { value: row.value as object } : {}),
    changedBy: by ?? null,
  });
  await manager.delete(ParameterVersionEntity, { parameterId, number: LessThan(number - limits.maxHistory) });
  if (removed) await manager.query(FORGET_REMOVED, [uuidOf(storeId), limits.maxRemovedPerStore]);
}

const FORGET_REMOVED = /* sql */ `
  delete from parameter_version where parameter_id in (
    select parameter_id from parameter_version where store_id = $1 and removed order by revision desc offset $2)`;

/** A value that is secret from now on may have been kept when it was none. */
export async function forgetValues(manager: EntityManager, parameter: string): Promise<void> {
  await manager.update(ParameterVersionEntity, { parameterId: parameter }, { value: () => 'null' });
}

/** Changes of a parameter, newest first; undefined where nothing is known of it. */
export async function readHistory(
  manager: EntityManager,
  { store, id }: { readonly store: string; readonly id: string },
  { after, limit }: ListPart<number>,
  { maxHistory }: ParameterLimits,
): Promise<readonly ParameterChange[] | undefined> {
  const [newest] = await manager.find(ParameterVersionEntity, {
    where: { parameterId: id, storeId: store },
    order: { number: 'desc' },
    take: 1,
  });
  if (newest === undefined) return undefined;
  const rows = await manager.find(ParameterVersionEntity, {
    where: { parameterId: id, storeId: store, ...(after === undefined ? {} : { number: LessThan(after) }) },
    order: { number: 'desc' },
    // The one before the last tells from what that changed.
    take: limit + 1,
  });
  return rows
    .map((row, index) => changeOf(row, rows[index + 1]))
    .slice(0, limit)
    .filter(({ number }) => number > newest.number - maxHistory);
}

function changeOf(row: ParameterVersionEntity, before: ParameterVersionEntity | undefined): ParameterChange {
  const kind = kindOf(row);
  const from = kind === 'created' ? null : shown(before);
  const to = kind === 'removed' ? null : shown(row);
  return {
    number: row.number,
    revision: row.revision,
    kind,
    changed_at: row.changedAt.toISOString(),
    ...writerOf(row.changedBy),
    changed: kind === 'changed' ? changedMembers(row, before) : [],
    name: row.name,
    data_type: row.dataType,
    secret: row.secret,
    from: from ?? null,
    to: to ?? null,
    not_kept: [...(from === undefined ? (['from'] as const) : []), ...(to === undefined ? (['to'] as const) : [])],
  };
}

function kindOf({ number, removed }: ParameterVersionEntity): VersionKind {
  if (removed) return 'removed';
  return number === 1 ? 'created' : 'changed';
}

/** undefined: not kept. */
function shown(row: ParameterVersionEntity | undefined): JsonValue | undefined {
  if (row?.secret === true) return hidden;
  return (row?.value as JsonValue | undefined) ?? undefined;
}

/** People are named by the door they came through, answers by their delivery. */
function writerOf(by: string | null): Pick<ParameterChange, 'changed_by' | 'delivery_id'> {
  const answer = by !== null && /^[0-9a-f]{24}$/.test(by);
  return answer ? { changed_by: 'answer', delivery_id: by } : { changed_by: by, delivery_id: null };
}

function changedMembers(row: ParameterVersionEntity, before: ParameterVersionEntity | undefined): readonly string[] {
  const differs = (member: 'name' | 'dataType' | 'secret'): boolean => before !== undefined && row[member] !== before[member];
  return [
    ...(differs('name') ? ['name'] : []),
    ...(differs('dataType') ? ['data_type'] : []),
    ...(differs('secret') ? ['secret'] : []),
    ...(row.valueChanged ? ['value'] : []),
  ];
}
