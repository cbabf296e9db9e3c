import type { EventType } from '@crossdock/core';
import type { ItemRow, NotificationRow } from '../projection/item.ts';
import type { Finding } from './report.ts';
import type { StreamSummary } from './stream-summary.ts';

/** A stream with the row that its events make, as far as the projection is. */
export interface CheckedStream {
  readonly summary: StreamSummary;
  readonly expected: ItemRow | NotificationRow | undefined;
}

/** What other tables hold for a range of streams. */
export interface RangeRows {
  readonly items: ReadonlyMap<string, ItemRow>;
  readonly notifications: ReadonlyMap<string, NotificationRow>;
  /** Due rows: delivery → version. */
  readonly due: ReadonlyMap<string, { readonly version: number; readonly shard: number }>;
  /** Deliveries that hold identifiers. */
  readonly identifiers: ReadonlySet<string>;
}

export interface RangeContext {
  /** Whether a consumer of this event's topic has yet to handle it. */
  lags(type: EventType, shard: number, position: number): boolean;
  /** Whether this event is parked, for a person to look at. */
  isParked(stream: string, position: number): boolean;
}

/** The rules about what other tables say of the streams of a range: I7 for rows, I8, and I12 for identifiers. */
export function rangeFindings(streams: ReadonlyMap<string, CheckedStream>, rows: RangeRows, context: RangeContext): readonly Finding[] {
  const findings: Finding[] = [];
  for (const checked of streams.values()) {
    findings.push(...projectionFindings(checked, rows), ...openFindings(checked.summary, rows, context));
  }
  for (const [id, { version, shard }] of rows.due) findings.push(...dueFindings(id, version, shard, streams.get(id)?.summary));
  for (const id of rows.identifiers) findings.push(...identifierFindings(id, streams.get(id)?.summary));
  for (const table of [rows.items, rows.notifications]) {
    for (const id of table.keys()) {
      if (!streams.has(id))
        findings.push({ invariant: 'I7', subject: id, text: `The projection has a row for ${id}, of which the log has no event.` });
    }
  }
  return findings;
}

const isUnsound = ({ findings }: StreamSummary): boolean => findings.some(({ invariant }) => invariant !== 'I5');

function projectionFindings({ summary, expected }: CheckedStream, rows: RangeRows): readonly Finding[] {
  if (isUnsound(summary)) return [];
  const { id } = summary;
  const isNotification = summary.fold?.kind === 'notification';
  const actual = isNotification ? rows.notifications.get(id) : rows.items.get(id);
  const difference = differenceOf(expected, actual);
  const own = difference === undefined ? [] : [{ invariant: 'I7' as const, subject: id, text: `Stream ${id}: ${difference}` }];
  const misplaced = isNotification ? rows.items.has(id) : rows.notifications.has(id);
  return misplaced ? [...own, { invariant: 'I7', subject: id, text: `Stream ${id} has a row in the wrong table of the projection.` }] : own;
}

function differenceOf(expected: ItemRow | NotificationRow | undefined, actual: ItemRow | NotificationRow | undefined): string | undefined {
  if (expected === undefined) return actual === undefined ? undefined : 'the projection has a row before it has reached the first event.';
  if (actual === undefined) return 'the projection has no row.';
  const is: Readonly<Record<string, unknown>> = { ...actual };
  const must: Readonly<Record<string, unknown>> = { ...expected };
  const different = Object.keys(must).filter((name) => is[name] !== must[name]);
  if (different.length === 0) return undefined;
  return `${different.map((name) => `${name} is ${JSON.stringify(is[name])} in the projection, ${JSON.stringify(must[name])} by the log`).join('; ')}.`;
}

/** What is open must be on its way. */
function openFindings(summary: StreamSummary, rows: RangeRows, context: RangeContext): readonly Finding[] {
  const { id, fold, type, shard, position } = summary;
  if (summary.findings.length > 0 || fold === undefined) return [];
  if (fold.kind === 'message' && (fold.state.status === 'received' || fold.state.status === 'validated')) {
    if (context.lags(type, shard, position) || context.isParked(id, position)) return [];
    return [
      {
        invariant: 'I8',
        subject: id,
        text: `Message ${id} is ${fold.state.status}, and no consumer is to handle it: it is neither in a lag nor parked.`,
      },
    ];
  }
  if (fold.kind === 'delivery' && isOpen(summary) && !rows.due.has(id)) {
    if (type === 'delivery.accepted' && (context.lags(type, shard, position) || context.isParked(id, position))) return [];
    return [{ invariant: 'I8', subject: id, text: `Delivery ${id} is ${fold.state.status}, and is not in the due table.` }];
  }
  return [];
}

function isOpen({ fold }: StreamSummary): boolean {
  return (
    fold?.kind === 'delivery' && (fold.state.status === 'pending' || fold.state.status === 'failing' || fold.state.status === 'scheduled')
  );
}

function dueFindings(id: string, version: number, shard: number, summary: StreamSummary | undefined): readonly Finding[] {
  if (summary === undefined)
    return [{ invariant: 'I8', subject: id, text: `The due table has delivery ${id}, of which the log has no event.` }];
  if (summary.findings.length > 0) return [];
  if (!isOpen(summary)) {
    return [
      {
        invariant: 'I8',
        subject: id,
        text: `The due table has ${id}, which is ${summary.fold?.state.status ?? 'unknown'}: it would be sent again.`,
      },
    ];
  }
  if (version > summary.version || shard !== summary.shard) {
    return [
      {
        invariant: 'I8',
        subject: id,
        text: `The due table has delivery ${id} at version ${version} in shard ${shard}, the log at ${summary.version} in ${summary.shard}.`,
      },
    ];
  }
  return [];
}

/** A delivery that is over in any way but well has let go of its identifiers. */
function identifierFindings(id: string, summary: StreamSummary | undefined): readonly Finding[] {
  if (summary === undefined)
    return [{ invariant: 'I12', subject: id, text: `Delivery ${id} holds identifiers, and the log has no event of it.` }];
  if (summary.findings.length > 0 || isOpen(summary)) return [];
  const status = summary.fold?.state.status ?? 'unknown';
  if (summary.fold?.kind === 'delivery' && status === 'completed') return [];
  return [{ invariant: 'I12', subject: id, text: `${id} holds identifiers although it is ${status}.` }];
}
