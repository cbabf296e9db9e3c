import type { TestProject } from 'vitest/node';
import { kafkaSkipReason, startKafka } from './start-kafka.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses of the single Kafka broker of this test run, as `host:port`; none on a machine that cannot run one. */
    kafkaBrokers: readonly string[];
  }
}

/**
 * Global setup of Vitest for the project `kafka`: one throw-away broker for the run, its address under `inject('kafkaBrokers')`.
 * Without Java or Maven there is none, and the specs are skipped; with `CROSSDOCK_REQUIRE_KAFKA=1` the run fails instead.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const reason = kafkaSkipReason();
  if (reason !== undefined) {
    process.stderr.write(`\nKafka specs are skipped: ${reason}\n\n`);
    project.provide('kafkaBrokers', []);
    return () => Promise.resolve();
  }
  const kafka = await startKafka();
  project.provide('kafkaBrokers', kafka.brokers);
  return () => kafka.down();
}
