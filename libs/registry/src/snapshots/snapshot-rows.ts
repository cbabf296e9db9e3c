import type { Row, Statement } from '@crossdock/event-log';
import type { MappingDefinition } from '@crossdock/core';

export interface RevisionRow extends Row {
  readonly id: string;
  readonly revision: number;
}

export const revisionsStatement: Statement = {
  name: 'registry_revisions',
  text: 'select id, revision from store where id = any($1::uuid[])',
};

/** That these stores still are at these revisions: nobody waits for the answer, and a wrong one ends the transaction. */
export const assumedStatement: Statement = {
  name: 'registry_assumed',
  text: `select expect_rows(count(*) filter (where (select s.revision from store s where s.id = a.id) = a.revision), count(*))
    from unnest($1::uuid[], $2::bigint[]) a(id, revision)`,
};

const STORE = 0;
const MAPPING = 1;
const PARAMETER = 2;

export interface SnapshotRow extends Row {
  readonly kind: typeof STORE | typeof MAPPING | typeof PARAMETER;
  readonly store: string;
  readonly id: string;
  readonly revision: number;
  /** A definition or a value; absent where it is not newer than the revision that is known. */
  readonly data: string | null;
  readonly name: string | null;
  readonly token: string | null;
  readonly endpoint: number | null;
  readonly data_type: string | null;
  readonly secret: boolean | null;
}

/** One statement, so that the revision and what it stands for are of the same moment. */
export const snapshotStatement: Statement = {
  name: 'registry_snapshots',
  text: /* sql */ `
    with wanted as materialized (
      select s.id, s.revision, w.known from unnest($1::uuid[], $2::bigint[]) w(store_id, known) join store s on s.id = w.store_id
    )
    select ${STORE} as kind, id as store, id, revision, null::json as data, null as name, null as token, null::int as endpoint,
           null as data_type, null::boolean as secret
      from wanted
    union all
    select ${MAPPING}, m.store_id, m.id, m.revision, case when m.revision > w.known then m.definition end, m.name, m.token, m.endpoint_id, null, null
      from wanted w join mapping m on m.store_id = w.id
    union all
    select ${PARAMETER}, p.store_id, p.id, p.revision, case when p.revision > w.known then p.value end, p.name, null, null, p.data_type, p.secret
      from wanted w join parameter p on p.store_id = w.id
    order by kind`,
};

export interface VersionRow extends Row {
  readonly current: number;
  readonly id: string | null;
  readonly revision: number | null;
  readonly endpoint: number | null;
  readonly definition: string | null;
}

export const versionsStatement: Statement = {
  name: 'registry_versions',
  text: /* sql */ `
    select s.revision as current, v.mapping_id as id, v.revision, v.endpoint_id as endpoint, v.definition
      from store s left join lateral (
        select distinct on (mapping_id) mapping_id, revision, endpoint_id, definition from mapping_version
          where store_id = s.id and revision <= $2 order by mapping_id, revision desc
      ) v on true
      where s.id = $1`,
};

export interface LifeRow extends Row {
  readonly id: string;
  readonly name: string | null;
  readonly made: number;
  readonly removed: number | null;
}

/**
 * $1 store, $2 id or null, $3 name. All versions of the store are looked at: this is for people, who ask once. A definition's text
 * begins with its name; `->>` would fail on one that holds U+0000 anywhere.
 */
export const livesStatement: Statement = {
  name: 'registry_lives',
  text: /* sql */ `
    select mapping_id as id, min(revision) as made, max(revision) filter (where definition is null) as removed,
           substring((array_agg(definition::text order by revision desc) filter (where definition is not null))[1] from '^{"name":"([^"]*)"') as name
      from mapping_version
      where store_id = $1 and mapping_id in (
        select mapping_id from mapping_version
          where store_id = $1 and (mapping_id = $2::uuid or starts_with(definition::text, '{"name":"' || $3::text || '",'))
      )
      group by mapping_id order by min(revision) desc limit 10`,
};

export const isStoreRow = (row: SnapshotRow): boolean => row.kind === STORE;
export const isMappingRow = (row: SnapshotRow): boolean => row.kind === MAPPING;

export function readDefinition(json: string): MappingDefinition {
  return JSON.parse(json) as MappingDefinition;
}
