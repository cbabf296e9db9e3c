import { listOfRef } from '@crossdock/contracts';
import type { Change, DueDeliveries, JsonObject, MappingStore, MappingVersion, MappingView, WaitingCount } from '@crossdock/core';
import { DUE_DELIVERIES, MAPPING_STORE } from '@crossdock/kit';
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
import { mappingProblems } from './mapping-problems.ts';

const subject: Subject = { noun: 'mapping', invalid: 'mapping_invalid', notFound: 'mapping_not_found' };
/** Deliveries that are counted for each mapping, at most. */
const MOST_WAITING = 1_000;

/** A mapping, and how many deliveries wait for it to be resumed or enabled. */
export interface MappingAnswer extends MappingView {
  readonly waiting: WaitingCount;
}

export interface MappingVersionsAnswer {
  readonly versions: readonly MappingVersion[];
  readonly next: string | null;
}

@Controller('api/stores/:store_id/mappings')
@UseGuards(StoreGuard)
export class MappingsController {
  readonly #mappings: MappingStore;
  readonly #due: DueDeliveries;

  constructor(@Inject(MAPPING_STORE) mappings: MappingStore, @Inject(DUE_DELIVERIES) due: DueDeliveries) {
    this.#mappings = mappings;
    this.#due = due;
  }

  @Get()
  @Operation({ id: 'mapping.list', summary: 'All mappings of the store, by name', answer: listOfRef('Mapping', 'The mappings.') })
  async list(@Param('store_id') store: string): Promise<readonly MappingAnswer[]> {
    return await this.#withWaiting(await this.#mappings.list(store));
  }

  @Get(':id')
  @Operation({ id: 'mapping.show', summary: 'One mapping', answer: 'Mapping', revision: 'shown', errors: ['mapping_not_found'] })
  async show(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MappingAnswer> {
    const found = await this.#mappings.get(store, id);
    if (found === undefined) throw notFound(subject);
    return await this.#answer(reply, found);
  }

  /** What it was, newest first, also of a mapping that was removed. */
  @Get(':id/versions')
  @OwnRoute()
  @Operation({
    id: 'mapping.list_versions',
    summary: 'What the mapping was, newest first, also after it was removed',
    query: ['After', 'Limit'],
    answer: 'MappingVersions',
    errors: ['mapping_not_found'],
  })
  async versions(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<MappingVersionsAnswer> {
    const cursor = cursorOf(query, (key) => /^\d{1,15}$/.test(key));
    const { after, limit } = cursor;
    const part = { limit: limit + 1, ...(after === undefined ? {} : { after: Number(after) }) };
    const versions = await this.#mappings.versions(store, id, part);
    if (versions === undefined) throw notFound(subject);
    return pageOfList('versions', versions, cursor, ({ revision }) => String(revision));
  }

  @Post()
  @Operation({
    id: 'mapping.create',
    summary: 'Make a mapping',
    body: { schema: 'MappingInput', under: 'mapping' },
    answer: 'Mapping',
    revision: 'shown',
    errors: mappingProblems,
  })
  async create(
    @Param('store_id') store: string,
    @JsonObjectBody() body: JsonObject,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MappingAnswer> {
    return await this.#answer(reply, savedOr(subject, await this.#mappings.create(store, unwrap(body, 'mapping'), change)));
  }

  /** What the body leaves out stays as it is. */
  @Put(':id')
  @Operation({
    id: 'mapping.update',
    summary: 'Change a mapping',
    body: { schema: 'MappingUpdate', under: 'mapping' },
    answer: 'Mapping',
    revision: 'expected',
    errors: ['mapping_not_found', ...mappingProblems],
  })
  async update(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @JsonObjectBody() body: JsonObject,
    @RequestedChange() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MappingAnswer> {
    return await this.#answer(reply, savedOr(subject, await this.#mappings.update(store, id, unwrap(body, 'mapping'), change)));
  }

  @Delete(':id')
  @Operation({ id: 'mapping.remove', summary: 'Remove a mapping', revision: 'expected', errors: ['mapping_not_found', 'mapping_required'] })
  @HttpCode(200)
  async remove(@Param('store_id') store: string, @Param('id') id: string, @RequestedChange() change: Change): Promise<void> {
    removedOr(subject, await this.#mappings.remove(store, id, change));
  }

  async #answer(reply: FastifyReply, mapping: MappingView): Promise<MappingAnswer> {
    const [answer] = await this.#withWaiting([mapping]);
    return tagged(reply, answer ?? { ...mapping, waiting: none });
  }

  async #withWaiting(mappings: readonly MappingView[]): Promise<readonly MappingAnswer[]> {
    const waiting = await this.#due.countWaiting(
      mappings.map(({ id }) => id),
      MOST_WAITING,
    );
    return mappings.map((mapping) => ({ ...mapping, waiting: waiting.get(mapping.id) ?? none }));
  }
}

const none: WaitingCount = { count: 0, bounded: false };
