import type { MappingLife } from '../ports/registry.ts';
import { unreachable } from '../unreachable.ts';

/** A mapping is not what it was when the message was routed. */
export interface ChangedSince {
  readonly change: 'changed' | 'renamed' | 'deleted';
  /** The revision of the store at which it became what it is now; null where that was not looked up. */
  readonly revision: number | null;
  /** What it is called now. */
  readonly name: string | null;
}

/** What was changed since the decision, as a sentence. */
export function explainChange({ change, revision, name }: ChangedSince): string {
  const when = revision === null ? 'since' : `since, at revision ${revision}`;
  switch (change) {
    case 'changed':
      return `The mapping was changed ${when}: this is what it said then.`;
    case 'renamed':
      return `The mapping was changed ${when}, and is called ${name} now: this is what it said then.`;
    case 'deleted':
      return `The mapping was deleted ${when}.`;
    default:
      return unreachable(change);
  }
}

/** Why a mapping has no part in a decision: it was not there yet, or not any more. */
export type Absence = 'mapping_not_made_yet' | 'mapping_deleted_before';

/** A mapping that was not there when a message was routed, and a sentence about that. */
export function explainAbsence({ made, removed }: MappingLife, routedAt: number): { readonly code: Absence; readonly explanation: string } {
  const then = `and the message was routed at revision ${routedAt}`;
  if (made <= routedAt)
    return {
      code: 'mapping_deleted_before',
      explanation: `The mapping was deleted before this message was routed: at revision ${removed ?? made}, ${then}.`,
    };
  const gone = removed === undefined ? '' : ` It was deleted at revision ${removed}.`;
  return {
    code: 'mapping_not_made_yet',
    explanation: `The mapping was made after this message was routed: at revision ${made}, ${then}.${gone}`,
  };
}
