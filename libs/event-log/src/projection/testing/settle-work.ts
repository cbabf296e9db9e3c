import { consumers } from '@crossdock/contracts';
import type { TestLog } from './open-projection.ts';
import { foldLog } from './read-projection.ts';
import { uuidOf } from '../../database/object-id.ts';

/**
 * The working state that a system at rest has: every open delivery in the due table, every open message parked, every
 * consumer at the end of the log, and identifiers for some of the deliveries that may hold them.
 */
export async function settleWork(log: TestLog): Promise<void> {
  const { items } = await foldLog(log.database);
  for (const row of items.values()) {
    const id = uuidOf(row.id);
    if (row.mapping !== undefined && ['pending', 'failing', 'scheduled'].includes(row.state)) {
      await log.database.query(
        `insert into due (delivery_id, shard, store_id, endpoint, message_id, mapping_id, version, attempt, failures, due_at)
         values ($1, $2, $3, 1, $4, $5, $6, $7, $8, now())`,
        [id, row.shard, uuidOf(row.store), uuidOf(row.parent ?? ''), uuidOf(row.mapping), row.version, row.attempts, row.failures],
      );
    }
    if (row.state === 'completed' && row.attempts === 1) {
      await log.database.query('insert into identifier (mapping_id, key, delivery_id) values ($1, $2, $2)', [
        uuidOf(row.mapping ?? ''),
        id,
      ]);
    }
    if (row.state === 'received' || row.state === 'validated') {
      await log.database.query(
        `insert into parked_record ("group", topic, shard, position, stream_id, version, store_id, reason)
         select 'router', 'crossdock.messages', shard, position, stream_id, version, $2, 'poison' from event where stream_id = $1 and version = $3`,
        [id, uuidOf(row.store), row.version],
      );
    }
  }
  for (const [group, topics] of Object.entries(consumers)) {
    for (const topic of topics) {
      await log.database.query(
        'insert into checkpoint ("group", topic, shard, position) select $1, $2, shard, last_position from log_shard',
        [group, topic],
      );
    }
  }
}
