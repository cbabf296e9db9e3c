import type { RejectedRecords } from '@crossdock/core';
import { REJECTED_RECORDS } from '@crossdock/kit';
import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { AdminGuard } from '../auth/admin.guard.ts';
import { HttpError } from '../http/http-error.ts';
import { one } from '../http/query.ts';
import { Operation } from '../openapi/operation.ts';

const DEFAULT = 100;
const MOST = 1_000;

/** What was on a topic, and was no record of ours: of no store, so that administrators look at it. */
@Controller('api/rejected_records')
@UseGuards(AdminGuard)
export class RejectedRecordsController {
  constructor(@Inject(REJECTED_RECORDS) private readonly rejected: RejectedRecords) {}

  @Get()
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

function limitOf(query: Record<string, unknown>): number {
  const text = one(query, 'limit') ?? String(DEFAULT);
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MOST) throw new HttpError('query_invalid', { detail: `\`limit\` is no whole number from 1 to ${MOST}.` });
  return limit;
}
