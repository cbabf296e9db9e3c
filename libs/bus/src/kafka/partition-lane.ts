import type {
  BatchHandler,
  CheckpointKey,
  Checkpoints,
  ConsumerHealth,
  LogRecord,
  LogTail,
  Publications,
  Subscription,
} from '@crossdock/core';
import { codeOf, messageOf, type Logger } from '@crossdock/kit';
import type { BatchRunner } from '../batch-runner.ts';
import type { ParkedRetry } from '../parked-retry.ts';
import { topicRecords } from '../topic-records.ts';

export interface LaneParts {
  readonly checkpoints: Checkpoints;
  readonly runner: BatchRunner;
  /** The log, for what never came over Kafka. */
  readonly tail: LogTail;
  readonly publications: Publications;
  /** Tries parked records again; without it they stay parked. */
  readonly parkedRetry?: ParkedRetry;
  readonly logger: Logger;
}

export interface LaneSettings {
  /** After so long without a record the lane asks how far its topic was published. */
  readonly idleMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** `done`; or not to be had now, for the reason that `health` tells; or the checkpoint stands elsewhere now: plan anew. */
export type LaneEnd = 'done' | 'again' | 'moved';

/** Events looked through in one go for those of a topic. */
const SCAN = 2_000;
/** A topic whose records are none of the consumer's business moves its checkpoint along, once it is so far behind. */
const ADVANCE = 10_000;

const passBy: BatchHandler = () => Promise.resolve([]);

/**
 * Where one consumer group stands in one partition, and the only way to move it: all work on a partition goes through its lane,
 * one piece after another. Knows nothing of Kafka.
 */
export class PartitionLane {
  readonly key: CheckpointKey;
  readonly subscription: Subscription;
  readonly #parts: LaneParts;
  readonly #settings: LaneSettings;
  #turn: Promise<unknown> = Promise.resolve();
  /** What Postgres says; unknown until it was asked, and after anything went wrong. */
  #checkpoint: number | undefined;
  /** Behind the checkpoint by records that are none of this consumer's business. */
  #scanned = 0;
  #shown = 0;
  #published = 0;
  #waiting = 0;
  #heardAt = 0;
  #pauseMs: number;
  #problem: string | undefined;
  #isStalled = false;

  constructor(parts: LaneParts, settings: LaneSettings, subscription: Subscription, shard: number) {
    this.key = { group: subscription.group, topic: subscription.topic, shard };
    this.subscription = subscription;
    this.#parts = parts;
    this.#settings = settings;
    this.#pauseMs = settings.firstPauseMs;
  }

  /** Waits for its turn: never two pieces of work at once. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }

  /** The partition is ours: another may have moved the checkpoint since it last was. */
  async take(): Promise<void> {
    await this.exclusively(async () => {
      this.#checkpoint = undefined;
      this.#heardAt = performance.now();
      await this.position().catch((error: unknown) => this.stall(error));
    });
  }

  /** The partition is another's: what it waits for is not ours to tell. */
  leave(): void {
    this.#waiting = 0;
    this.#published = 0;
    this.#recovered();
  }

  /** Something came; `waiting` records of the partition are behind what is done. */
  heard(waiting: number): void {
    this.#heardAt = performance.now();
    this.#waiting = waiting;
  }

  /** Everything up to here is done. */
  async position(): Promise<number> {
    this.#checkpoint ??= await this.#read();
    return this.#scanned;
  }

  async #read(): Promise<number> {
    const position = await this.#parts.checkpoints.position(this.key);
    this.#scanned = position;
    this.#shown = position;
    return position;
  }

