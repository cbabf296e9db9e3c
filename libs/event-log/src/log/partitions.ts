import { Database } from '../database/database.ts';
import { lowestOfDay } from '../database/object-id.ts';

const MS_PER_DAY = 86_400_000;
const DAYS_AHEAD = 3;
/** Any number that no other application of the same database uses. */
const LOCK = 4_600_130_614;

/** The table that holds the streams born on this day (days since the epoch). */
export function partitionOf(day: number): string {
  return `event_${new Date(day * MS_PER_DAY).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

export function today(now: number): number {
  return Math.floor(now / MS_PER_DAY);
}

/** Makes the partitions of these days, where they are missing. Attaching, unlike creating in place, does not stop writers. */
export async function makePartitions(database: Database, days: readonly number[]): Promise<void> {
  for (const day of days) {
    const name = partitionOf(day);
    const [known] = await database.query<{ attached: boolean }>(
      'select exists (select 1 from pg_inherits where inhrelid = to_regclass($1)) as attached',
      [name],
    );
    if (known?.attached === true) continue;
    await database.script(`
      begin;
      select pg_advisory_xact_lock(${LOCK});
      do $$ begin
        if not exists (select 1 from pg_inherits where inhrelid = to_regclass('${name}')) then
          create table if not exists ${name} (like event including defaults including constraints including storage);
          alter table event attach partition ${name} for values from ('${lowestOfDay(day)}') to ('${lowestOfDay(day + 1)}');
        end if;
      end $$;
      commit;`);
  }
}

/** Yesterday, today and the days to come: what a running system writes to. */
export async function makePartitionsAhead(database: Database, now: number): Promise<void> {
  const first = today(now) - 1;
  await makePartitions(
    database,
    Array.from({ length: DAYS_AHEAD + 2 }, (_, index) => first + index),
  );
}
