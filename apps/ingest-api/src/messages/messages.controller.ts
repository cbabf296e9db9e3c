import { boundedText, isMessageId, type DeliveryVerb } from '@crossdock/core';
import { Body, Controller, Get, Header, Param, Put, Query, UseGuards } from '@nestjs/common';
import { StoreGuard } from '../auth/store.guard.ts';
import { HttpError } from '../http/http-error.ts';
import { readJsonObject } from '../http/json-body.ts';
import { Operation } from '../openapi/operation.ts';
import { messageNotFound } from './message-not-found.ts';
import { MessageStories } from './message-story.ts';
import { MessageVerbs } from './message-verbs.ts';
import { renderStory } from './render-story.ts';

const MAX_REASON = 500;

@Controller('api/stores/:store_id/messages')
@UseGuards(StoreGuard)
export class MessagesController {
  constructor(
    private readonly stories: MessageStories,
    private readonly verbs: MessageVerbs,
  ) {}

  @Get(':id')
  @Operation({
    id: 'message.show',
    summary: 'A message or delivery, with everything that happened to it',
    answer: 'Story',
    errors: ['message_not_found'],
  })
  @Header('content-type', 'application/json; charset=utf-8')
  async show(@Param('store_id') store: string, @Param('id') id: string): Promise<string> {
    return await this.#story(store, id);
  }

  /** `attempt_now=true` or `archive=true`, in the query or the body. */
  @Put(':id')
  @Operation({
    id: 'message.perform',
    summary: 'Attempt a delivery now, or archive a message or delivery by hand',
    query: ['AttemptNow', 'Archive', 'Reason'],
    body: { schema: 'MessageVerb', optional: true },
    answer: 'Story',
    errors: [
      'message_not_found',
      'verb_missing',
      'verb_ambiguous',
      'delivery_running',
      'delivery_not_retryable',
      'message_not_archivable',
      'state_changed',
    ],
  })
  @Header('content-type', 'application/json; charset=utf-8')
  async perform(
    @Param('store_id') store: string,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Body() body: unknown,
  ): Promise<string> {
    const given = Buffer.isBuffer(body) && body.length > 0 ? { ...query, ...readJsonObject(body) } : query;
    if (!isMessageId(id)) throw messageNotFound(id);
    await this.verbs.perform(store, id, verbOf(given));
    return await this.#story(store, id);
  }

  async #story(store: string, id: string): Promise<string> {
    const story = isMessageId(id) ? await this.stories.read(store, id) : undefined;
    if (story === undefined) throw messageNotFound(id);
    return renderStory(story);
  }
}

function verbOf(given: Record<string, unknown>): DeliveryVerb {
  const asked = (name: string): boolean => given[name] === true || given[name] === 'true' || given[name] === '1';
  const attempt = asked('attempt_now');
  const archive = asked('archive');
  if (attempt && archive) throw new HttpError('verb_ambiguous', { detail: 'Both `attempt_now` and `archive` are true.' });
  if (attempt) return { kind: 'attempt_now', by: 'api' };
  if (!archive) throw new HttpError('verb_missing', { detail: 'Neither `attempt_now` nor `archive` is true.' });
  const { reason } = given;
  return {
    kind: 'archive',
    by: 'api',
    ...(typeof reason === 'string' && reason !== '' ? { reason: boundedText(reason, MAX_REASON) } : {}),
  };
}
