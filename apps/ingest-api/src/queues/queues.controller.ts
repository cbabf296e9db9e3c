import { builtInType, builtInTypes } from '@crossdock/contracts';
import { isItemState, type QueueCounts, type QueueFilters, type QueueLists, type QueueName, type Registry } from '@crossdock/core';
import { QUEUE_LISTS, REGISTRY } from '@crossdock/kit';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import { StoreGuard } from '../auth/store.guard.ts';
import { HttpError } from '../http/http-error.ts';
import { readPage, readQuery, type QueryReader } from '../http/query.ts';
import { renderItem } from '../messages/render-story.ts';
import { Operation, type OperationFacts } from '../openapi/operation.ts';

interface QueueAnswer {
  readonly messages: readonly unknown[];
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly bounded: boolean;
  readonly available_messages: readonly string[];
  readonly available_consumers: readonly string[];
}

/** Further words for states that the original's filters took. */
const STATE_WORDS = new Set(['retrying', 'pending', 'all']);

const queuePage: Omit<OperationFacts, 'id' | 'summary'> = {
  path: { name: { type: 'string', enum: ['incoming', 'accepted', 'archived'] } },
  query: ['MessageType', 'State', 'StartDate', 'EndDate', 'MessageId', 'MappingId', 'Consumer', 'Source', 'Page'],
  answer: 'QueuePage',
  errors: ['queue_not_found', 'page_out_of_range'],
};

@Controller('api/stores/:store_id')
@UseGuards(StoreGuard)
export class QueuesController {
  constructor(
    @Inject(QUEUE_LISTS) private readonly lists: QueueLists,
    @Inject(REGISTRY) private readonly registry: Registry,
  ) {}

  @Get('queues')
  @Operation({ id: 'queue.count', summary: 'How many messages and deliveries are where', answer: 'QueueCounts' })
  async counts(@Param('store_id') store: string): Promise<QueueCounts> {
    return await this.lists.counts(store);
  }

  @Get('queues/:name')
  @Operation({ id: 'queue.show', summary: 'A page of a queue, newest first', ...queuePage })
  async show(@Param('store_id') store: string, @Param('name') name: string, @Query() query: Record<string, unknown>): Promise<QueueAnswer> {
    if (!isQueue(name)) throw new HttpError('queue_not_found', { detail: 'There are the queues incoming, accepted and archived.' });
    const asked = readQuery(query, (reader) => ({ filters: readFilters(reader), page: readPage(reader) }));
    const page = await this.lists.queue(store, name, asked.filters, asked.page);
    return {
      messages: page.items.map(renderItem),
      page: page.page,
      pages: page.pages,
      total: page.total,
      bounded: page.bounded,
      available_messages: page.availableMessages,
      available_consumers: page.availableConsumers,
    };
  }

  /** The original's console asked this way. */
  @Post('queues/:name')
  @Operation({
    id: 'queue.show_by_post',
    summary: 'A page of a queue, as the original’s console asked for it',
    deprecated: true,
    ...queuePage,
  })
  @HttpCode(201)
  async showByPost(
    @Param('store_id') store: string,
    @Param('name') name: string,
    @Query() query: Record<string, unknown>,
  ): Promise<QueueAnswer> {
    return await this.show(store, name, query);
  }

  /** Types that can be pushed: the built-in ones, and those that a mapping names. Of several names of a type the canonical one. */
  @Get('available_messages')
  @Operation({
    id: 'message.list_types',
    summary: 'Types that can be pushed, sorted',
    answer: { type: 'array', items: { type: 'string' }, description: 'The built-in types, and those that mappings name.' },
  })
  async availableMessages(@Param('store_id') store: string): Promise<readonly string[]> {
    const snapshot = (await this.registry.snapshots([store])).get(store);
    const mapped = [...(snapshot?.mappings.values() ?? [])].flatMap((mapping) => mapping.messages);
    const registered = [...(snapshot?.schemas.values() ?? [])].map(({ type }) => type);
    return [...new Set([...builtInTypes, ...mapped.map((name) => builtInType(name)?.type ?? name), ...registered])].sort();
  }
}

function isQueue(name: string): name is QueueName {
  return name === 'incoming' || name === 'accepted' || name === 'archived';
}

const isState = (text: string): text is string => isItemState(text) || STATE_WORDS.has(text);

function readFilters(query: QueryReader): QueueFilters {
  const message = query.text('message');
  const state = query.like('state', isState, '`state` is none that a message or delivery can be in.');
  const startDate = query.time('start_date');
  const endDate = query.time('end_date');
  const messageId = query.id('message_id');
  const mappingId = query.id('mapping_id');
  const consumer = query.text('consumer');
  const source = query.text('source');
  return {
    ...(message === undefined ? {} : { message }),
    ...(state === undefined ? {} : { state }),
    ...(startDate === undefined ? {} : { startDate }),
    ...(endDate === undefined ? {} : { endDate }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(mappingId === undefined ? {} : { mappingId }),
    ...(consumer === undefined ? {} : { consumer }),
    ...(source === undefined ? {} : { source }),
  };
}
