import type { ConsumerHealth, LogConsumer, Subscription } from '@crossdock/core';
import { within } from '@crossdock/kit';
import { GroupMember, type MemberParts, type MemberSettings } from './group-member.ts';

export interface KafkaConsumerParts extends MemberParts {
  readonly settings?: Partial<MemberSettings>;
}

export const kafkaConsumerDefaults: MemberSettings = {
  sessionTimeoutMs: 30_000,
  heartbeatMs: 3_000,
  rebalanceTimeoutMs: 60_000,
  maxWaitMs: 100,
  maxBytes: 8 << 20,
  maxBytesPerPartition: 1 << 20,
  concurrency: 4,
  chunkBytes: 1 << 20,
  commitEveryMs: 1_000,
  tickMs: 1_000,
  idleMs: 5_000,
  firstPauseMs: 50,
  longestPauseMs: 5_000,
  silenceMs: 60_000,
  maxRebuilds: 10,
  startWithinMs: 60_000,
};

/**
 * The LogConsumer that reads Kafka's topics. The checkpoint in Postgres is the truth, and Kafka's offset a hint: what came before
 * is skipped, what did not come is read from the log. One consumer for each subscription, so that no topic waits for another.
 */
export class KafkaConsumer implements LogConsumer {
  readonly #parts: KafkaConsumerParts;
  #members: readonly GroupMember[] = [];

  constructor(parts: KafkaConsumerParts) {
    this.#parts = parts;
  }

  /** Resolves when every subscription has joined its group. Rejects with `kafka_unavailable`; nothing runs then. */
  async start(subscriptions: readonly Subscription[]): Promise<void> {
    const settings = { ...kafkaConsumerDefaults, ...this.#parts.settings };
    this.#members = subscriptions.map((subscription) => {
      return new GroupMember(this.#parts, settings, subscription, groupOf(subscription, subscriptions));
    });
    const started = await Promise.allSettled(this.#members.map((member) => member.start()));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    await this.drain(settings.startWithinMs);
    throw failed.reason;
  }

  async drain(deadlineMs: number): Promise<void> {
    await within(deadlineMs, Promise.all(this.#members.map((member) => member.stop())));
  }

  health(): readonly ConsumerHealth[] {
    return this.#members.flatMap((member) => member.health());
  }
}

const PREFIX = 'crossdock.';

/** The Kafka group of a subscription. Members of a group must read the same topics, so each topic of several has a group of its own. */
export function groupOf({ group, topic }: Subscription, subscriptions: readonly Pick<Subscription, 'group' | 'topic'>[]): string {
  const topics = new Set(subscriptions.filter((other) => other.group === group).map((other) => other.topic));
  const short = topic.startsWith(PREFIX) ? topic.slice(PREFIX.length) : topic;
  return topics.size > 1 ? `${PREFIX}${group}.${short}` : `${PREFIX}${group}`;
}
