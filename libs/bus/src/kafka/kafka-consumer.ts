import type { ConsumerHealth, LogConsumer, Subscription } from '@crossdock/core';
import { within } from '@crossdock/kit';
import { kafkaConsumerDefaults, type ConsumerSettings } from './consumer-settings.ts';
import { GroupMember, type MemberParts } from './group-member.ts';

export interface KafkaConsumerParts extends MemberParts {
  /** The name in Kafka of a group that reads a topic. Members of a Kafka group must read the same topics. */
  readonly groupId: (group: string, topic: string) => string;
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
      const { group, topic } = subscription;
      return new GroupMember(this.#parts, settings, subscription, this.#parts.groupId(group, topic));
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
