import {
  matchMappings,
  messageRoot,
  retraceRouting,
  type JsonValue,
  type MessageNeverProcessed,
  type MessageReceived,
  type MessageRouted,
  type RegistryHistory,
} from '@crossdock/core';
import type { Database } from '../database/database.ts';
import { idOf, uuidOf } from '../database/object-id.ts';
import { eventColumns, eventOf, type EventRow } from '../log/event-row.ts';
import { partitionOf } from '../log/partitions.ts';
import { daysOfLog } from '../projection/stream-scan.ts';
import type { Report } from './report.ts';

/** Payloads that are in memory at once. */
const PAGE = 200;

export type PastMappings = Pick<RegistryHistory, 'atRevision'>;

/** A routing decision with the message that it is about. */
interface DecisionRow extends EventRow {
  readonly received: string;
  readonly payload: string;
}

/**
 * I6: every routing decision is what its message and its revision lead to. Reads every payload, and decides by the rules of this
 * version: what an older one decided may differ for good.
 */
export async function checkRoutes(
  database: Database,
  history: PastMappings,
  report: Report,
  onEvents: (count: number) => void,
): Promise<void> {
  for (const day of await daysOfLog(database)) {
    for (let after: string | undefined = '0'.repeat(24); after !== undefined;) {
      const rows = await readDecisions(database, day, after);
      for (const row of rows) await checkRoute(row, history, report);
      onEvents(rows.length);
      const last = rows.at(-1);
      after = last === undefined || rows.length < PAGE ? undefined : idOf(last.stream_id);
    }
  }
}

async function readDecisions(database: Database, day: number, after: string): Promise<readonly DecisionRow[]> {
  const columns = eventColumns.split(', ').map((column) => `d.${column}`);
  return await database.query<DecisionRow>(
    `select ${columns.join(', ')}, r.facts as received, r.payload
       from ${partitionOf(day)} d join ${partitionOf(day)} r on r.stream_id = d.stream_id and r.version = 1
       where d.type in ('message.routed', 'message.never_processed') and d.stream_id > $1
       order by d.stream_id, d.version limit $2`,
    [uuidOf(after), PAGE],
  );
}

async function checkRoute(row: DecisionRow, history: PastMappings, report: Report): Promise<void> {
  const { stream, event } = eventOf(row);
  const decision = event as MessageRouted | MessageNeverProcessed;
  const received = JSON.parse(row.received) as MessageReceived;
  const past = await history.atRevision(decision.store, decision.revision);
  report.checked('I6', 'decisions', 1);
  if (past === undefined) {
    const text = `Message ${stream} was routed at revision ${decision.revision} of its store, which does not exist.`;
    return report.violated({ invariant: 'I6', subject: stream, text });
  }
  const { hops, trail } = received;
  const root = messageRoot(stream, received, JSON.parse(row.payload) as JsonValue);
  const passage = { hops, ...(trail === undefined ? {} : { trail }) };
  const difference = retraceRouting(decision, matchMappings(root, past.subscribed.get(decision.message) ?? [], passage));
  if (difference === undefined) return;
  report.violated({ invariant: 'I6', subject: stream, text: `Message ${stream}, routed at revision ${decision.revision}: ${difference}` });
}
