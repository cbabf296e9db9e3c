import { boundedText } from '../json/text.ts';
import type { MessageNeverProcessed, MessageRouted } from '../message/events.ts';
import type { PastSnapshot } from '../ports/registry.ts';
import type { Mapping } from '../routing/mapping.ts';
import { nameOf, type Matched } from '../routing/match-mappings.ts';
import { unreachable } from '../unreachable.ts';
import type { KnownLine, LineCode, RoutingLine } from './routing-line.ts';

/** One mapping's place among all of its store. What cannot be read off the decision is worked out when its line is asked for. */
export type Place = { readonly key: string; readonly mapping: string; readonly name: string } & (
  | { readonly kind: 'stored'; readonly line: RoutingLine }
  | { readonly kind: 'counted' | 'not_subscribed'; readonly definition: Mapping }
);

/** All mappings of a store at the revision that decided, and how many came to what. */
export interface RoutingOutline {
  readonly decision: MessageRouted | MessageNeverProcessed;
  /** Sent first, then those that are subscribed to the type, then the others; by name, as are the keys. */
  readonly places: readonly Place[];
  readonly counts: Readonly<Partial<Record<LineCode, number>>>;
}

type Subscribed = Pick<PastSnapshot, 'mappings' | 'subscribed'>;

/**
 * Every mapping exactly once, without looking at the message.
 * @param configured what the store had at the decision's revision; without it only what the decision stored is there
 */
export function outlineRouting(decision: MessageRouted | MessageNeverProcessed, configured: Subscribed | undefined): RoutingOutline {
  const stored = [...sentLines(decision), ...decision.reasons];
  const known = new Set(stored.map(({ mapping }) => mapping));
  const others = [...(configured?.mappings.values() ?? [])].filter(({ id }) => !known.has(id));
  // What the decision did not count was not subscribed then, whatever the type's aliases are today.
  const subscribed = new Set(decision.more === undefined ? [] : configured?.subscribed.get(decision.message)?.map(({ id }) => id));
  const groups: readonly [sent: Place[], subscribed: Place[], others: Place[]] = [[], [], []];
  for (const line of stored) {
    const { mapping, name } = line;
    if (line.code === 'sent') groups[0].push({ key: `0${name}`, mapping, name, kind: 'stored', line });
    else groups[1].push({ key: `1${name}`, mapping, name, kind: 'stored', line });
  }
  for (const definition of others) {
    const { id: mapping, name } = definition;
    if (subscribed.has(mapping)) groups[1].push({ key: `1${name}`, mapping, name, kind: 'counted', definition });
    else groups[2].push({ key: `2${name}`, mapping, name, kind: 'not_subscribed', definition });
  }
  const places = groups.flatMap((group) => group.sort((a, b) => (a.name < b.name ? -1 : 1)));
  return { decision, places, counts: countsOf(decision, places) };
}

function sentLines(decision: MessageRouted | MessageNeverProcessed): readonly RoutingLine[] {
  return decision.type === 'message.routed' ? decision.sent.map((to) => ({ code: 'sent', ...to })) : [];
}

function countsOf({ more = {} }: MessageRouted | MessageNeverProcessed, places: readonly Place[]): RoutingOutline['counts'] {
  const counts: Record<string, number> = {};
  const count = (code: string, by: number): void => void (counts[code] = (counts[code] ?? 0) + by);
  for (const place of places) {
    if (place.kind === 'stored') count(place.line.code, 1);
    else if (place.kind === 'not_subscribed') count('type_not_subscribed', 1);
  }
  for (const [code, n] of Object.entries(more)) count(code, n);
  return counts;
}

/**
 * What became of the message with the mapping of this place.
 * @param matched what `matchMappings` finds for all mappings that were subscribed: asked for where a reason was only counted, since
 *   one mapping alone may be judged otherwise than after those before it, which spend effort
 */
export function lineAt({ decision }: RoutingOutline, place: Place, matched: () => Matched): KnownLine {
  switch (place.kind) {
    case 'stored':
      return { ...place.line, derived: false };
    case 'not_subscribed':
      return { code: 'type_not_subscribed', ...nameOf(place.definition), messages: place.definition.messages, derived: true };
    case 'counted':
      return { ...lineAgain(decision, place.definition, matched()), derived: true };
    default:
      return unreachable(place);
  }
}

function lineAgain({ reasons, more = {} }: MessageRouted | MessageNeverProcessed, mapping: Mapping, matched: Matched): RoutingLine {
  const reason = matched.reasons.find((each) => each.mapping === mapping.id);
  if (reason !== undefined) return reason;
  // It would be sent, and was not: what remains are the reasons that lie outside of the message.
  const identifier = matched.candidates.find((each) => each.mapping.id === mapping.id)?.identifier;
  if (identifier !== undefined && (more['duplicate_identifier'] ?? 0) > 0)
    return { code: 'duplicate_identifier', ...nameOf(mapping), identifier: boundedText(identifier), earlier: undefined };
  if ((more['loop_guard'] ?? 0) === 0) return { code: 'not_derivable', ...nameOf(mapping) };
  const told = reasons.find((each) => each.code === 'loop_guard' && each.guard === 'lineage');
  if (told?.code === 'loop_guard' && told.guard === 'lineage') return { ...told, ...nameOf(mapping) };
  return { code: 'loop_guard', ...nameOf(mapping), guard: 'lineage', count: undefined };
}
