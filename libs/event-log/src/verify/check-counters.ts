import { isItemState, queueOf } from '@crossdock/core';
import type { Database, Row } from '../database/database.ts';
import { idOf, uuidOf } from '../database/object-id.ts';
import { LIVE } from '../projection/projection-tables.ts';
import type { Finding, Report } from './report.ts';

/** Rows counted in one statement; a store with more is counted in one of its own. */
const MOST_ROWS = 200_000;

export interface CheckCountersParts {
  readonly database: Database;
  readonly report: Report;
  readonly rechecks: number;
  pause(): Promise<void>;
}

interface StoreRange {
  readonly low: string;
  readonly high: string;
}

/** I7 for the counters: the kept numbers are what counting the rows says, store by store. */
export async function checkCounters(parts: CheckCountersParts): Promise<void> {
  for await (const range of rangesOfStores(parts.database)) {
    let found = await compare(parts, range);
    for (let look = 1; look < parts.rechecks && found.findings.length > 0; look += 1) {
      await parts.pause();
      found = await compare(parts, range);
    }
    parts.report.checked('I7', 'counters', found.checked);
    for (const finding of found.findings) parts.report.violated(finding);
  }
}

const ZERO = '0'.repeat(24);
const LAST = 'f'.repeat(24);

/** Ranges that cover every id a store can have, each with about as many rows as one statement counts in no time. */
async function* rangesOfStores(database: Database): AsyncGenerator<StoreRange> {
  let low = ZERO;
  let rows = 0;
  let after = ZERO;
  for (;;) {
    const stores = await database.query<{ store_id: string; n: number }>(
      `select store_id, sum(n)::bigint as n from ${LIVE}.counter where store_id > $1 group by store_id order by store_id limit 1000`,
      [uuidOf(after)],
    );
    for (const { store_id, n } of stores) {
      const store = idOf(store_id);
      if (rows > 0 && rows + n > MOST_ROWS) {
        yield { low, high: after };
        low = after;
        rows = 0;
      }
      rows += n;
      after = store;
    }
    if (stores.length < 1000) break;
  }
  yield { low, high: LAST };
}

interface Kept extends Row {
  readonly side: 'counted' | 'kept';
  readonly store_id: string;
  readonly queue: string;
  readonly state: string;
  readonly n: number;
}

/** One statement, so that both sides are of one moment. Shards are added up, as readers do. */
async function compare(
  { database }: CheckCountersParts,
  { low, high }: StoreRange,
): Promise<{ checked: number; findings: readonly Finding[] }> {
  const rows = await database.query<Kept>(
    `select 'counted' as side, store_id, 'items' as queue, state, count(*) as n from ${LIVE}.item where store_id > $1 and store_id <= $2 group by store_id, state
     union all select 'counted', store_id, 'notifications', level, count(*) from ${LIVE}.notification where store_id > $1 and store_id <= $2 group by store_id, level
     union all select 'kept', store_id, queue, state, sum(n)::bigint from ${LIVE}.counter where store_id > $1 and store_id <= $2 group by store_id, queue, state`,
    [uuidOf(low), uuidOf(high)],
  );
  const sides = { counted: new Map<string, number>(), kept: new Map<string, number>() };
  for (const { side, store_id, queue, state, n } of rows) {
    const name = queue === 'items' ? (isItemState(state) ? queueOf[state] : 'no queue') : queue;
    if (n !== 0) sides[side].set(`store ${idOf(store_id)}, ${name}, ${state}`, n);
  }
  const names = new Set([...sides.counted.keys(), ...sides.kept.keys()]);
  const findings = [...names].flatMap((name): Finding[] => {
    const counted = sides.counted.get(name) ?? 0;
    const kept = sides.kept.get(name) ?? 0;
    return counted === kept ? [] : [{ invariant: 'I7', subject: name, text: `The counter of ${name} says ${kept}; there are ${counted}.` }];
  });
  return { checked: names.size, findings };
}
