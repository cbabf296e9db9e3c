import type { RoutedTo, RoutingReason } from '../routing/routing-reason.ts';

interface OfMapping {
  readonly mapping: string;
  /** The store's revision that made the mapping what it was. */
  readonly revision?: number;
  readonly name: string;
}

/** What became of one message with one mapping of its store. */
export type RoutingLine =
  | (RoutedTo & { readonly code: 'sent' })
  | RoutingReason
  /** Not stored, but nothing else can have kept the message away: an earlier delivery, nobody knows which, or the guard of loops. */
  | (OfMapping & { readonly code: 'duplicate_identifier'; readonly identifier: string; readonly earlier: undefined })
  | (OfMapping & { readonly code: 'loop_guard'; readonly guard: 'lineage'; readonly count: undefined })
  /** The mapping wants these types, and not the message's. */
  | (OfMapping & { readonly code: 'type_not_subscribed'; readonly messages: readonly string[] })
  /** Today's rules let the message pass, and it was not stored why those of then did not. */
  | (OfMapping & { readonly code: 'not_derivable' });

export type LineCode = RoutingLine['code'];

/** A line, and whether the log holds it or it was worked out anew. */
export type KnownLine = RoutingLine & { readonly derived: boolean };
