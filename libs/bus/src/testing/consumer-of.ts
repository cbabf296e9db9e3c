import type { WorldProcess } from '@crossdock/core/testing';
import { createLogger } from '@crossdock/kit';
import { BatchRunner } from '../batch-runner.ts';
import { TailConsumer } from '../tail-consumer.ts';

/** Says nothing. */
export const quiet = createLogger({ level: 'silent', service: 'test', destination: 1 });

/** The consumer of a process, as the runtime puts it together. */
export function consumerOf({ unitOfWork, checkpoints, tail }: WorldProcess): TailConsumer {
  const runner = new BatchRunner({ unitOfWork, checkpoints, logger: quiet, now: () => 1_795_219_200_000 });
  return new TailConsumer({ tail, checkpoints, runner, logger: quiet });
}
