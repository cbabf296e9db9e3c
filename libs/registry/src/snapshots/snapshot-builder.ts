import type { CompileRegex, JsonValue, Mapping, Parameter, ParameterType, RegisteredSchema, StoreSnapshot } from '@crossdock/core';
import { idOf } from '@crossdock/event-log';
import { Turn } from '@crossdock/kit';
import { compileMapping, type TypeAliases } from '../mappings/compile-mapping.ts';
import type { SchemaChecks } from '../schemas/schema-checks.ts';
import { parameterPlace, tokenPlace } from '../secrets/places.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { followMappings, followParameters, followSchemas } from './follow-changes.ts';
import { isMappingRow, isRemovedRow, isSchemaRow, readDefinition, type SnapshotRow } from './snapshot-rows.ts';

/** Something a store has configured cannot be used as it is stored. */
export interface RegistryProblem {
  readonly code: 'mapping_unreadable' | 'secret_unreadable' | 'schema_unreadable';
  readonly store: string;
  /** The mapping or parameter; the type of a schema. */
  readonly id: string;
  readonly detail: string;
}

/** Whether a parameter's value must not be shown to people. */
export interface RegistryParameter extends Parameter {
  readonly secret: boolean;
}

export interface SnapshotBuilderOptions {
  readonly secrets: SecretBox;
  readonly compileRegex: CompileRegex;
  readonly typeAliases: TypeAliases;
  readonly schemaChecks: SchemaChecks;
  readonly onProblem: (problem: RegistryProblem) => void;
}

/** Bytes that a mapping or parameter takes beside its text, and how often the text is there in one form or another. */
const OVERHEAD = 1_000;
const COPIES = 4;

const nothing: Pick<StoreSnapshot, 'mappings' | 'subscribed' | 'parameters' | 'schemas'> = {
  mappings: new Map(),
  subscribed: new Map(),
  parameters: new Map(),
  schemas: new Map(),
};

/** What was read of a store. */
export interface SnapshotParts {
  readonly store: string;
  readonly revision: number;
  /** How many parameters it has. */
  readonly parameters: number;
  /** What has changed since the former snapshot; everything where there is none. */
  readonly rows: readonly SnapshotRow[];
  readonly former: StoreSnapshot | undefined;
}

/** What is known of a snapshot beside what it says. */
interface Made {
  /** About how many bytes of memory its mappings take. */
  readonly mappings: number;
  /** Parameters that are left out, by id: no key opens them. */
  readonly closed: ReadonlySet<string>;
}

/** Turns rows into snapshots, taking over from the former snapshot whatever did not change. */
export class SnapshotBuilder {
  readonly #options: SnapshotBuilderOptions;
  readonly #sizes = new WeakMap<Mapping | Parameter | RegisteredSchema, number>();
  readonly #made = new WeakMap<StoreSnapshot, Made>();

  constructor(options: SnapshotBuilderOptions) {
    this.#options = options;
  }

