import type { ListedNotification, NotificationFilters, NotificationLevel, QueueLists } from '@crossdock/core';
import { QUEUE_LISTS } from '@crossdock/kit';
import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { StoreGuard } from '../auth/store.guard.ts';
import { readPage, readQuery, type QueryReader } from '../http/query.ts';
import { Operation } from '../openapi/operation.ts';

@Controller('api/stores/:store_id/notifications')
@UseGuards(StoreGuard)
export class NotificationsController {
  constructor(@Inject(QUEUE_LISTS) private readonly lists: QueueLists) {}

  @Get()
  @Operation({
    id: 'notification.list',
    summary: 'What is reported to people, newest first',
    query: ['Level', 'ReferenceType', 'ReferenceId', 'ReferenceToken', 'Page'],
    answer: 'Notifications',
    errors: ['page_out_of_range'],
  })
  async list(@Param('store_id') store: string, @Query() query: Record<string, unknown>): Promise<Record<string, unknown>> {
    const asked = readQuery(query, (reader) => ({ filters: readFilters(reader), page: readPage(reader) }));
    const page = await this.lists.notifications(store, asked.filters, asked.page);
    return { notifications: page.items.map(render), page: page.page, pages: page.pages, total: page.total, bounded: page.bounded };
  }
}

function isLevel(text: string): text is NotificationLevel {
  return text === 'info' || text === 'warn' || text === 'error';
}

function readFilters(query: QueryReader): NotificationFilters {
  const level = query.like('level', isLevel, '`level` is none of info, warn and error.');
  const referenceType = query.text('reference_type');
  const referenceId = query.text('reference_id');
  const referenceToken = query.text('reference_token');
  return {
    ...(level === undefined ? {} : { level }),
    ...(referenceType === undefined ? {} : { referenceType }),
    ...(referenceId === undefined ? {} : { referenceId }),
    ...(referenceToken === undefined ? {} : { referenceToken }),
  };
}

function render(item: ListedNotification): Record<string, unknown> {
  return {
    id: item.id,
    store_id: item.store,
    message_id: item.about,
    level: item.level,
    subject: item.subject,
    description: item.description,
    occurrences: item.occurrences,
    logged_on: new Date(item.loggedOn).toISOString(),
    last_update: new Date(item.lastUpdate).toISOString(),
    origin: item.origin,
    reference_type: item.referenceType ?? null,
    reference_id: item.referenceId ?? null,
    reference_token: item.referenceToken ?? null,
    attributes: item.attributes === undefined ? {} : (JSON.parse(item.attributes) as unknown),
  };
}
