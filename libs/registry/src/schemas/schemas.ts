import { compareSchemas, type CompiledSchema } from '@crossdock/contracts';
import {
  canonicalText,
  type Change,
  type FieldProblem,
  type Finding,
  type JsonObject,
  type JsonValue,
  type ListPart,
  type RegisteredOutcome,
  type Removed,
  type Saved,
  type SchemaStore,
  type SchemaSummary,
  type SchemaTrial,
  type SchemaVersion,
  type SchemaView,
} from '@crossdock/core';
import { uuidOf } from '@crossdock/event-log';
import type { DataSource, EntityManager } from 'typeorm';
import { PayloadSchemaVersionEntity } from '../entities/payload-schema-version.entity.ts';
import { PayloadSchemaEntity } from '../entities/payload-schema.entity.ts';
import { Problems } from '../input/problems.ts';
import { lockStore, raiseStore, type StoreChange } from '../stores/store-lock.ts';
import { isObjectId } from '../stores/stores.ts';
import { inTransaction, reading } from '../transaction.ts';
import { checkOf, type SchemaChecks } from './schema-checks.ts';
import { readSchemaInput, type ReadSchemaInput } from './schema-input.ts';
import type { SchemaStoreLimits } from './schema-store-limits.ts';

export interface SchemasOptions {
  readonly source: DataSource;
  readonly checks: SchemaChecks;
  /** All names of a type, the canonical one first. */
  readonly typeAliases: (type: string) => readonly string[];
  readonly limits: SchemaStoreLimits;
}

/** A schema with one of its versions. */
interface Stored {
  readonly row: PayloadSchemaEntity;
  readonly version: PayloadSchemaVersionEntity;
}

interface Prepared extends ReadSchemaInput {
  readonly store: string;
  readonly type: string;
  readonly text: string;
  readonly change: Change;
}

const unknown = { kind: 'unknown' } as const;
const refused = (problems: readonly FieldProblem[]): { kind: 'refused'; problems: readonly FieldProblem[] } => ({
  kind: 'refused',
  problems,
});
/** Schemas are compared before the store is locked, and again where somebody else was faster; at last under the lock. */
const MOST_TRIES = 3;
const MAX_CANONICAL = 1 << 20;

/** The schemas that stores hold their messages to. Every change is made under the lock of the store, whose revision it raises. */
export class Schemas implements SchemaStore {
  readonly #options: SchemasOptions;

  constructor(options: SchemasOptions) {
    this.#options = options;
  }