  /** Handles records that follow where the lane stands, in one transaction with the checkpoint, and stands at `end` then. */
  async run(records: readonly LogRecord[], end: number): Promise<LaneEnd> {
    const position = await this.position();
    if (records.length === 0) {
      this.#scanned = Math.max(position, end);
      if (this.#scanned - (this.#checkpoint ?? 0) >= ADVANCE) return await this.#advance();
      this.#recovered();
      return 'done';
    }
    return await this.#commit(records, end, this.subscription.handler);
  }

  async #commit(records: readonly LogRecord[], end: number, handler: BatchHandler): Promise<LaneEnd> {
    const expected = this.#checkpoint ?? 0;
    try {
      const { position, again } = await this.#parts.runner.run(this.key, handler, records, expected, end);
      this.#checkpoint = position;
      this.#scanned = position;
      this.#shown = position;
      if (again === undefined) this.#recovered();
      else this.#problem = again;
      return again === undefined ? 'done' : 'again';
    } catch (error) {
      this.#checkpoint = undefined;
      if (codeOf(error) !== 'checkpoint_moved') throw error;
      const position = await this.position();
      // Where nobody moved it, the record is of a log that this database does not have (any more).
      return position === expected ? this.#notInLog(end) : 'moved';
    }
  }

  #notInLog(position: number): LaneEnd {
    this.#isStalled = true;
    this.#problem = `Position ${position} is not in the log of shard ${this.key.shard}, or not yet.`;
    return 'again';
  }

  /** Moves the checkpoint over what was none of this consumer's business. */
  async #advance(): Promise<LaneEnd> {
    return this.#scanned === this.#checkpoint ? 'done' : await this.#commit([], this.#scanned, passBy);
  }

  /** Handles what is in the log up to `until` and did not come over Kafka. */
  async refill(until: number, goesOn: () => boolean): Promise<LaneEnd> {
    const from = await this.position();
    this.#parts.logger.warn({ event: 'records_refilled', ...this.key, from, until }, 'records that did not come are read from the log');
    while (goesOn()) {
      const position = await this.position();
      if (position >= until) return 'done';
      const events = await this.#parts.tail.read(this.key.shard, position, SCAN);
      const wanted = events.filter((event) => event.position <= until);
      const last = wanted.at(-1);
      if (last === undefined) return this.#notInLog(until);
      const records = topicRecords(wanted, this.subscription, position).slice(0, this.subscription.maxRecords);
      const isFull = records.length === this.subscription.maxRecords;
      const end = await this.run(records, isFull ? (records.at(-1)?.position ?? last.position) : last.position);
      if (end !== 'done') return end;
    }
    return 'moved';
  }

  /** What is due once in a while: parked records that a person wants to be tried again, and records that never came. */
  async tick(isWaiting: boolean, goesOn: () => boolean): Promise<void> {
    try {
      await this.position();
      await this.#parts.parkedRetry?.run(this.key, this.subscription.handler);
      if (performance.now() - this.#heardAt < this.#settings.idleMs) return;
      this.#heardAt = performance.now();
      this.#published = await this.#parts.publications.last(this.key.topic, this.key.shard);
      if (isWaiting || !goesOn()) return;
      const end = this.#published > this.#scanned ? await this.refill(this.#published, goesOn) : await this.#advance();
      if (end === 'done') this.#recovered();
    } catch (error) {
      this.stall(error);
    }
  }

  /** Weather: nothing of the work is done. Whoever moved the checkpoint, the database says where it stands. */
  stall(error: unknown): void {
    this.#checkpoint = undefined;
    this.#isStalled = true;
    this.#problem = messageOf(error);
    this.#parts.logger.warn({ event: 'consumer_stalled', ...this.key, code: codeOf(error), err: error }, 'a consumer stalls');
  }

  #recovered(): void {
    this.#isStalled = false;
    this.#problem = undefined;
    this.#pauseMs = this.#settings.firstPauseMs;
  }

  /** How long to wait before the same is tried again. */
  nextPause(): number {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(this.#settings.longestPauseMs, pauseMs * 2);
    return pauseMs;
  }

  /** `state` is the membership's; what holds up this lane outranks `running`. */
  health(state: ConsumerHealth['state'], problem: string | undefined): ConsumerHealth {
    const lag = Math.max(0, this.#published - this.#scanned, this.#waiting);
    const said = this.#problem ?? problem;
    const shown = state === 'running' && this.#isStalled ? 'stalled' : state;
    return { ...this.key, state: shown, checkpoint: this.#shown, lag, ...(said === undefined ? {} : { problem: said }) };
  }
}
