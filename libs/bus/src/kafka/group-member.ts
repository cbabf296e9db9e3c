import type { DecodedRecord, RawRecord } from '@crossdock/contracts';
import type { ConsumerHealth, RejectedRecords, Subscription } from '@crossdock/core';
import { HubError, codeOf, messageOf, pause, within } from '@crossdock/kit';
import type { EachBatchPayload, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import type { ConsumerSettings } from './consumer-settings.ts';
import type { ConsumerSource } from './kafka-client.ts';
import { isPassing, kafkaUnavailable } from './kafka-errors.ts';
import { Membership } from './membership.ts';
import { PartitionFeed } from './partition-feed.ts';
import { PartitionLane, type LaneParts } from './partition-lane.ts';

export interface MemberParts extends LaneParts {
  readonly client: ConsumerSource;
  readonly rejected: RejectedRecords;
  readonly decode: (raw: RawRecord) => DecodedRecord;
  readonly now: () => number;
  /** This consumer cannot be brought to life any more: the process should end, and be started anew. */
  readonly onDead: (error: Error) => void;
}

type State = 'starting' | 'joined' | 'lost' | 'stopped';

/** Until a consumer that is to be replaced has ended; it is left alone then, and can do no harm. */
const CLOSE_MS = 30_000;

interface Shard {
  readonly lane: PartitionLane;
  readonly feed: PartitionFeed;
  isTicking: boolean;
}

/** One subscription's member of its Kafka group: keeps a consumer alive, whatever happens to brokers, until it is stopped. */
export class GroupMember {
  readonly #parts: MemberParts;
  readonly #settings: ConsumerSettings;
  readonly #subscription: Subscription;
  readonly #group: string;
  readonly #lanes: ReadonlyMap<number, PartitionLane>;
  readonly #stop = new AbortController();
  #shards = new Map<number, Shard>();
  #assigned: ReadonlySet<number> = new Set();
  #state: State = 'starting';
  #problem: string | undefined;
  #failures = 0;
  #pauseMs: number;
  #membership: Membership | undefined;
  #living: Promise<void> = Promise.resolve();
  /** Ends the start, when it did not fail before. */
  #begun: (failure?: Error) => void = () => undefined;

  constructor(parts: MemberParts, settings: ConsumerSettings, subscription: Subscription, group: string) {
    this.#parts = parts;
    this.#settings = settings;
    this.#subscription = subscription;
    this.#group = group;
    this.#pauseMs = settings.firstRebuildMs;
    this.#lanes = new Map(parts.tail.shards.map((shard) => [shard, new PartitionLane(parts, settings, subscription, shard)]));
  }

  /** Resolves when it has joined its group. Rejects with `kafka_unavailable` when that did not come about in time. */
  async start(): Promise<void> {
    const { startWithinMs } = this.#settings;
    const begun = new Promise<void>((resolve, reject) => {
      this.#begun = (failure) => (failure === undefined ? resolve() : reject(failure));
    });
    this.#living = this.#live();
    if (await within(startWithinMs, begun)) return;
    throw new HubError(
      'kafka_unavailable',
      `No broker took ${this.#group} into its group within ${startWithinMs} ms. ${this.#problem ?? ''}`.trim(),
      {
        retriable: true,
      },
    );
  }

  /** Stops fetching, lets the running batches end and commit, and leaves the group. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#living;
  }

  health(): readonly ConsumerHealth[] {
    return [...this.#lanes.values()].map((lane) => lane.health(this.#stateOf(lane.key.shard), this.#trouble()));
  }

  #stateOf(shard: number): ConsumerHealth['state'] {
    if (this.#state === 'stopped' || this.#state === 'starting') return this.#state;
    if (this.#trouble() !== undefined) return 'stalled';
    return this.#assigned.has(shard) ? 'running' : 'standby';
  }

  #trouble(): string | undefined {
    if (this.#state !== 'joined') return this.#problem;
    const silentMs = this.#membership?.silentMs() ?? 0;
    return silentMs > this.#settings.sessionTimeoutMs / 2 ? `Kafka has not answered for ${Math.round(silentMs / 1_000)} s.` : undefined;
  }

  async #live(): Promise<void> {
    const ticking = setInterval(() => this.#tick(), this.#settings.tickMs);
    try {
      while (!this.#stop.signal.aborted) {
        const error = await this.#life();
        if (error === undefined) break;
        if (!this.#mayGoOn(error)) break;
        await pause(this.#pauseMs, this.#stop.signal);
        this.#pauseMs = Math.min(this.#settings.longestRebuildMs, this.#pauseMs * 2);
      }
    } finally {
      clearInterval(ticking);
      this.#state = 'stopped';
      this.#begun();
    }
  }

  /** One consumer, from its making to its end. Answers what it ended with, or nothing when it was told to stop. */
  async #life(): Promise<Error | undefined> {
    const membership = this.#newMembership();
    this.#membership = membership;
    this.#shards = new Map();
    try {
      const error = await membership.run(this.#stop.signal, this.#settings.silenceMs);
      if (error !== undefined) this.#lose(error);
      return error;
    } finally {
      await this.#close(membership);
    }
  }

  #newMembership(): Membership {
    const { client } = this.#parts;
    const membership: Membership = new Membership({
      consumer: client.consumer(this.#group, this.#settings),
      topic: client.topicName(this.#subscription.topic),
      concurrency: this.#settings.concurrency,
      eachBatch: (payload) => this.#eachBatch(membership, payload),
      onJoin: (partitions) => this.#join(membership, partitions),
      onAlive: () => {
        this.#failures = 0;
        this.#pauseMs = this.#settings.firstRebuildMs;
      },
    });
    return membership;
  }

  async #close(membership: Membership): Promise<void> {
    const closed = membership.close(() => this.#pending()).catch((error: unknown) => this.#log('consumer_not_closed', error));
    // A stop waits for the running batch, however long: its caller has a deadline of its own.
    if (this.#stop.signal.aborted) await closed;
    else await within(CLOSE_MS, closed);
  }

  #join(membership: Membership, partitions: readonly number[]): void {
    if (membership !== this.#membership) return;
    this.#assigned = new Set(partitions);
    this.#state = 'joined';
    this.#problem = undefined;
    const { group, topic } = this.#subscription;
    this.#parts.logger.info({ event: 'partitions_assigned', group, topic, partitions }, 'the group has shared out its partitions');
    for (const [shard, lane] of this.#lanes) if (!this.#assigned.has(shard)) lane.leave();
    const ours = partitions.flatMap((shard) => this.#lanes.get(shard) ?? []);
    void Promise.all(ours.map((lane) => lane.take())).then(() => this.#begun());
  }

  #lose(error: Error): void {
    this.#assigned = new Set();
    this.#problem = messageOf(error);
    if (this.#state === 'joined') this.#state = 'lost';
    this.#log('consumer_lost', error);
  }

  /** Brokers that are away come back, however long it takes. What else ends a consumer again and again will not mend itself. */
  #mayGoOn(error: Error): boolean {
    const isAway = isPassing(error) && !(error instanceof HubError);
    if (isAway) return true;
    this.#failures += 1;
    const { maxRebuilds } = this.#settings;
    if (this.#state === 'starting') {
      this.#begun(kafkaUnavailable(`${this.#group} could not join its group`, error));
      return false;
    }
    if (this.#failures <= maxRebuilds) return true;
    this.#parts.onDead(kafkaUnavailable(`${this.#group} was built anew ${maxRebuilds} times and ended each time`, error));
    return false;
  }

  async #eachBatch(membership: Membership, payload: EachBatchPayload): Promise<void> {
    if (membership !== this.#membership || membership.over.aborted) return;
    await this.#shardOf(membership, payload.batch.partition).feed.feed(payload);
  }

  #shardOf(membership: Membership, shard: number): Shard {
    const known = this.#shards.get(shard);
    if (known !== undefined) return known;
    const { decode, now, rejected, logger, tail } = this.#parts;
    const { chunkBytes, heartbeatMs, commitEveryMs } = this.#settings;
    const own = this.#lanes.get(shard);
    const lane = own ?? new PartitionLane(this.#parts, this.#settings, this.#subscription, shard);
    const epoch = own === undefined ? undefined : tail.epoch(shard);
    const partition = { subscription: this.#subscription, shard, epoch, decode, now, chunkBytes };
    const feed = new PartitionFeed({ lane, partition, rejected, logger, heartbeatMs, commitEveryMs, over: membership.over });
    const made = { lane, feed, isTicking: false };
    this.#shards.set(shard, made);
    return made;
  }

  #tick(): void {
    const membership = this.#membership;
    if (membership === undefined || membership.over.aborted || this.#state !== 'joined') return;
    for (const shard of this.#assigned) void this.#tickShard(membership, shard);
    void membership.commit(this.#pending());
  }

  async #tickShard(membership: Membership, number: number): Promise<void> {
    const shard = this.#shardOf(membership, number);
    if (shard.isTicking || !this.#lanes.has(number)) return;
    shard.isTicking = true;
    const isOurs = (): boolean => !membership.over.aborted && this.#assigned.has(number);
    await shard.lane.exclusively(() => shard.lane.tick(shard.feed.isWaiting, isOurs));
    shard.isTicking = false;
  }

  #pending(): readonly TopicPartitionOffsetAndMetadata[] {
    return [...this.#shards.values()].flatMap(({ feed }) => feed.takePending());
  }

  #log(event: 'consumer_lost' | 'consumer_not_closed', error: unknown): void {
    const { group, topic } = this.#subscription;
    // A broker that has just begun says so for a moment; `start` fails where it goes on.
    const level = this.#state === 'starting' && isPassing(error) ? 'debug' : 'warn';
    this.#parts.logger[level]({ event, group, topic, code: codeOf(error), err: error }, 'a consumer lost its brokers');
  }
}
