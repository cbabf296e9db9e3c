import { HubError, pause, within } from '@crossdock/kit';
import type { EachBatchPayload, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import type { GroupConsumer } from './kafka-client.ts';

export interface MembershipParts {
  readonly consumer: GroupConsumer;
  /** The topic's name on the brokers. */
  readonly topic: string;
  readonly concurrency: number;
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>;
  /** The group has shared out its partitions: these are ours. */
  readonly onJoin: (partitions: readonly number[]) => void;
  /** The group has heard of us. */
  readonly onAlive: () => void;
}

/** For a last word on how far we are. */
const COMMIT_MS = 1_000;

/** One life of a kafkajs consumer: from connecting to its crash, its falling silent, or its being closed. It never restarts. */
export class Membership {
  readonly #parts: MembershipParts;
  readonly #over = new AbortController();
  readonly #crashed: Promise<Error>;
  #opened: Promise<void> = Promise.resolve();
  #crash: (error: Error) => void = () => undefined;
  #heardAt = performance.now();
  #fetchedAt = performance.now();
  #batches = 0;
  #isJoining = false;
  #isJoined = false;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
    this.#crashed = new Promise((resolve) => {
      this.#crash = resolve;
    });
    this.#listen();
  }

  /** Aborted from the moment that it is closed: nothing new begins. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  #listen(): void {
    const { consumer, topic, onJoin, onAlive } = this.#parts;
    const heard = (): void => {
      this.#heardAt = performance.now();
      if (!this.over.aborted) onAlive();
    };
    consumer.on('consumer.group_join', ({ payload }) => {
      this.#isJoined = true;
      this.#heardAt = performance.now();
      this.#fetchedAt = performance.now();
      if (!this.over.aborted) onJoin(payload.memberAssignment[topic] ?? []);
    });
    consumer.on('consumer.heartbeat', heard);
    consumer.on('consumer.fetch', () => {
      this.#fetchedAt = performance.now();
    });
    consumer.on('consumer.crash', ({ payload }) => this.#crash(payload.error));
  }

  /**
   * Connects, joins and works, until it is told to stop. Resolves with what ended it before: its failing to join, its crash, or
   * that its brokers said nothing for so long.
   */
  async run(stop: AbortSignal, silenceMs: number): Promise<Error | undefined> {
    const opened = this.#open();
    this.#opened = opened.catch(() => undefined);
    const failed = new Promise<Error>((resolve) => {
      opened.catch((error: unknown) => resolve(error instanceof Error ? error : new HubError('kafka_unavailable', String(error))));
    });
    const watch = new AbortController();
    try {
      return await Promise.race([failed, this.#crashed, this.#silence(silenceMs, AbortSignal.any([stop, watch.signal]))]);
    } finally {
      watch.abort();
    }
  }

  /** Watches over a consumer that neither crashes nor works. */
  async #silence(silenceMs: number, over: AbortSignal): Promise<Error | undefined> {
    while (!over.aborted) {
      await pause(silenceMs / 10, over);
      if (this.#isJoined && this.silentMs() > silenceMs) {
        return new HubError('kafka_unavailable', `Kafka has not answered for ${silenceMs} ms.`, { retriable: true });
      }
    }
    return undefined;
  }

  async #open(): Promise<void> {
    const { consumer, topic, concurrency } = this.#parts;
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    if (this.over.aborted) return;
    this.#isJoining = true;
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: (payload) => this.#eachBatch(payload),
    });
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    this.#batches += 1;
    try {
      await this.#parts.eachBatch(payload);
    } finally {
      this.#batches -= 1;
    }
  }

  /** For how long neither the group nor, while nothing is worked on, a fetch was answered, ms. */
  silentMs(): number {
    const now = performance.now();
    return Math.max(now - this.#heardAt, this.#batches > 0 ? 0 : now - this.#fetchedAt);
  }

  /** Stops fetching, lets the running batches end, and leaves the group. */
  async close(pending: () => readonly TopicPartitionOffsetAndMetadata[]): Promise<void> {
    const { consumer } = this.#parts;
    this.#over.abort();
    if (this.#isJoining) {
      // A consumer that is closed while it joins would go on and be a member of which nobody knows.
      await this.#opened;
      await within(COMMIT_MS, this.commit(pending()));
    } else {
      // It may look for brokers for a long time yet, and would hold a connection when it has found one.
      void this.#opened.then(() => consumer.disconnect()).catch(() => undefined);
    }
    await consumer.disconnect();
  }

  /** Tells the group how far we are. A hint: that it was not told does no harm. */
  async commit(offsets: readonly TopicPartitionOffsetAndMetadata[]): Promise<void> {
    if (offsets.length > 0) await this.#parts.consumer.commitOffsets([...offsets]).catch(() => undefined);
  }
}
