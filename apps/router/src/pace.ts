import { Turn } from '@crossdock/kit';

const ASSURE_MS = 2_000;

/** The turns of a batch: when one takes long, the database hears from its transaction now and then, lest it takes it for one that is stuck. */
export class Pace {
  readonly #turn: Turn;
  readonly #assure: () => Promise<unknown>;
  readonly #now: () => number;
  #assured: number;

  constructor(assure: () => Promise<unknown>, now: () => number = () => performance.now()) {
    this.#turn = new Turn(now);
    this.#assure = assure;
    this.#now = now;
    this.#assured = now();
  }

  get isDue(): boolean {
    return this.#turn.isOver;
  }

  async rest(): Promise<void> {
    await this.#turn.next();
    if (this.#now() - this.#assured < ASSURE_MS) return;
    await this.#assure();
    this.#assured = this.#now();
  }
}
