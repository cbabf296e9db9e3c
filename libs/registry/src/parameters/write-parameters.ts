import { fitValue, typeOfValue, type JsonValue, type NewId, type ParameterType, type ParameterWrite } from '@crossdock/core';
import { idArray, idOf, jsonArray, textArray, type PgTransaction, type Row } from '@crossdock/event-log';
import { parameterPlace } from '../secrets/places.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { IN_PLACE_OF_OLDEST, slotsOf, VERSION_COLUMNS } from './parameter-versions.ts';
import { isParameterName, keptText, type ParameterLimits } from './parameter-value.ts';

export interface WriteParametersOptions {
  readonly secrets: SecretBox;
  readonly newId: NewId;
  readonly limits: ParameterLimits;
}

export interface SkippedWrite {
  readonly index: number;
  readonly problem: string;
}

interface Wanted {
  readonly store: string;
  readonly name: string;
  readonly writes: { readonly index: number; readonly value: JsonValue; readonly by: string | undefined }[];
}

interface Held extends Row {
  readonly id: string;
  readonly store: string;
  readonly name: string;
  readonly data_type: ParameterType;
  readonly secret: boolean;
  readonly value: string;
  readonly revision: number;
}

interface Change {
  readonly store: string;
  readonly id: string;
  readonly value: string;
  /** What the history keeps of it. */
  readonly kept: string | undefined;
  readonly by: string | undefined;
}

const LOCK = /* sql */ `
  select p.id, p.store_id as store, p.name, p.data_type, p.secret, p.value, p.revision
    from unnest($1::uuid[], $2::text[]) with ordinality w(store_id, name, ord)
    join parameter p on p.store_id = w.store_id and p.name = w.name
    order by w.ord for no key update of p`;

/** Revision 0: not written yet. */
const CREATE = /* sql */ `
  insert into parameter (id, store_id, name, data_type, value, revision)
    select w.id, w.store_id, w.name, w.data_type, w.value, 0
      from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::json[]) with ordinality w(id, store_id, name, data_type, value, ord)
      where (select count(*) from parameter p where p.store_id = w.store_id) < $6
      order by w.ord
    on conflict (store_id, name) do nothing`;

/** With the history: nobody waits for an answer, so a batch pays for one statement. */
const CHANGE = /* sql */ `
  with locked as materialized (select id from store where id = any($1::uuid[]) order by id for no key update),
  bumped as (update store s set revision = s.revision + 1 from locked where s.id = locked.id returning s.id, s.revision),
  changed as (
    update parameter p set value = w.value, revision = bumped.revision, version = p.version + 1, updated_at = clock_timestamp()
      from unnest($2::uuid[], $3::json[], $4::json[], $5::text[]) w(id, value, kept, by), bumped where p.id = w.id and bumped.id = p.store_id
      returning p.id, p.version, p.store_id, p.revision, p.name, p.data_type, p.secret, w.kept, w.by)
  insert into parameter_version (${VERSION_COLUMNS})
    select id, version % $6, version, store_id, revision, name, data_type, secret, kept, true, false, by from changed ${IN_PLACE_OF_OLDEST}`;

const keyOf = (store: string, name: string): string => `${store}/${name}`;

/** The port's `writeParameters`. Locks parameters by (store, name), then stores by id. Answers what was skipped and which stores changed. */
export async function writeParameters(
  tx: PgTransaction,
  writes: readonly ParameterWrite[],
  options: WriteParametersOptions,
): Promise<{ readonly skipped: readonly SkippedWrite[]; readonly stores: readonly string[] }> {
  const skipped: SkippedWrite[] = [];
  const wanted = group(writes, options.limits, skipped);
  if (wanted.length === 0) return { skipped, stores: [] };
  const held = await lockAll(tx, wanted, options);
  const changes: Change[] = [];
  for (const each of wanted) {
    const row = held.get(keyOf(each.store, each.name));
    const change = row === undefined ? noRoom(each, options.limits, skipped) : decide(each, row, options, skipped);
    if (change !== undefined) changes.push(change);
  }
  const stores = [...new Set(changes.map((change) => change.store))];
  if (changes.length > 0) {
    tx.send({ name: 'registry_parameters_change', text: CHANGE }, [
      idArray(stores),
      idArray(changes.map((change) => change.id)),
      jsonArray(changes.map((change) => change.value)),
      jsonArray(changes.map((change) => change.kept)),
      textArray(changes.map((change) => change.by)),
      slotsOf(options.limits),
    ]);
  }
  return { skipped, stores };
}

