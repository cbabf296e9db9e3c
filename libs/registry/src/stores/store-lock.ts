import type { EntityManager } from 'typeorm';
import { StoreEntity } from '../entities/store.entity.ts';

/** A change to what a store has configured: under the store's lock, with the revision that it will have. */
export interface StoreChange {
  readonly store: string;
  readonly revision: number;
}

/** Locks a store; answers the revision of the next change, undefined where there is no such store. */
export async function lockStore(manager: EntityManager, store: string): Promise<StoreChange | undefined> {
  const row = await manager.findOne(StoreEntity, { where: { id: store }, lock: { mode: 'for_no_key_update' } });
  return row === null ? undefined : { store, revision: row.revision + 1 };
}

/** Raises a store that is locked to the revision of the change. */
export async function raiseStore(manager: EntityManager, { store, revision }: StoreChange): Promise<void> {
  await manager.update(StoreEntity, { id: store }, { revision });
}
