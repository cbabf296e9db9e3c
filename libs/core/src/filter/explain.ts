import { unreachable } from '../unreachable.ts';
import type { FilterReason } from './matches.ts';

/** A sentence for people, e.g. `Filter 2 failed: payload.order.totals.tax is "8.10", needs gt 100.` */
export function explainFilter(reason: FilterReason): string {
  const { code, path, operator, expected, actual, matchRule, note } = reason;
  const place = reason.at ?? path;
  const needs = expected === '' ? `needs ${operator}` : `needs ${operator} ${expected}`;
  switch (code) {
    case 'filter_failed':
      return matchRule === 'any' && path.includes('*')
        ? `Filter ${reason.index + 1} failed: ${place} finds ${actual}, and none of it passes; ${needs}.`
        : `Filter ${reason.index + 1} failed: ${place} is ${actual}, ${needs}.`;
    case 'path_missing':
      return `Filter ${reason.index + 1} failed: ${place} finds nothing, ${needs}.${startHint(path)}`;
    case 'error':
      return `Filter ${reason.index + 1} could not be decided: ${place} ${actual === null ? '' : `is ${actual}, which `}${note}; ${needs}.`;
    default:
      return unreachable(code);
  }
}

const ROOT_MEMBERS = new Set(['payload', 'message', 'message_id', 'parent_id', 'source', 'store_id']);

/** The commonest slip is a path that starts inside the payload. */
function startHint(path: string): string {
  const [first = ''] = path.split('.');
  return ROOT_MEMBERS.has(first) ? '' : ` Paths start at the message's root: payload.${path} perhaps?`;
}
