import { Database, databaseDefaults } from '@crossdock/event-log';
import { failuresOf, targetOf, type Run } from '../hub/rig.ts';
import { spreadOf } from '../measure/quantiles.ts';
import type { Figure, ScenarioResult } from '../report/report.ts';
import { statementSettings } from '../hub/statements.ts';
import { othersNote, startRig, type Bench } from './bench.ts';
import { beginProfile, endProfile } from './profiled.ts';
import { countWithin, inWindow } from './series.ts';

const CONNECTIONS = [64, 256];
const WARM_UP_S = 3;

/** Pushes that are committed when they are answered, while nobody consumes them. */
export async function accept(bench: Bench): Promise<ScenarioResult> {
  const { seconds, profile } = bench.options;
  const rig = await startRig(bench, { acceptOnly: true, postgresSettings: profile ? statementSettings : {} });
  const database = new Database({ ...databaseDefaults, url: rig.hub.started.databaseUrl, connections: 4, name: 'bench' });
  const target = targetOf(await rig.hub.createStore('Accept'), 'order:new');
  const figures: Figure[] = [];
  const notes: string[] = ['the API alone: no service and no projection reads what it takes in'];
  const detail: Record<string, unknown> = {};
  for (const connections of CONNECTIONS) {
    bench.say(`${connections} connections, ${WARM_UP_S} + ${seconds} s`);
    const run = await rig.run({
      targets: [target],
      connections,
      pace: { kind: 'closed', maxOutstanding: Number.POSITIVE_INFINITY },
      durationMs: (WARM_UP_S + seconds) * 1_000,
      warmUpMs: WARM_UP_S * 1_000,
      settleMs: 0,
      fanOut: 0,
      ...(profile ? { onWindow: () => beginProfile(rig, database) } : {}),
    });
    if (profile) notes.push(`${connections} connections`, ...(await endProfile(bench, rig, database)));
    figures.push(...figuresOf(connections, run));
    notes.push(...othersNote(run.window.spent).map((note) => `with ${connections} connections ${note}`));
    detail[`${connections} connections`] = { window: run.window, statuses: run.statuses };
  }
  await database.close();
  return { scenario: 'accept', figures, notes, detail };
}

function figuresOf(connections: number, run: Run): readonly Figure[] {
  const { spent } = run.window;
  const accepted = countWithin(run.answeredAt, run.window);
  const times = spreadOf(Array.from(inWindow(run), (index) => (run.answeredAt[index] ?? 0) - (run.dueAt[index] ?? 0)));
  return [
    { what: `durable accepts, ${connections} connections`, value: accepted / spent.seconds, unit: 'per second', target: 'accepts' },
    { what: '  push → 201, p50', value: times.p50, unit: 'ms' },
    { what: '  push → 201, p99', value: times.p99, unit: 'ms' },
    { what: '  Node a message', value: spent.node / accepted, unit: 'µs' },
    { what: '  Postgres a message', value: spent.postgres / accepted, unit: 'µs' },
    { what: '  generator a message', value: spent.generator / accepted, unit: 'µs', remark: 'not part of the hub' },
    { what: '  refused', value: failuresOf(run), unit: 'count' },
  ];
}
