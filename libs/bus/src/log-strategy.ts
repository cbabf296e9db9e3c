import type { LogConsumer, LogRecord, RecordOutcome, Subscription, Transaction } from '@crossdock/core';
import type { BatchExtras } from '@crossdock/kit';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { isObservable, lastValueFrom, type Observable } from 'rxjs';

const MAX_RECORDS = 500;
const DRAIN_MS = 30_000;

type NestHandler = (
  records: readonly LogRecord[],
  tx: Transaction,
) => Promise<Observable<readonly RecordOutcome[]> | readonly RecordOutcome[]>;

/**
 * Nest's side of the log: each `@BatchPattern(topic)` method of a service is a batch handler
 * `(@Payload() records, @Ctx() tx) → Promise<RecordOutcome[]>` of the group that is named after the service.
 */
export class LogStrategy extends Server implements CustomTransportStrategy {
  readonly #consumer: LogConsumer;
  readonly #group: string;

  constructor(consumer: LogConsumer, group: string) {
    super();
    this.#consumer = consumer;
    this.#group = group;
  }

  listen(callback: (error?: unknown) => void): void {
    this.#consumer.start(this.#subscriptions()).then(() => callback(), callback);
  }

  #subscriptions(): readonly Subscription[] {
    return [...this.messageHandlers].map(([topic, handler]) => {
      const extras: BatchExtras = handler.extras ?? {};
      const handle = handler as unknown as NestHandler;
      return {
        group: this.#group,
        topic,
        maxRecords: extras.maxRecords ?? MAX_RECORDS,
        ...(extras.isIrrelevant === undefined ? {} : { isIrrelevant: extras.isIrrelevant }),
        // Nest answers an Observable only where interceptors or filters had something to do.
        handler: async (records, tx) => {
          const outcomes = await handle(records, tx);
          return isObservable(outcomes) ? await lastValueFrom(outcomes) : outcomes;
        },
      };
    });
  }

  async close(): Promise<void> {
    await this.#consumer.drain(DRAIN_MS);
  }

  on(): never {
    throw new TypeError('The log has no client events.');
  }

  unwrap<T>(): T {
    return this.#consumer as T;
  }
}
