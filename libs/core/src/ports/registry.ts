import type { JsonValue } from '../json/json-value.ts';
import type { Mapping } from '../routing/mapping.ts';
import type { RegisteredSchema } from '../validation/check-message.ts';
import type { Transaction } from './transaction.ts';

export type ParameterType = 'string' | 'integer' | 'float' | 'boolean' | 'list';
export interface Parameter {
  readonly id: string;
  readonly name: string;
  readonly dataType: ParameterType;
  readonly value: JsonValue;
  /** The value must not be shown to people. */
  readonly secret?: boolean;
}

/** Everything a store has configured, at one revision. */
export interface StoreSnapshot {
  readonly store: string;
  readonly revision: number;
  /** By id. Disabled ones included. */
  readonly mappings: ReadonlyMap<string, Mapping>;
  /** By every type name they are subscribed to, aliases included, ordered by id. */
  readonly subscribed: ReadonlyMap<string, readonly Mapping[]>;
  /** By name. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** By every name of their type, aliases included. */
  readonly schemas: ReadonlyMap<string, RegisteredSchema>;
}

/** What a store had configured at a revision that is past. Tokens, parameters and schemas are not kept: none decides a route. */
export type PastSnapshot = Omit<StoreSnapshot, 'parameters' | 'schemas'>;

/** When a mapping was there: from the revision that made it up to, and without, the one that removed it. */
export interface MappingLife {
  readonly id: string;
  /** The last that it had. */
  readonly name: string;
  readonly made: number;
  readonly removed: number | undefined;
}

/** What stores had configured: kept as long as the log, so that a past decision can be explained. */
export interface RegistryHistory {
  /** What decided a route at that revision; undefined where store or revision do not exist. */
  atRevision(store: string, revision: number): Promise<PastSnapshot | undefined>;
  /** Every mapping that has this id, or has or once had this name; the one made last comes first, at most ten. */
  livesOf(store: string, idOrName: string): Promise<readonly MappingLife[]>;
}

export interface ParameterWrite {
  readonly store: string;
  readonly name: string;
  readonly value: JsonValue;
  /** The delivery whose answer it is, for the parameter's history. */
  readonly by?: string;
}

export interface Registry {
  /**
   * Snapshots as of now: one query for the revisions of all, and a load only for those that changed. In a transaction they
   * may be assumed from memory, and the unit of work repeated with `tx.repeated` where that was wrong.
   */
  snapshots(stores: readonly string[], tx?: Transaction): Promise<ReadonlyMap<string, StoreSnapshot>>;
  /** Creates or changes parameters; answers a sentence for each value that does not fit its parameter's type (skipped). */
  writeParameters(
    tx: Transaction,
    writes: readonly ParameterWrite[],
  ): Promise<readonly { readonly index: number; readonly problem: string }[]>;
}
