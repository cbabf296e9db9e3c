import type { Transaction } from './transaction.ts';

export interface IdentifierClaim {
  readonly mapping: string;
  /** Canonical text of the identifying values. */
  readonly key: string;
  readonly delivery: string;
}

/** Which delivery holds which identifying values, per mapping. */
export interface Identifiers {
  /** Claims in the order given; answers, for each claim, the delivery that holds the values now: its own, or an earlier one. */
  claim(tx: Transaction, claims: readonly IdentifierClaim[]): Promise<readonly string[]>;
  /** Which delivery holds these values now, for each of them; undefined where none does. Claims nothing. */
  holders(tx: Transaction, wanted: readonly Omit<IdentifierClaim, 'delivery'>[]): Promise<readonly (string | undefined)[]>;
  /** Frees what these deliveries hold. */
  release(tx: Transaction, deliveries: readonly string[]): Promise<void>;
}
