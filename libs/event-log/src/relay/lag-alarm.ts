import type { Logger } from '@crossdock/kit';

export interface LagLimits {
  readonly records: number;
  readonly ms: number;
}

export interface Lag {
  /** Events that are not published yet. */
  readonly records: number;
  /** Age of the oldest of them. */
  readonly ms: number;
}

/** Warns when a shard falls behind, once, and says when that is over: at half the limit, so that it does not flutter. */
export class LagAlarm {
  readonly #limits: LagLimits;
  readonly #logger: Logger;
  readonly #shard: number;
  #raised = false;

  constructor(shard: number, limits: LagLimits, logger: Logger) {
    this.#shard = shard;
    this.#limits = limits;
    this.#logger = logger;
  }

  look(lag: Lag, problem: string | undefined): void {
    const facts = { shard: this.#shard, lag: lag.records, lag_ms: lag.ms, ...(problem === undefined ? {} : { problem }) };
    if (!this.#raised && (lag.records >= this.#limits.records || lag.ms >= this.#limits.ms)) {
      this.#raised = true;
      this.#logger.warn({ event: 'relay_lags', ...facts }, 'topics lag behind the log');
    } else if (this.#raised && lag.records < this.#limits.records / 2 && lag.ms < this.#limits.ms / 2) {
      this.#raised = false;
      this.#logger.warn({ event: 'relay_caught_up', ...facts }, 'topics have caught up with the log');
    }
  }
}
