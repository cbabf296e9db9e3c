import { beforeAll, expect, it } from 'vitest';
import { createDatabase } from '../../../tools/testing/database.ts';
import { startKafka } from '../../../tools/testing/start-kafka.ts';
import { describeWithKafka } from '../../../tools/testing/with-kafka.ts';
import { checkTopics } from './testing/chaos/topics.ts';
import { World } from './testing/chaos/world.ts';
import { compile } from './testing/child-process.ts';

const MINUTES = 60_000;
const KILLS = 3;
/** It never gets quiet: what was lost is missed, what stands still does so. */
const RESTLESS_MS = 2_000;

// A check that finds nothing proves nothing unless it finds what is there: each of these makes a mistake on purpose.

beforeAll(compile, 2 * MINUTES);

it(
  'finds what is lost when a commit does not wait for the disk',
  async () => {
    await World.run(async (world) => {
      const postgres = await world.postgres({ synchronous_commit: 'off' });
      const options = await world.servicesOn(postgres);
      let hub = world.startServices(options);
      await world.load(await hub.ready());
      for (let kill = 0; kill < KILLS; kill += 1) {
        await world.progress(20, 0);
        await world.killPostgres(postgres);
      }
      await world.endLoad();
      // Positions were dealt anew for other events: what the processes remember is of no use.
      await hub.kill('SIGKILL');
      hub = world.startServices(options);
      expect(await world.findings(await hub.ready(), RESTLESS_MS)).toContainEqual(
        expect.stringMatching(/^lost \(\d+\): push \d+ was acknowledged/),
      );
    });
  },
  2 * MINUTES,
);

it(
  'finds what stands still when a checkpoint moves before what was made of its records',
  async () => {
    await World.run(async (world) => {
      const postgres = await world.postgres();
      const options = await world.servicesOn(postgres, 'checkpoint_before_outputs');
      for (let kill = 0; kill < KILLS; kill += 1) {
        const hub = world.startServices(options);
        await world.load(await hub.ready());
        await world.progress(20);
        await world.moment(0, 200);
        await world.killed('services', () => hub.kill('SIGKILL'));
      }
      await world.endLoad();
      const { mistake: _made, ...careful } = options;
      const findings = await world.findings(await world.startServices(careful).ready(), RESTLESS_MS);
      expect(findings).toContainEqual(expect.stringMatching(/^I8 does not hold/));
    });
  },
  2 * MINUTES,
);

describeWithKafka('on Kafka', () => {
  it(
    'finds what is missing on a topic when the relay moves on before it has published',
    async () => {
      const [kafka, database] = await Promise.all([startKafka(), createDatabase()]);
      try {
        await World.run(async (world) => {
          const options = { ...(await world.servicesOn(database, 'moved_before_published')), brokers: kafka.brokers };
          for (let kill = 0; kill < KILLS; kill += 1) {
            const hub = world.startServices(options);
            await world.load(await hub.ready());
            await world.progress(20);
            await world.moment(0, 200);
            await world.killed('services', () => hub.kill('SIGKILL'));
          }
          const { mistake: _made, ...careful } = options;
          const system = await world.startServices(careful).ready();
          await world.load(system);
          await world.progress(20);
          await world.endLoad();
          // Consumers read in the log what the topics lack.
          expect(await world.findings(system)).toEqual([]);
          expect(await checkTopics(database.url, kafka.brokers, false)).toContainEqual(
            expect.stringMatching(/^I13 does not hold: record \d+ of crossdock/),
          );
        });
      } finally {
        await database.drop();
        await kafka.down();
      }
    },
    3 * MINUTES,
  );
});
