import { DESCRIPTION_FETCHER } from '@crossdock/kit';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

/** What fetches the descriptions of integrations. */
interface Background {
  start(): void;
  stop(): Promise<void>;
}

/** Descriptions are fetched where people ask for them: there a request wakes the fetcher at once. */
@Injectable()
export class DescriptionHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(DESCRIPTION_FETCHER) private readonly fetcher: Background) {}

  onApplicationBootstrap(): void {
    this.fetcher.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.fetcher.stop();
  }
}
