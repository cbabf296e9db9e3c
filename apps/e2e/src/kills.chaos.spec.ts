import { beforeAll, expect, it } from 'vitest';
import { chosenCycles } from './testing/chaos/random.ts';
import { World } from './testing/chaos/world.ts';
import { compile, startAllInOne } from './testing/child-process.ts';
import { killFamily, postmasterOf } from './testing/processes.ts';

const MINUTES = 60_000;

beforeAll(compile, 2 * MINUTES);

it(
  'loses and doubles nothing when the process is killed at any moment',
  async () => {
    const cycles = chosenCycles(20);
    await World.run(async (world) => {
      let hub = world.child(startAllInOne(world.dataDir));
      let system = await hub.ready();
      await world.load(system);
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        await world.progress(20);
        await world.moment(0, 600);
        // At times the machine goes, with Postgres and all.
        const everything = world.random() < 0.3;
        await world.killed(everything ? 'process and postgres' : 'process', async () => {
          const server = postmasterOf(world.dataDir);
          await hub.kill('SIGKILL');
          if (everything) killFamily(server);
        });
        // At times it is killed again before it is ready.
        if (world.random() < 0.25) {
          hub = world.child(startAllInOne(world.dataDir));
          await world.moment(100, 1_500);
          await world.killed('starting process', () => hub.kill('SIGKILL'));
        }
        hub = world.child(startAllInOne(world.dataDir));
        system = await hub.ready();
        await world.load(system);
      }
      await world.endLoad();
      expect(await world.findings(system)).toEqual([]);
      expect(await hub.kill('SIGTERM')).toEqual({ code: 0, signal: null });
      console.info(world.summary());
    });
  },
  5 * MINUTES,
);

it(
  'loses and doubles nothing when Postgres is killed under the running services',
  async () => {
    const cycles = chosenCycles(10);
    await World.run(async (world) => {
      const postgres = await world.postgres();
      const hub = world.startServices(await world.servicesOn(postgres));
      const system = await hub.ready();
      await world.load(system);
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        await world.progress(20);
        await world.moment(0, 700);
        await world.killPostgres(postgres);
      }
      await world.progress(20);
      await world.endLoad();
      expect(await world.findings(system)).toEqual([]);
      expect(await hub.kill('SIGTERM')).toEqual({ code: 0, signal: null });
      console.info(world.summary());
    });
  },
  5 * MINUTES,
);
