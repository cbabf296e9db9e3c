import type { CompileRegex, JsonValue, Mapping, Parameter, ParameterType, StoreSnapshot } from '@crossdock/core';
import { idOf } from '@crossdock/event-log';
import { compileMapping, indexByType } from '../mappings/compile-mapping.ts';
import { parameterPlace, tokenPlace } from '../secrets/places.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { isMappingRow, readDefinition, type SnapshotRow } from './snapshot-rows.ts';

/** Something a store has configured cannot be used as it is stored. */
export interface RegistryProblem {
  readonly code: 'mapping_unreadable' | 'secret_unreadable';
  readonly store: string;
  /** The mapping or parameter. */
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
  readonly typeAliases: (type: string) => readonly string[];
  readonly onProblem: (problem: RegistryProblem) => void;
}

/** Bytes that a mapping or parameter takes beside its text, and how often the text is there in one form or another. */
const OVERHEAD = 1_000;
const COPIES = 4;

/** Turns rows into snapshots, taking over from the former snapshot whatever did not change. */
export class SnapshotBuilder {
  readonly #options: SnapshotBuilderOptions;
  readonly #sizes = new WeakMap<Mapping | Parameter, number>();

  constructor(options: SnapshotBuilderOptions) {
    this.#options = options;
  }

  build(store: string, revision: number, rows: readonly SnapshotRow[], former: StoreSnapshot | undefined): StoreSnapshot {
    const mappings = new Map<string, Mapping>();
    const parameters = new Map<string, Parameter>();
    const oldParameters = new Map([...(former?.parameters.values() ?? [])].map((parameter) => [parameter.id, parameter]));
    let mappingsChanged = false;
    for (const row of rows) {
      const id = idOf(row.id);
      if (isMappingRow(row)) {
        const kept = row.data === null ? former?.mappings.get(id) : undefined;
        mappingsChanged ||= kept === undefined;
        mappings.set(id, kept ?? this.#sized(this.#mapping(store, id, row), row));
      } else {
        const parameter = (row.data === null ? oldParameters.get(id) : undefined) ?? this.#parameter(store, id, row);
        if (parameter !== undefined) parameters.set(parameter.name, this.#sized(parameter, row));
      }
    }
    if (former !== undefined && !mappingsChanged && former.mappings.size === mappings.size) {
      return { store, revision, mappings: former.mappings, subscribed: former.subscribed, parameters };
    }
    return { store, revision, mappings, subscribed: indexByType(mappings, this.#options.typeAliases), parameters };
  }

  /** About how many bytes of memory a snapshot takes. */
  sizeOf({ mappings, parameters }: StoreSnapshot): number {
    let size = OVERHEAD;
    for (const part of [...mappings.values(), ...parameters.values()]) size += this.#sizes.get(part) ?? OVERHEAD;
    return size;
  }

  #sized<T extends Mapping | Parameter>(part: T, { data }: SnapshotRow): T {
    if (data !== null) this.#sizes.set(part, OVERHEAD + COPIES * data.length);
    return part;
  }

  #mapping(store: string, id: string, row: SnapshotRow): Mapping {
    const token = row.token === null ? undefined : this.#options.secrets.open(row.token, tokenPlace(id));
    const compiled = compileMapping(
      {
        id,
        revision: row.revision,
        endpoint: row.endpoint ?? 0,
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
