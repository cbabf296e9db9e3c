import type { MessageNeverProcessed, MessageRouted } from '../message/events.ts';
import type { Matched } from './match-mappings.ts';
import type { RoutingReason } from './routing-reason.ts';

type Decision = MessageRouted | MessageNeverProcessed;

/**
 * Does the same message lead to the same decision, with the mappings of the revision that it names? Answers what differs, as a
 * sentence; undefined where nothing does. What other messages decided is taken from the decision itself: who held identifying
 * values, and how many deliveries the lineage had come to.
 * @param matched what `matchMappings` finds, all reasons in full
 */
export function retraceRouting(decision: Decision, matched: Matched): string | undefined {
  const sent = decision.type === 'message.routed' ? decision.sent : [];
  const wanting = new Map(matched.candidates.map(({ mapping }) => [mapping.id, mapping]));
  for (const { mapping, name, revision } of sent) {
    const candidate = wanting.get(mapping);
    if (candidate === undefined) return `It was sent to ${name}, which did not want it.`;
    if (revision !== undefined && candidate.revision !== revision) {
      return `It was sent to ${name} as of revision ${revision}; at revision ${decision.revision} that was of ${candidate.revision}.`;
    }
  }
  const found = new Map(matched.reasons.map((reason) => [reason.mapping, reason]));
  for (const reason of decision.reasons) {
    const again = isOfOthers(reason) && wanting.has(reason.mapping) ? reason : found.get(reason.mapping);
    if (!isSame(reason, again))
      return `${reason.name} did not get it for ${reason.code}, which is not found again: ${again?.code ?? 'nothing'} is.`;
  }
  return differenceOfCounts(decision, matched, sent.length);
}

/** Reasons that lie in what other messages did. */
const isOfOthers = (reason: RoutingReason): boolean =>
  reason.code === 'duplicate_identifier' || (reason.code === 'loop_guard' && reason.guard === 'lineage');

function isSame(reason: RoutingReason, again: RoutingReason | undefined): boolean {
  if (again === undefined) return false;
  // Older logs lack revisions.
  const left = reason.revision === undefined ? ['revision'] : [];
  return canonical(reason, left) === canonical(again, left);
}

const canonical = (reason: RoutingReason, left: readonly string[]): string =>
  JSON.stringify(
    Object.entries(reason)
      .filter(([name]) => !left.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Nobody may be missing: who wanted it was sent it, or was kept from it by what others did. */
function differenceOfCounts({ reasons, more = {} }: Decision, matched: Matched, sent: number): string | undefined {
  const stored = new Map(Object.entries(more));
  for (const { code } of reasons) stored.set(code, (stored.get(code) ?? 0) + 1);
  const found = new Map<string, number>();
  for (const { code } of matched.reasons) found.set(code, (found.get(code) ?? 0) + 1);
  const looped = (stored.get('loop_guard') ?? 0) - (found.get('loop_guard') ?? 0);
  const kept = (stored.get('duplicate_identifier') ?? 0) + looped;
  if (sent + kept !== matched.candidates.length) {
    return `${matched.candidates.length} mappings wanted it; it was sent to ${sent}, and kept from ${kept}.`;
  }
  for (const code of new Set([...stored.keys(), ...found.keys()])) {
    if (code === 'duplicate_identifier' || code === 'loop_guard') continue;
    if (stored.get(code) !== found.get(code))
      return `${stored.get(code) ?? 0} mappings have the reason ${code}; ${found.get(code) ?? 0} are found again.`;
  }
  return undefined;
}
