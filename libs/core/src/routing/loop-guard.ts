import type { LoopFinding } from './routing-reason.ts';

/** Mappings that a trail names at most: lineages that are deeper are parked. */
export const MAX_TRAIL = 20;

/**
 * A mapping that has handled a message's ancestors so often does not get the message. Chains that come back on purpose do so once
 * or twice (an order goes out, its shipment comes back, the order is updated); a loop does not stop at three.
 */
export const MAX_PASSES = 3;

/**
 * Deliveries that the answers of one lineage may come to. Ten times what the largest answer of a poll (1,000 messages) makes where
 * ten mappings want each of them; a lineage that doubles with every hop gets here long before its twentieth.
 */
export const MAX_LINEAGE = 100_000;

/** What a message's lineage has been through. A push has been through nothing. */
export interface Passage {
  /** 0 for a push; one more for each answer. */
  readonly hops: number;
  /** The mappings whose answers led to the message, oldest first. */
  readonly trail?: readonly string[];
  /** Deliveries that answers of this lineage have come to so far. */
  readonly deliveries?: number;
}

/** What comes of a push. */
export const pushed: Passage = { hops: 0 };

/** The trail of what a mapping's answer makes, from that of the message that the mapping was sent. */
export function trailThrough(trail: readonly string[] | undefined, mapping: string): readonly string[] {
  return [...(trail ?? []), mapping].slice(-MAX_TRAIL);
}

/** Has this mapping handled the message's ancestors too often? */
export function tooManyPasses({ hops, trail }: Passage, mapping: string): LoopFinding | undefined {
  if (trail === undefined) return undefined;
  let count = 0;
  for (const passed of trail) if (passed === mapping) count += 1;
  if (count < MAX_PASSES) return undefined;
  return { guard: 'mapping', count, firstHop: hops - trail.length + trail.indexOf(mapping) };
}

/** Would so many deliveries more be too many for the lineage? Those of a push are not counted: they are no loop. */
export function tooManyDeliveries({ hops, deliveries = 0 }: Passage, more: number): LoopFinding | undefined {
  return hops > 0 && more > 0 && deliveries + more > MAX_LINEAGE ? { guard: 'lineage', count: deliveries } : undefined;
}
