import { Effort } from '../filter/effort.ts';
import { identifierKey } from '../filter/identifiers.ts';
import { matches } from '../filter/matches.ts';
import type { JsonValue } from '../json/json-value.ts';
import { pushed, tooManyDeliveries, tooManyPasses, type Passage } from './loop-guard.ts';
import type { Mapping } from './mapping.ts';
import { ReasonList } from './reason-list.ts';
import type { RoutingReason } from './routing-reason.ts';

/** A mapping that wants the message, and the identifying values it must have for itself. */
export interface Candidate {
  readonly mapping: Mapping;
  /** Canonical text; undefined where the mapping has no identifiers, or the message none of their values. */
  readonly identifier: string | undefined;
}

export interface Matched {
  readonly candidates: readonly Candidate[];
  readonly reasons: readonly RoutingReason[];
  /** Reasons beyond those that were wanted, counted per code. */
  readonly more?: Readonly<Record<string, number>>;
}

/**
 * Which of the mappings subscribed to a message's type want it, and why the others do not. What identifiers say is decided
 * later: their values have to be claimed first.
 * @param root what paths start from: `{message, payload, store_id, source?}`
 * @param passage what the message's lineage has been through
 * @param mostReasons how many reasons are wanted in full
 */
export function matchMappings(
  root: JsonValue,
  subscribed: readonly Mapping[],
  passage: Passage = pushed,
  mostReasons = Number.POSITIVE_INFINITY,
): Matched {
  const candidates: Candidate[] = [];
  const reasons = new ReasonList(mostReasons);
  const effort = new Effort();
  for (const mapping of subscribed) {
    if (!mapping.enabled) {
      reasons.add({ code: 'mapping_disabled', ...nameOf(mapping) });
      continue;
    }
    const result = matches(mapping.filters, root, effort);
    if (!result.pass) {
      reasons.add({ code: result.reason.code, ...nameOf(mapping), filter: result.reason });
      continue;
    }
    const loop = tooManyPasses(passage, mapping.id);
    if (loop !== undefined) {
      reasons.add({ code: 'loop_guard', ...nameOf(mapping), ...loop });
      continue;
    }
    const key = mapping.identifiers === undefined ? undefined : identifierKey(mapping.identifiers, root, effort);
    candidates.push({ mapping, identifier: key?.kind === 'key' ? key.text : undefined });
  }
  const full = tooManyDeliveries(passage, candidates.length);
  if (full === undefined) return { candidates, ...reasons.facts() };
  for (const { mapping } of candidates) reasons.add({ code: 'loop_guard', ...nameOf(mapping), ...full });
  return { candidates: [], ...reasons.facts() };
}

/** How reasons name a mapping. */
export function nameOf({ id, revision, name }: Mapping): { readonly mapping: string; readonly revision: number; readonly name: string } {
  return { mapping: id, revision, name };
}