  /** Undefined where the rows do not tell the whole difference from the former snapshot: a parameter was removed. */
  async build({ store, revision, parameters: count, rows, former }: SnapshotParts): Promise<StoreSnapshot | undefined> {
    const before = (former === undefined ? undefined : this.#made.get(former)) ?? { mappings: 0, closed: new Set() };
    const mappings = new Map<string, Mapping | undefined>();
    const parameters = new Map<string, Parameter | undefined>();
    const schemas = new Map<string, RegisteredSchema | undefined>();
    const closed = new Set(before.closed);
    const turn = new Turn();
    for (const row of rows) {
      if (turn.isOver) await turn.next();
      const id = idOf(row.id);
      if (isSchemaRow(row)) schemas.set(row.name ?? '', this.#schema(store, row));
      else if (isRemovedRow(row)) mappings.set(id, undefined);
      else if (isMappingRow(row)) mappings.set(id, this.#sized(this.#mapping(store, id, row), row));
      else {
        const parameter = this.#parameter(store, id, row);
        if (parameter === undefined) closed.add(id);
        else closed.delete(id);
        parameters.set(id, parameter === undefined ? undefined : this.#sized(parameter, row));
      }
    }
    const snapshot: StoreSnapshot = {
      store,
      revision,
      ...followMappings(former ?? nothing, mappings, this.#options.typeAliases),
      parameters: followParameters((former ?? nothing).parameters, parameters),
      schemas: followSchemas((former ?? nothing).schemas, schemas, this.#options.typeAliases),
    };
    if (snapshot.parameters.size + closed.size !== count && former !== undefined) return undefined;
    const grown = [...mappings].reduce((sum, [id, mapping]) => sum + this.#size(mapping) - this.#size(former?.mappings.get(id)), 0);
    this.#made.set(snapshot, { mappings: before.mappings + grown, closed });
    return snapshot;
  }

  /** About how many bytes of memory a snapshot takes. */
  sizeOf(snapshot: StoreSnapshot): number {
    let size = OVERHEAD + (this.#made.get(snapshot)?.mappings ?? 0);
    for (const parameter of snapshot.parameters.values()) size += this.#size(parameter);
    for (const schema of new Set(snapshot.schemas.values())) size += this.#size(schema);
    return size;
  }

  #size(part: Mapping | Parameter | RegisteredSchema | undefined): number {
    return part === undefined ? 0 : (this.#sizes.get(part) ?? OVERHEAD);
  }

  #sized<T extends Mapping | Parameter | RegisteredSchema>(part: T, { data }: SnapshotRow): T {
    if (data !== null) this.#sizes.set(part, OVERHEAD + COPIES * data.length);
    return part;
  }

  #mapping(store: string, id: string, row: SnapshotRow): Mapping {
    const token = row.token === null ? undefined : this.#options.secrets.open(row.token, tokenPlace(id));
    const compiled = compileMapping(
      {
        id,
        revision: row.revision,
        endpoint: row.number ?? 0,
        token: token?.ok === true ? token.text : undefined,
        definition: readDefinition(row.data ?? '{}'),
      },
      this.#options.compileRegex,
    );
    if (!compiled.ok) {
      this.#options.onProblem({ code: 'mapping_unreadable', store, id, detail: `Mapping ${row.name ?? id} is off: ${compiled.problem}` });
    }
    if (token?.ok !== false) return compiled.mapping;
    // Without its token every delivery would be refused; paused, they wait until the key is back.
    const detail = `The token of mapping ${row.name ?? id} cannot be opened (${token.problem}, key ${token.keyId ?? 'none'}): it is paused.`;
    this.#options.onProblem({ code: 'secret_unreadable', store, id, detail });
    return { ...compiled.mapping, paused: true };
  }

  #schema(store: string, row: SnapshotRow): RegisteredSchema | undefined {
    if (row.data === null) return undefined;
    const type = row.name ?? '';
    const check = this.#options.schemaChecks.stored(row.data, (problems) =>
      this.#options.onProblem({
        code: 'schema_unreadable',
        store,
        id: type,
        detail: `The schema of ${type} is not applied: ${problems[0]?.reason ?? 'it cannot be read.'}`,
      }),
    );
    return this.#sized({ type, version: row.number ?? 0, check }, row);
  }

  #parameter(store: string, id: string, row: SnapshotRow): RegistryParameter | undefined {
    const name = row.name ?? '';
    const dataType = row.data_type as ParameterType;
    const stored = JSON.parse(row.data ?? 'null') as JsonValue;
    if (row.secret !== true) return { id, name, dataType, secret: false, value: stored };
    const opened = this.#options.secrets.open(typeof stored === 'string' ? stored : '', parameterPlace(id));
    if (opened.ok) return { id, name, dataType, secret: true, value: JSON.parse(opened.text) as JsonValue };
    const detail = `Parameter ${name} cannot be opened (${opened.problem}, key ${opened.keyId ?? 'none'}): it is not sent.`;
    this.#options.onProblem({ code: 'secret_unreadable', store, id, detail });
    return undefined;
  }
}