  async list(store: string, { after = '', limit }: ListPart<string>): Promise<readonly SchemaSummary[]> {
    if (!isObjectId(store)) return [];
    const rows = await reading(this.#options.source, (manager) =>
      manager
        .createQueryBuilder(PayloadSchemaEntity, 's')
        .innerJoinAndMapOne(
          's.current',
          PayloadSchemaVersionEntity,
          'v',
          'v.store_id = s.store_id and v.type = s.type and v.version = s.version',
        )
        .where('s.store_id = :store and not s.removed and s.type > :after', { store: uuidOf(store), after })
        .orderBy('s.type')
        .limit(limit)
        .getMany(),
    );
    return rows.flatMap((row) => (row.current === undefined ? [] : [this.#summaryOf({ row, version: row.current })]));
  }

  async get(store: string, type: string, version?: number): Promise<SchemaView | undefined> {
    const stored = await this.#read(store, type, version);
    return stored === undefined || (version === undefined && stored.row.removed) ? undefined : this.#viewOf(stored);
  }

  async versions(store: string, type: string, { after, limit }: ListPart<number>): Promise<readonly SchemaVersion[] | undefined> {
    const stored = await this.#read(store, type);
    if (stored === undefined) return undefined;
    const rows = await reading(this.#options.source, (manager) =>
      manager
        .createQueryBuilder(PayloadSchemaVersionEntity, 'v')
        .where('v.store_id = :store and v.type = :type and v.version < :before', {
          store: uuidOf(store),
          type: stored.row.type,
          before: after ?? stored.row.version + 1,
        })
        .orderBy('v.version', 'DESC')
        .take(limit)
        .getMany(),
    );
    return rows.map((row) => versionView({ row: stored.row, version: row }));
  }

  async put(store: string, type: string, input: JsonObject, change: Change = {}): Promise<RegisteredOutcome> {
    const problems = new Problems('schema_invalid');
    const read = readSchemaInput(input, problems);
    const text = read === undefined ? '' : JSON.stringify(read.schema);
    const compiled = read === undefined ? undefined : this.#options.checks.compile(text);
    if (compiled?.ok === false) for (const one of compiled.problems) problems.found.push(inSchema(one));
    if (read === undefined || compiled?.ok !== true || problems.found.length > 0) return refused(problems.found);
    const prepared = { ...read, store, type: this.#canonical(type), text, change };
    const compare = (current: Stored | undefined): readonly Finding[] =>
      read.compatibility === 'none' ? [] : this.#compare(current, compiled, text);
    for (let tries = 1; ; tries += 1) {
      const current = await this.#read(store, type);
      const findings = compare(current);
      const outcome = await this.#save(prepared, (now) => {
        if (placeOf(now) === placeOf(current)) return findings;
        return tries < MOST_TRIES ? undefined : compare(now);
      });
      if (outcome !== 'changed_meanwhile') return outcome;
    }
  }

  async try(store: string, type: string, schema: JsonValue): Promise<Saved<SchemaTrial>> {
    if (!isObjectId(store)) return unknown;
    const text = JSON.stringify(schema);
    const compiled = this.#options.checks.compile(text);
    if (!compiled.ok) return refused(compiled.problems.map(inSchema));
    const current = await this.#read(store, type);
    const check = checkOf(compiled);
    const { remarks } = compiled;
    if (current === undefined || current.row.removed) return { kind: 'saved', value: { remarks, check } };
    const findings = this.#compare(current, compiled, text);
    const against = {
      version: current.version.version,
      findings,
      check: this.#options.checks.stored(current.version.schema, () => undefined),
    };
    return { kind: 'saved', value: { remarks, check, against } };
  }

  async remove(store: string, type: string, { expected }: Change = {}): Promise<Removed> {
    return await this.#changing<Removed>(store, async (manager, change) => {
      const row = await find(manager, store, this.#canonical(type));
      if (row === null || row.removed) return unknown;
      if (expected !== undefined && expected !== row.revision) return { kind: 'stale', revision: row.revision };
      await manager.update(PayloadSchemaEntity, { storeId: store, type: row.type }, { removed: true, revision: change.revision });
      await raiseStore(manager, change);
      return { kind: 'removed' };
    });
  }

  /** What speaks against the schema beside the one in use. One that this version cannot read was never used by it. */
  #compare(current: Stored | undefined, next: CompiledSchema, text: string): readonly Finding[] {
    if (current === undefined || current.row.removed || current.version.schema === text) return [];
    const former = this.#options.checks.compile(current.version.schema);
    if (!former.ok) return [];
    return compareSchemas(former.document, next.document).map((finding) => ({ ...finding, pointer: `/schema${finding.pointer}` }));
  }

