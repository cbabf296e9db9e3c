import type { LogTail, QueueLists } from '@crossdock/core';
import { LOG_TAIL, QUEUE_LISTS } from '@crossdock/kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { HttpError } from '../http/http-error.ts';

const NO_STORE = '0'.repeat(24);

/** `livez`: the process turns. `readyz`: it can do its work. */
@Controller()
export class HealthController {
  constructor(
    @Inject(LOG_TAIL) private readonly tail: LogTail,
    @Inject(QUEUE_LISTS) private readonly lists: QueueLists,
  ) {}

  @Get('livez')
  live(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(): Promise<{ readonly status: 'ok'; readonly shards: number }> {
    try {
      await this.lists.counts(NO_STORE);
    } catch (cause) {
      throw new HttpError('not_ready', { detail: 'The database does not answer.', retryAfter: 5, cause });
    }
    return { status: 'ok', shards: this.tail.shards.length };
  }
}
