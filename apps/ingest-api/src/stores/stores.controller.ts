import type { StoreDirectory, StoreRecord } from '@crossdock/core';
import { STORE_DIRECTORY } from '@crossdock/kit';
import { Controller, Get, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { AdminGuard } from '../auth/admin.guard.ts';
import { StoreGuard } from '../auth/store.guard.ts';
import { HttpError } from '../http/http-error.ts';
import { JsonBody } from '../http/json-body.ts';
import { OwnRoute } from '../http/own-route.ts';
import { Operation } from '../openapi/operation.ts';
import { CreateStoreDto } from './create-store.dto.ts';

interface StoreAnswer {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
}

@Controller('api/stores')
export class StoresController {
  readonly #stores: StoreDirectory;

  constructor(@Inject(STORE_DIRECTORY) stores: StoreDirectory) {
    this.#stores = stores;
  }

  /** Answers the store's token, this once. */
  @Post()
  @OwnRoute()
  @Operation({
    id: 'store.create',
    summary: 'Make a store',
    body: { schema: 'NewStore' },
    answer: 'StoreWithToken',
    errors: ['store_invalid'],
  })
  @UseGuards(AdminGuard)
  async create(@JsonBody(CreateStoreDto, 'store_invalid') { name }: CreateStoreDto): Promise<StoreAnswer & { readonly token: string }> {
    const { store, token } = await this.#stores.create(name);
    return { ...answer(store), token };
  }

  @Get(':store_id')
  @OwnRoute()
  @Operation({ id: 'store.show', summary: 'The store', answer: 'Store' })
  @UseGuards(StoreGuard)
  async show(@Param('store_id') id: string): Promise<StoreAnswer> {
    const store = await this.#stores.find(id);
    if (store === undefined) throw new HttpError('store_not_found', { detail: 'There is no such store.' });
    return answer(store);
  }
}

const answer = ({ id, name, createdAt }: StoreRecord): StoreAnswer => ({ id, name, created_at: new Date(createdAt).toISOString() });
