import { uuidOf } from '@crossdock/event-log';
import type { EntityManager } from 'typeorm';
import type { SecretBox } from '../secrets/secret-box.ts';
import { parameterColumns } from './parameter-columns.ts';
import type { ReadParameter } from './parameter-input.ts';
import { keptText, type ParameterLimits } from './parameter-value.ts';
import { forgetValues, IN_PLACE_OF_OLDEST, slotsOf, VERSION_COLUMNS } from './parameter-versions.ts';

export interface ChangedParameter {
  readonly id: string;
  readonly read: ReadParameter;
  readonly valueChanged: boolean;
  /** It was none, and is a secret from now on. */
  readonly hidden: boolean;
}

const CHANGE = /* sql */ `
  with changed as (
    update parameter p
      set data_type = w.data_type, secret = w.secret, value = w.value, version = p.version + 1, revision = $1, updated_at = clock_timestamp()
      from unnest($2::uuid[], $3::text[], $4::boolean[], $5::json[], $6::json[], $7::boolean[]) w(id, data_type, secret, value, kept, value_changed)
      where p.id = w.id
      returning p.id, p.version, p.store_id, p.revision, p.name, p.data_type, p.secret, w.kept, w.value_changed
  )
  insert into parameter_version (${VERSION_COLUMNS})
    select id, version % $8::int, version, store_id, revision, name, data_type, secret, kept, value_changed, false, $9 from changed
    ${IN_PLACE_OF_OLDEST}`;

/** Changes many parameters that are locked, each with its version, in one statement: the store's lock is held meanwhile. Names stay. */
export async function changeParameters(
  manager: EntityManager,
  { revision, by }: { readonly revision: number; readonly by?: string | undefined },
  changed: readonly ChangedParameter[],
  { secrets, limits }: { readonly secrets: SecretBox; readonly limits: ParameterLimits },
): Promise<void> {
  if (changed.length === 0) return;
  for (const { id } of changed.filter(({ hidden }) => hidden)) await forgetValues(manager, id);
  await manager.query(CHANGE, [
    revision,
    changed.map(({ id }) => uuidOf(id)),
    changed.map(({ read }) => read.dataType),
    changed.map(({ read }) => read.secret),
    changed.map(({ id, read }) => JSON.stringify(parameterColumns(secrets, id, read).value)),
    changed.map(({ read }) => keptText(JSON.stringify(read.value), read.secret, limits) ?? null),
    changed.map(({ valueChanged }) => valueChanged),
    slotsOf(limits),
    by ?? null,
  ]);
}
