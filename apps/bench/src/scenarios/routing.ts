import { monitorEventLoopDelay } from 'node:perf_hooks';
import { objectIds } from '@crossdock/kit';
import { RouterAlone } from '../hub/router-alone.ts';
import { median } from '../measure/quantiles.ts';
import { spentBetween, usageOf } from '../measure/usage.ts';
import { fillMappings, oneMapping, type MappingsPlan } from '../prefill/fill-mappings.ts';
import type { Figure, ScenarioResult } from '../report/report.ts';
import { show } from '../report/show.ts';
import type { Bench } from './bench.ts';
import { ownPostgres, type OwnPostgres } from './own-postgres.ts';

const TYPE = 'order:new';
/** No more than the newest events that a process keeps: what is routed came in just now. */
const MESSAGES = 6_000;
/** Where every mapping is looked at for every message. */
const FEW_MESSAGES = 600;
/** The part that is routed before measuring begins: code is compiled. */
const WARM_UP = 0.4;
const CHANGES = 20;

interface Case {
  readonly name: string;
  readonly plan: MappingsPlan;
  readonly messages: number;
}

interface Cost {
  readonly nodeUs: number;
  readonly postgresUs: number;
}

/** What the router takes for a message, by how much is configured; in every case two of a store's mappings want it. */
export async function routing(bench: Bench): Promise<ScenarioResult> {
  const postgres = await ownPostgres(bench, await bench.newDataDir('routing'));
  const { runs } = bench.options;
  const plan = { stores: 1, subscribed: 10, wanting: 2, others: 0, type: TYPE };
  const few: Case = { name: '1 store × 10 mappings', plan, messages: MESSAGES };
  const many: Case = { name: '1 store × 10,000, 9,990 of other types', plan: { ...plan, others: 9_990 }, messages: MESSAGES };
  const stores: Case = { name: '1,000 stores × 10', plan: { ...plan, stores: 1_000 }, messages: MESSAGES };
  const same: Case = { name: '1 store × 10,000, all of the type', plan: { ...plan, subscribed: 10_000 }, messages: FEW_MESSAGES };
  try {
    const places = new Map<Case, readonly string[]>();
    for (const each of [few, many, stores, same]) {
      bench.say(`fills: ${each.name}`);
      places.set(each, await fillMappings(postgres.database, each.plan, newId));
    }
    const costs = new Map<Case, Cost[]>();
    // They take turns, as a machine is faster now and then; what takes seconds in any case, only once.
    for (let run = 0; run < runs; run += 1) {
      for (const [each, at] of places) {
        if (each === same && run > 0) continue;
        bench.say(`${each.name}, run ${run + 1}`);
        costs.set(each, [...(costs.get(each) ?? []), await costOf(postgres, each, at)]);
      }
    }
    bench.say('changes a mapping among 10,000');
    const changes = await changeAmongMany(postgres, places.get(many)?.[0] ?? '');
    const of = (each: Case): readonly Cost[] => costs.get(each) ?? [];
    const perMapping = of(same).map((cost, run) => (total(cost) - total(of(few)[run])) / (same.plan.subscribed - few.plan.subscribed));
    return {
      scenario: 'routing',
      figures: [
        ...costFigures(few, of(few)),
        ...costFigures(many, of(many), of(few)),
        ...costFigures(stores, of(stores), of(few)),
        ...costFigures(same, of(same)),
        { what: '  a mapping of them', value: median(perMapping), unit: 'µs' },
        { what: 'a change among 10,000 mappings: Node, until it is in effect', value: changes.nodeMs, unit: 'ms', target: 'change' },
        { what: '  the first load of them: Node', value: changes.loadMs, unit: 'ms' },
        { what: '  longest pause of the event loop meanwhile', value: changes.pauseMs, unit: 'ms' },
      ],
      notes: [
        `${show(few.messages, 'count')} messages of 1.5 KB, ${runs} runs, medians; the router alone, in batches of up to 500, payloads in memory`,
        'growth is the cost against that of the first row in the same run; each store’s messages are dealt in turn, so that a batch has 500 stores',
      ],
      detail: { costs: Object.fromEntries([...costs].map(([{ name }, series]) => [name, series])), changes },
    };
  } finally {
    await postgres.close();
  }
}

const newId = objectIds(Date.now);
const total = (cost: Cost | undefined): number => (cost === undefined ? Number.NaN : cost.nodeUs + cost.postgresUs);

async function costOf({ postgres, database }: OwnPostgres, { messages }: Case, stores: readonly string[]): Promise<Cost> {
  const router = await RouterAlone.start(postgres.url, database);
  try {
    const { tail } = router.adapters.open;
    // Loading them leaves garbage, which is to be gone when measuring begins.
    await router.adapters.registry.snapshots(stores);
    await router.append(TYPE, stores, messages, newId);
    const begin = await router.position();
    const head = tail.head(0);
    const processes = { node: process.pid, postmaster: postgres.pid, generator: 0, endpoint: 0 };
    await router.letGo();
    await router.until(begin + (head - begin) * WARM_UP);
    const [from, before] = [await router.position(), await usageOf(processes)];
    await router.until(head);
    const spent = spentBetween(before, await usageOf(processes));
    const routed = await routedAfter(database, from, head);
    return { nodeUs: spent.node / routed, postgresUs: spent.postgres / routed };
  } finally {
    await router.close();
  }
}

async function routedAfter(database: OwnPostgres['database'], from: number, to: number): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    "select count(*)::int as count from event where shard = 0 and type = 'message.validated' and position > $1 and position <= $2",
    [from, to],
  );
  return row?.count ?? 0;
}

interface Changes {
  readonly loadMs: number;
  readonly nodeMs: number;
  readonly pauseMs: number;
}

/** What following a change takes in a process that knows the store. */
async function changeAmongMany({ postgres, database }: OwnPostgres, store: string): Promise<Changes> {
  const mapping = await oneMapping(database, store);
  const router = await RouterAlone.start(postgres.url, database);
  try {
    const { registry, mappings } = router.adapters;
    const nodeMs = async (work: () => Promise<unknown>): Promise<number> => {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    const pauses = monitorEventLoopDelay({ resolution: 1 });
    pauses.enable();
    const loadMs = await nodeMs(() => registry.snapshots([store]));
    pauses.disable();
    const followed: number[] = [];
    for (let n = 0; n < CHANGES; n += 1) {
      await mappings.update(store, mapping, { paused: n % 2 === 0 });
      followed.push(await nodeMs(() => registry.snapshots([store])));
    }
    return { loadMs, nodeMs: median(followed), pauseMs: pauses.max / 1e6 };
  } finally {
    await router.close();
  }
}

function costFigures({ name }: Case, costs: readonly Cost[], first: readonly Cost[] = []): readonly Figure[] {
  const growth = first.map((cost, run) => total(costs[run]) / total(cost));
  return [
    { what: `CPU a message routed, ${name}`, value: median(costs.map(total)), unit: 'µs' },
    { what: '  of it Node', value: median(costs.map(({ nodeUs }) => nodeUs)), unit: 'µs' },
    { what: '  of it Postgres', value: median(costs.map(({ postgresUs }) => postgresUs)), unit: 'µs' },
    ...(growth.length === 0 ? [] : [{ what: '  growth', value: median(growth), unit: 'times', target: 'routing' } as const]),
  ];
}
