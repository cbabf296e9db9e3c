import { consumers } from '@crossdock/contracts';
import { Database, databaseDefaults, intakeDefaults, openLog, pgOf, rebuildProjection, type OpenLog } from '@crossdock/event-log';
import { objectIds, sha256 } from '@crossdock/kit';
import { numberOffset, orderBody, writeNumber } from '../load/orders.ts';
import { pastEvents, type PastMessage, type PastRoute } from './past-messages.ts';

const MS_PER_DAY = 86_400_000;
const BATCH = 200;
const DOCUMENTS = 4_000;
/** Building indexes and cleaning up take longer than any statement of a hub. */
const STATEMENT_MS = 600_000;

export interface FillPlan {
  readonly url: string;
  readonly route: PastRoute;
  readonly messages: number;
  /** Over how many days, up to today, the messages were born; each has a partition of its own. */
  readonly days: number;
  readonly now: number;
}

/** A connection for long statements. */
export function openDatabase(url: string): Database {
  return new Database({ ...databaseDefaults, url, connections: 6, name: 'bench', statementTimeoutMs: STATEMENT_MS });
}

/**
 * Writes messages that were delivered long ago into the log of a database that no hub runs on, and leaves everything else as if a
 * hub had done it: positions and days by the log's own append, every consumer's checkpoint at the end, the projection rebuilt,
 * tables vacuumed. `verify` finds nothing wrong with it.
 */
export async function fillLog(plan: FillPlan): Promise<void> {
  const database = openDatabase(plan.url);
  try {
    const open = await openLog(database, {
      shards: 2,
      receivedCacheBytes: 1 << 20,
      tail: { pollMs: 1_000, recentEvents: 1_000, onProblem: () => undefined },
      intake: { ...intakeDefaults, onProblem: () => undefined },
    });
    await appendAll(database, open, plan);
    open.tail.stop();
    await moveCheckpoints(database);
    await database.script('vacuum (analyze) event');
    await rebuildProjection(database);
    await database.script('vacuum (analyze) projection.item');
    await database.script('checkpoint');
  } finally {
    await database.close();
  }
}

/** One writer a shard, as the shard's row is locked through each commit. */
async function appendAll(database: Database, { log, tail }: OpenLog, plan: FillPlan): Promise<void> {
  const payloads = Array.from({ length: DOCUMENTS }, (_, seed) => orderBody('order:new', seed));
  let next = 0;
  let at = plan.now;
  const newId = objectIds(() => at);
  const write = async (shard: number): Promise<void> => {
    while (next < plan.messages) {
      const first = next;
      const day = Math.floor((first * plan.days) / plan.messages);
      // A batch is of one day.
      next = Math.min(first + BATCH, Math.ceil(((day + 1) * plan.messages) / plan.days));
      at = plan.now - MS_PER_DAY * (plan.days - 1 - day);
      const messages = Array.from({ length: next - first }, (_, index) => pastMessage(payloads, first + index, at));
      const events = pastEvents(messages, plan.route, { newId, sha256 });
      await database.run(async (tx) => {
        // Nothing was promised to anybody, and the checkpoint at the end makes it safe.
        pgOf(tx).send('set local synchronous_commit = off');
        await log.append(tx, shard, events);
      });
    }
  };
  await Promise.all(tail.shards.map(write));
}

function pastMessage(payloads: readonly Buffer[], number: number, at: number): PastMessage {
  const body = Buffer.from(payloads[number % payloads.length] ?? '');
  writeNumber(body, numberOffset(body), number);
  return { at, type: 'order:new', payload: body.subarray(PAYLOAD_START, -1) };
}

const PAYLOAD_START = '{"message":"order:new","payload":'.length;

async function moveCheckpoints(database: Database): Promise<void> {
  for (const [group, topics] of Object.entries(consumers)) {
    for (const topic of topics) {
      await database.query(
        `insert into checkpoint ("group", topic, shard, position) select $1, $2, shard, last_position from log_shard
         on conflict ("group", topic, shard) do update set position = excluded.position`,
        [group, topic],
      );
    }
  }
}
