import type { IdentifierClaim, Identifiers } from '../ports/identifiers.ts';
import type { Transaction } from '../ports/transaction.ts';
import type { MemoryTable } from './memory-table.ts';
import type { MemoryUnitOfWork } from './memory-unit-of-work.ts';

/** Which delivery holds which identifying values. */
export class MemoryIdentifiers implements Identifiers {
  readonly #holders: MemoryTable<string>;

  constructor(database: MemoryUnitOfWork) {
    this.#holders = database.table('identifier');
  }

  claim(tx: Transaction, claims: readonly IdentifierClaim[]): Promise<readonly string[]> {
    const holders = claims.map(({ mapping, key, delivery }) => {
      const place = placeOf(mapping, key);
      const holder = this.#holders.get(place, tx) ?? delivery;
      this.#holders.set(tx, place, holder);
      return holder;
    });
    return Promise.resolve(holders);
  }

  holders(tx: Transaction, wanted: readonly Omit<IdentifierClaim, 'delivery'>[]): Promise<readonly (string | undefined)[]> {
    return Promise.resolve(wanted.map(({ mapping, key }) => this.#holders.get(placeOf(mapping, key), tx)));
  }

  release(tx: Transaction, deliveries: readonly string[]): Promise<void> {
    for (const [place, holder] of this.#holders.entries(tx)) if (deliveries.includes(holder)) this.#holders.delete(tx, place);
    return Promise.resolve();
  }
}

const placeOf = (mapping: string, key: string): string => JSON.stringify([mapping, key]);
