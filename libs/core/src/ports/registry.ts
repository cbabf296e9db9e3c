import type { JsonValue } from '../json/json-value.ts';
import type { Mapping } from '../routing/mapping.ts';
import type { Transaction } from './transaction.ts';

export type ParameterType = 'string' | 'integer' | 'float' | 'boolean' | 'list';
export interface Parameter {
  readonly id: string;
  readonly name: string;
  readonly dataType: ParameterType;
  readonly value: JsonValue;
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
}

export interface ParameterWrite {
  readonly store: string;
  readonly name: string;
  readonly value: JsonValue;
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
