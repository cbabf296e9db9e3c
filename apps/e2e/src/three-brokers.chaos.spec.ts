import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../tools/testing/database.ts';
import { startKafka } from '../../../tools/testing/start-kafka.ts';
import { describeWithKafka } from '../../../tools/testing/with-kafka.ts';
import { Installation } from './testing/chaos/installation.ts';
import { chosenCycles } from './testing/chaos/random.ts';
import { topicReplicas } from './testing/chaos/topics.ts';
import { compile } from './testing/child-process.ts';
import { eventually } from './testing/eventually.ts';

const MINUTES = 60_000;
const cycles = chosenCycles(3);

describeWithKafka('five processes on three brokers', () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>;
  let database: TestDatabase;
  let hub: Installation;

  beforeAll(async () => {
    await compile();
    [kafka, database] = await Promise.all([startKafka({ brokers: 3 }), createDatabase()]);
    hub = await Installation.start(database.url, kafka);
  }, 4 * MINUTES);
  afterAll(async () => {
    await hub.stop();
    await database.drop();
    await kafka.down();
  }, MINUTES);

  it(
    'goes on without a break when one broker after the other is killed',
    async () => {
      const { restarts } = hub.supervisor;
      await hub.survives(async (world) => {
        expect(await topicReplicas(kafka.brokers)).toEqual({ replicas: [3], inSync: [3], minInSync: ['2'] });
        for (let cycle = 0; cycle < cycles; cycle += 1) {
          const broker = 1 + (cycle % kafka.ids.length);
          await world.progress(20);
          await world.moment(0, 700);
          await hub.killBroker(world, broker);
          await world.progress(20, 20, MINUTES);
          await kafka.start(broker);
          await eventually(async () => expect((await topicReplicas(kafka.brokers)).inSync).toEqual([3]), { within: MINUTES, every: 250 });
        }
        await world.progress(20, 20);
      });
      expect(restarts).toEqual([]);
    },
    15 * MINUTES,
  );
});
