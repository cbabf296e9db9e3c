import { memoryOf } from '../measure/usage.ts';
import type { ScenarioResult } from '../report/report.ts';
import { startRig, type Bench } from './bench.ts';
import { sustainedRun } from './pipeline.ts';
import { countWithin } from './series.ts';

const EVERY_MS = 250;

/** What the hub's process keeps in memory while it does all that it can. */
export async function memory(bench: Bench): Promise<ScenarioResult> {
  const rig = await startRig(bench);
  const { pid } = rig.hub.child;
  const idle = await memoryOf(pid);
  const samples: number[] = [];
  const sampling = setInterval(() => {
    void memoryOf(pid).then((sample) => sample !== undefined && samples.push(sample.now));
  }, EVERY_MS);
  const run = await sustainedRun(bench, rig).finally(() => clearInterval(sampling));
  const end = await memoryOf(pid);
  const half = samples.slice(Math.floor(samples.length / 2));
  const delivered = countWithin(run.arrivedAt, run.window);
  return {
    scenario: 'memory',
    figures: [
      { what: 'idle', value: idle?.now ?? Number.NaN, unit: 'bytes' },
      { what: 'under load, at most', value: end?.peak ?? Number.NaN, unit: 'bytes', target: 'memory' },
      { what: '  mean of the second half', value: half.reduce((sum, bytes) => sum + bytes, 0) / half.length, unit: 'bytes' },
      { what: '  at the end', value: end?.now ?? Number.NaN, unit: 'bytes' },
    ],
    notes: [
      `resident memory of the Node process at ${Math.round(delivered / run.window.spent.seconds)} deliveries a second, Postgres left out`,
    ],
    detail: { idle, end, samples, window: run.window },
  };
}
