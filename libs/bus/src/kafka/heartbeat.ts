import type { EachBatchPayload } from 'kafkajs';
import { isLeftBehind } from './kafka-errors.ts';

/** Keeps a consumer in its group while it works on a batch: kafkajs itself is silent until the batch has ended. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #lost: Error | undefined;

  constructor(payload: Pick<EachBatchPayload, 'heartbeat'>, everyMs: number) {
    this.#timer = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => this.notice(error));
    }, everyMs);
  }

  /** The group shares out anew, or takes this consumer for dead. */
  get lost(): Error | undefined {
    return this.#lost;
  }

  /** Takes note of what a call to the group ended with; anything but its having moved on passes by itself. */
  notice(error: unknown): void {
    if (error instanceof Error && isLeftBehind(error)) this.#lost ??= error;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
