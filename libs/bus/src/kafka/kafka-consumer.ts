import type { ConsumerHealth, LogConsumer, Subscription } from '@crossdock/core';
import { within } from '@crossdock/kit';
import { kafkaConsumerDefaults, type ConsumerSettings } from './consumer-settings.ts';
import { GroupMember, type MemberParts } from './group-member.ts';

export interface KafkaConsumerParts extends MemberParts {
  readonly settings?: Partial<ConsumerSettings>;
}

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
    await this.drain(GIVE_UP_MS);
    throw failed.reason;
  }

  async drain(deadlineMs: number): Promise<void> {
    await within(deadlineMs, Promise.all(this.#members.map((member) => member.stop())));
  }

  health(): readonly ConsumerHealth[] {
    return this.#members.flatMap((member) => member.health());
  }
}

/** For what has begun to end, when the start has failed. */
const GIVE_UP_MS = 5_000;

const PREFIX = 'crossdock.';

/** The Kafka group of a subscription. Members of a group must read the same topics, so each topic of several has a group of its own. */
export function groupOf(
  { group, topic }: Pick<Subscription, 'group' | 'topic'>,
  subscriptions: readonly Pick<Subscription, 'group' | 'topic'>[],
): string {
  const topics = new Set(subscriptions.filter((other) => other.group === group).map((other) => other.topic));
  const short = topic.startsWith(PREFIX) ? topic.slice(PREFIX.length) : topic;
  return topics.size > 1 ? `${PREFIX}${group}.${short}` : `${PREFIX}${group}`;
}
