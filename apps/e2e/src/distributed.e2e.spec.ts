import { afterAll, beforeAll } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../tools/testing/database.ts';
import { startKafka } from '../../../tools/testing/start-kafka.ts';
import { describeWithKafka } from '../../../tools/testing/with-kafka.ts';
import { compile } from './testing/child-process.ts';
import { DistributedSystem } from './testing/distributed/distributed-system.ts';
import { scenarios } from './testing/scenarios/all.ts';

describeWithKafka('five processes on Kafka', () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>;
  let database: TestDatabase;
  let running: DistributedSystem;

  beforeAll(async () => {
    await compile();
    [kafka, database] = await Promise.all([startKafka(), createDatabase()]);
    running = await DistributedSystem.start({ databaseUrl: database.url, brokers: kafka.brokers });
  }, 180_000);
  afterAll(async () => {
    await running.stop();
    await database.drop();
    await kafka.down();
  }, 60_000);

  for (const scenario of scenarios) scenario(() => running);
});
