import type { Database } from '@crossdock/event-log';
import { pause } from '@crossdock/kit';
import { failuresOf, type Rig, type Run } from '../hub/rig.ts';
import { stagesOf, type Stage } from '../hub/stages.ts';
import { statementSettings } from '../hub/statements.ts';
import type { LoadTarget } from '../load/load-plan.ts';
import { spentBetween, type Spent } from '../measure/usage.ts';
import { openDatabase } from '../prefill/fill-log.ts';
import type { Figure, ScenarioResult } from '../report/report.ts';
import { show } from '../report/show.ts';
import { othersNote, startRig, type Bench } from './bench.ts';
import { missingNote } from './pipeline.ts';
import { beginProfile, endProfile } from './profiled.ts';
import { latenciesOf, type Latencies } from './series.ts';

const IDLE_MS = 3_000;
const RATES = [200, 500];
const CONNECTIONS = 64;
const WARM_UP_S = 3;

/** A fixed rate, whatever comes back; every time counts from when the push was due. */
export async function latency(bench: Bench): Promise<ScenarioResult> {
  const rig = await startRig(bench, { postgresSettings: bench.options.profile ? statementSettings : {} });
  const database = openDatabase(rig.hub.started.databaseUrl);
  try {
    const store = await rig.hub.createStore('Latency');
    const target = await rig.route(store, { type: 'order:new', path: '/orders' });
    bench.say('warms up');
    await atRate({ rig, target, perSecond: 1_000, seconds: WARM_UP_S });
    const idle = await idleCost(rig);
    const rates: RateResult[] = [];
    for (const perSecond of RATES) rates.push(await measureRate(bench, { rig, target, database, perSecond }));
    return {
      scenario: 'latency',
      figures: [...rates.flatMap(({ figures }) => figures), { what: 'processors busy while nothing happens', value: idle, unit: 'share' }],
      notes: rates.flatMap(({ perSecond, notes }) => notes.map((note) => `at ${perSecond}/s ${note}`)),
      detail: Object.fromEntries(rates.map(({ perSecond, detail }) => [`${perSecond}/s`, detail])),
    };
  } finally {
    await database.close();
  }
}

/** Of one processor. */
async function idleCost(rig: Rig): Promise<number> {
  await pause(1_000);
  const before = await rig.usage();
  await pause(IDLE_MS);
  const { node, postgres, seconds } = spentBetween(before, await rig.usage());
  return (node + postgres) / 1e6 / seconds;
}

interface RateResult {
  readonly perSecond: number;
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

interface RatePlan {
  readonly rig: Rig;
  readonly target: LoadTarget;
  readonly database: Database;
  readonly perSecond: number;
}

async function measureRate(bench: Bench, { rig, target, database, perSecond }: RatePlan): Promise<RateResult> {
  const { seconds, profile } = bench.options;
  bench.say(`${perSecond} pushes a second, ${WARM_UP_S} + ${seconds} s`);
  const since = Date.now() + WARM_UP_S * 1_000;
  const onWindow = profile ? () => beginProfile(rig, database) : undefined;
  const run = await atRate({ rig, target, perSecond, seconds, ...(onWindow === undefined ? {} : { onWindow }) });
  const profiled = profile ? await endProfile(bench, rig, database) : [];
  const latencies = latenciesOf(run);
  const stages = await stagesOf(database, since);
  const { window, statuses } = run;
  return {
    perSecond,
    figures: figuresOf(perSecond, latencies, window.spent),
    notes: [...notesOf(run, latencies), `by stages: ${stages.map(describeStage).join(', ')}`, ...profiled],
    detail: { ...latencies, stages, window, statuses },
  };
}

const describeStage = ({ stage, p50, p99 }: Stage): string => `${stage} ${show(p50, 'ms')} (p99 ${show(p99, 'ms')})`;

function notesOf(run: Run, { late }: Latencies): readonly string[] {
  const unsent = run.unsent + failuresOf(run);
  return [
    ...othersNote(run.window.spent),
    ...missingNote(run),
    `pushes were sent ${show(late.p50, 'ms')} late, p99 ${show(late.p99, 'ms')}, which is part of the times`,
    ...(unsent === 0 ? [] : [`${unsent} pushes were refused or could not be sent in time`]),
  ];
}

interface RateRun {
  readonly rig: Rig;
  readonly target: LoadTarget;
  readonly perSecond: number;
  readonly seconds: number;
  readonly onWindow?: () => Promise<void>;
}

async function atRate({ rig, target, perSecond, seconds, onWindow }: RateRun): Promise<Run> {
  return await rig.run({
    targets: [target],
    connections: CONNECTIONS,
    pace: { kind: 'open', perSecond },
    durationMs: (WARM_UP_S + seconds) * 1_000,
    warmUpMs: WARM_UP_S * 1_000,
    settleMs: 10_000,
    ...(onWindow === undefined ? {} : { onWindow }),
  });
}

function figuresOf(perSecond: number, { accepted, delivered }: Latencies, spent: Spent): readonly Figure[] {
  return [
    { what: `push → endpoint at ${perSecond}/s, p50`, value: delivered.p50, unit: 'ms', target: 'latencyP50' },
    { what: '  p90', value: delivered.p90, unit: 'ms' },
    { what: '  p99', value: delivered.p99, unit: 'ms', target: 'latencyP99' },
    { what: '  max', value: delivered.max, unit: 'ms' },
    { what: `push → 201 at ${perSecond}/s, p50`, value: accepted.p50, unit: 'ms' },
    { what: '  p99', value: accepted.p99, unit: 'ms' },
    { what: `CPU a message at ${perSecond}/s, Node + Postgres`, value: (spent.node + spent.postgres) / delivered.count, unit: 'µs' },
    { what: '  of it Node', value: spent.node / delivered.count, unit: 'µs' },
  ];
}
