/** Wakes a loop that has nothing to do. A wake before the wait is not lost. */
export class Signal {
  #awake = false;
  #resolve: (() => void) | undefined;

  wake(): void {
    if (this.#resolve === undefined) this.#awake = true;
    else this.#resolve();
  }

  /** Until the next wake, at most so long. Answers whether it was woken. */
  async wait(ms: number): Promise<boolean> {
    const woken = this.#awake || (await this.#next(ms));
    this.#awake = false;
    return woken;
  }

  async #next(ms: number): Promise<boolean> {
    try {
      return await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), ms);
        this.#resolve = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
    } finally {
      this.#resolve = undefined;
    }
  }
}

/** Waits for a while, or until stopped. */
export async function pause(ms: number, stop?: AbortSignal): Promise<void> {
  if (stop?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stop?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop?.addEventListener('abort', end, { once: true });
  });
}

/** Waits for the work, at most so long. Answers whether it ended in time. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  try {
    return await Promise.race([work.then(() => true), pause(ms, over.signal).then(() => false)]);
  } finally {
    over.abort();
  }
}

/** What the work answers, or a rejection with `late()` when it does not for so long; however it ends then, nobody waits for it. */
export async function inTime<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  if (await within(ms, work)) return await work;
  work.catch(() => undefined);
  throw late();
}
