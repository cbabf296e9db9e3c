import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** Until when the condition has to hold, ms. */
  readonly within?: number;
  readonly every?: number;
}

/** Waiting longer is of no use. */
export class Gone extends Error {}

/** What the probe answers once it no longer throws; its last error when time is up. */
export async function eventually<T>(probe: () => T | Promise<T>, { within = 15_000, every = 20 }: Patience = {}): Promise<T> {
  const end = performance.now() + within;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (error instanceof Gone || performance.now() >= end) throw error;
    }
    await pause(every);
  }
}

/** As `eventually`, until the probe answers something. */
export async function eventuallySome<T>(
  what: string,
  probe: () => T | undefined | Promise<T | undefined>,
  patience?: Patience,
): Promise<T> {
  return await eventually(async () => {
    const found = await probe();
    if (found === undefined) throw new Error(`There is still no ${what}.`);
    return found;
  }, patience);
}
