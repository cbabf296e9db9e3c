import { Database, databaseDefaults } from '@crossdock/event-log';
import { sizesOf } from '../hub/sizes.ts';
import { statementSettings } from '../hub/statements.ts';
import { failuresOf, type Rig, type Run } from '../hub/rig.ts';
import { memoryOf } from '../measure/usage.ts';
import type { ScenarioResult } from '../report/report.ts';
import { show } from '../report/show.ts';
import { costFigures, othersNote, startRig, type Bench } from './bench.ts';
import { beginProfile, endProfile } from './profiled.ts';
import { countWithin } from './series.ts';

/** Enough that whoever pushes is not what limits. */
const CONNECTIONS = 256;
/** Enough that no step ever waits for work, too few to hide that one cannot keep up. */
const BACKLOG = 3_000;
const CONCURRENCY = 256;
const WARM_UP_S = 4;

/** Push → delivered, as fast as it goes with a bounded backlog: what comes in is what goes out. */
export async function pipeline(bench: Bench): Promise<ScenarioResult> {
  const { options } = bench;
  const rig = await startRig(bench, { postgresSettings: options.profile ? statementSettings : {} });
  const database = new Database({ ...databaseDefaults, url: rig.hub.started.databaseUrl, connections: 4, name: 'bench' });
  try {
    const before = await sizesOf(database);
    const run = await sustainedRun(bench, rig, options.profile ? () => beginProfile(rig, database) : undefined);
    const profile = options.profile ? await endProfile(bench, rig, database) : [];
    const after = await sizesOf(database);
    const messages = after.messages - before.messages;
    const delivered = countWithin(run.arrivedAt, run.window);
    const memory = await memoryOf(rig.hub.child.pid);
    return {
      scenario: 'pipeline',
      figures: [
        {
          what: options.kafka === undefined ? 'deliveries, sustained' : 'deliveries through Kafka, sustained',
          value: delivered / run.window.spent.seconds,
          unit: 'per second',
          target: options.kafka === undefined ? 'deliveries' : 'deliveriesOverKafka',
        },
        ...costFigures(run.window.spent, delivered, options.kafka === undefined ? 'cpuPerMessage' : undefined),
        { what: 'log a message', value: (after.log - before.log) / messages, unit: 'bytes' },
        { what: 'write-ahead log a message', value: (after.wal - before.wal) / messages, unit: 'bytes' },
        { what: 'pushes refused', value: failuresOf(run), unit: 'count' },
      ],
      notes: [
        `${CONNECTIONS} connections, at most ${BACKLOG} messages under way, one endpoint with ${CONCURRENCY} at once, ${show(messages, 'count')} messages`,
        ...othersNote(run.window.spent),
        ...missingNote(run),
        ...profile,
      ],
      detail: { window: run.window, delivered, statuses: run.statuses, repeated: run.repeated, before, after, memory },
    };
  } finally {
    await database.close();
  }
}

/** A store, one mapping, and a closed loop on it. */
export async function sustainedRun(bench: Bench, rig: Rig, onWindow?: () => Promise<void>): Promise<Run> {
  const { options } = bench;
  const store = await rig.hub.createStore('Pipeline');
  const target = await rig.route(store, { type: 'order:new', path: '/orders', options: { concurrency: CONCURRENCY } });
  const warmUpMs = 1_000 * WARM_UP_S;
  bench.say(`pushes as fast as deliveries go out, ${WARM_UP_S} + ${options.seconds} s`);
  return await rig.run({
    targets: [target],
    connections: CONNECTIONS,
    pace: { kind: 'closed', maxOutstanding: BACKLOG },
    durationMs: warmUpMs + options.seconds * 1_000,
    warmUpMs,
    settleMs: 15_000,
    ...(onWindow === undefined ? {} : { onWindow }),
  });
}

export function missingNote(run: Run): readonly string[] {
  const missing = run.arrivedAt.filter((at, index) => at === 0 && (run.answeredAt[index] ?? 0) > 0).length - failuresOf(run);
  const repeated = run.repeated === 0 ? [] : [`${run.repeated} deliveries came more than once`];
  return missing <= 0 ? repeated : [`${missing} messages were accepted and had not arrived at the end`, ...repeated];
}
