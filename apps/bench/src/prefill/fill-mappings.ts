import { idOf, uuidOf, type Database } from '@crossdock/event-log';
import type { NewId } from '@crossdock/core';

/** What stores have configured: all of them the same. */
export interface MappingsPlan {
  readonly stores: number;
  /** Mappings of a store that are subscribed to the type that is pushed. */
  readonly subscribed: number;
  /** How many of those want the message; the others have a filter that does not let it pass. */
  readonly wanting: number;
  /** Further mappings of a store, of other types. */
  readonly others: number;
  readonly type: string;
}

/** Types that the mappings of other types are spread over. */
const OTHER_TYPES = 500;

const options = {
  retries_allowed: true,
  max_attempts: 10,
  backoff: { base_ms: 5_000, factor: 2, cap_ms: 3_600_000 },
  timeout: 180,
  success: 'exact_200',
  concurrency: 32,
};

const definition = (type: string, passes: boolean): string =>
  JSON.stringify({
    name: '',
    enabled: true,
    paused: false,
    url: 'http://127.0.0.1:9/orders',
    messages: [type],
    filters: [
      { path: 'payload.order.channel', operator: 'eq', value: 'spree', match_rule: 'all' },
      { path: 'payload.order.totals.order', operator: 'gt', value: passes ? 0 : 1_000_000, match_rule: 'all' },
    ],
    identifiers: {},
    parameters: [],
    options,
    required: false,
    usage: '',
  });

/** Stores with mappings, written straight into the tables: the API takes a transaction for each. Answers the stores. */
export async function fillMappings(database: Database, plan: MappingsPlan, newId: NewId): Promise<readonly string[]> {
  const stores = Array.from({ length: plan.stores }, () => newId());
  const ids = stores.map(uuidOf);
  await database.query("insert into store (id, name, revision) select id, 'bench', 1 from unnest($1::uuid[]) id", [ids]);
  await database.query("insert into endpoint (store_id, url) select id, 'http://127.0.0.1:9/orders' from unnest($1::uuid[]) id", [ids]);
  const kinds = [
    { count: plan.wanting, name: 'wants', text: definition(plan.type, true) },
    { count: plan.subscribed - plan.wanting, name: 'refuses', text: definition(plan.type, false) },
    { count: plan.others, name: 'other', text: definition('other-N:new', true) },
  ];
  for (const { count, name, text } of kinds) {
    await database.query(
      `insert into mapping (id, store_id, name, endpoint_id, definition, revision)
       select (left(md5(e.store_id::text || $2 || n), 24) || '00000000')::uuid, e.store_id, $2 || '.' || n, e.id,
         replace(replace($3, '"name":""', '"name":"' || $2 || '.' || n || '"'), 'other-N', 'other-' || n % ${OTHER_TYPES})::json, 1
       from endpoint e, generate_series(1, $4::int) n where e.store_id = any($1::uuid[])`,
      [ids, name, text, count],
    );
  }
  await database.query(
    `insert into mapping_version (store_id, revision, mapping_id, endpoint_id, definition)
     select store_id, revision, id, endpoint_id, definition from mapping where store_id = any($1::uuid[])`,
    [ids],
  );
  await database.script('vacuum (analyze) mapping, mapping_version, store');
  return stores;
}

/** The first mapping of a store that wants the message. */
export async function oneMapping(database: Database, store: string): Promise<string> {
  const [row] = await database.query<{ id: string }>("select id from mapping where store_id = $1 and name = 'wants.1'", [uuidOf(store)]);
  if (row === undefined) throw new RangeError(`Store ${store} has no mapping.`);
  return idOf(row.id);
}
