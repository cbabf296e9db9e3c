import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../tools/testing/database.ts';
import { startKafka } from '../../../tools/testing/start-kafka.ts';
import { describeWithKafka } from '../../../tools/testing/with-kafka.ts';
import { Installation } from './testing/chaos/installation.ts';
import { chosenCycles } from './testing/chaos/random.ts';
import { nextHolder, relayHolders } from './testing/chaos/relay-holders.ts';
import { compile } from './testing/child-process.ts';
import { serviceNames } from './testing/distributed/service-process.ts';

const MINUTES = 60_000;
const cycles = chosenCycles(3);
const TAKE_OVER_MS = 30_000;

describeWithKafka('five processes on one broker', () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>;
  let database: TestDatabase;
  let hub: Installation;

  beforeAll(async () => {
    await compile();
    [kafka, database] = await Promise.all([startKafka(), createDatabase()]);
    hub = await Installation.start(database.url, kafka);
  }, 3 * MINUTES);
  afterAll(async () => {
    await hub.stop();
    await database.drop();
    await kafka.down();
  }, MINUTES);

  it(
    'loses and doubles nothing when each service is killed at any moment',
    async () => {
      await hub.survives(async (world) => {
        for (let cycle = 0; cycle < cycles; cycle += 1) {
          await world.progress(50, 20);
          for (const name of serviceNames) {
            await world.moment(0, 1_000);
            for (const process of hub.system.running(name)) await hub.kill(world, process);
          }
          await hub.supervisor.ready();
        }
        await world.progress(50, 20);
      });
    },
    10 * MINUTES,
  );

  it(
    'goes on publishing where the one that published was killed',
    async () => {
      await hub.survives(async (world) => {
        for (let cycle = 0; cycle < cycles; cycle += 1) {
          await world.progress(20);
          await world.moment(0, 500);
          const holders = await relayHolders(hub.system);
          const holder = holders[Math.floor(world.between(0, holders.length))];
          if (holder === undefined) throw new Error('Nobody publishes.');
          await hub.kill(world, holder.process);
          const next = await nextHolder(hub.system, holder.shard, holder.process, TAKE_OVER_MS);
          expect(next.token).toBeGreaterThan(holder.token);
        }
        await hub.supervisor.ready();
        await world.progress(20);
      });
    },
    10 * MINUTES,
  );

  it(
    'loses and doubles nothing when the only broker is killed',
    async () => {
      const { restarts } = hub.supervisor;
      const before = restarts.length;
      await hub.survives(async (world) => {
        for (let cycle = 0; cycle < cycles; cycle += 1) {
          await world.progress(20);
          await world.moment(0, 700);
          await hub.killBroker(world, 1);
          await world.moment(0, 2_000);
          await kafka.start(1);
        }
        await world.progress(20, 20);
      });
      // Who only waits for Kafka does not end.
      expect(restarts.slice(before)).toEqual([]);
    },
    10 * MINUTES,
  );
});
