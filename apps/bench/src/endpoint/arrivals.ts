/** Numbers of one block. */
const BLOCK = 1 << 16;

/** When the messages of a run arrived, by their numbers. Runs may leave wide gaps between theirs. */
export class Arrivals {
  readonly #blocks = new Map<number, Float64Array>();
  count = 0;
  repeated = 0;

  add(number: number, ms: number): void {
    if (number < 0) return;
    const block = this.#blockOf(number);
    const at = number % BLOCK;
    if (block[at] === 0) {
      block[at] = ms;
      this.count += 1;
    } else this.repeated += 1;
  }

  #blockOf(number: number): Float64Array {
    const key = Math.floor(number / BLOCK);
    let block = this.#blocks.get(key);
    if (block === undefined) {
      block = new Float64Array(BLOCK);
      this.#blocks.set(key, block);
    }
    return block;
  }

  /** 0 for those that have not arrived. */
  slice(first: number, count: number): Float64Array {
    return Float64Array.from({ length: count }, (_, index) => {
      const number = first + index;
      return this.#blocks.get(Math.floor(number / BLOCK))?.[number % BLOCK] ?? 0;
    });
  }
}
