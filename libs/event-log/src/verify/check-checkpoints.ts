import type { Database } from '../database/database.ts';
import { LIVE } from '../projection/projection-tables.ts';
import type { ConsumerTopics } from './consumer-lags.ts';
import type { Report } from './report.ts';

/** I12: no checkpoint, and not the projection either, is beyond the last position of its shard. */
export async function checkCheckpoints(database: Database, consumers: ConsumerTopics, report: Report): Promise<void> {
  const rows = await database.query<{ name: string; group: string | null; shard: number; position: number; last: number | null }>(
    `select "group" || ' of ' || topic as name, "group", c.shard, c.position, s.last_position as last
       from checkpoint c left join log_shard s using (shard)
     union all select 'the projection', null, p.shard, p.position, s.last_position from ${LIVE}.position p left join log_shard s using (shard)`,
  );
  for (const { name, group, shard, position, last } of rows) {
    const subject = `${name} ${shard}`;
    if (last === null)
      report.violated({ invariant: 'I12', subject, text: `The checkpoint of ${name} is of shard ${shard}, which the log does not have.` });
    else if (position > last) {
      const text = `The checkpoint of ${name} is at ${position} in shard ${shard}, which ends at ${last}.`;
      report.violated({ invariant: 'I12', subject, text });
    } else if (group !== null && !(group in consumers)) report.checked('I12', 'checkpoints of unknown groups', 1);
    report.checked('I12', 'checkpoints', 1);
  }
}
