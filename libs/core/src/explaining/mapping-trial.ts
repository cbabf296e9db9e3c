import { Effort } from '../filter/effort.ts';
import type { FilterOperator, MatchRule, ParsedFilter } from '../filter/filter.ts';
import { identifierKey } from '../filter/identifiers.ts';
import { matches, type FilterReason } from '../filter/matches.ts';
import { walk } from '../filter/path.ts';
import type { JsonValue } from '../json/json-value.ts';
import { boundedText, previewText } from '../json/text.ts';
import type { Sha256 } from '../ports/ambient.ts';
import type { Mapping } from '../routing/mapping.ts';
import { pathHint } from './path-hint.ts';

/** Different values of a filter's path that are counted, and how long they are shown. */
const MOST_VALUES = 50;
const MAX_VALUE = 60;
/** Values of one message that are looked at for that. */
const VALUE_CAPS = { maxVisited: 1_000, maxValues: 20 };

/** A message that a mapping is tested with. */
export interface TrialMessage {
  /** Its id, or its place among those that were given. */
  readonly id: string;
  readonly type: string;
  /** What paths start from. */
  readonly root: JsonValue;
}

/** What a mapping does with a message, identifiers apart. */
export type TrialVerdict =
  | { readonly code: 'type_not_subscribed' }
  | { readonly code: FilterReason['code']; readonly filter: FilterReason; readonly hint: string | undefined }
  | { readonly code: 'passes'; readonly identifier: string | undefined; readonly key: string | undefined };

/** How a filter did over all messages of the types that the mapping wants. */
export interface FilterTally {
  readonly index: number;
  readonly path: string;
  readonly operator: FilterOperator;
  readonly expected: string;
  readonly matchRule: MatchRule;
  passed: number;
  /** Compared, and did not pass. */
  failed: number;
  /** The path found nothing, whether or not that passes. */
  missing: number;
  /** What was found could not be compared. */
  undecided: number;
  /** Why not, of the last one. */
  note: string | undefined;
  /** What was found, as JSON text, and how often; a bounded number of them. */
  readonly values: Map<string, number>;
  /** What may be wrong with the path, of the first message in which it found nothing. */
  hint: string | undefined;
}

/** Tests filters and identifiers of one mapping with one message after the other. */
export class MappingTrial {
  readonly mapping: Mapping;
  readonly filters: readonly FilterTally[];
  readonly #types: ReadonlySet<string>;
  readonly #sha256: Sha256;
  /** Messages of the types that the mapping wants. */
  tested = 0;

  /** @param types those that the mapping wants, by every name that they go by */
  constructor(mapping: Mapping, types: ReadonlySet<string>, sha256: Sha256) {
    this.mapping = mapping;
    this.#types = types;
    this.#sha256 = sha256;
    this.filters = mapping.filters.map(emptyTally);
  }

  judge({ type, root }: TrialMessage): TrialVerdict {
    if (!this.#types.has(type)) return { code: 'type_not_subscribed' };
    this.tested += 1;
    // As the router does: one bound for all that is asked of a message.
    const effort = new Effort();
    let first: TrialVerdict | undefined;
    for (const [index, filter] of this.mapping.filters.entries()) {
      const tally = this.filters[index];
      const result = matches([filter], root, effort);
      const reason = result.pass ? undefined : result.reason;
      const found = tally === undefined ? undefined : count(tally, filter, reason, root);
      if (reason !== undefined) first ??= { code: reason.code, filter: reason, hint: found };
    }
    return first ?? this.#passes(root, effort);
  }

  #passes(root: JsonValue, effort: Effort): TrialVerdict {
    const { identifiers } = this.mapping;
    const key = identifiers === undefined ? undefined : identifierKey(identifiers, root, effort);
    // A key is as long as its values: so many of them are kept by their hash.
    return key?.kind === 'key'
      ? { code: 'passes', identifier: boundedText(key.text), key: this.#sha256(key.text) }
      : { code: 'passes', identifier: undefined, key: undefined };
  }
}

function emptyTally({ index, path, test, expected, matchRule }: ParsedFilter): FilterTally {
  return {
    index,
    path: path.text,
    operator: test.operator,
    expected,
    matchRule,
    passed: 0,
    failed: 0,
    missing: 0,
    undecided: 0,
    note: undefined,
    values: new Map(),
    hint: undefined,
  };
}

/** Counts one message; answers what may be wrong with the path where it finds nothing. */
function count(tally: FilterTally, filter: ParsedFilter, reason: FilterReason | undefined, root: JsonValue): string | undefined {
  if (reason === undefined) tally.passed += 1;
  else if (reason.code === 'filter_failed') tally.failed += 1;
  else if (reason.code === 'error') {
    tally.undecided += 1;
    tally.note = reason.note;
  }
  const { values } = walk(filter.path, root, VALUE_CAPS);
  for (const { value } of values) {
    const text = previewText(value, MAX_VALUE);
    const known = tally.values.get(text);
    if (known !== undefined || tally.values.size < MOST_VALUES) tally.values.set(text, (known ?? 0) + 1);
  }
  if (values.length > 0) return undefined;
  tally.missing += 1;
  const hint = pathHint(filter.path.text, root);
  tally.hint ??= hint;
  return hint;
}
