import type { Intake, MessageReceived, NewEvent, UnitOfWork } from '@crossdock/core';
import { Lane, codeOf, pause } from '@crossdock/kit';
import type { PgEventLog } from './pg-event-log.ts';

export interface IntakeOptions {
  /** Events that may wait in a lane; beyond it pushes are refused. */
  readonly maxWaiting: number;
  /** Bytes of payload that may wait in a lane. */
  readonly maxWaitingBytes: number;
  /** Events of one commit. */
  readonly maxBatch: number;
  readonly maxBatchBytes: number;
  /** How long an event may wait for its commit to be confirmed before the pusher is told that it cannot be, ms. */
  readonly patienceMs: number;
  onProblem(error: unknown): void;
}

export const intakeDefaults: Omit<IntakeOptions, 'onProblem'> = {
  maxWaiting: 10_000,
  maxWaitingBytes: 64 << 20,
  maxBatch: 500,
  maxBatchBytes: 4 << 20,
  patienceMs: 10_000,
};

type Answer = Awaited<ReturnType<Intake['receive']>>;
interface Waiting {
  readonly event: NewEvent<MessageReceived>;
  readonly since: number;
  answer(answer: Answer): void;
}

const RETRY_PAUSE_MS = 50;
/** Looks for those whose patience has ended so often within that time. */
const LOOKS = 20;
const CANNOT_HOLD = /^22/;

/** One lane a shard: while a batch commits, pushes gather for the next one. */
export class PgIntake implements Intake {
  readonly #lanes: readonly ShardIntake[];
  #next = 0;

  constructor(unitOfWork: UnitOfWork, log: PgEventLog, shards: readonly number[], options: IntakeOptions) {
    this.#lanes = shards.map((shard) => new ShardIntake(unitOfWork, log, shard, options));
  }

  receive(event: NewEvent<MessageReceived>): Promise<Answer> {
    this.#next = (this.#next + 1) % this.#lanes.length;
    const lane = this.#lanes[this.#next];
    if (lane === undefined) return Promise.resolve('unavailable');
    return new Promise((answer) => lane.add({ event, since: Date.now(), answer }));
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.idle()));
  }
}

class ShardIntake {
  readonly #unitOfWork: UnitOfWork;
  readonly #log: PgEventLog;
  readonly #shard: number;
  readonly #options: IntakeOptions;
  readonly #lane: Lane<Waiting>;
  /** In the order in which they came. */
  readonly #unanswered = new Set<Waiting>();
  #watch: NodeJS.Timeout | undefined;

  constructor(unitOfWork: UnitOfWork, log: PgEventLog, shard: number, options: IntakeOptions) {
    this.#unitOfWork = unitOfWork;
    this.#log = log;
    this.#shard = shard;
    this.#options = options;
    this.#lane = new Lane({
      maxBatch: options.maxBatch,
      maxWeight: options.maxBatchBytes,
      weigh: (item) => item.event.event.bytes,
      commit: (batch) => this.#commit(batch, false),
    });
  }

  add(item: Waiting): void {
    if (this.#lane.length >= this.#options.maxWaiting || this.#lane.weight >= this.#options.maxWaitingBytes)
      return item.answer('overloaded');
    this.#unanswered.add(item);
    if (this.#watch === undefined) this.#watch = this.#lookLater();
    this.#lane.add(item);
  }

  async idle(): Promise<void> {
    await this.#lane.idle();
  }

  #answer(item: Waiting, answer: Answer): void {
    if (this.#unanswered.delete(item)) item.answer(answer);
  }

  #lookLater(): NodeJS.Timeout {
    return setTimeout(() => this.#endPatience(), Math.ceil(this.#options.patienceMs / LOOKS)).unref();
  }

  /** A commit may hang longer than anybody waits for it: whoever waits is told in time, whatever comes of it. */
  #endPatience(): void {
    const oldest = Date.now() - this.#options.patienceMs;
    for (const item of this.#unanswered) {
      if (item.since > oldest) break;
      this.#answer(item, 'unavailable');
    }
    this.#watch = this.#unanswered.size === 0 ? undefined : this.#lookLater();
  }

  /** After an error nobody knows whether the batch is in the log: it is repeated, on the same shard, with the same ids. */
  async #commit(batch: readonly Waiting[], inDoubt: boolean): Promise<void> {
    for (let doubt = inDoubt; ; doubt = true) {
      const pending = batch.filter((item) => this.#unanswered.has(item));
      if (pending.length === 0) return;
      try {
        await this.#append(pending, doubt);
        for (const item of pending) this.#answer(item, 'stored');
        return;
      } catch (error) {
        this.#options.onProblem(error);
        if (CANNOT_HOLD.test(codeOf(error) ?? '')) return await this.#split(pending);
        await pause(RETRY_PAUSE_MS);
      }
    }
  }

  async #append(batch: readonly Waiting[], inDoubt: boolean): Promise<void> {
    const events = batch.map((item) => item.event);
    await this.#unitOfWork.run((tx) =>
      inDoubt || tx.repeated ? this.#log.appendMissing(tx, this.#shard, eachOnce(events)) : this.#log.append(tx, this.#shard, events),
    );
  }

  /** One event that Postgres cannot hold must not fail its neighbours. */
  async #split(batch: readonly Waiting[]): Promise<void> {
    const [only] = batch;
    if (only !== undefined && batch.length === 1) return this.#answer(only, 'refused');
    const middle = Math.ceil(batch.length / 2);
    await this.#commit(batch.slice(0, middle), true);
    await this.#commit(batch.slice(middle), true);
  }
}

function eachOnce(events: readonly NewEvent<MessageReceived>[]): readonly NewEvent<MessageReceived>[] {
  return [...new Map(events.map((event) => [event.stream, event])).values()];
}
