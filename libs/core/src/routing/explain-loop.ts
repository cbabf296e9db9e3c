import { unreachable } from '../unreachable.ts';
import { MAX_LINEAGE, MAX_PASSES } from './loop-guard.ts';
import type { LoopFinding } from './routing-reason.ts';

/** A sentence for people: what was found to be a loop. */
export function explainLoop(finding: LoopFinding & { readonly name: string }): string {
  const { guard, count } = finding;
  switch (guard) {
    case 'mapping': {
      const from = finding.firstHop === 0 ? 'the message that was pushed' : `hop ${finding.firstHop}`;
      return `The mapping "${finding.name}" has handled this lineage ${count} times, from ${from} on; ${MAX_PASSES} are allowed. It looks like a loop, and ends here.`;
    }
    case 'lineage':
      return `The answers of this lineage have come to ${count} deliveries; ${MAX_LINEAGE} are allowed. It looks like a loop, and ends here.`;
    default:
      return unreachable(guard);
  }
}
