import type { Rig, Run } from '../hub/rig.ts';
import type { LoadTarget } from '../load/load-plan.ts';
import { fillLog } from '../prefill/fill-log.ts';
import type { Figure, ScenarioResult } from '../report/report.ts';
import { show } from '../report/show.ts';
import { othersNote, startRig, type Bench } from './bench.ts';
import { onlyRoute, ownPostgres } from './own-postgres.ts';
import { countWithin, latenciesOf } from './series.ts';

const SIZES = { quick: [2_000, 20_000], usual: [10_000, 100_000], full: [10_000, 100_000, 1_000_000] } as const;
const DAYS = { quick: 20, usual: 400, full: 400 } as const;
/** Fixed, so that batches are the same at every size of the log. */
const PER_SECOND = 500;
const CONNECTIONS = 64;
const WARM_UP_S = 3;

interface Point {
  readonly messages: number;
  readonly days: number;
  readonly nodeUs: number;
  readonly postgresUs: number;
  readonly p50: number;
  readonly p99: number;
  readonly notes: readonly string[];
}

/** Cost of a message by what is in the log already: at a fixed rate, as the log grows, and with a partition for each of many days. */
export async function curve(bench: Bench): Promise<ScenarioResult> {
  const sizes = SIZES[bench.options.size];
  const points = await growing(bench, sizes);
  const days = DAYS[bench.options.size];
  const [smallest = 0, ...larger] = sizes;
  points.push(...(await growing(bench, [larger[0] ?? smallest], days)));
  const [first] = points;
  return {
    scenario: 'curve',
    figures: points.flatMap((point) => figuresOf(point, first)),
    notes: [
      `at ${PER_SECOND}/s; growth is the cost against that with ${show(smallest, 'count')} messages`,
      ...new Set(points.flatMap(({ notes }) => notes)),
    ],
    detail: { points },
  };
}

/** Measures a hub whose log is made to grow to these numbers of messages, born over so many days. */
async function growing(bench: Bench, sizes: readonly number[], days = 1): Promise<Point[]> {
  const rig = await startRig(bench);
  const target = await rig.route(await rig.hub.createStore('Curve'), { type: 'order:new', path: '/orders' });
  const points: Point[] = [];
  let filled = 0;
  for (const messages of sizes) {
    bench.say(`fills the log up to ${show(messages, 'count')} messages${days > 1 ? ` of ${days} days` : ''}`);
    await rig.restartHub((dataDir) => fill(bench, rig, dataDir, { messages: messages - filled, days }));
    filled = messages;
    points.push(await measure(bench, rig, target, { messages, days }));
  }
  await rig.stop();
  return points;
}

async function fill(
  bench: Bench,
  rig: Rig,
  dataDir: string,
  { messages, days }: { readonly messages: number; readonly days: number },
): Promise<void> {
  const { postgres, database, close } = await ownPostgres(bench, dataDir);
  try {
    const route = await onlyRoute(database, rig.endpointUrl('/orders'));
    await fillLog({ url: postgres.url, route, messages, days, now: Date.now() });
  } finally {
    await close();
  }
}

async function measure(
  bench: Bench,
  rig: Rig,
  target: LoadTarget,
  { messages, days }: { readonly messages: number; readonly days: number },
): Promise<Point> {
  const seconds = Math.max(3, bench.options.seconds / 2);
  bench.say(`${PER_SECOND} pushes a second, ${WARM_UP_S} + ${seconds} s`);
  const run: Run = await rig.run({
    targets: [target],
    connections: CONNECTIONS,
    pace: { kind: 'open', perSecond: PER_SECOND },
    durationMs: (WARM_UP_S + seconds) * 1_000,
    warmUpMs: WARM_UP_S * 1_000,
    settleMs: 10_000,
  });
  const delivered = countWithin(run.arrivedAt, run.window);
  const { spent } = run.window;
  const { p50, p99 } = latenciesOf(run).delivered;
  return { messages, days, nodeUs: spent.node / delivered, postgresUs: spent.postgres / delivered, p50, p99, notes: othersNote(spent) };
}

function figuresOf(point: Point, first: Point | undefined): readonly Figure[] {
  const cost = point.nodeUs + point.postgresUs;
  const where = `${show(point.messages, 'count')} messages${point.days > 1 ? `, ${point.days} days` : ''}`;
  const growth: Figure[] =
    first === undefined || first === point
      ? []
      : [{ what: '  growth', value: cost / (first.nodeUs + first.postgresUs), unit: 'times', target: 'growth' }];
  return [
    { what: `CPU a message beside ${where}`, value: cost, unit: 'µs' },
    { what: '  of it Node', value: point.nodeUs, unit: 'µs' },
    { what: '  of it Postgres', value: point.postgresUs, unit: 'µs' },
    { what: '  push → endpoint, p99', value: point.p99, unit: 'ms' },
    ...growth,
  ];
}
