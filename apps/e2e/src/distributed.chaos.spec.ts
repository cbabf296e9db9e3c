import { setTimeout as pause } from 'node:timers/promises';
import { consumers } from '@crossdock/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../tools/testing/database.ts';
import { startKafka } from '../../../tools/testing/start-kafka.ts';
import { describeWithKafka } from '../../../tools/testing/with-kafka.ts';
import { sentTooOften } from './testing/chaos/check.ts';
import { produceForeign, reasons, rejectedRecords, type Foreign, type Rejected } from './testing/chaos/foreign-records.ts';
import { Installation, LEASE_MS } from './testing/chaos/installation.ts';
import { chosenCycles } from './testing/chaos/random.ts';
import { nextHolder, relayHolders } from './testing/chaos/relay-holders.ts';
import { compile } from './testing/child-process.ts';
import { Stubborn } from './testing/chaos/stubborn.ts';
import { eventually } from './testing/eventually.ts';
import { serviceNames, type ServiceProcess } from './testing/distributed/service-process.ts';

const MINUTES = 60_000;
const cycles = chosenCycles(2);
/** Of what takes longer each. */
const slowCycles = chosenCycles(1);
const AWAY_SECONDS = process.env['CROSSDOCK_CHAOS_CYCLES'] === undefined ? 8 : 60;
const TAKE_OVER_MS = 30_000;

/** Topics that a service reads, with the service. */
const readers = new Map(Object.entries(consumers).flatMap(([group, topics]) => topics.map((topic) => [topic as string, group] as const)));

const shownOf = ({ topic, partition, offset, bytes }: Foreign): Rejected => ({
  step: readers.get(topic) ?? '',
  topic,
  partition,
  offset,
  bytes,
});

