import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Database, databaseDefaults } from '@crossdock/event-log';
import { sizesOf } from '../hub/sizes.ts';
import { resetStatements, statementSettings, topStatements } from '../hub/statements.ts';
import { failuresOf, type Rig, type Run } from '../hub/rig.ts';
import { memoryOf } from '../measure/usage.ts';
import { summariseProfile, type CpuProfile } from '../profile/cpu-profile.ts';
import type { ScenarioResult } from '../report/report.ts';
import { show } from '../report/targets.ts';
import { columns } from '../report/table.ts';
import { costFigures, othersNote, startRig, type Bench } from './bench.ts';
import { countWithin } from './series.ts';

const CONNECTIONS = 64;
/** Enough that no step ever waits for work, too few to hide that one cannot keep up. */
const BACKLOG = 3_000;
const CONCURRENCY = 256;
const WARM_UP_S = 4;
const SAMPLE_US = 500;
const TOP = 25;

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
        { what: 'deliveries, sustained', value: delivered / run.window.spent.seconds, unit: 'per second', target: 'deliveries' },
        ...costFigures(run.window.spent, delivered, 'cpuPerMessage'),
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
export async function sustainedRun({ options, say }: Bench, rig: Rig, onWindow?: () => Promise<void>): Promise<Run> {
  const store = await rig.hub.createStore('Pipeline');
  const target = await rig.route(store, 'order:new', '/orders', { concurrency: CONCURRENCY });
  const warmUpMs = 1_000 * WARM_UP_S;
  say(`pushes as fast as deliveries go out, ${WARM_UP_S} + ${options.seconds} s`);
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

async function beginProfile(rig: Rig, database: Database): Promise<void> {
  await resetStatements(database);
  await rig.hub.child.call('startProfile', { everyUs: SAMPLE_US });
}

async function endProfile({ options }: Bench, rig: Rig, database: Database): Promise<readonly string[]> {
  const text = await rig.hub.child.call('stopProfile', undefined);
  const statements = await topStatements(database, TOP);
  const folder = join(options.dataDir, 'bench', 'profiles');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${new Date().toISOString().replaceAll(':', '-')}.cpuprofile`);
  await writeFile(file, text);
  const { busyUs, functions, modules, inclusive } = summariseProfile(JSON.parse(text) as CpuProfile);
  const section = (title: string, rows: readonly (readonly string[])[]): string =>
    [title, ...columns(rows, new Set([0, 1]))].join('\n      ');
  const times = (list: typeof functions): readonly (readonly string[])[] =>
    list.slice(0, TOP).map(({ name, selfUs, share }) => [show(share, 'share'), show(selfUs / 1_000, 'ms'), name]);
  return [
    `CPU profile: ${file} (${show(busyUs / 1e6, 's')} busy)`,
    section('functions, their own time', times(functions)),
    section('modules, their own time', times(modules)),
    section('our functions with what they called', times(inclusive)),
    section(
      'statements',
      statements.map(({ statement, calls, rows, ms }) => [
        show(ms, 'ms'),
        show(calls, 'count'),
        `${show(rows, 'count')} rows`,
        statement.slice(0, 150),
      ]),
    ),
  ];
}
