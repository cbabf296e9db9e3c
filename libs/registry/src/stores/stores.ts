import type { NewId, StoreDirectory, StoreRecord } from '@crossdock/core';
import type { DataSource } from 'typeorm';
import { ApiTokenEntity } from '../entities/api-token.entity.ts';
import { StoreEntity } from '../entities/store.entity.ts';
import { inTransaction, reading } from '../transaction.ts';
import { newToken } from '../tokens/token-text.ts';

export interface StoresOptions {
  readonly source: DataSource;
  readonly newId: NewId;
  /** What new tokens say of where they belong, e.g. `live`, `test` or `dev`. */
  readonly environment: string;
}

const OBJECT_ID = /^[0-9a-f]{24}$/;

/** Whether a text can be the id of anything here. */
export const isObjectId = (text: string): boolean => OBJECT_ID.test(text);

export class Stores implements StoreDirectory {
  readonly #options: StoresOptions;

  constructor(options: StoresOptions) {
    this.#options = options;
  }

  async create(name: string): Promise<{ readonly store: StoreRecord; readonly token: string }> {
    const { source, newId, environment } = this.#options;
    const token = newToken(environment);
    const store = await inTransaction(source, async (manager) => {
      const saved = await manager.save(StoreEntity, { id: newId(), name, revision: 0 });
      await manager.insert(ApiTokenEntity, { id: token.id, storeId: saved.id, hash: token.hash });
      return recordOf(saved);
    });
    return { store, token: token.text };
  }

  async find(store: string): Promise<StoreRecord | undefined> {
    if (!isObjectId(store)) return undefined;
    const found = await reading(this.#options.source, (manager) => manager.findOneBy(StoreEntity, { id: store }));
    return found === null ? undefined : recordOf(found);
  }
}

function recordOf({ id, name, createdAt }: StoreEntity): StoreRecord {
  return { id, name, createdAt: createdAt.getTime() };
}
