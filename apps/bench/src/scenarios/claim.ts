import { PgDueDeliveries, Worker, workerDefaults, type Database } from '@crossdock/event-log';
import { spreadOf, type Spread } from '../measure/quantiles.ts';
import type { Figure, ScenarioResult } from '../report/report.ts';
import { show } from '../report/show.ts';
import type { Bench } from './bench.ts';
import { ownPostgres } from './own-postgres.ts';

const ROWS = { quick: 200_000, usual: 2_000_000, full: 2_000_000 } as const;
const ROUNDS = { quick: 50, usual: 200, full: 500 } as const;
/** Endpoints that the rows in the future are spread over. */
const ENDPOINTS = 100;
const BLOCKED = 1;
/** Rounds that take seconds each need not be many. */
const LONGEST_MS = 15_000;
/** Endpoints that have something due in each round, how much, and how much of it is claimed. */
const READY = { endpoints: 10, rows: 5, limit: 4 } as const;
const FIRST_READY = 1_000;
/** Above the ids of the rows that stay, and below those of a round, which are random. */
const HIGHEST_FILLED = '00000000-0000-0000-0000-ffffffffffff';
const READY_PAGE = 1_000;

/** What it takes to find out which endpoints have something due, and to lease it, beside millions of rows that are not. */
export async function claim(bench: Bench): Promise<ScenarioResult> {
  const { database, close } = await ownPostgres(bench, await bench.newDataDir('claim'));
  const rows = ROWS[bench.options.size];
  const rounds = ROUNDS[bench.options.size];
  const worker = await Worker.register(database, { ...workerDefaults, name: 'bench', onLost: () => undefined, onProblem: () => undefined });
  try {
    bench.say(`${show(rows, 'count')} rows that are due later`);
    await fill(database, `1 + n % ${ENDPOINTS}`, "now() + interval '1 hour' + n * interval '1 ms'", rows);
    const later = await measure(database, worker.id, rounds);
    await database.script('truncate due');
    bench.say(`${show(rows, 'count')} rows that are overdue for one blocked endpoint`);
    await fill(database, String(BLOCKED), "now() - interval '1 day' + n * interval '1 ms'", rows);
    await new PgDueDeliveries(database, worker.id).closeGate(BLOCKED, Date.now() + 3_600_000);
    const blocked = await measure(database, worker.id, rounds);
    return {
      scenario: 'claim',
      figures: [
        ...figuresOf(`beside ${show(rows, 'count')} due later`, later),
        ...figuresOf(`beside ${show(rows, 'count')} overdue of one blocked endpoint`, blocked),
      ],
      notes: [
        `${later.both.count} and ${blocked.both.count} rounds; those due later belong to ${ENDPOINTS} endpoints; in each round ${READY.endpoints} others have ${READY.rows} due, ${READY.limit} are claimed`,
      ],
      detail: { rows, rounds, later, blocked },
    };
  } finally {
    await worker.retire();
    await close();
  }
}

async function fill(database: Database, endpoint: string, dueAt: string, rows: number): Promise<void> {
  await database.query(
    `insert into due (delivery_id, shard, store_id, endpoint, message_id, mapping_id, version, attempt, failures, due_at)
     select id, n % 2, id, ${endpoint}, id, id, 2, 1, 1, ${dueAt}
     from (select n, lpad(to_hex(n), 32, '0')::uuid as id from generate_series(1, $1::int) n) s`,
    [rows],
  );
  await database.script('vacuum (analyze) due');
}

interface ClaimTimes {
  readonly ready: Spread;
  readonly claim: Spread;
  readonly both: Spread;
}

async function measure(database: Database, worker: number, rounds: number): Promise<ClaimTimes> {
  const due = new PgDueDeliveries(database, worker);
  const times = { ready: [] as number[], claim: [] as number[], both: [] as number[] };
  const end = performance.now() + LONGEST_MS;
  for (let round = 0; round < rounds && performance.now() < end; round += 1) {
    await addReady(database, round);
    const began = performance.now();
    const ready = await due.ready(Date.now(), 0, READY_PAGE);
    const found = performance.now();
    const claimed = await due.claim(
      ready.map(({ endpoint }) => ({ endpoint, limit: READY.limit })),
      Date.now(),
    );
    const ended = performance.now();
    if (claimed.length !== READY.endpoints * READY.limit) throw new RangeError(`${claimed.length} rows were claimed.`);
    times.ready.push(found - began);
    times.claim.push(ended - found);
    times.both.push(ended - began);
    await database.query('delete from due where delivery_id > $1', [HIGHEST_FILLED]);
  }
  return { ready: spreadOf(times.ready), claim: spreadOf(times.claim), both: spreadOf(times.both) };
}

async function addReady(database: Database, round: number): Promise<void> {
  await database.query(
    `insert into due (delivery_id, shard, store_id, endpoint, message_id, mapping_id, version, attempt, failures, due_at)
     select gen_random_uuid(), 0, $1, $2 + n % $3, gen_random_uuid(), gen_random_uuid(), 1, 0, 0, now() - interval '1 s'
     from generate_series(1, $4) n`,
    [`00000000-0000-0000-0000-${String(round).padStart(12, '0')}`, FIRST_READY + 1, READY.endpoints, READY.endpoints * READY.rows],
  );
}

function figuresOf(beside: string, { ready, claim: claiming, both }: ClaimTimes): readonly Figure[] {
  return [
    { what: `ready + claim ${beside}, p50`, value: both.p50, unit: 'ms', target: 'claim' },
    { what: '  p99', value: both.p99, unit: 'ms', target: 'claim' },
    { what: '  of it ready, p50', value: ready.p50, unit: 'ms' },
    { what: '  of it claim, p50', value: claiming.p50, unit: 'ms' },
  ];
}
