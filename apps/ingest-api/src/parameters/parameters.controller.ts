import type { JsonObject, ParameterStore, ParameterView } from '@crossdock/core';
import { PARAMETER_STORE } from '@crossdock/kit';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, UseGuards } from '@nestjs/common';
import { StoreGuard } from '../auth/store.guard.ts';
import { JsonObjectBody } from '../http/json-body.ts';
import { notFound, removedOr, savedOr, type Subject } from '../http/outcome.ts';
import { unwrap } from '../http/unwrap.ts';

const subject: Subject = { noun: 'parameter', invalid: 'parameter_invalid', notFound: 'parameter_not_found' };

@Controller('api/stores/:store_id/parameters')
@UseGuards(StoreGuard)
export class ParametersController {
  readonly #parameters: ParameterStore;

  constructor(@Inject(PARAMETER_STORE) parameters: ParameterStore) {
    this.#parameters = parameters;
  }

  @Get()
  async list(@Param('store_id') store: string): Promise<readonly ParameterView[]> {
    return await this.#parameters.list(store);
  }

  @Get(':id')
  async show(@Param('store_id') store: string, @Param('id') id: string): Promise<ParameterView> {
    const found = await this.#parameters.get(store, id);
    if (found === undefined) throw notFound(subject);
    return found;
  }

  @Post()
  async create(@Param('store_id') store: string, @JsonObjectBody() body: JsonObject): Promise<ParameterView> {
    return savedOr(subject, await this.#parameters.create(store, unwrap(body, 'parameter')));
  }

  /** What the body leaves out stays as it is. */
  @Put(':id')
  async update(@Param('store_id') store: string, @Param('id') id: string, @JsonObjectBody() body: JsonObject): Promise<ParameterView> {
    return savedOr(subject, await this.#parameters.update(store, id, unwrap(body, 'parameter')));
  }

  @Delete(':id')
  @HttpCode(200)
  async remove(@Param('store_id') store: string, @Param('id') id: string): Promise<void> {
    removedOr(subject, await this.#parameters.remove(store, id));
  }
}
