/** What must always hold, whatever crashed when. */
export const invariants = {
  I2: 'every stream begins with its first event, of a type that can be one',
  I3: 'every shard of the log is contiguous: count = highest position = last position',
  I4: 'the versions of a stream are contiguous, and every transition is legal',
  I5: 'an attempt has one outcome, and nothing happens after a delivery has ended',
  I6: 'lineages are complete: every delivery and child is there, and knows where it comes from',
  I7: 'the projection is what replaying the log makes',
  I8: 'nothing is stuck: what is open waits in the due table, in a lag, or is parked',
  I11: 'notifications are counted exactly, once per fingerprint',
  I12: 'nothing points beyond the log, and no identifier is held by what has let it go',
} as const;

export type InvariantId = keyof typeof invariants;

/** One thing that is not as it must be. */
export interface Finding {
  readonly invariant: InvariantId;
  /** The stream it is about; other subjects have names of their own. */
  readonly subject: string;
  readonly text: string;
}

export interface InvariantResult {
  readonly id: InvariantId;
  readonly title: string;
  readonly holds: boolean;
  /** How many of what was looked at, e.g. `{ streams: 100 }`. */
  readonly checked: Readonly<Record<string, number>>;
  readonly violations: number;
  /** The first ten. */
  readonly examples: readonly string[];
}

const MOST_EXAMPLES = 10;

/** Collects what was checked and what was found. */
export class Report {
  readonly #checked = new Map<InvariantId, Map<string, number>>();
  readonly #violations = new Map<InvariantId, { count: number; examples: string[] }>();

  checked(invariant: InvariantId, what: string, count: number): void {
    const counts = this.#checked.get(invariant) ?? new Map<string, number>();
    counts.set(what, (counts.get(what) ?? 0) + count);
    this.#checked.set(invariant, counts);
  }

  violated({ invariant, text }: Finding): void {
    const known = this.#violations.get(invariant) ?? { count: 0, examples: [] };
    known.count += 1;
    if (known.examples.length < MOST_EXAMPLES) known.examples.push(text);
    this.#violations.set(invariant, known);
  }

  get violations(): number {
    return [...this.#violations.values()].reduce((sum, { count }) => sum + count, 0);
  }

  results(): readonly InvariantResult[] {
    return (Object.keys(invariants) as InvariantId[]).map((id) => {
      const found = this.#violations.get(id);
      return {
        id,
        title: invariants[id],
        holds: found === undefined,
        checked: Object.fromEntries(this.#checked.get(id) ?? []),
        violations: found?.count ?? 0,
        examples: found?.examples ?? [],
      };
    });
  }
}
