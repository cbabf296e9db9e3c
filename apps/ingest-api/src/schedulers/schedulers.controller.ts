import { listOfRef } from '@crossdock/contracts';
import type { Change, JsonObject, SchedulerStore, SchedulerView } from '@crossdock/core';
import { SCHEDULER_STORE } from '@crossdock/kit';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { StoreGuard } from '../auth/store.guard.ts';
import { tagged } from '../http/etag.ts';
import { JsonObjectBody } from '../http/json-body.ts';
import { notFound, removedOr, savedOr, type Subject } from '../http/outcome.ts';
import { RequestedChange } from '../http/requested-change.ts';
import { unwrap } from '../http/unwrap.ts';
import { Operation } from '../openapi/operation.ts';

const subject: Subject = { noun: 'schedule', invalid: 'schedule_invalid', notFound: 'schedule_not_found' };

/** Schedules are kept and say when they come round next; nobody runs them yet. */
@Controller('api/stores/:store_id/schedulers')
@UseGuards(StoreGuard)
export class SchedulersController {
  readonly #schedulers: SchedulerStore;

  constructor(@Inject(SCHEDULER_STORE) schedulers: SchedulerStore) {
    this.#schedulers = schedulers;
  }

  @Get()
  @Operation({
    id: 'scheduler.list',
    summary: 'All schedules of the store, by message type',
    answer: listOfRef('Scheduler', 'The schedules.'),
  })
  async list(@Param('store_id') store: string): Promise<readonly SchedulerView[]> {
    return await this.#schedulers.list(store);
  }

  @Get(':id')
  @Operation({ id: 'scheduler.show', summary: 'One schedule', answer: 'Scheduler', revision: 'shown', errors: ['schedule_not_found'] })
  async show(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SchedulerView> {
    const found = await this.#schedulers.get(store, id);
    if (found === undefined) throw notFound(subject);
    return tagged(reply, found);
  }

  @Post()
  @Operation({
    id: 'scheduler.create',
    summary: 'Make a schedule',
    body: { schema: 'SchedulerInput', under: 'scheduler' },
    answer: 'Scheduler',
    revision: 'shown',
    errors: ['schedule_invalid'],
  })
  async create(
    @Param('store_id') store: string,
    @JsonObjectBody() body: JsonObject,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SchedulerView> {
    return tagged(reply, savedOr(subject, await this.#schedulers.create(store, unwrap(body, 'scheduler'), change)));
  }

  /** What the body leaves out stays as it is. */
  @Put(':id')
  @Operation({
    id: 'scheduler.update',
    summary: 'Change a schedule',
    body: { schema: 'SchedulerUpdate', under: 'scheduler' },
    answer: 'Scheduler',
    revision: 'expected',
    errors: ['schedule_not_found', 'schedule_invalid'],
  })
  async update(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @JsonObjectBody() body: JsonObject,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SchedulerView> {
    return tagged(reply, savedOr(subject, await this.#schedulers.update(store, id, unwrap(body, 'scheduler'), change)));
  }

  @Delete(':id')
  @Operation({ id: 'scheduler.remove', summary: 'Remove a schedule', revision: 'expected', errors: ['schedule_not_found'] })
  @HttpCode(200)
  async remove(@Param('store_id') store: string, @Param('id') id: string, @RequestedChange() change: Change): Promise<void> {
    removedOr(subject, await this.#schedulers.remove(store, id, change));
  }
}
