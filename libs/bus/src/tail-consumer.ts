import type { CheckpointKey, Checkpoints, ConsumerHealth, LogConsumer, LogTail, Subscription } from '@crossdock/core';
import { Signal, codeOf, lingerUnderLoad, messageOf, pause, within, type Logger } from '@crossdock/kit';
import type { BatchRunner } from './batch-runner.ts';
import type { ParkedRetry } from './parked-retry.ts';
import { topicRecords } from './topic-records.ts';

export interface TailConsumerParts {
  readonly tail: LogTail;
  readonly checkpoints: Checkpoints;
  readonly runner: BatchRunner;
  /** Tries parked records again; without it they stay parked. */
  readonly parkedRetry?: ParkedRetry;
  readonly logger: Logger;
}

/** An idle consumer looks again after this long, even if nobody woke it. */
const IDLE_MS = 1_000;
const STANDBY_MS = 1_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** How often to look for parked records that a person wants to be tried again. */
const PARKED_MS = 1_000;
/** Events looked through in one go for those of a topic. */
const SCAN = 2_000;
/** A topic without news moves its checkpoint along, so that a restart need not look through all that went by. */
const ADVANCE = 10_000;

/** The LogConsumer that reads the Postgres log directly. One loop for each (group, topic, shard). */
export class TailConsumer implements LogConsumer {
  readonly #parts: TailConsumerParts;
  readonly #loops: ShardLoop[] = [];

  constructor(parts: TailConsumerParts) {
    this.#parts = parts;
  }

  async start(subscriptions: readonly Subscription[]): Promise<void> {
    for (const subscription of subscriptions) {
      for (const shard of this.#parts.tail.shards) this.#loops.push(new ShardLoop(this.#parts, subscription, shard));
    }
    await Promise.all(this.#loops.map((loop) => loop.start()));
  }

  async drain(deadlineMs: number): Promise<void> {
    await within(deadlineMs, Promise.all(this.#loops.map((loop) => loop.stop())));
  }

  health(): readonly ConsumerHealth[] {
    return this.#loops.map((loop) => loop.health());
  }
}

class ShardLoop {
  readonly #parts: TailConsumerParts;
  readonly #subscription: Subscription;
  readonly #key: CheckpointKey;
  readonly #signal = new Signal();
  readonly #stop = new AbortController();
  #state: ConsumerHealth['state'] = 'starting';
  #problem: string | undefined;
  #checkpoint = 0;
  #scanned = 0;
  #parkedAt = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: TailConsumerParts, subscription: Subscription, shard: number) {
    this.#parts = parts;
    this.#subscription = subscription;
    this.#key = { group: subscription.group, topic: subscription.topic, shard };
  }

  /** Resolves when it has its first checkpoint, or stands by for another owner's. */
  async start(): Promise<void> {
    const unsubscribe = this.#parts.tail.onAppend((shard) => {
      if (shard === this.#key.shard) this.#signal.wake();
    });
    await this.#acquire();
    this.#running = this.#loop().finally(unsubscribe);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#signal.wake();
    await this.#running;
    if (this.#state === 'running') await this.#parts.checkpoints.release(this.#key).catch(() => undefined);
    this.#state = 'stopped';
  }

  health(): ConsumerHealth {
    const lag = Math.max(0, this.#parts.tail.head(this.#key.shard) - this.#scanned);
    const problem = this.#problem === undefined ? {} : { problem: this.#problem };
    return { ...this.#key, state: this.#state, checkpoint: this.#checkpoint, lag, ...problem };
  }

  async #loop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        if (this.#state === 'running') {
          await this.#retryParked();
          await this.#step();
        } else await this.#acquire();
        if (this.#state === 'standby') await pause(STANDBY_MS, this.#stop.signal);
      } catch (error) {
        await this.#stall(error);
      }
    }
  }

  async #acquire(): Promise<void> {
    const acquired = await this.#parts.checkpoints.acquire(this.#key);
    if (acquired.kind === 'standby') {
      this.#state = 'standby';
      return;
    }
    this.#checkpoint = acquired.position;
    this.#scanned = acquired.position;
    this.#state = 'running';
  }

  async #retryParked(): Promise<void> {
    if (performance.now() < this.#parkedAt) return;
    this.#parkedAt = performance.now() + PARKED_MS;
    await this.#parts.parkedRetry?.run(this.#key, this.#subscription.handler);
  }

  async #step(): Promise<void> {
    const events = await this.#parts.tail.read(this.#key.shard, this.#scanned, SCAN);
    const last = events.at(-1);
    if (last === undefined) {
      if (!(await this.#signal.wait(IDLE_MS))) await this.#advance();
      return;
    }
    const records = topicRecords(events, this.#subscription, this.#checkpoint);
    const cut = records.length > this.#subscription.maxRecords ? records.slice(0, this.#subscription.maxRecords) : records;
    const end = cut.length === records.length ? last.position : (cut.at(-1)?.position ?? last.position);
    if (cut.length === 0) return await this.#passBy(end);
    const result = await this.#parts.runner.run(this.#key, this.#subscription.handler, cut, this.#checkpoint, end);
    this.#checkpoint = result.position;
    this.#scanned = result.position;
    if (result.again !== undefined) return await this.#comeAgain(result.again);
    this.#recovered();
    const linger = lingerUnderLoad(cut.length);
    if (linger > 0) await pause(linger, this.#stop.signal);
  }

  async #passBy(end: number): Promise<void> {
    this.#scanned = end;
    if (end - this.#checkpoint >= ADVANCE) await this.#advance();
  }

  /** Moves the checkpoint over what was none of this consumer's business. */
  async #advance(): Promise<void> {
    if (this.#scanned === this.#checkpoint) return;
    const result = await this.#parts.runner.run(this.#key, () => Promise.resolve([]), [], this.#checkpoint, this.#scanned);
    this.#checkpoint = result.position;
  }

  #recovered(): void {
    this.#problem = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  async #comeAgain(reason: string): Promise<void> {
    this.#problem = reason;
    await pause(this.#pauseMs, this.#stop.signal);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
  }

  /** Weather: nothing of the batch is done. Whoever moved the checkpoint, the database says where it stands. */
  async #stall(error: unknown): Promise<void> {
    this.#state = 'stalled';
    this.#parts.logger.warn({ event: 'consumer_stalled', ...this.#key, code: codeOf(error), err: error }, 'a consumer stalls');
    await this.#comeAgain(messageOf(error));
  }
}
