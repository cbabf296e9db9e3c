import { failuresOf, type Rig, type Run } from '../hub/rig.ts';
import { stagesOf, type Stage } from '../hub/stages.ts';
import type { LoadTarget } from '../load/load-plan.ts';
import { openDatabase } from '../prefill/fill-log.ts';
import type { Figure, ScenarioResult } from '../report/report.ts';
import { show } from '../report/show.ts';
import { othersNote, startRig, type Bench } from './bench.ts';
import { missingNote } from './pipeline.ts';
import { latenciesOf } from './series.ts';

const RATES = [200, 500];
const CONNECTIONS = 64;
const WARM_UP_S = 3;

/** A fixed rate, whatever comes back; every time counts from when the push was due. */
export async function latency(bench: Bench): Promise<ScenarioResult> {
  const rig = await startRig(bench);
  const store = await rig.hub.createStore('Latency');
  const target = await rig.route(store, { type: 'order:new', path: '/orders' });
  bench.say('warms up');
  await atRate({ rig, target, perSecond: 1_000, seconds: WARM_UP_S });
  const figures: Figure[] = [];
  const notes: string[] = [];
  const detail: Record<string, unknown> = {};
  for (const perSecond of RATES) {
    bench.say(`${perSecond} pushes a second, ${WARM_UP_S} + ${bench.options.seconds} s`);
    const since = Date.now() + WARM_UP_S * 1_000;
    const run = await atRate({ rig, target, perSecond, seconds: bench.options.seconds });
    const latencies = latenciesOf(run);
    const stages = await stagesSince(rig, since);
    notes.push(
      `at ${perSecond}/s ${stages.map(({ stage, p50, p99 }) => `${stage} ${show(p50, 'ms')} (p99 ${show(p99, 'ms')})`).join(', ')}`,
    );
    figures.push(...figuresOf(perSecond, latencies));
    const unsent = run.unsent + failuresOf(run);
    notes.push(...[...othersNote(run.window.spent), ...missingNote(run)].map((note) => `at ${perSecond}/s ${note}`));
    notes.push(
      `at ${perSecond}/s pushes were sent ${show(latencies.late.p50, 'ms')} late, p99 ${show(latencies.late.p99, 'ms')}, which counts`,
    );
    if (unsent > 0) notes.push(`at ${perSecond}/s ${unsent} pushes were refused or could not be sent in time`);
    detail[`${perSecond}/s`] = { ...latencies, stages, window: run.window, statuses: run.statuses };
  }
  return { scenario: 'latency', figures, notes, detail };
}

async function stagesSince(rig: Rig, since: number): Promise<readonly Stage[]> {
  const database = openDatabase(rig.hub.started.databaseUrl);
  try {
    return await stagesOf(database, since);
  } finally {
    await database.close();
  }
}

interface RateRun {
  readonly rig: Rig;
  readonly target: LoadTarget;
  readonly perSecond: number;
  readonly seconds: number;
}

async function atRate({ rig, target, perSecond, seconds }: RateRun): Promise<Run> {
  return await rig.run({
    targets: [target],
    connections: CONNECTIONS,
    pace: { kind: 'open', perSecond },
    durationMs: (WARM_UP_S + seconds) * 1_000,
    warmUpMs: WARM_UP_S * 1_000,
    settleMs: 10_000,
  });
}

function figuresOf(perSecond: number, { accepted, delivered }: ReturnType<typeof latenciesOf>): readonly Figure[] {
  return [
    { what: `push → endpoint at ${perSecond}/s, p50`, value: delivered.p50, unit: 'ms', target: 'latencyP50' },
    { what: '  p90', value: delivered.p90, unit: 'ms' },
    { what: '  p99', value: delivered.p99, unit: 'ms', target: 'latencyP99' },
    { what: '  max', value: delivered.max, unit: 'ms' },
    { what: `push → 201 at ${perSecond}/s, p50`, value: accepted.p50, unit: 'ms' },
    { what: '  p99', value: accepted.p99, unit: 'ms' },
  ];
}
