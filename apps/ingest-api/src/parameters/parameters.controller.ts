import { listOfRef, type ErrorCode } from '@crossdock/contracts';
import type { Change, JsonObject, ParameterChange, ParameterStore, ParameterView } from '@crossdock/core';
import { PARAMETER_STORE } from '@crossdock/kit';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { StoreGuard } from '../auth/store.guard.ts';
import { cursorOf, pageOfList } from '../http/cursor.ts';
import { tagged } from '../http/etag.ts';
import { JsonObjectBody } from '../http/json-body.ts';
import { notFound, removedOr, savedOr, type Subject } from '../http/outcome.ts';
import { OwnRoute } from '../http/own-route.ts';
import { RequestedChange } from '../http/requested-change.ts';
import { unwrap } from '../http/unwrap.ts';
import { Operation } from '../openapi/operation.ts';

/** What can be wrong with a parameter that is to be saved. */
const parameterProblems: readonly ErrorCode[] = ['parameter_invalid', 'parameter_name_taken', 'parameter_value_mismatch'];
const subject: Subject = { noun: 'parameter', invalid: 'parameter_invalid', notFound: 'parameter_not_found' };

export interface ParameterHistoryAnswer {
  readonly changes: readonly ParameterChange[];
  readonly next: string | null;
}

@Controller('api/stores/:store_id/parameters')
@UseGuards(StoreGuard)
export class ParametersController {
  readonly #parameters: ParameterStore;

  constructor(@Inject(PARAMETER_STORE) parameters: ParameterStore) {
    this.#parameters = parameters;
  }

  @Get()
  @Operation({ id: 'parameter.list', summary: 'All parameters of the store, by name', answer: listOfRef('Parameter', 'The parameters.') })
  async list(@Param('store_id') store: string): Promise<readonly ParameterView[]> {
    return await this.#parameters.list(store);
  }

  @Get(':id')
  @Operation({ id: 'parameter.show', summary: 'One parameter', answer: 'Parameter', revision: 'shown', errors: ['parameter_not_found'] })
  async show(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ParameterView> {
    const found = await this.#parameters.get(store, id);
    if (found === undefined) throw notFound(subject);
    return tagged(reply, found);
  }

  /** Who changed it, newest first, also of a parameter that was removed. */
  @Get(':id/history')
  @OwnRoute()
  @Operation({
    id: 'parameter.list_changes',
    summary: 'Who changed the parameter, newest first, also after it was removed',
    query: ['After', 'Limit'],
    answer: 'ParameterChanges',
    errors: ['parameter_not_found'],
  })
  async history(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<ParameterHistoryAnswer> {
    const cursor = cursorOf(query, (key) => /^\d{1,9}$/.test(key));
    const { after, limit } = cursor;
    const part = { limit: limit + 1, ...(after === undefined ? {} : { after: Number(after) }) };
    const changes = await this.#parameters.history(store, id, part);
    if (changes === undefined) throw notFound(subject);
    return pageOfList('changes', changes, cursor, ({ number }) => String(number));
  }

  @Post()
  @Operation({
    id: 'parameter.create',
    summary: 'Make a parameter',
    body: { schema: 'ParameterInput', under: 'parameter' },
    answer: 'Parameter',
    revision: 'shown',
    errors: parameterProblems,
  })
  async create(
    @Param('store_id') store: string,
    @JsonObjectBody() body: JsonObject,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ParameterView> {
    return tagged(reply, savedOr(subject, await this.#parameters.create(store, unwrap(body, 'parameter'), change)));
  }

  /** What the body leaves out stays as it is. */
  @Put(':id')
  @Operation({
    id: 'parameter.update',
    summary: 'Change a parameter',
    body: { schema: 'ParameterUpdate', under: 'parameter' },
    answer: 'Parameter',
    revision: 'expected',
    errors: ['parameter_not_found', ...parameterProblems],
  })
  async update(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @JsonObjectBody() body: JsonObject,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ParameterView> {
    return tagged(reply, savedOr(subject, await this.#parameters.update(store, id, unwrap(body, 'parameter'), change)));
  }

  @Delete(':id')
  @Operation({ id: 'parameter.remove', summary: 'Remove a parameter', revision: 'expected', errors: ['parameter_not_found'] })
  @HttpCode(200)
  async remove(@Param('store_id') store: string, @Param('id') id: string, @RequestedChange() change: Change): Promise<void> {
    removedOr(subject, await this.#parameters.remove(store, id, change));
  }
}
