import { topics } from '@crossdock/contracts';
import type { LogConsumer } from '@crossdock/core';
import type { World, WorldProcess } from '@crossdock/core/testing';
import { randomBytes } from 'node:crypto';
import { ensureTopics } from '../kafka/ensure-topics.ts';
import { KafkaClient, kafkaDefaults } from '../kafka/kafka-client.ts';
import { KafkaPublisher } from '../kafka/kafka-publisher.ts';
import { quiet } from './consumer-of.ts';
import { kafkaConsumerOf } from './kafka-parts.ts';
import { Pump } from './pump.ts';

const MAX_MESSAGE_BYTES = 1 << 20;
const DAY_MS = 86_400_000;
export const everyTopic = Object.values(topics);

/** A client whose topics and groups nobody else has. */
export function ownClient(brokers: readonly string[], logger = quiet): KafkaClient {
  return new KafkaClient({ ...kafkaDefaults, brokers, namespace: `t${randomBytes(6).toString('hex')}.`, retries: 5 }, logger);
}

export async function makeTopics(client: KafkaClient, partitions = 2, names: readonly string[] = everyTopic): Promise<void> {
  await ensureTopics(client, {
    topics: Object.fromEntries(names.map((topic) => [topic, { retentionMs: DAY_MS }])),
    partitions,
    replication: 1,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    timeoutMs: 20_000,
    logger: quiet,
  });
}

export function publisherOf(client: KafkaClient): KafkaPublisher {
  return new KafkaPublisher({ client, topics: everyTopic, maxMessageBytes: MAX_MESSAGE_BYTES, logger: quiet, timeoutMs: 10_000 });
}

interface Connected {
  readonly client: KafkaClient;
  readonly pump: Pump;
}

/** Worlds whose log is published to topics of their own on real brokers, and the consumers of their processes. */
export class KafkaWorlds {
  readonly #brokers: readonly string[];
  readonly #connected = new WeakMap<WorldProcess, Connected>();

  constructor(brokers: readonly string[]) {
    this.#brokers = brokers;
  }

  async open(world: World): Promise<World> {
    const client = ownClient(this.#brokers);
    await makeTopics(client);
    const publisher = publisherOf(client);
    const pump = new Pump(world.one, publisher);
    for (const process of [world.one, world.two]) this.#connected.set(process, { client, pump });
    return {
      ...world,
      close: async () => {
        await pump.stop();
        await publisher.close();
        await world.close();
      },
    };
  }

  /** A consumer that starts when all that is in the log is on its topic. */
  consumerOf(process: WorldProcess): LogConsumer {
    const connected = this.#connected.get(process);
    if (connected === undefined) throw new TypeError('This process is of another world.');
    const { client, pump } = connected;
    const consumer = kafkaConsumerOf(process, { client, publications: pump });
    return {
      start: async (subscriptions) => {
        await pump.caughtUp();
        await consumer.start(subscriptions);
      },
      drain: (deadlineMs) => consumer.drain(deadlineMs),
      health: () => consumer.health(),
    };
  }
}
