import type { JsonObject, MappingStore, MappingView } from '@crossdock/core';
import { MAPPING_STORE } from '@crossdock/kit';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, UseGuards } from '@nestjs/common';
import { StoreGuard } from '../auth/store.guard.ts';
import { JsonObjectBody } from '../http/json-body.ts';
import { notFound, removedOr, savedOr, type Subject } from '../http/outcome.ts';
import { unwrap } from '../http/unwrap.ts';

const subject: Subject = { noun: 'mapping', invalid: 'mapping_invalid', notFound: 'mapping_not_found' };

@Controller('api/stores/:store_id/mappings')
@UseGuards(StoreGuard)
export class MappingsController {
  readonly #mappings: MappingStore;

  constructor(@Inject(MAPPING_STORE) mappings: MappingStore) {
    this.#mappings = mappings;
  }

  @Get()
  async list(@Param('store_id') store: string): Promise<readonly MappingView[]> {
    return await this.#mappings.list(store);
  }

  @Get(':id')
  async show(@Param('store_id') store: string, @Param('id') id: string): Promise<MappingView> {
    const found = await this.#mappings.get(store, id);
    if (found === undefined) throw notFound(subject);
    return found;
  }

  @Post()
  async create(@Param('store_id') store: string, @JsonObjectBody() body: JsonObject): Promise<MappingView> {
    return savedOr(subject, await this.#mappings.create(store, unwrap(body, 'mapping')));
  }

  /** What the body leaves out stays as it is. */
  @Put(':id')
  async update(@Param('store_id') store: string, @Param('id') id: string, @JsonObjectBody() body: JsonObject): Promise<MappingView> {
    return savedOr(subject, await this.#mappings.update(store, id, unwrap(body, 'mapping')));
  }

  @Delete(':id')
  @HttpCode(200)
  async remove(@Param('store_id') store: string, @Param('id') id: string): Promise<void> {
    removedOr(subject, await this.#mappings.remove(store, id));
  }
}
