export interface SlotsOptions {
  /** Taken at once, in all. */
  readonly total: number;
  /** Of these, for one key: a slow one leaves room for others. */
  readonly perKey: number;
  /** How long to wait for one. */
  readonly waitMs: number;
}

interface Waiter {
  readonly key: string;
  readonly take: () => void;
}

/** Bounds what runs at once. Whoever waits is served in order, but nobody waits for a key that is not theirs while there is room. */
export class Slots {
  readonly #options: SlotsOptions;
  readonly #taken = new Map<string, number>();
  readonly #waiting = new Set<Waiter>();
  #total = 0;

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /** Runs the work in a slot, which ends with it; `undefined` where there was none in time. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T | undefined> {
    if (!(await this.#taking(key))) return undefined;
    try {
      return await work();
    } finally {
      this.#giveBack(key);
    }
  }

  async #taking(key: string): Promise<boolean> {
    if (this.#hasRoom(key)) {
      this.#take(key);
      return true;
    }
    return new Promise((resolve) => {
      const waiter: Waiter = {
        key,
        take: () => {
          clearTimeout(timer);
          this.#waiting.delete(waiter);
          this.#take(key);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiter);
        resolve(false);
      }, this.#options.waitMs);
      this.#waiting.add(waiter);
    });
  }

  #hasRoom(key: string): boolean {
    return this.#total < this.#options.total && (this.#taken.get(key) ?? 0) < this.#options.perKey;
  }

  #take(key: string): void {
    this.#total += 1;
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
  }

  #giveBack(key: string): void {
    this.#total -= 1;
    const left = (this.#taken.get(key) ?? 1) - 1;
    if (left === 0) this.#taken.delete(key);
    else this.#taken.set(key, left);
    for (const waiter of this.#waiting) if (this.#hasRoom(waiter.key)) waiter.take();
  }
}
