import type { RejectedRecords } from '@crossdock/core';
import { codeOf, pause, type Logger } from '@crossdock/kit';
import type { EachBatchPayload, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import { Heartbeat } from './heartbeat.ts';
import type { PartitionLane } from './partition-lane.ts';
import { planChunk, type Chunk, type Partition } from './plan-chunk.ts';

export interface FeedParts {
  readonly lane: PartitionLane;
  readonly partition: Partition;
  readonly rejected: RejectedRecords;
  readonly logger: Logger;
  readonly heartbeatMs: number;
  readonly commitEveryMs: number;
  /** Aborted when this consumer is done with its partitions. */
  readonly over: AbortSignal;
}

/** So long a batch waits where it is. Longer pauses are the partition's alone: others of the same broker come with the next fetch. */
const IN_PLACE_MS = 200;

/** Feeds one partition's batches to its lane, chunk by chunk, as long as the partition is ours. */
export class PartitionFeed {
  readonly #parts: FeedParts;
  #resuming: NodeJS.Timeout | undefined;
  #hasToldOfForeign = false;
  #committedAt = -Infinity;
  #pending: TopicPartitionOffsetAndMetadata | undefined;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    parts.over.addEventListener('abort', () => clearTimeout(this.#resuming), { once: true });
  }

  /** Whether the partition is paused, because what comes next in it is not to be had yet. */
  get isWaiting(): boolean {
    return this.#resuming !== undefined;
  }

  /** The offset that is done and not committed yet. The offset is a hint, the checkpoint the truth: it is not worth a request each time. */
  takePending(): readonly TopicPartitionOffsetAndMetadata[] {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending === undefined ? [] : [pending];
  }

  /** What kafkajs calls with each batch. Throws kafkajs's own errors alone: any other would end the consumer. */
  async feed(payload: EachBatchPayload): Promise<void> {
    const heartbeat = new Heartbeat(payload, this.#parts.heartbeatMs);
    try {
      await this.#parts.lane.exclusively(() => this.#feed(payload, heartbeat));
    } finally {
      heartbeat.stop();
    }
    if (heartbeat.lost !== undefined) throw heartbeat.lost;
  }

  async #feed(payload: EachBatchPayload, heartbeat: Heartbeat): Promise<void> {
    const { over } = this.#parts;
    const { messages } = payload.batch;
    const goesOn = (): boolean => payload.isRunning() && !payload.isStale() && !over.aborted && heartbeat.lost === undefined;
    let index = 0;
    while (index < messages.length && goesOn()) {
      const next = await this.#step(payload, index, goesOn);
      if (next === undefined) {
        if (await this.#waits(payload)) return;
      } else if (next > index) {
        index = next;
        await this.#resolve(payload, index, heartbeat);
      }
    }
    if (over.aborted) await this.#commit(payload, heartbeat);
  }

  /** Does one chunk. Answers how far the batch is done then; `undefined` when it has to wait. */
  async #step(payload: EachBatchPayload, index: number, goesOn: () => boolean): Promise<number | undefined> {
    const { lane, partition, rejected } = this.#parts;
    const { messages, highWatermark } = payload.batch;
    try {
      lane.heard(behind(highWatermark, messages[index]?.offset) + 1);
      const isKnown = partition.epoch !== undefined;
      const chunk = planChunk(messages, index, isKnown ? await lane.position() : 0, partition);
      if (chunk.kind === 'hole') return (await lane.refill(chunk.until, goesOn)) === 'again' ? undefined : index;
      if (chunk.rejected.length > 0) await rejected.add(chunk.rejected);
      this.#tell(chunk);
      const end = isKnown ? await lane.run(chunk.records, chunk.end) : 'done';
      if (end === 'again') return undefined;
      return end === 'done' ? chunk.next : index;
    } catch (error) {
      lane.stall(error);
      return undefined;
    }
  }

  #tell({ rejected, foreign }: Chunk): void {
    const { logger, lane } = this.#parts;
    for (const { offset, reason } of rejected)
      logger.warn({ event: 'record_rejected', ...lane.key, offset, reason }, 'a record on a topic cannot be read');
    if (foreign === 0 || this.#hasToldOfForeign) return;
    this.#hasToldOfForeign = true;
    logger.warn({ event: 'records_of_another_log', ...lane.key }, 'records of another log, or of an earlier one, are passed over');
  }

  /** Waits a moment in place; or leaves the partition paused, and answers that. kafkajs fetches the same again when it resumes. */
  async #waits(payload: EachBatchPayload): Promise<boolean> {
    const { lane, over } = this.#parts;
    const pauseMs = lane.nextPause();
    if (pauseMs <= IN_PLACE_MS) {
      await pause(pauseMs, over);
      return false;
    }
    if (over.aborted) return true;
    const resume = payload.pause();
    this.#resuming = setTimeout(() => {
      this.#resuming = undefined;
      resume();
    }, pauseMs);
    return true;
  }

  async #resolve(payload: EachBatchPayload, next: number, heartbeat: Heartbeat): Promise<void> {
    const { lane, commitEveryMs } = this.#parts;
    const { batch } = payload;
    const offset = batch.messages[next - 1]?.offset;
    if (offset === undefined) return;
    payload.resolveOffset(offset);
    lane.heard(behind(batch.highWatermark, offset));
    this.#pending = { topic: batch.topic, partition: batch.partition, offset: String(BigInt(offset) + 1n) };
    if (performance.now() - this.#committedAt >= commitEveryMs) await this.#commit(payload, heartbeat);
  }

  async #commit(payload: EachBatchPayload, heartbeat: Heartbeat): Promise<void> {
    this.#committedAt = performance.now();
    for (const { topic, partition, offset } of this.takePending()) {
      try {
        await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
      } catch (error) {
        heartbeat.notice(error);
        this.#parts.logger.debug(
          { event: 'offset_not_committed', ...this.#parts.lane.key, offset, code: codeOf(error), err: error },
          'an offset was not committed',
        );
      }
    }
  }
}

/** Records of the partition behind this offset. */
function behind(highWatermark: string, offset: string | undefined): number {
  return offset === undefined ? 0 : Math.max(0, Number(BigInt(highWatermark) - BigInt(offset) - 1n));
}