  async #save(
    { store, type, schema, text, compatibility, change }: Prepared,
    findingsOn: (current: Stored | undefined) => readonly Finding[] | undefined,
  ): Promise<RegisteredOutcome | 'changed_meanwhile'> {
    return await this.#changing<RegisteredOutcome | 'changed_meanwhile'>(store, async (manager, made) => {
      const current = await stored(manager, store, type);
      const row = current?.row;
      if (change.expected !== undefined && change.expected !== row?.revision) return { kind: 'stale', revision: row?.revision ?? 0 };
      if (current !== undefined && !current.row.removed && isSame(current.version.schema, schema)) {
        return { kind: 'saved', value: { schema: this.#viewOf(current), isNew: false, isSame: true } };
      }
      const findings = findingsOn(current);
      if (findings === undefined) return 'changed_meanwhile';
      if (findings.length > 0) return { kind: 'incompatible', version: row?.version ?? 0, findings };
      const full = await this.#checkRoom(manager, { store, type, length: text.length });
      if (full !== undefined) return refused([full]);
      const version = (row?.version ?? 0) + 1;
      const { revision } = made;
      await manager.save(PayloadSchemaEntity, { storeId: store, type, version, removed: false, revision });
      const createdBy = change.by ?? 'api';
      await manager.insert(PayloadSchemaVersionEntity, { storeId: store, type, version, revision, schema: text, compatibility, createdBy });
      await raiseStore(manager, made);
      const saved = await stored(manager, store, type);
      if (saved === undefined) throw new TypeError(`The schema of ${type} is not there after it was saved.`);
      return { kind: 'saved', value: { schema: this.#viewOf(saved), isNew: row === undefined || row.removed, isSame: false } };
    });
  }

  async #checkRoom(
    manager: EntityManager,
    { store, type, length }: { readonly store: string; readonly type: string; readonly length: number },
  ): Promise<FieldProblem | undefined> {
    const { maxPerStore, maxTextPerStore } = this.#options.limits;
    const [used] = await manager.query<{ types: string; text: string }[]>(
      `select count(*) as types, coalesce(sum(length(v.schema)), 0) as text from payload_schema s
         join payload_schema_version v on v.store_id = s.store_id and v.type = s.type and v.version = s.version
         where s.store_id = $1 and not s.removed and s.type <> $2`,
      [uuidOf(store), type],
    );
    const code = 'schema_limit_reached';
    const hint = 'Remove schemas of types that are not sent any more.';
    if (Number(used?.types) >= maxPerStore)
      return { pointer: '', code, reason: `The store has schemas for ${maxPerStore} types, the most it may have.`, hint };
    if (Number(used?.text) + length <= maxTextPerStore) return undefined;
    return { pointer: '', code, reason: `The schemas of the store would be longer than ${maxTextPerStore} characters together.`, hint };
  }

  async #changing<T>(store: string, work: (manager: EntityManager, change: StoreChange) => Promise<T>): Promise<T | typeof unknown> {
    if (!isObjectId(store)) return unknown;
    return await inTransaction(this.#options.source, async (manager) => {
      const change = await lockStore(manager, store);
      return change === undefined ? unknown : await work(manager, change);
    });
  }

  async #read(store: string, type: string, version?: number): Promise<Stored | undefined> {
    if (!isObjectId(store)) return undefined;
    return await reading(this.#options.source, (manager) => stored(manager, store, this.#canonical(type), version));
  }

  #canonical(type: string): string {
    return this.#options.typeAliases(type)[0] ?? type;
  }

  #summaryOf({ row, version }: Stored): SchemaSummary {
    return {
      ...versionView({ row, version }),
      store_id: row.storeId,
      names: this.#options.typeAliases(row.type),
      revision: row.revision,
    };
  }

  #viewOf(found: Stored): SchemaView {
    const { schema } = found.version;
    const compiled = this.#options.checks.compile(schema);
    return {
      ...this.#summaryOf(found),
      schema: JSON.parse(schema) as JsonValue,
      remarks: compiled.ok ? compiled.remarks : compiled.problems,
    };
  }
}

/** Problems of the schema, as those of the body in which it came. */
const inSchema = (one: FieldProblem): FieldProblem => ({ ...one, pointer: `/schema${one.pointer}` });

/** What a comparison was made with. */
const placeOf = (found: Stored | undefined): string => (found === undefined || found.row.removed ? 'none' : String(found.row.version));

function isSame(text: string, schema: JsonValue): boolean {
  const written = canonicalText(schema, MAX_CANONICAL);
  return written !== undefined && written === canonicalText(JSON.parse(text) as JsonValue, MAX_CANONICAL);
}

function versionView({ row, version }: Stored): SchemaVersion {
  return {
    type: row.type,
    version: version.version,
    compatibility: version.compatibility,
    in_use: !row.removed && row.version === version.version,
    created_at: version.createdAt.toISOString(),
    by: version.createdBy,
  };
}

async function find(manager: EntityManager, storeId: string, type: string): Promise<PayloadSchemaEntity | null> {
  return await manager.findOneBy(PayloadSchemaEntity, { storeId, type });
}

async function versionOf(
  manager: EntityManager,
  { storeId, type }: PayloadSchemaEntity,
  version: number,
): Promise<PayloadSchemaVersionEntity | null> {
  return await manager.findOneBy(PayloadSchemaVersionEntity, { storeId, type, version });
}

async function stored(manager: EntityManager, store: string, type: string, wanted?: number): Promise<Stored | undefined> {
  const row = await find(manager, store, type);
  const version = row === null ? null : await versionOf(manager, row, wanted ?? row.version);
  return row === null || version === null ? undefined : { row, version };
}
