import {
  KafkaClient,
  KafkaConsumer,
  KafkaPublisher,
  TailConsumer,
  ensureTopics,
  kafkaDefaults,
  type BatchRunner,
  type ConsumerSettings,
  type KafkaSettings,
  type ParkedRetry,
} from '@crossdock/bus';
import { decodeRecord, kafkaGroupId, topicSettings } from '@crossdock/contracts';
import type { Checkpoints, Clock, LogConsumer, RejectedRecords } from '@crossdock/core';
import { PgRelayStore, Relay, relayDefaults, type Database, type OpenLog } from '@crossdock/event-log';
import { HubError, codeOf, messageOf, pause, type Logger } from '@crossdock/kit';
import type { Config } from './config.ts';
import { relayCheck } from './probes/checks.ts';
import type { ReadinessCheck } from './probes/readiness-check.ts';

export interface CarrierParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly now: Clock;
  readonly database: Database;
  readonly open: OpenLog;
  readonly worker: number;
  readonly checkpoints: Checkpoints;
  readonly runner: BatchRunner;
  readonly parkedRetry: ParkedRetry;
  readonly rejected: RejectedRecords;
  /** Whether this process has consumers: only they cannot do without Kafka. */
  readonly consumes: boolean;
  readonly onFatal: (error: HubError) => void;
}

/** What brings the log's records to the consumers of this process. */
export interface Carrier {
  /** A consumer of its own for each service: it is drained with it. */
  consumer(): LogConsumer;
  readonly checks: readonly ReadinessCheck[];
  close(): Promise<void>;
}

/** The largest record that all topics take. */
const MAX_MESSAGE_BYTES = Math.min(...Object.values(topicSettings).map(({ maxMessageBytes }) => maxMessageBytes));
const RELAY_STOP_MS = 10_000;
const TOPICS_PAUSE_MS = 1_000;

/** The log itself, or Kafka where brokers are configured. Consumers do not know the difference. */
export async function openCarrier(parts: CarrierParts): Promise<Carrier> {
  return parts.config.kafkaBrokers.length === 0 ? openTail(parts) : await openKafka(parts);
}

function openTail({ open, checkpoints, runner, parkedRetry, logger }: CarrierParts): Carrier {
  return {
    consumer: () => new TailConsumer({ tail: open.tail, checkpoints, runner, parkedRetry, logger }),
    checks: [],
    close: () => Promise.resolve(),
  };
}

async function openKafka(parts: CarrierParts): Promise<Carrier> {
  const { config, logger, now, database, open, worker, checkpoints, runner, parkedRetry, rejected, onFatal } = parts;
  const client = new KafkaClient(kafkaSettings(config), logger);
  const store = new PgRelayStore(database, worker);
  const publisher = new KafkaPublisher({ client, topics: Object.keys(topicSettings), maxMessageBytes: MAX_MESSAGE_BYTES, logger });
  const relay = config.relay
    ? new Relay({
        tail: open.tail,
        log: open.log,
        received: open.received,
        publisher,
        store,
        logger,
        now,
        options: relayDefaults,
      })
    : undefined;
  const closing = new AbortController();
  const started = startRelay(parts, client, relay, closing.signal);
  if (parts.consumes) await started;
  return {
    consumer: () =>
      new KafkaConsumer({
        client,
        checkpoints,
        runner,
        parkedRetry,
        rejected,
        tail: open.tail,
        publications: store,
        decode: decodeRecord,
        groupId: kafkaGroupId,
        logger,
        settings: sessionSettings(config),
        now,
        onDead: (error) => onFatal(new HubError('kafka_unavailable', messageOf(error), { cause: error })),
      }),
    checks: relay === undefined ? [] : [relayCheck(relay)],
    close: async () => {
      closing.abort();
      await started.catch(() => undefined);
      await relay?.stop(RELAY_STOP_MS);
      await publisher.close();
    },
  };
}

/**
 * The topics first, then who publishes to them. Who only takes messages in does not wait for that: it works without Kafka, and
 * what it takes in is published when Kafka is there.
 */
async function startRelay(
  { config, logger, open, consumes, onFatal }: CarrierParts,
  client: KafkaClient,
  relay: Relay | undefined,
  closing: AbortSignal,
): Promise<void> {
  while (!closing.aborted) {
    try {
      await ensureTopics(client, {
        topics: topicSettings,
        partitions: open.tail.shards.length,
        replication: config.kafkaReplication,
        maxMessageBytes: MAX_MESSAGE_BYTES,
        timeoutMs: config.startupSeconds * 1_000,
        logger,
      });
      if (!closing.aborted) relay?.start();
      return;
    } catch (error) {
      if (consumes) throw error;
      if (error instanceof HubError && error.code === 'kafka_topic_unusable') return onFatal(error);
      logger.warn({ event: 'kafka_awaited', code: codeOf(error), err: error }, 'Kafka is not there; messages wait in the log');
      await pause(TOPICS_PAUSE_MS, closing);
    }
  }
}

/** Ten heartbeats a session; a member may take two sessions to finish its batches when the group shares out anew. */
function sessionSettings({ kafkaSessionSeconds }: Config): Partial<ConsumerSettings> {
  const sessionTimeoutMs = kafkaSessionSeconds * 1_000;
  return { sessionTimeoutMs, heartbeatMs: sessionTimeoutMs / 10, rebalanceTimeoutMs: sessionTimeoutMs * 2 };
}

function kafkaSettings(config: Config): KafkaSettings {
  const { kafkaSaslMechanism: mechanism, kafkaSaslUsername: username, kafkaSaslPassword: password } = config;
  return {
    ...kafkaDefaults,
    brokers: config.kafkaBrokers,
    clientId: config.kafkaClientId,
    tls: config.kafkaSsl,
    ...(mechanism === undefined || username === undefined || password === undefined ? {} : { sasl: { mechanism, username, password } }),
  };
}
