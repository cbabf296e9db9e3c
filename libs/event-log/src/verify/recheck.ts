import type { Sha256, StoredEvent } from '@crossdock/core';
import { idArray } from '../database/binary-arrays.ts';
import { pgOf, type Database } from '../database/database.ts';
import { idOf } from '../database/object-id.ts';
import { eventColumns, eventOf, type EventRow } from '../log/event-row.ts';
import { ConsumerLags, type ConsumerTopics } from './consumer-lags.ts';
import { ExpectedRow } from './expected-row.ts';
import { familyFindings, relativesOf } from './family-rules.ts';
import { readRange, type Queries } from './read-range.ts';
import type { Finding } from './report.ts';
import { rangeFindings, type CheckedStream } from './row-rules.ts';
import { StreamCheck, type StreamSummary } from './stream-summary.ts';

export interface RecheckParts {
  readonly database: Database;
  readonly consumers: ConsumerTopics;
  readonly sha256: Sha256;
}

/**
 * Looks at these streams once more, with all that they have to do with, in one snapshot: what only seemed wrong because it
 * was read in several moments is not found again.
 */
export async function recheck({ database, consumers, sha256 }: RecheckParts, subjects: readonly string[]): Promise<readonly Finding[]> {
  return await database.run(async (tx) => {
    const pg = pgOf(tx);
    await pg.query('set transaction isolation level repeatable read, read only');
    const lags = await ConsumerLags.read(pg, consumers);
    const parked = await readParked(pg, subjects);
    const rows = await readRange(pg, { ids: subjects });
    const events = await readStreams(pg, subjects);
    const family = new Map(summariesOf(events));
    const relatives = [...family.values()].flatMap((summary) => relativesOf(summary, sha256)).filter((id) => !family.has(id));
    for (const [id, summary] of summariesOf(await readStreams(pg, [...new Set(relatives)]))) family.set(id, summary);
    const checked = new Map<string, CheckedStream>();
    for (const [id, own] of events) {
      const summary = family.get(id);
      const expected = new ExpectedRow();
      for (const stored of own) expected.add(stored, rows);
      if (summary !== undefined) checked.set(id, { summary, expected: expected.row });
    }
    const wanted = new Set(subjects);
    const context = {
      lags: lags.lags.bind(lags),
      isParked: (stream: string, position: number): boolean => parked.has(`${stream} ${position}`),
    };
    return [
      ...[...checked.values()].flatMap(({ summary }) => summary.findings),
      ...rangeFindings(checked, rows, context),
      ...familyFindings(family, { sha256, notedUpTo: (shard) => lags.notedUpTo(shard) }),
    ].filter(({ subject }) => wanted.has(subject));
  });
}

async function readParked(queries: Queries, streams: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await queries.query<{ stream_id: string; position: number }>(
    'select stream_id, position from parked_record where stream_id = any($1::uuid[])',
    [idArray(streams)],
  );
  return new Set(rows.map((row) => `${idOf(row.stream_id)} ${row.position}`));
}

/** Whole streams, wherever they are: ids that do not exist have no day of their own to look into. */
async function readStreams(queries: Queries, ids: readonly string[]): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
  const streams = new Map<string, StoredEvent[]>();
  if (ids.length === 0) return streams;
  const rows = await queries.query<EventRow>(
    `select ${eventColumns} from event where stream_id = any($1::uuid[]) order by stream_id, version`,
    [idArray(ids)],
  );
  for (const row of rows) {
    const stored = eventOf(row);
    const known = streams.get(stored.stream);
    if (known === undefined) streams.set(stored.stream, [stored]);
    else known.push(stored);
  }
  return streams;
}

function* summariesOf(streams: ReadonlyMap<string, readonly StoredEvent[]>): Generator<[string, StreamSummary]> {
  for (const [id, events] of streams) {
    const check = new StreamCheck(id);
    for (const stored of events) check.add(stored);
    const summary = check.end();
    if (summary !== undefined) yield [id, summary];
  }
}
