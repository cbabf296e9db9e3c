import type { ErrorCode } from '@crossdock/contracts';
import { memberName, setMember, type Clock, type Intake, type MessageReceived, type NewId } from '@crossdock/core';
import { CLOCK, INTAKE, NEW_ID } from '@crossdock/kit';
import { Body, Controller, Header, HttpCode, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { StoreAccess } from '../auth/store-access.ts';
import { StoreGuard } from '../auth/store.guard.ts';
import { HttpError } from '../http/http-error.ts';
import { Operation } from '../openapi/operation.ts';
import { readPush, type Push } from './read-push.ts';

const MESSAGE_ID = memberName('message_id');
const JSON_UTF8 = 'application/json; charset=utf-8';

/** What can be wrong with a push, and with the moment. */
const pushProblems: readonly ErrorCode[] = [
  'message_missing',
  'message_not_string',
  'message_type_illegal',
  'message_type_too_long',
  'payload_missing',
  'payload_not_object',
  'payload_invalid',
  'store_id_mismatch',
  'overloaded',
];

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
  @Operation({ id: 'message.push', summary: 'Push a message', body: { schema: 'Push' }, answer: 'Pushed', errors: pushProblems })
  @UseGuards(StoreGuard)
  @HttpCode(201)
  @Header('content-type', JSON_UTF8)
  async push(@Param('store_id') store: string, @Body() body: unknown): Promise<Buffer> {
    return await this.#take(store, readBody(body));
  }

  /** The oldest forms: the store is named in the body, so that the body is read before the token is judged. */
  @Post(['api/messages', 'messages'])
  @Operation({
    id: ['message.push_by_body', 'message.push_oldest'],
    summary: 'Push a message to the store that its body names',
    body: { schema: 'Push' },
    answer: 'Pushed',
    access: 'store',
    errors: ['store_id_missing', 'store_not_found', ...pushProblems],
    deprecated: true,
  })
  @HttpCode(201)
  @Header('content-type', JSON_UTF8)
  async pushByBody(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Buffer> {
    await this.access.caller(request.headers);
    const push = readBody(body);
    if (push.storeId === undefined)
      throw refused('store_id_missing', 'store_id', 'The body has no `store_id`, and the path names no store.');
    await this.access.callerFor(request.headers, push.storeId);
    return await this.#take(push.storeId, push);
  }

  async #take(store: string, push: Push): Promise<Buffer> {
    if (push.storeId !== undefined && push.storeId !== store) {
      throw refused('store_id_mismatch', 'store_id', `The body’s \`store_id\` is not the path’s store ${store}.`);
    }
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
        throw refused('payload_invalid', 'payload', 'The database cannot hold this payload.');
    }
  }
}

function readBody(body: unknown): Push {
  const push = readPush(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
  if (push.kind === 'refused') throw refused(push.code, push.field, push.detail);
  return push;
}

function refused(code: HttpError['code'], field: string, detail: string): HttpError {
  return new HttpError(code, { detail, ...(field === '' ? {} : { field }) });
}
