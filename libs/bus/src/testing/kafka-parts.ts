import { decodeRecord } from '@crossdock/contracts';
import type { LogTail, Publications, RejectedRecord, RejectedRecords } from '@crossdock/core';
import type { WorldProcess } from '@crossdock/core/testing';
import { BatchRunner } from '../batch-runner.ts';
import type { ConsumerSource } from '../kafka/kafka-client.ts';
import { KafkaConsumer, type KafkaConsumerParts } from '../kafka/kafka-consumer.ts';
import { quiet } from './consumer-of.ts';

export const someTime = 1_795_219_200_000;

/** Keeps what was rejected in memory, once each. */
export class MemoryRejected implements RejectedRecords {
  readonly records: RejectedRecord[] = [];

  add(records: readonly RejectedRecord[]): Promise<void> {
    for (const record of records) {
      const { group, topic, partition, offset } = record;
      const isKnown = this.records.some(
        (known) => known.group === group && known.topic === topic && known.partition === partition && known.offset === offset,
      );
      if (!isKnown) this.records.push(record);
    }
    return Promise.resolve();
  }

  list(limit: number): Promise<readonly RejectedRecord[]> {
    return Promise.resolve(this.records.toReversed().slice(0, limit));
  }
}

/** Times that make tests quick. */
export const quick = {
  sessionTimeoutMs: 6_000,
  heartbeatMs: 50,
  rebalanceTimeoutMs: 10_000,
  maxWaitMs: 20,
  tickMs: 20,
  startWithinMs: 20_000,
} as const;

export interface KafkaWorldParts {
  readonly client: ConsumerSource;
  readonly publications: Publications;
  readonly rejected?: RejectedRecords;
}

/** The Kafka consumer of a process, as the runtime puts it together. */
export function kafkaConsumerOf(
  { unitOfWork, checkpoints, tail }: Pick<WorldProcess, 'unitOfWork' | 'checkpoints'> & { readonly tail: LogTail },
  { client, publications, rejected = new MemoryRejected() }: KafkaWorldParts,
  more: Partial<KafkaConsumerParts> = {},
): KafkaConsumer {
  const runner = new BatchRunner({ unitOfWork, checkpoints, logger: quiet, now: () => someTime });
  return new KafkaConsumer({
    client,
    checkpoints,
    runner,
    tail,
    publications,
    rejected,
    decode: decodeRecord,
    // Any group may read any topic here.
    groupId: (group, topic) => `${group}.${topic}`,
    now: () => someTime,
    logger: quiet,
    onDead: (error) => {
      throw error;
    },
    ...more,
    settings: { ...quick, ...more.settings },
  });
}
