import { Body, Controller, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoreGuard } from '../auth/store.guard.ts';
import { negotiated } from '../http/accept.ts';
import { readCursor } from '../http/cursor.ts';
import { OwnRoute } from '../http/own-route.ts';
import { readQuery } from '../http/query.ts';
import { Operation } from '../openapi/operation.ts';
import { checkStoreOf, pushedBody, pushProblems } from '../push/pushed-body.ts';
import { DryRuns } from './dry-run.ts';
import { dryRunText } from './dry-run-view.ts';
import { isPlaceKey } from './place-page.ts';

/** Tries a message out. */
@Controller('api/stores/:store_id/messages')
@UseGuards(StoreGuard)
export class TryController {
  constructor(private readonly dryRuns: DryRuns) {}

  /** The body is that of a push. */
  @Post('try')
  @HttpCode(200)
  @OwnRoute()
  @Operation({
    id: 'message.try',
    summary: 'What would become of a message, without storing or sending anything',
    description: 'Takes what a push takes.',
    plain: true,
    query: ['OfMapping', 'After', 'Limit'],
    body: { schema: 'Push' },
    answer: 'DryRun',
    errors: [...pushProblems, 'mapping_not_found', 'query_invalid'],
  })
  async try(
    @Param('store_id') store: string,
    @Query() query: Record<string, unknown>,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const part = readQuery(query, (reader) => ({ cursor: readCursor(reader, isPlaceKey), mapping: reader.text('mapping') }));
    const push = pushedBody(body);
    checkStoreOf(push, store);
    const view = await this.dryRuns.run(store, push, part);
    return negotiated(request, reply, view, () => dryRunText(view));
  }
}
