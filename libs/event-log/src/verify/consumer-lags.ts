import { consumers as allConsumers, topicOf, topics } from '@crossdock/contracts';
import type { EventType } from '@crossdock/core';
import type { Queries } from './read-range.ts';

/** Consumer group → the topics it reads. */
export type ConsumerTopics = Readonly<Record<string, readonly string[]>>;

export const knownConsumers: ConsumerTopics = allConsumers;

/** Where the consumer groups stood at one moment. */
export class ConsumerLags {
  readonly #consumers: ConsumerTopics;
  readonly #positions: ReadonlyMap<string, number>;

  private constructor(consumers: ConsumerTopics, positions: ReadonlyMap<string, number>) {
    this.#consumers = consumers;
    this.#positions = positions;
  }

  static async read(queries: Queries, consumers: ConsumerTopics): Promise<ConsumerLags> {
    const rows = await queries.query<{ group: string; topic: string; shard: number; position: number }>(
      'select "group", topic, shard, position from checkpoint',
    );
    return new ConsumerLags(consumers, new Map(rows.map((row) => [`${row.group} ${row.topic} ${row.shard}`, row.position])));
  }

  /** Whether a group that reads this event's topic has yet to come to it. */
  lags(type: EventType, shard: number, position: number): boolean {
    const topic = topicOf[type];
    return Object.entries(this.#consumers).some(([group, read]) => read.includes(topic) && this.#position(group, topic, shard) < position);
  }

  /** Up to where every group that reads the outcomes of deliveries has come. */
  notedUpTo(shard: number): number {
    const groups = Object.entries(this.#consumers).filter(([, read]) => read.includes(topics.deliveryOutcomes));
    return Math.min(Number.POSITIVE_INFINITY, ...groups.map(([group]) => this.#position(group, topics.deliveryOutcomes, shard)));
  }

  #position(group: string, topic: string, shard: number): number {
    return this.#positions.get(`${group} ${topic} ${shard}`) ?? 0;
  }
}
