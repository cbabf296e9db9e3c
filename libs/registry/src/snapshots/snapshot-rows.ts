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
const REMOVED_MAPPING = 1;
const MAPPING = 2;
const PARAMETER = 3;
const SCHEMA = 4;

export interface SnapshotRow extends Row {
  readonly kind: typeof STORE | typeof REMOVED_MAPPING | typeof MAPPING | typeof PARAMETER | typeof SCHEMA;
  readonly store: string;
  readonly id: string;
  readonly revision: number;
  /** A mapping's definition, a parameter's value, or a schema; null for one that was removed. */
  readonly data: string | null;
  readonly name: string | null;
  readonly token: string | null;
  /** A mapping's endpoint; a schema's version; of the store the number of its parameters. */
  readonly number: number | null;
  readonly data_type: string | null;
  readonly secret: boolean | null;
}

/**
 * What has changed since the revisions that are known, -1 for everything. One statement, so that the revision and what it stands
 * for are of the same moment. Its cost depends on what has changed, and not on how many mappings there are; parameters are few.
 */
export const snapshotStatement: Statement = {
  name: 'registry_snapshots',
  text: /* sql */ `
    with wanted as materialized (
      select s.id, s.revision, w.known from unnest($1::uuid[], $2::bigint[]) w(store_id, known) join store s on s.id = w.store_id
    )
    select ${STORE} as kind, id as store, id, revision, null::json as data, null as name, null as token,
           (select count(*) from parameter p where p.store_id = wanted.id)::int as number, null as data_type, null::boolean as secret
      from wanted
    union all
    select ${REMOVED_MAPPING}, v.store_id, v.mapping_id, v.revision, null, null, null, null, null, null
      from wanted w join mapping_version v on v.store_id = w.id and v.revision > w.known and v.definition is null where w.known >= 0
    union all
    select ${MAPPING}, m.store_id, m.id, m.revision, m.definition, m.name, m.token, m.endpoint_id, null, null
      from wanted w join mapping m on m.store_id = w.id and m.revision > w.known
    union all
    select ${PARAMETER}, p.store_id, p.id, p.revision, p.value, p.name, null, null, p.data_type, p.secret
      from wanted w join parameter p on p.store_id = w.id and p.revision > w.known
    union all
    select ${SCHEMA}, s.store_id, s.store_id, s.revision, v.schema::json, s.type, null, s.version, null, null
      from wanted w join payload_schema s on s.store_id = w.id and s.revision > w.known
        left join payload_schema_version v on v.store_id = s.store_id and v.type = s.type and v.version = s.version and not s.removed
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
export const isRemovedRow = (row: SnapshotRow): boolean => row.kind === REMOVED_MAPPING;
export const isSchemaRow = (row: SnapshotRow): boolean => row.kind === SCHEMA;
export const isMappingRow = (row: SnapshotRow): boolean => row.kind === MAPPING;

export function readDefinition(json: string): MappingDefinition {
  return JSON.parse(json) as MappingDefinition;
}
