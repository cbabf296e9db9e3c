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
  async list(@Param('store_id') store: string): Promise<readonly SchedulerView[]> {
    return await this.#schedulers.list(store);
  }

  @Get(':id')
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
  @HttpCode(200)
  async remove(@Param('store_id') store: string, @Param('id') id: string, @RequestedChange() change: Change): Promise<void> {
    removedOr(subject, await this.#schedulers.remove(store, id, change));
  }
}
