import { createHash } from 'node:crypto';
import type { IdentifierClaim, Identifiers, Transaction } from '@crossdock/core';
import { idArray, uuidBytesArray } from '../database/binary-arrays.ts';
import { pgOf } from '../database/database.ts';
import { idOf } from '../database/object-id.ts';

const claim = {
  name: 'identifier-claim',
  text: `with wanted as (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality w(mapping_id, key, delivery_id, ord)),
    claimed as (insert into identifier (mapping_id, key, delivery_id)
      select mapping_id, key, delivery_id from wanted order by mapping_id, key, ord
      on conflict do nothing returning mapping_id, key, delivery_id)
    select w.ord::int as ord, coalesce(c.delivery_id,
        (select i.delivery_id from identifier i where i.mapping_id = w.mapping_id and i.key = w.key)) as delivery_id
      from wanted w left join claimed c using (mapping_id, key)`,
};
const holders = {
  name: 'identifier-holders',
  text: `select (select i.delivery_id from identifier i where i.mapping_id = w.mapping_id and i.key = w.key) as delivery_id
    from unnest($1::uuid[], $2::uuid[]) with ordinality w(mapping_id, key, ord) order by w.ord`,
};
const release = { name: 'identifier-release', text: 'delete from identifier where delivery_id = any($1::uuid[])' };

/** Identifying values in Postgres, by their hash. */
export class PgIdentifiers implements Identifiers {
  async claim(tx: Transaction, claims: readonly IdentifierClaim[]): Promise<readonly string[]> {
    if (claims.length === 0) return [];
    const values = [...keysOf(claims), idArray(claims.map((wanted) => wanted.delivery))];
    const rows = await pgOf(tx).query<{ ord: number; delivery_id: string | null }>(claim, values);
    // A row that another transaction committed between the snapshot and the insert is seen only by the next statement.
    const complete = rows.every((row) => row.delivery_id !== null)
      ? rows
      : await pgOf(tx).query<{ ord: number; delivery_id: string | null }>(claim, values);
    const holders = new Map(complete.map((row) => [row.ord, row.delivery_id]));
    return claims.map((wanted, index) => {
      const holder = holders.get(index + 1);
      return holder === null || holder === undefined ? wanted.delivery : idOf(holder);
    });
  }

  async holders(tx: Transaction, wanted: readonly Omit<IdentifierClaim, 'delivery'>[]): Promise<readonly (string | undefined)[]> {
    if (wanted.length === 0) return [];
    const rows = await pgOf(tx).query<{ delivery_id: string | null }>(holders, keysOf(wanted));
    return rows.map((row) => (row.delivery_id === null ? undefined : idOf(row.delivery_id)));
  }

  async release(tx: Transaction, deliveries: readonly string[]): Promise<void> {
    if (deliveries.length > 0) pgOf(tx).send(release, [idArray(deliveries)]);
  }
}

function keysOf(wanted: readonly Omit<IdentifierClaim, 'delivery'>[]): readonly Buffer[] {
  return [
    idArray(wanted.map(({ mapping }) => mapping)),
    uuidBytesArray(wanted.map(({ key }) => createHash('sha256').update(key).digest())),
  ];
}
