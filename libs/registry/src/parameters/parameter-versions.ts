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

export const VERSION_COLUMNS =
  'parameter_id, slot, number, store_id, revision, name, data_type, secret, value, value_changed, removed, changed_by';

/** By the primary key, whatever the planner thinks of the table's size: a delete of the oldest was seen to read all of it. */
export const IN_PLACE_OF_OLDEST = /* sql */ `
  on conflict (parameter_id, slot) do update set number = excluded.number, store_id = excluded.store_id, revision = excluded.revision,
    name = excluded.name, data_type = excluded.data_type, secret = excluded.secret, value = excluded.value,
    value_changed = excluded.value_changed, removed = excluded.removed, changed_at = excluded.changed_at, changed_by = excluded.changed_by`;

/** One more than is shown, which tells from what the oldest changed. */
export const slotsOf = ({ maxHistory }: ParameterLimits): number => maxHistory + 1;

const NOTE = `insert into parameter_version (${VERSION_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ${IN_PLACE_OF_OLDEST}`;

/** Notes what a parameter is from now on, under its lock, in the place of the oldest version where there is no room. */
export async function noteVersion(
  manager: EntityManager,
  row: Pick<ParameterEntity, 'id' | 'storeId' | 'name' | 'dataType' | 'secret' | 'value' | 'revision' | 'version'>,
  { by, valueChanged, removed = false }: ParameterNote,
  limits: ParameterLimits,
): Promise<void> {
  const { id, version, storeId, revision, name, dataType, secret } = row;
  const kept = removed ? undefined : keptText(JSON.stringify(row.value), secret, limits);
  const place = [uuidOf(id), version % slotsOf(limits), version, uuidOf(storeId), revision];
  await manager.query(NOTE, [...place, name, dataType, secret, kept ?? null, valueChanged, removed, by ?? null]);
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
    .map((row, index) => changeOf(row, rows.at(index + 1)?.number === row.number - 1 ? rows[index + 1] : undefined))
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
