/** When the messages of a run arrived, by their numbers. */
export class Arrivals {
  #at = new Float64Array(1 << 16);
  count = 0;
  repeated = 0;

  add(number: number, ms: number): void {
    if (number < 0) return;
    if (number >= this.#at.length) this.#grow(number + 1);
    if (this.#at[number] === 0) {
      this.#at[number] = ms;
      this.count += 1;
    } else this.repeated += 1;
  }

  /** 0 for those that have not arrived. */
  slice(first: number, count: number): Float64Array {
    const part = new Float64Array(count);
    part.set(this.#at.subarray(first, first + count));
    return part;
  }

  #grow(least: number): void {
    const larger = new Float64Array(Math.max(least, this.#at.length * 2));
    larger.set(this.#at);
    this.#at = larger;
  }
}
