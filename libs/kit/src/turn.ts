const TURN_MS = 10;

/**
 * A share of the event loop: who computes for long asks whether the turn is over, and then waits until everybody else has had
 * theirs.
 */
export class Turn {
  readonly #now: () => number;
  #began: number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#began = now();
  }

  get isOver(): boolean {
    return this.#now() - this.#began >= TURN_MS;
  }

  /** Resolves when it is this one's turn again. */
  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#began = this.#now();
  }
}
