import type { ParkedRecords } from '@crossdock/core';
import { PARKED_RECORDS } from '@crossdock/kit';
import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import { StoreGuard } from '../auth/store.guard.ts';
import { OwnRoute } from '../http/own-route.ts';
import { Operation } from '../openapi/operation.ts';

const MOST = 100;

/** Messages that a step could not work with, and why. */
@Controller('api/stores/:store_id/parked_records')
@UseGuards(StoreGuard)
export class ParkedRecordsController {
  constructor(@Inject(PARKED_RECORDS) private readonly parked: ParkedRecords) {}

  @Get()
  @OwnRoute()
  @Operation({ id: 'record.list_parked', summary: 'Messages that a step could not work with, and why', answer: 'ParkedRecords' })
  async list(@Param('store_id') store: string): Promise<Record<string, unknown>> {
    const records = await this.parked.list(store, MOST);
    return {
      parked_records: records.map((record) => ({
        message_id: record.stream,
        version: record.version,
        step: record.group,
        topic: record.topic,
        shard: record.shard,
        position: record.position,
        reason: record.reason,
        parked_at: new Date(record.parkedAt).toISOString(),
      })),
    };
  }
}
