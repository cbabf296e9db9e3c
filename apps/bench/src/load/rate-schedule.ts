/** When each request of a fixed rate is due, whatever becomes of those before it. Times in ms of one clock. */
export class RateSchedule {
  readonly #startMs: number;
  readonly #everyMs: number;

  constructor(startMs: number, perSecond: number) {
    if (!(perSecond > 0)) throw new RangeError(`A rate of ${perSecond} per second is none.`);
    this.#startMs = startMs;
    this.#everyMs = 1_000 / perSecond;
  }

  /** When the request with this number is due, counted from 0. */
  dueAt(index: number): number {
    return this.#startMs + index * this.#everyMs;
  }

  /** How many are due by now. */
  dueBy(nowMs: number): number {
    if (nowMs < this.#startMs) return 0;
    const count = Math.floor((nowMs - this.#startMs) / this.#everyMs) + 1;
    // The division may round either way; `dueAt` decides.
    if (this.dueAt(count - 1) > nowMs) return count - 1;
    return this.dueAt(count) <= nowMs ? count + 1 : count;
  }
}
