import type { Rig, Run } from '../hub/rig.ts';
import type { LoadTarget } from '../load/load-plan.ts';
import { median } from '../measure/quantiles.ts';
import type { ScenarioResult } from '../report/report.ts';
import { targets as budgets } from '../report/targets.ts';
import { othersNote, startRig, type Bench } from './bench.ts';
import { latenciesOf, type Latencies } from './series.ts';

const ENDPOINTS = 10;
const PER_SECOND = 200;
const CONNECTIONS = 32;
const WARM_UP_S = 1.5;
const OTHERS = 400;
const OTHER_CONNECTIONS = 16;
/** The peers left messages lying for minutes; somewhere it has to end. */
const PATIENCE_MS = 30_000;
const HANGING = ENDPOINTS - 1;
const pathOf = (endpoint: number): string => `/endpoint-${endpoint}`;

/** Ten endpoints, and the same with one that never answers: what the other nine, and another store, notice of it. */
export async function isolation(bench: Bench): Promise<ScenarioResult> {
  const rig = await startRig(bench);
  const store = await rig.hub.createStore('Isolation');
  const targets: LoadTarget[] = [];
  for (let endpoint = 0; endpoint < ENDPOINTS; endpoint += 1) {
    targets.push(await rig.route(store, { type: `bench:endpoint${endpoint}`, path: pathOf(endpoint) }));
  }
  const neighbour = await rig.route(await rig.hub.createStore('Neighbour'), { type: 'order:new', path: '/neighbour' });
  bench.say('warms up');
  await load({ rig, targets, perSecond: 1_000, seconds: 2, settleMs: 10_000 });
  const pairs: Pair[] = [];
  for (let run = 1; run <= bench.options.runs; run += 1) {
    bench.say(`run ${run} of ${bench.options.runs}: without and with a hanging endpoint`);
    pairs.push(await measurePair(bench, rig, targets, neighbour));
  }
  return resultOf(pairs);
}

interface Pair {
  readonly without: Latencies;
  readonly hanging: Latencies;
  /** From the first push of the neighbour until all had arrived, s; infinite when they did not. */
  readonly neighbourS: number;
  readonly neighbourArrived: number;
  readonly notes: readonly string[];
}

async function measurePair(bench: Bench, rig: Rig, targets: readonly LoadTarget[], neighbour: LoadTarget): Promise<Pair> {
  const seconds = Math.max(3, bench.options.seconds / 2);
  const healthy = (index: number): boolean => index % ENDPOINTS !== HANGING;
  const without = await load({ rig, targets, perSecond: PER_SECOND, seconds, settleMs: PATIENCE_MS });
  await rig.mode(pathOf(HANGING), 'hang');
  const hanging = await load({ rig, targets, perSecond: PER_SECOND, seconds, settleMs: 500 });
  const [burst] = await Promise.all([pushBurst(rig, neighbour), load({ rig, targets, perSecond: PER_SECOND, seconds: 2, settleMs: 0 })]);
  await rig.mode(pathOf(HANGING), 'normal');
  await rig.settle(PATIENCE_MS);
  const arrived = burst.arrivedAt.filter((at) => at > 0);
  const last = arrived.reduce((latest, at) => Math.max(latest, at), 0);
  return {
    without: latenciesOf(without, healthy),
    hanging: latenciesOf(hanging, healthy),
    neighbourS: arrived.length < OTHERS ? Number.POSITIVE_INFINITY : (last - (burst.dueAt[0] ?? 0)) / 1_000,
    neighbourArrived: arrived.length,
    notes: [...othersNote(without.window.spent), ...othersNote(hanging.window.spent)],
  };
}

/** 400 messages as fast as they are taken. */
async function pushBurst(rig: Rig, target: LoadTarget): Promise<Run> {
  return await rig.run({
    targets: [target],
    connections: OTHER_CONNECTIONS,
    pace: { kind: 'closed', maxOutstanding: Number.POSITIVE_INFINITY },
    most: OTHERS,
    durationMs: 3_000,
    warmUpMs: 0,
    settleMs: 4_000,
  });
}

interface Load {
  readonly rig: Rig;
  readonly targets: readonly LoadTarget[];
  readonly perSecond: number;
  readonly seconds: number;
  readonly settleMs: number;
}

async function load({ rig, targets, perSecond, seconds, settleMs }: Load): Promise<Run> {
  return await rig.run({
    targets,
    connections: CONNECTIONS,
    pace: { kind: 'open', perSecond },
    durationMs: (WARM_UP_S + seconds) * 1_000,
    warmUpMs: WARM_UP_S * 1_000,
    settleMs,
  });
}

function resultOf(pairs: readonly Pair[]): ScenarioResult {
  const without = median(pairs.map((pair) => pair.without.delivered.p99));
  const hanging = median(pairs.map((pair) => pair.hanging.delivered.p99));
  const ratio = median(pairs.map((pair) => pair.hanging.delivered.p99 / pair.without.delivered.p99));
  const missing = pairs.reduce((sum, pair) => sum + pair.hanging.missing, 0);
  const isSmall = ratio > budgets.isolation.first && hanging <= without + 2;
  return {
    scenario: 'isolation',
    figures: [
      { what: 'p99 of the nine, all ten answer', value: without, unit: 'ms' },
      { what: 'p99 of the nine, one never answers', value: hanging, unit: 'ms' },
      {
        what: '  ratio',
        value: ratio,
        unit: 'times',
        target: 'isolation',
        ...(isSmall ? { reached: true, remark: 'a difference within 2 ms' } : {}),
      },
      {
        what: `${OTHERS} messages of another store, all arrived`,
        value: median(pairs.map((pair) => pair.neighbourS)),
        unit: 's',
        target: 'otherStore',
      },
    ],
    notes: [
      `${ENDPOINTS} endpoints, ${PER_SECOND} messages a second in all, median of ${pairs.length} runs`,
      ...(missing === 0 ? [] : [`${missing} messages to healthy endpoints had not arrived 0.5 s after the last push`]),
      ...new Set(pairs.flatMap(({ notes }) => notes)),
    ],
    detail: { pairs },
  };
}
