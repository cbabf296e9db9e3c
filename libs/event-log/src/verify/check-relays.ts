import type { Database } from '../database/database.ts';
import type { Report } from './report.ts';

/** I12: no relay is beyond the last position of its shard, and no topic beyond its relay. */
export async function checkRelays(database: Database, report: Report): Promise<void> {
  const relays = await database.query<{ shard: number; position: number; last: number | null }>(
    'select r.shard, r.position, s.last_position as last from relay r left join log_shard s using (shard)',
  );
  for (const { shard, position, last } of relays) {
    const subject = `relay ${shard}`;
    if (last === null)
      report.violated({ invariant: 'I12', subject, text: `The relay is at ${position} in shard ${shard}, which the log does not have.` });
    else if (position > last)
      report.violated({ invariant: 'I12', subject, text: `The relay is at ${position} in shard ${shard}, which ends at ${last}.` });
    report.checked('I12', 'relays', 1);
  }
  const topics = await database.query<{ shard: number; topic: string; position: number; relay: number | null }>(
    'select t.shard, t.topic, t.position, r.position as relay from relay_topic t left join relay r using (shard)',
  );
  for (const { shard, topic, position, relay } of topics) {
    if (position > (relay ?? 0)) {
      const text = `The relay has published ${topic} up to ${position} in shard ${shard}, and is itself at ${relay ?? 0}.`;
      report.violated({ invariant: 'I12', subject: `${topic} ${shard}`, text });
    }
    report.checked('I12', 'published topics', 1);
  }
}
