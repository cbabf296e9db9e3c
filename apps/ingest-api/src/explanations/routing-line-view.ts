import { explainLine, type FilterReason, type KnownLine, type MappingLife, type RoutingLine, type Telling } from '@crossdock/core';

/** A mapping is not what it was when the message was routed. */
export interface ChangedSince {
  readonly change: 'changed' | 'renamed' | 'deleted';
  /** The revision of the store at which it became what it is now; null where that was not looked up. */
  readonly revision: number | null;
  /** What it is called now. */
  readonly name: string | null;
}

/** A line as the API writes it. */
export type RoutingLineView = Readonly<Record<string, unknown>> & {
  readonly code: string;
  readonly mapping: string;
  readonly explanation: string;
};

/** One mapping's line: as data, and as a sentence. */
export function routingLineView(line: KnownLine, telling: Telling, since: ChangedSince | undefined): RoutingLineView {
  return {
    ...lineFacts(line),
    explanation: [explainLine(line, telling), ...(since === undefined ? [] : [sinceText(since)])].join(' '),
    since: since ?? null,
    derived: line.derived,
  };
}

/** What a line says, as data. */
export function lineFacts(line: RoutingLine): Readonly<Record<string, unknown>> & { readonly code: string; readonly mapping: string } {
  return {
    code: line.code,
    mapping_id: line.mapping,
    mapping_revision: line.revision ?? null,
    mapping: line.name,
    ...factsOf(line),
  };
}

function factsOf(line: RoutingLine): Readonly<Record<string, unknown>> {
  switch (line.code) {
    case 'sent':
      return { message_id: line.delivery, ...(line.remark === undefined ? {} : { remark: line.remark }) };
    case 'filter_failed':
    case 'path_missing':
    case 'error':
      return { filter: filterReasonView(line.filter) };
    case 'duplicate_identifier':
      return { identifier: line.identifier, earlier_message_id: line.earlier ?? null };
    case 'loop_guard':
      return { guard: line.guard, count: line.count ?? null, ...(line.guard === 'mapping' ? { first_hop: line.firstHop } : {}) };
    case 'type_not_subscribed':
      return { messages: line.messages };
    case 'mapping_disabled':
    case 'not_derivable':
      return {};
  }
}

/** The reason's code is the line's. */
function filterReasonView({ code: _code, matchRule, ...reason }: FilterReason): Readonly<Record<string, unknown>> {
  return { ...reason, match_rule: matchRule };
}

function sinceText({ change, revision, name }: ChangedSince): string {
  const when = revision === null ? 'since' : `since, at revision ${revision}`;
  switch (change) {
    case 'changed':
      return `The mapping was changed ${when}: this is what it said then.`;
    case 'renamed':
      return `The mapping was changed ${when}, and is called ${name} now: this is what it said then.`;
    case 'deleted':
      return `The mapping was deleted ${when}.`;
  }
}

/** Of a mapping that was not there when the message was routed. */
export function absentLineView({ id, name, made, removed }: MappingLife, routedAt: number): RoutingLineView {
  const later = made > routedAt;
  const gone = removed === undefined ? '' : ` It was deleted at revision ${removed}.`;
  const explanation = later
    ? `The mapping was made after this message was routed: at revision ${made}, and the message was routed at revision ${routedAt}.${gone}`
    : `The mapping was deleted before this message was routed: at revision ${removed ?? made}, and the message was routed at revision ${routedAt}.`;
  return {
    code: later ? 'mapping_not_made_yet' : 'mapping_deleted_before',
    mapping_id: id,
    mapping_revision: null,
    mapping: name,
    made_at_revision: made,
    deleted_at_revision: removed ?? null,
    explanation,
    since: null,
    derived: true,
  };
}
