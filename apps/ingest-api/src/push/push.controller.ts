import type { ErrorCode } from '@crossdock/contracts';
import { memberName, setMember, type Clock, type Intake, type MessageReceived, type NewId } from '@crossdock/core';
import { CLOCK, INTAKE, NEW_ID } from '@crossdock/kit';
import { Body, Controller, Header, HttpCode, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { StoreAccess } from '../auth/store-access.ts';
import { StoreGuard } from '../auth/store.guard.ts';
import { HttpError } from '../http/http-error.ts';
import { Operation } from '../openapi/operation.ts';
import { checkStoreOf, pushedBody, pushProblems, refusedPush } from './pushed-body.ts';
import type { Push } from './read-push.ts';

const MESSAGE_ID = memberName('message_id');
const JSON_UTF8 = 'application/json; charset=utf-8';

/** What can be wrong with a push, and with the moment. */
const problems: readonly ErrorCode[] = [...pushProblems, 'payload_invalid', 'overloaded'];

/** Takes messages in. 201 means: committed. */
@Controller()
export class PushController {
  constructor(
    @Inject(INTAKE) private readonly intake: Intake,
    @Inject(NEW_ID) private readonly newId: NewId,
    @Inject(CLOCK) private readonly now: Clock,
    private readonly access: StoreAccess,
  ) {}

  @Post('api/stores/:store_id/messages')
  @Operation({ id: 'message.push', summary: 'Push a message', body: { schema: 'Push' }, answer: 'Pushed', errors: problems })
  @UseGuards(StoreGuard)
  @HttpCode(201)
  @Header('content-type', JSON_UTF8)
  async push(@Param('store_id') store: string, @Body() body: unknown): Promise<Buffer> {
    return await this.#take(store, pushedBody(body));
  }

  /** The oldest forms: the store is named in the body, so that the body is read before the token is judged. */
  @Post(['api/messages', 'messages'])
  @Operation({
    id: ['message.push_by_body', 'message.push_oldest'],
    summary: 'Push a message to the store that its body names',
    body: { schema: 'Push' },
    answer: 'Pushed',
    access: 'store',
    errors: ['store_id_missing', 'store_not_found', ...problems],
    deprecated: true,
  })
  @HttpCode(201)
  @Header('content-type', JSON_UTF8)
  async pushByBody(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Buffer> {
    await this.access.caller(request.headers);
    const push = pushedBody(body);
    if (push.storeId === undefined)
      throw refusedPush('store_id_missing', 'store_id', 'The body has no `store_id`, and the path names no store.');
    await this.access.callerFor(request.headers, push.storeId);
    return await this.#take(push.storeId, push);
  }

  async #take(store: string, push: Push): Promise<Buffer> {
    checkStoreOf(push, store);
    const id = this.newId();
    const event: MessageReceived = {
      type: 'message.received',
      store,
      root: id,
      message: push.message,
      rootMessage: push.message,
      origin: 'push',
      ...(push.source === undefined ? {} : { source: push.source }),
      hops: 0,
      ...(push.attributes === undefined ? {} : { attributes: push.attributes }),
      bytes: push.payload.length,
    };
    const answer = await this.intake.receive({ stream: id, version: 1, at: this.now(), event, payload: push.payload, parsed: push.parsed });
    switch (answer) {
      case 'stored':
        return Buffer.concat(setMember(push.body, push.object, MESSAGE_ID, Buffer.from(`"${id}"`)));
      case 'overloaded':
        throw new HttpError('overloaded', { detail: 'More is coming in than can be stored right now.', retryAfter: 1 });
      case 'unavailable':
        throw new HttpError('storage_unavailable', {
          detail: 'The message could not be confirmed as stored in time. Push it again.',
          retryAfter: 5,
        });
      case 'refused':
        throw refusedPush('payload_invalid', 'payload', 'The database cannot hold this payload.');
    }
  }
}
