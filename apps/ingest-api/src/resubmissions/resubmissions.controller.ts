import { isMessageId, type Change, type CheckedMessage, type JsonDiff } from '@crossdock/core';
import { Body, Controller, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { StoreGuard } from '../auth/store.guard.ts';
import { HttpError } from '../http/http-error.ts';
import { OwnRoute } from '../http/own-route.ts';
import { one } from '../http/query.ts';
import { RequestedChange } from '../http/requested-change.ts';
import { messageNotFound } from '../messages/message-not-found.ts';
import { Operation } from '../openapi/operation.ts';
import { checkStoreOf, pushedBody, pushProblems } from '../push/pushed-body.ts';
import { Resubmissions, type Resubmitted } from './resubmissions.ts';

/** A message that was sent again. */
export interface ResubmittedAnswer {
  readonly message_id: string;
  readonly message: string;
  readonly parent_id: string;
  readonly root_id: string;
  /** The very same was sent before: this is that message. */
  readonly repeated: boolean;
  readonly diff: JsonDiff['operations'];
  readonly diff_omitted: number;
}

/** What the validator would find. */
export interface ResubmissionCheck {
  readonly message: string;
  readonly valid: boolean;
  readonly errors: CheckedMessage['errors'];
  readonly warnings: CheckedMessage['warnings'];
  readonly schema: CheckedMessage['schema'] | null;
  readonly diff: JsonDiff['operations'];
  readonly diff_omitted: number;
}

/** Edit and send: a finished message once more, with another payload. */
@Controller('api/stores/:store_id/messages')
@UseGuards(StoreGuard)
export class ResubmissionsController {
  constructor(private readonly resubmissions: Resubmissions) {}

  /** The payload is stored as it is sent, byte for byte. */
  @Post(':id/resubmit')
  @OwnRoute()
  @Operation({
    id: 'message.resubmit',
    summary: 'Edit and send: a finished message once more, with another payload',
    description:
      'Makes a new message, a child of this one in its lineage, which is validated and routed as any other; this one stays what it was. Sent twice, the same payload makes one message: the second answer is 200. With `check=true` it is validated only, and nothing is stored.',
    query: ['CheckOnly'],
    body: { schema: 'Resubmission' },
    answer: 'Resubmitted',
    also: { 200: 'ResubmissionAnswer' },
    errors: ['message_not_found', 'message_not_correctable', 'query_invalid', 'payload_invalid', 'state_changed', ...pushProblems],
  })
  async resubmit(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Body() body: unknown,
    @RequestedChange() { by = 'api' }: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ResubmittedAnswer | ResubmissionCheck> {
    if (!isMessageId(id)) throw messageNotFound(id);
    const original = await this.resubmissions.original(store, id);
    const push = pushedBody(body, original.received.event.message);
    checkStoreOf(push, store);
    if (isCheck(query)) {
      void reply.status(200);
      const { errors, warnings, schema } = await this.resubmissions.check(store, push);
      const diff = diffMembers(this.resubmissions.diff(original, push));
      return { message: push.message, valid: errors.length === 0, errors, warnings, schema: schema ?? null, ...diff };
    }
    const sent = await this.resubmissions.send(original, push, by);
    void reply.status(sent.isRepeated ? 200 : 201);
    return answerOf(id, sent);
  }
}

function answerOf(parent: string, { id, message, root, diff, isRepeated }: Resubmitted): ResubmittedAnswer {
  return { message_id: id, message, parent_id: parent, root_id: root, repeated: isRepeated, ...diffMembers(diff) };
}

const diffMembers = ({ operations, omitted }: JsonDiff): Pick<ResubmittedAnswer, 'diff' | 'diff_omitted'> => ({
  diff: operations,
  diff_omitted: omitted,
});

function isCheck(query: Record<string, unknown>): boolean {
  const text = one(query, 'check');
  if (text === undefined || text === 'false' || text === '0') return false;
  if (text === 'true' || text === '1') return true;
  throw new HttpError('query_invalid', { detail: '`check` is neither true nor false.' });
}
