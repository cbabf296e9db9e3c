import type { RejectedRecords } from '@crossdock/core';
import { REJECTED_RECORDS } from '@crossdock/kit';
import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { AdminGuard } from '../auth/admin.guard.ts';
import { OwnRoute } from '../http/own-route.ts';
import { readQuery, type QueryValues } from '../http/query.ts';
import { Operation } from '../openapi/operation.ts';

const DEFAULT = 100;
const MOST = 1_000;

/** What was on a topic, and was no record of ours: of no store, so that administrators look at it. */
@Controller('api/rejected_records')
@UseGuards(AdminGuard)
export class RejectedRecordsController {
  constructor(@Inject(REJECTED_RECORDS) private readonly rejected: RejectedRecords) {}

  @Get()
  @OwnRoute()
  @Operation({
    id: 'record.list_rejected',
    summary: 'What was on a topic and is no record of this hub',
    query: ['RejectedLimit'],
    answer: 'RejectedRecords',
  })
  async list(@Query() query: Record<string, unknown>): Promise<Record<string, unknown>> {
    const records = await this.rejected.list(limitOf(query));
    return {
      rejected_records: records.map((record) => ({
        step: record.group,
        topic: record.topic,
        partition: record.partition,
        offset: record.offset,
        reason: record.reason,
        headers: record.headers,
        excerpt: record.excerpt,
        bytes: record.bytes,
        rejected_at: new Date(record.rejectedAt).toISOString(),
      })),
    };
  }
}

const limitOf = (query: QueryValues): number =>
  readQuery(query, (reader) => reader.whole('limit', { least: 1, most: MOST, otherwise: DEFAULT }));
