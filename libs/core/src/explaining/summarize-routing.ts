import { unreachable } from '../unreachable.ts';
import { listed, type Tense } from './explain-line.ts';
import type { RoutingOutline } from './outline-routing.ts';
import type { LineCode } from './routing-line.ts';

const MOST_NAMES = 5;

/**
 * The whole decision in one sentence: `Sent to 2 of 14 mappings: a.b and c.d; 1 was disabled, 3 had filters that did not pass,
 * 8 were not subscribed to order:new.`
 */
export function summarizeRouting({ decision, counts }: RoutingOutline, tense: Tense): string {
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const to = decision.type === 'message.routed' ? decision.sent : [];
  const names = to.map(({ name, remark }) => (remark === undefined ? name : `${name} (paused)`));
  const others = othersOf(counts, decision.message, tense);
  const sent = tense === 'past' ? 'Sent' : 'Would be sent';
  if (total === 0) return `${sent} to nobody: the store ${tense === 'past' ? 'had' : 'has'} no mappings.`;
  if (to.length === 0) return `${sent} to none of ${mappings(total)}: ${others}.`;
  const whom = to.length < total ? `${to.length} of ${mappings(total)}` : total === 1 ? 'the only mapping' : `all ${mappings(total)}`;
  return `${sent} to ${whom}: ${listed(names, MOST_NAMES, '')}${others === '' ? '' : `; ${others}`}.`;
}

const mappings = (n: number): string => (n === 1 ? '1 mapping' : `${n} mappings`);

/** Paths that find nothing are filters that did not pass. */
type No = Exclude<LineCode, 'sent' | 'path_missing'>;

/** In the order in which they are told. */
const NOS: readonly No[] = [
  'mapping_disabled',
  'filter_failed',
  'error',
  'duplicate_identifier',
  'loop_guard',
  'not_derivable',
  'type_not_subscribed',
];

function othersOf(counts: RoutingOutline['counts'], message: string, tense: Tense): string {
  return NOS.flatMap((code) => {
    const n = (counts[code] ?? 0) + (code === 'filter_failed' ? (counts.path_missing ?? 0) : 0);
    return n === 0 ? [] : [`${n} ${didNot(code, n, message, tense)}`];
  }).join(', ');
}

function didNot(code: No, n: number, message: string, tense: Tense): string {
  const past = tense === 'past';
  const be = past ? (n === 1 ? 'was' : 'were') : n === 1 ? 'is' : 'are';
  const have = past ? 'had' : n === 1 ? 'has' : 'have';
  switch (code) {
    case 'mapping_disabled':
      return `${be} disabled`;
    case 'filter_failed':
      return n === 1 ? `${have} a filter that ${past ? 'did' : 'does'} not pass` : `${have} filters that ${past ? 'did' : 'do'} not pass`;
    case 'error':
      return n === 1 ? `${have} a filter that could not be decided` : `${have} filters that could not be decided`;
    case 'duplicate_identifier':
      return `${have} received the same identifiers before`;
    case 'loop_guard':
      return `${be} kept from a loop`;
    case 'not_derivable':
      return 'cannot be explained any more';
    case 'type_not_subscribed':
      return `${be} not subscribed to ${message}`;
    default:
      return unreachable(code);
  }
}
