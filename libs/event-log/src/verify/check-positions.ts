import type { Database } from '../database/database.ts';
import { partitionOf } from '../log/partitions.ts';
import type { Report } from './report.ts';

/** Positions counted in one statement. */
const RANGE = 50_000;

interface Count {
  readonly n: number;
  readonly sum: number;
}

/** I3: every position of a shard is there once, and none is beyond the last one. */
export async function checkPositions(database: Database, report: Report, onPositions: (count: number) => void): Promise<void> {
  const shards = await database.query<{ shard: number; last_position: number }>(
    'select shard, last_position from log_shard order by shard',
  );
  await checkDays(database, report);
  for (const { shard, last_position: last } of shards) {
    for (let low = 0; low < last; low += RANGE) {
      const high = Math.min(low + RANGE, last);
      await checkRange(database, report, { shard, low, high });
      onPositions(high - low);
    }
    report.checked('I3', 'positions', last);
  }
}

interface Positions {
  readonly shard: number;
  readonly low: number;
  readonly high: number;
}

async function checkRange(database: Database, report: Report, range: Positions): Promise<void> {
  const count = await countRange(database, range);
  const expected = range.high - range.low;
  // With the sum, one position that is missing and another that is there twice do not hide each other.
  if (count.n === expected && count.sum === (expected * (expected + 1)) / 2) return;
  if (expected > 1) {
    const middle = range.low + Math.floor(expected / 2);
    await checkRange(database, report, { ...range, high: middle });
    await checkRange(database, report, { ...range, low: middle });
    return;
  }
  const subject = `${range.shard}/${range.high}`;
  const what = count.n === 0 ? 'is missing in the log' : `is in the log ${count.n} times`;
  report.violated({ invariant: 'I3', subject, text: `Position ${range.high} of shard ${range.shard} ${what}.` });
}

async function countRange(database: Database, { shard, low, high }: Positions): Promise<Count> {
  const days = await database.query<{ day: number }>(
    'select day from log_day where shard = $1 and last_position > $2 and first_position <= $3 order by day',
    [shard, low, high],
  );
  let n = 0;
  let sum = 0;
  for (const { day } of days) {
    const [count] = await database.query<{ n: number; sum: number }>(
      `select count(*) as n, coalesce(sum(position - $2), 0)::bigint as sum from ${partitionOf(day)} where shard = $1 and position > $2 and position <= $3`,
      [shard, low, high],
    );
    n += count?.n ?? 0;
    sum += count?.sum ?? 0;
  }
  return { n, sum };
}

/** The table of days tells readers where to look: what it leaves out is never read. */
async function checkDays(database: Database, report: Report): Promise<void> {
  const partitions = await database.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'event'::regclass order by 1`,
  );
  for (const { name } of partitions) {
    const day = dayOfPartition(name);
    const rows = await database.query<{
      shard: number;
      last_position: number;
      lowest: number | null;
      highest: number | null;
      known: boolean;
      low: number;
      high: number;
    }>(
      `select s.shard, s.last_position, e.lowest, e.highest, d.shard is not null as known, coalesce(d.first_position, 0) as low, coalesce(d.last_position, 0) as high
       from log_shard s cross join lateral (
         select (select min(position) from ${name} where shard = s.shard) as lowest, (select max(position) from ${name} where shard = s.shard) as highest
       ) e left join log_day d on d.shard = s.shard and d.day = $1`,
      [day],
    );
    for (const row of rows) {
      if (row.highest === null || row.lowest === null) continue;
      report.checked('I3', 'days', 1);
      const subject = `${name}/${row.shard}`;
      if (row.highest > row.last_position) {
        const text = `${name} has position ${row.highest} of shard ${row.shard}, whose last position is ${row.last_position}.`;
        report.violated({ invariant: 'I3', subject, text });
      }
      if (!row.known || row.lowest < row.low || row.highest > row.high) {
        const text = `${name} has positions ${row.lowest} to ${row.highest} of shard ${row.shard}, log_day knows ${row.known ? `${row.low} to ${row.high}` : 'nothing'}.`;
        report.violated({ invariant: 'I3', subject, text });
      }
    }
  }
}

const MS_PER_DAY = 86_400_000;

/** The day of a table that is named `event_20261121`, in days since the epoch. */
function dayOfPartition(name: string): number {
  const digits = name.slice(-8);
  return Date.parse(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}T00:00:00Z`) / MS_PER_DAY;
}
