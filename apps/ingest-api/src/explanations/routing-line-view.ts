import {
  explainAbsence,
  explainChange,
  explainLine,
  unreachable,
  type ChangedSince,
  type FilterReason,
  type KnownLine,
  type MappingLife,
  type RoutingLine,
  type Telling,
} from '@crossdock/core';

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
    explanation: [explainLine(line, telling), ...(since === undefined ? [] : [explainChange(since)])].join(' '),
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
    default:
      return unreachable(line);
  }
}

/** The reason's code is the line's. */
function filterReasonView({ code: _code, matchRule, ...reason }: FilterReason): Readonly<Record<string, unknown>> {
  return { ...reason, match_rule: matchRule };
}

/** Of a mapping that was not there when the message was routed. */
export function absentLineView(life: MappingLife, routedAt: number): RoutingLineView {
  const { code, explanation } = explainAbsence(life, routedAt);
  return {
    code,
    mapping_id: life.id,
    mapping_revision: null,
    mapping: life.name,
    made_at_revision: life.made,
    deleted_at_revision: life.removed ?? null,
    explanation,
    since: null,
    derived: true,
  };
}
