import { describe } from 'vitest';
import { kafkaSkipReason } from './start-kafka.ts';

const reason = kafkaSkipReason();

/** False where a spec that needs Kafka should be skipped: `it.skipIf(!withKafka)`. */
export const withKafka = reason === undefined;

/**
 * A `describe` that is skipped on a machine that cannot run Kafka, and says so in its title with the remedy.
 * With `CROSSDOCK_REQUIRE_KAFKA=1` it is not skipped, and `startKafka` fails with that reason.
 */
export function describeWithKafka(name: string, body: () => void): void {
  if (reason === undefined) describe(name, body);
  else describe.skip(`${name} (skipped: ${reason})`, body);
}
