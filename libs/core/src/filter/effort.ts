import type { JsonValue } from '../json/json-value.ts';
import { DEFAULT_WALK_CAPS, walk, type ParsedPath, type WalkCaps, type WalkResult } from './path.ts';

/** Steps that one message may take. Ordinary ones take a few hundred; all of them take 50 to 100 ms. */
export const MAX_STEPS = 500_000;
/** Values found that are remembered for other filters with the same path. */
const MAX_REMEMBERED = 100_000;

/**
 * What may be done to route one message, over all filters and identifiers of all mappings together: each has caps of its own, but
 * nobody bounds how many there are. A step is a value walked over, or a character of a text that was written down or searched.
 */
export class Effort {
  readonly #caps: WalkCaps;
  readonly #maxSteps: number;
  readonly #found = new Map<string, WalkResult>();
  #remembered = 0;
  #steps = 0;

  constructor(maxSteps = MAX_STEPS, caps = DEFAULT_WALK_CAPS) {
    this.#maxSteps = maxSteps;
    this.#caps = caps;
  }

  get steps(): number {
    return this.#steps;
  }

  get isSpent(): boolean {
    return this.#steps >= this.#maxSteps;
  }

  /** Counts what was done; whoever does much asks before whether it is spent. */
  spend(steps: number): void {
    this.#steps += steps;
  }

  /** What a path finds from the message's root, walked once; undefined where there are no steps left. */
  walk(path: ParsedPath, root: JsonValue): WalkResult | undefined {
    if (this.isSpent) return undefined;
    const known = this.#found.get(path.text);
    if (known !== undefined) return known;
    const found = walk(path, root, this.#caps);
    this.#steps += found.visited;
    this.#remembered += found.values.length;
    if (this.#remembered <= MAX_REMEMBERED) this.#found.set(path.text, found);
    return found;
  }
}
