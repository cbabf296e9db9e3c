import type { KafkaMessage } from 'kafkajs';
import type { KafkaClient } from '../kafka/kafka-client.ts';
import { kafkaConsumerDefaults } from '../kafka/consumer-settings.ts';
import { randomUUID } from 'node:crypto';
import { quick } from './kafka-parts.ts';

/** Reads a topic from its beginning with a plain consumer of a group of its own, until a partition has so many records. */
export async function readTopic(
  client: KafkaClient,
  topic: string,
  atLeast: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, readonly KafkaMessage[]>> {
  const consumer = client.consumer(randomUUID(), { ...kafkaConsumerDefaults, ...quick });
  const read = new Map<number, KafkaMessage[]>();
  const isComplete = (): boolean => [...atLeast].every(([partition, count]) => (read.get(partition)?.length ?? 0) >= count);
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [client.topicName(topic)], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      if (isComplete()) resolve();
      consumer
        .run({
          eachMessage: ({ partition, message }) => {
            read.set(partition, [...(read.get(partition) ?? []), message]);
            if (isComplete()) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
    return read;
  } finally {
    await consumer.disconnect();
  }
}
