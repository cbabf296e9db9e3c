const TURN_MS = 10;
const ASSURE_MS = 2_000;

/**
 * Keeps a batch that takes long from holding up everybody else: after a turn the others have the event loop, and the database
 * hears from the transaction now and then, lest it takes it for one that is stuck.
 */
export class Pace {
  readonly #assure: () => Promise<unknown>;
  readonly #now: () => number;
  #turn: number;
  #assured: number;

  constructor(assure: () => Promise<unknown>, now: () => number = () => performance.now()) {
    this.#assure = assure;
    this.#now = now;
    this.#turn = now();
    this.#assured = this.#turn;
  }

  get isDue(): boolean {
    return this.#now() - this.#turn >= TURN_MS;
  }

  async rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#now() - this.#assured >= ASSURE_MS) {
      await this.#assure();
      this.#assured = this.#now();
    }
    this.#turn = this.#now();
  }
}
