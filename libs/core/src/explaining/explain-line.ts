import { explainFilter } from '../filter/explain.ts';
import type { JsonValue } from '../json/json-value.ts';
import { explainLoop } from '../routing/explain-loop.ts';
import { unreachable } from '../unreachable.ts';
import { pathHint } from './path-hint.ts';
import type { RoutingLine } from './routing-line.ts';

/** `past`: it was decided; `future`: it would be. */
export type Tense = 'past' | 'future';

export interface Telling {
  readonly tense: Tense;
  /** The message's type. */
  readonly message: string;
  /** The message as paths see it, where it is at hand: for hints. */
  readonly root?: JsonValue;
  /** How a delivery stands now, e.g. `completed at its second attempt`; undefined where that is not known. */
  readonly standing: (delivery: string) => string | undefined;
}

const MOST_TYPES = 5;

/** A line as a sentence for people. */
export function explainLine(line: RoutingLine, telling: Telling): string {
  const past = telling.tense === 'past';
  switch (line.code) {
    case 'sent':
      return explainSent(line, telling);
    case 'filter_failed':
    case 'path_missing':
    case 'error':
      return explainFilter(line.filter, telling.root === undefined ? undefined : pathHint(line.filter.path, telling.root));
    case 'mapping_disabled':
      return past ? 'The mapping was disabled.' : 'The mapping is disabled.';
    case 'duplicate_identifier':
      return explainDuplicate(line, telling);
    case 'loop_guard':
      return line.count === undefined
        ? 'The answers of this lineage had come to more deliveries than are allowed. It looks like a loop, and ends here.'
        : explainLoop(line);
    case 'type_not_subscribed':
      return `Not subscribed to ${telling.message}: it ${past ? 'wanted' : 'wants'} ${listed(line.messages, MOST_TYPES, 'no messages at all')}.`;
    case 'not_derivable':
      return 'Why it did not get the message was not stored, and by today’s rules it would: the rules have changed since.';
    default:
      return unreachable(line);
  }
}

function explainSent(line: Extract<RoutingLine, { code: 'sent' }>, { tense, standing }: Telling): string {
  const paused = line.remark === 'mapping_paused';
  if (tense === 'future') return paused ? 'Would be sent, and wait: the mapping is paused.' : 'Would be sent.';
  const now = standing(line.delivery);
  if (now !== undefined) return `Sent as delivery ${line.delivery}: ${now}.`;
  return paused ? `Sent as delivery ${line.delivery}, which waits: the mapping was paused.` : `Sent as delivery ${line.delivery}.`;
}

function explainDuplicate(
  { earlier, identifier }: Extract<RoutingLine, { code: 'duplicate_identifier' }>,
  { standing, tense }: Telling,
): string {
  const values = identifierWords(identifier);
  if (earlier === undefined)
    return `Not sent again: an earlier delivery had the same ${values}. Which one was not stored: only the first 100 reasons of a message are.`;
  const now = standing(earlier);
  const then = tense === 'past' ? 'was completed or under way then' : 'is completed or under way';
  return now === undefined
    ? `Not sent again: delivery ${earlier} has the same ${values}, and ${then}.`
    : `Not sent again: delivery ${earlier} has the same ${values}. It is ${now}.`;
}

/** `identifiers number "R1", skus "A", "B"`: of the canonical text `[["number",["R1"]],…]`, which may have been cut. */
export function identifierWords(text: string): string {
  try {
    const found = JSON.parse(text) as readonly (readonly [string, readonly (string | null)[]])[];
    return `identifiers (${found.map(([name, values]) => `${name} ${values.map((value) => JSON.stringify(value ?? '')).join(', ')}`).join('; ')})`;
  } catch {
    return `identifiers (${text})`;
  }
}

/** `a, b and c`, or `a, b and 3 more`. */
export function listed(words: readonly string[], most: number, none: string): string {
  if (words.length === 0) return none;
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words;
  const last = shown.at(-1) ?? '';
  return shown.length === 1 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