/** Resolves when the process has logged that, or has ended. */
async function noticed(process: ServiceProcess, event: string): Promise<void> {
  await eventually(() => {
    if (process.isRunning && !process.output.includes(`"event":"${event}"`)) throw new Error(`${process.clientId} has not said ${event}.`);
  });
}

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
          const next = await world.timed('another publishes after', () =>
            nextHolder(hub.system, holder.shard, holder.process, TAKE_OVER_MS),
          );
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

  it(
    'shares work among two and three instances, and sends nothing twice when they come and go',
    async () => {
      const names = ['router', 'delivery'] as const;
      await hub.supervisor.ready();
      await hub.pairs(names);
      const { restarts } = hub.supervisor;
      const before = restarts.length;
      await hub.survives(
        async (world) => {
          await world.progress(20);
          for (const name of names) await hub.moves(name);
          for (let cycle = 0; cycle < slowCycles; cycle += 1) {
            for (const name of names) {
              const [oldest] = hub.system.running(name);
              await world.timed('a third is ready after', () => hub.supervisor.add(name));
              await world.timed('and has partitions after', () => hub.shared(name));
              await hub.moves(name);
              if (oldest !== undefined) expect(await hub.supervisor.dismiss(oldest)).toEqual({ code: 0, signal: null });
              await hub.shared(name);
              await hub.moves(name);
            }
          }
        },
        async (world) => await sentTooOften(database.url, world.store, world.receiver),
      );
      expect(restarts.slice(before)).toEqual([]);
    },
    10 * MINUTES,
  );

  it(
    'fences a consumer that stood still for longer than its session',
    async () => {
      const names = ['router', 'delivery'] as const;
      await hub.supervisor.ready();
      await hub.pairs(names);
      await hub.survives(async (world) => {
        for (let cycle = 0; cycle < slowCycles; cycle += 1) {
          for (const name of names) {
            await world.progress(20);
            const [frozen, ...others] = hub.system.running(name);
            if (frozen === undefined) throw new Error(`No ${name} runs.`);
            await hub.freeze(world, [frozen], async () => {
              await world.timed('others have its partitions after', () => hub.shared(name, others));
              await world.timed('and move on after', () => hub.moves(name));
              await world.progress(20);
            });
            await hub.shared(name);
          }
        }
      });
    },
    10 * MINUTES,
  );

  it(
    'fences a publisher and a sender that stood still for longer than their leases',
    async () => {
      await hub.supervisor.ready();
      await hub.pairs(['delivery']);
      await hub.survives(async (world) => {
        for (let cycle = 0; cycle < slowCycles; cycle += 1) {
          await world.progress(20);
          const holders = await relayHolders(hub.system);
          const holder = holders[Math.floor(world.between(0, holders.length))];
          if (holder === undefined) throw new Error('Nobody publishes.');
          const { process } = holder;
          const senders = process.name === 'delivery' ? [] : hub.system.running('delivery').slice(0, 1);
          await hub.freeze(world, [process, ...senders], async () => {
            await Promise.all([nextHolder(hub.system, holder.shard, process, TAKE_OVER_MS), pause(LEASE_MS + 2_000)]);
            // Where the service has one process, what only it does stands still with it.
            if (hub.system.running(process.name).length > 1) await world.progress(20, 20);
          });
          await noticed(process, 'relay_lost');
        }
        await hub.supervisor.ready();
        await world.progress(20, 20);
        // Others have taken over what the sender had begun; what it heard after that changed nothing, or there would be findings.
        expect(await hub.count(world.store, 'delivery.attempt_lost')).toBeGreaterThan(0);
      });
    },
    15 * MINUTES,
  );

  it(
    'ends with exit code 1 where it was declared dead, and is started anew',
    async () => {
      await hub.supervisor.ready();
      await hub.survives(async (world) => {
        const { restarts } = hub.supervisor;
        const before = restarts.length;
        const dead: { readonly name: string; readonly pid: number; readonly code: number; readonly signal: null }[] = [];
        for (let cycle = 0; cycle < slowCycles; cycle += 1) {
          await world.progress(20);
          const running = hub.system.running();
          const process = running[Math.floor(world.between(0, running.length))];
          if (process === undefined) throw new Error('Nothing runs.');
          await hub.declareDead(world, process);
          dead.push({ name: process.name, pid: process.pid, code: 1, signal: null });
          await process.ended;
          await hub.supervisor.ready();
        }
        await world.progress(20, 20);
        expect(restarts.slice(before)).toEqual(dead);
      });
    },
    10 * MINUTES,
  );

  it(
    `takes messages in and retries while Kafka is away for ${AWAY_SECONDS} s, and catches up by itself`,
    async () => {
      await hub.supervisor.ready();
      const { restarts } = hub.supervisor;
      const before = restarts.length;
      const stubborn = await Stubborn.start(hub.system);
      await hub.survives(
        async (world) => {
          await world.progress(20);
          await hub.killBroker(world, 1);
          const requests = stubborn.requests;
          await pause(AWAY_SECONDS * 1_000);
          expect(stubborn.requests - requests).toBeGreaterThanOrEqual(Math.floor(AWAY_SECONDS / 4));
          await kafka.start(1);
          await world.progress(20, 20);
          await stubborn.giveIn();
        },
        (world) =>
          Promise.resolve([...world.history.pushes.values()].filter(({ kind }) => kind !== 'ok').map((other) => JSON.stringify(other))),
      );
      await stubborn.stop();
      expect(restarts.slice(before)).toEqual([]);
    },
    10 * MINUTES,
  );

  it(
    'shows records that are none of ours, and goes on behind them',
    async () => {
      await hub.supervisor.ready();
      const { restarts } = hub.supervisor;
      const before = restarts.length;
      await hub.survives(async (world) => {
        await world.progress(20);
        const foreign = await produceForeign(kafka.brokers, [...readers.keys()]);
        await world.progress(50, 50);
        const wanted = foreign.map((record) => {
          const reason: unknown = expect.stringMatching(reasons[record.kind]);
          return { ...shownOf(record), reason };
        });
        await eventually(async () => expect(await rejectedRecords(hub.system)).toEqual(expect.arrayContaining(wanted)));
      });
      expect(restarts.slice(before)).toEqual([]);
    },
    10 * MINUTES,
  );
});