/** The legal writes, by parameter, in the order of locking. */
function group(writes: readonly ParameterWrite[], limits: ParameterLimits, skipped: SkippedWrite[]): Wanted[] {
  const byKey = new Map<string, Wanted>();
  for (const [index, { store, name, value, by }] of writes.entries()) {
    const problem = illegal(name, value, limits);
    if (problem !== undefined) {
      skipped.push({ index, problem });
      continue;
    }
    const key = keyOf(store, name);
    const wanted = byKey.get(key) ?? { store, name, writes: [] };
    wanted.writes.push({ index, value, by });
    byKey.set(key, wanted);
  }
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, wanted]) => wanted);
}

function illegal(name: string, value: JsonValue, limits: ParameterLimits): string | undefined {
  if (!isParameterName(name, limits)) {
    return `A parameter was skipped: its name must have 1 to ${limits.maxName} characters, without blanks and control characters.`;
  }
  // JSON's 1e999 is Infinity by now.
  if (typeof value === 'number' && !Number.isFinite(value)) return `Parameter "${name}" was skipped: its value is too large a number.`;
  const size = JSON.stringify(value).length;
  if (size <= limits.maxValue) return undefined;
  return `Parameter "${name}" was skipped: its value has ${size} characters; ${limits.maxValue} are allowed.`;
}

async function lockAll(tx: PgTransaction, wanted: readonly Wanted[], options: WriteParametersOptions): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  const lock = async (some: readonly Wanted[]): Promise<void> => {
    const values = [idArray(some.map(({ store }) => store)), textArray(some.map(({ name }) => name))];
    for (const row of await tx.query<Held>({ name: 'registry_parameters_lock', text: LOCK }, values)) {
      held.set(keyOf(idOf(row.store), row.name), row);
    }
  };
  await lock(wanted);
  const missing = wanted.filter(({ store, name }) => !held.has(keyOf(store, name)));
  if (missing.length === 0) return held;
  tx.send({ name: 'registry_parameters_create', text: CREATE }, [
    idArray(missing.map(() => options.newId())),
    idArray(missing.map(({ store }) => store)),
    textArray(missing.map(({ name }) => name)),
    textArray(missing.map(({ writes }) => typeOfValue(writes[0]?.value ?? ''))),
    jsonArray(missing.map(() => 'null')),
    options.limits.maxPerStore,
  ]);
  await lock(missing);
  return held;
}

function noRoom(wanted: Wanted, limits: ParameterLimits, skipped: SkippedWrite[]): undefined {
  const problem = `Parameter "${wanted.name}" was not created: the store has ${limits.maxPerStore} parameters, the most it may have.`;
  skipped.push(...wanted.writes.map(({ index }) => ({ index, problem })));
}

function decide(wanted: Wanted, row: Held, { secrets, limits }: WriteParametersOptions, skipped: SkippedWrite[]): Change | undefined {
  let next: string | undefined;
  let writer: string | undefined;
  for (const { index, value, by } of wanted.writes) {
    const fitting = fitValue(value, row.data_type);
    if (fitting !== undefined) {
      next = JSON.stringify(fitting);
      writer = by;
      continue;
    }
    const problem = `Parameter "${wanted.name}" was left as it is: it is of type ${row.data_type}, and the new value is ${described(value)}.`;
    skipped.push({ index, problem });
  }
  if (next === undefined) return undefined;
  const id = idOf(row.id);
  if (row.revision > 0 && next === currentText(row, id, secrets)) return undefined;
  const value = row.secret ? JSON.stringify(secrets.seal(next, parameterPlace(id))) : next;
  return { store: wanted.store, id, value, kept: keptText(next, row.secret, limits), by: writer };
}

function currentText(row: Held, id: string, secrets: SecretBox): string | undefined {
  if (!row.secret) return row.value;
  const opened = secrets.open(String(JSON.parse(row.value)), parameterPlace(id));
  return opened.ok ? opened.text : undefined;
}

/** Tells the kind, never the value: it may be a secret. */
function described(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const type = typeOfValue(value);
  if (typeof value === 'object') return 'an object';
  return type === 'string' ? 'a text that is none' : `of type ${type}`;
}
