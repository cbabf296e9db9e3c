import type { BatchHandler, LogRecord } from '@crossdock/core';
import { EventPattern } from '@nestjs/microservices';

/** Options of a batch handler. */
export interface BatchExtras {
  /** Records of one batch, and so of one transaction, at most. */
  readonly maxRecords?: number;
  /** Records that the handler would answer with `done` unseen: they cost no transaction. */
  readonly isIrrelevant?: (record: LogRecord) => boolean;
}

/**
 * Makes a controller's method the handler of a topic: `(@Payload() records, @Ctx() tx) → Promise<RecordOutcome[]>`. It is
 * Nest's `@EventPattern` for handlers that take batches and answer outcomes.
 */
export function BatchPattern(topic: string, extras: BatchExtras = {}) {
  const decorate = EventPattern(topic, extras) as (target: object, key: string | symbol, descriptor: PropertyDescriptor) => void;
  return (target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<BatchHandler>): void =>
    decorate(target, key, descriptor);
}
