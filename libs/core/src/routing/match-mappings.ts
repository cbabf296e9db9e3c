import { identifierKey } from '../filter/identifiers.ts';
import { matches } from '../filter/matches.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { Mapping } from './mapping.ts';
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
}

/**
 * Which of the mappings subscribed to a message's type want it, and why the others do not. What identifiers say is decided
 * later: their values have to be claimed first.
 * @param root what paths start from: `{message, payload, store_id, source?}`
 */
export function matchMappings(root: JsonValue, subscribed: readonly Mapping[]): Matched {
  const candidates: Candidate[] = [];
  const reasons: RoutingReason[] = [];
  for (const mapping of subscribed) {
    const about = { mapping: mapping.id, name: mapping.name };
    if (!mapping.enabled) {
      reasons.push({ code: 'mapping_disabled', ...about });
      continue;
    }
    const result = matches(mapping.filters, root);
    if (!result.pass) {
      reasons.push({ code: result.reason.code, ...about, filter: result.reason });
      continue;
    }
    const key = mapping.identifiers === undefined ? undefined : identifierKey(mapping.identifiers, root);
    candidates.push({ mapping, identifier: key?.kind === 'key' ? key.text : undefined });
  }
  return { candidates, reasons };
}
