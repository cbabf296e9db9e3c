import { isMessageId } from '@crossdock/core';
import { Controller, Get, Param, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoreGuard } from '../auth/store.guard.ts';
import { negotiated } from '../http/accept.ts';
import { readCursor } from '../http/cursor.ts';
import { OwnRoute } from '../http/own-route.ts';
import { readQuery } from '../http/query.ts';
import { messageNotFound } from '../messages/message-not-found.ts';
import { Operation } from '../openapi/operation.ts';
import { isPlaceKey } from './place-page.ts';
import { RoutingExplanations } from './routing-explanations.ts';
import { routingText } from './routing-view.ts';

/** Why a message went where it went, and nowhere else. */
@Controller('api/stores/:store_id/messages')
@UseGuards(StoreGuard)
export class RoutingController {
  constructor(private readonly explanations: RoutingExplanations) {}

  /** `?mapping=` asks for one mapping, by name or id. */
  @Get(':id/routing')
  @OwnRoute()
  @Operation({
    id: 'message.explain_routing',
    summary: 'Why the message went where it went, and nowhere else',
    plain: true,
    query: ['OfMapping', 'After', 'Limit'],
    answer: 'RoutingExplanation',
    errors: ['message_not_found', 'mapping_not_found', 'query_invalid'],
  })
  async show(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const part = readQuery(query, (reader) => ({ cursor: readCursor(reader, isPlaceKey), mapping: reader.text('mapping') }));
    const view = isMessageId(id) ? await this.explanations.read(store, id, part.cursor, part.mapping) : undefined;
    if (view === undefined) throw messageNotFound(id);
    return negotiated(request, reply, view, () => routingText(view));
  }
}
