import { isMessageId } from '@crossdock/core';
import { Controller, Get, Param, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoreGuard } from '../auth/store.guard.ts';
import { negotiated } from '../http/accept.ts';
import { OwnRoute } from '../http/own-route.ts';
import { readQuery, type QueryValues } from '../http/query.ts';
import { Operation } from '../openapi/operation.ts';
import { Lineages, type LineagePart } from './lineage.ts';
import { messageNotFound } from './message-not-found.ts';
import { lineageText, lineageView } from './render-lineage.ts';

/** One to begin with, and at least one child: so that going on comes to an end. */
const FEWEST_MEMBERS = 2;
const MOST_MEMBERS = 1_000;

/** Everything that a message came of, and that came of it. */
@Controller('api/stores/:store_id/messages')
@UseGuards(StoreGuard)
export class LineageController {
  constructor(private readonly lineages: Lineages) {}

  /** Whichever member is asked for, the tree begins at the root, or at `?from=`, behind its child `?after=`. */
  @Get(':id/lineage')
  @OwnRoute()
  @Operation({
    id: 'message.show_lineage',
    summary: 'Everything that the message came of, and that came of it',
    plain: true,
    query: ['Members', 'FromMember', 'AfterMember'],
    answer: 'Lineage',
    errors: ['message_not_found', 'query_invalid'],
  })
  async show(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const part = partOf(query);
    const lineage = isMessageId(id) ? await this.lineages.read(store, id, part) : undefined;
    if (lineage === undefined) throw messageNotFound(id);
    const path = `/api/stores/${store}/messages/${id}/lineage`;
    const view = lineageView(lineage, id, path);
    return negotiated(request, reply, view, () => lineageText(lineage, view, path));
  }
}

const partOf = (query: QueryValues): LineagePart =>
  readQuery(query, (reader) => {
    const limit = reader.whole('limit', { least: FEWEST_MEMBERS, most: MOST_MEMBERS, otherwise: MOST_MEMBERS });
    const from = reader.id('from');
    const after = reader.id('after');
    return { limit, ...(from === undefined ? {} : { from }), ...(after === undefined ? {} : { after }) };
  });
