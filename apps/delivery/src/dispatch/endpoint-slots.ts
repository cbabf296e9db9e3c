import type { Clock, DueDeliveries, Random } from '@crossdock/core';

export interface SlotOptions {
  /** Attempts under way in this process. */
  readonly maxInFlight: number;
  /** Bytes of payload of those attempts. */
  readonly maxInFlightBytes: number;
  /** Attempts under way at once for an endpoint that no mapping says more of. */
  readonly defaultConcurrency: number;
  /** Failures in a row without an answer, or with 5xx, after which an endpoint is left alone for a while. */
  readonly failuresToClose: number;
  readonly firstClosedMs: number;
  readonly longestClosedMs: number;
}

export const slotDefaults: SlotOptions = {
  maxInFlight: 1_000,
  maxInFlightBytes: 128 << 20,
  defaultConcurrency: 32,
  failuresToClose: 10,
  firstClosedMs: 5_000,
  longestClosedMs: 300_000,
};

interface Endpoint {
  running: number;
  limit: number;
  failures: number;
  closures: number;
  closedUntil: number;
}

/**
 * How many attempts may run: per endpoint, so that a slow one delays nobody else, and in all. An endpoint that fails again
 * and again is closed for a while; after that a single attempt tries it.
 */
export class EndpointSlots {
  readonly #options: SlotOptions;
  readonly #due: DueDeliveries;
  readonly #now: Clock;
  readonly #random: Random;
  readonly #endpoints = new Map<number, Endpoint>();
  #inFlight = 0;
  #bytes = 0;

  constructor(options: SlotOptions, due: DueDeliveries, now: Clock, random: Random) {
    this.#options = options;
    this.#due = due;
    this.#now = now;
    this.#random = random;
  }

  #of(endpoint: number): Endpoint {
    let state = this.#endpoints.get(endpoint);
    if (state === undefined) {
      state = { running: 0, limit: this.#options.defaultConcurrency, failures: 0, closures: 0, closedUntil: 0 };
      this.#endpoints.set(endpoint, state);
    }
    return state;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Attempts that may be started in all. */
  free(): number {
    return this.#bytes >= this.#options.maxInFlightBytes ? 0 : Math.max(0, this.#options.maxInFlight - this.#inFlight);
  }

  /** Attempts that may be started for this endpoint. */
  freeOf(endpoint: number): number {
    const state = this.#of(endpoint);
    if (state.closedUntil > this.#now()) return 0;
    const limit = state.closures > 0 ? 1 : state.limit;
    return Math.max(0, limit - state.running);
  }

  learn(endpoint: number, concurrency: number): void {
    this.#of(endpoint).limit = concurrency;
  }

  begin(endpoint: number): void {
    this.#of(endpoint).running += 1;
    this.#inFlight += 1;
  }

  /** The payload of a begun attempt is in memory now. */
  hold(bytes: number): void {
    this.#bytes += bytes;
  }

  /** The exchange has ended: the endpoint has a slot again. */
  answered(endpoint: number): void {
    this.#of(endpoint).running -= 1;
  }

  /** The outcome is stored: nothing of the attempt is held any more. */
  settled(bytes: number): void {
    this.#inFlight -= 1;
    this.#bytes -= bytes;
  }

  async succeeded(endpoint: number): Promise<void> {
    const state = this.#of(endpoint);
    state.failures = 0;
    if (state.closures === 0) return;
    state.closures = 0;
    state.closedUntil = 0;
    await this.#due.openGate(endpoint);
  }

  async failed(endpoint: number): Promise<void> {
    const state = this.#of(endpoint);
    state.failures += 1;
    if (state.failures < this.#options.failuresToClose || state.closedUntil > this.#now()) return;
    const nominal = Math.min(this.#options.longestClosedMs, this.#options.firstClosedMs * 2 ** state.closures);
    state.closures += 1;
    state.closedUntil = this.#now() + nominal * (0.5 + this.#random());
    await this.#due.closeGate(endpoint, state.closedUntil);
  }
}
