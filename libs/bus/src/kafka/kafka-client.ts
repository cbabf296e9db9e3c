import type { Logger } from '@crossdock/kit';
import kafkajs, { type Admin, type Consumer, type KafkaConfig, type Producer } from 'kafkajs';
import { kafkaLogLevel, kafkaLogs } from './kafka-logs.ts';
import { installRecordEncoder } from './record-encoder.ts';

export interface KafkaTls {
  /** PEM. Without it the authorities that Node knows are trusted. */
  readonly ca?: string;
  /** PEM, where the brokers want to know who we are. */
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface KafkaSettings {
  /** host:port of some of the cluster's brokers; they name the others. */
  readonly brokers: readonly string[];
  /** How brokers call this process in their logs and quotas. */
  readonly clientId: string;
  /** Stands before the names of all topics and groups, where several hubs share a cluster. Empty for none. */
  readonly namespace: string;
  readonly tls?: boolean | KafkaTls;
  readonly sasl?: KafkaSasl;
  readonly connectionTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often a call is repeated while brokers do not answer, from 0.1 s to 5 s apart. */
  readonly retries: number;
}

export const kafkaDefaults = {
  clientId: 'crossdock',
  namespace: '',
  connectionTimeoutMs: 3_000,
  requestTimeoutMs: 15_000,
  retries: 10,
} as const satisfies Partial<KafkaSettings>;

/** How a consumer shares its group and how much it fetches. */
export interface MembershipSettings {
  /** Dead after so long without a heartbeat. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** How long the group waits for a member's running batches when it shares out anew. */
  readonly rebalanceTimeoutMs: number;
  /** How long an empty fetch waits for news. */
  readonly maxWaitMs: number;
  /** At most so much of one broker in one fetch, and so much of one partition. A larger record still comes, alone. */
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

/** What of kafkajs's consumer is used here. */
export type GroupConsumer = Pick<Consumer, 'connect' | 'disconnect' | 'subscribe' | 'run' | 'commitOffsets' | 'on'>;

/** Where consumers come from. */
export interface ConsumerSource {
  /** A topic's name on the brokers. */
  topicName(topic: string): string;
  groupName(group: string): string;
  /** A consumer that is not connected yet. It never restarts by itself: whoever runs it rebuilds it. */
  consumer(group: string, settings: MembershipSettings): GroupConsumer;
}

/** Connections to one cluster, as the settings say. The only place that makes kafkajs's clients. */
export class KafkaClient implements ConsumerSource {
  readonly settings: KafkaSettings;
  readonly #logger: Logger;

  constructor(settings: KafkaSettings, logger: Logger) {
    this.settings = settings;
    this.#logger = logger;
  }

  topicName(topic: string): string {
    return `${this.settings.namespace}${topic}`;
  }

  groupName(group: string): string {
    return `${this.settings.namespace}${group}`;
  }

  admin(): Admin {
    return this.#kafka().admin();
  }

  /** Not idempotent on purpose: consumers skip by position, and kafkajs's sequences lose records when its retries end. */
  producer(): Producer {
    installRecordEncoder();
    return this.#kafka().producer({
      allowAutoTopicCreation: false,
      idempotent: false,
      maxInFlightRequests: 1,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
  }

  consumer(group: string, settings: MembershipSettings): GroupConsumer {
    return this.#kafka().consumer({
      groupId: this.groupName(group),
      allowAutoTopicCreation: false,
      sessionTimeout: settings.sessionTimeoutMs,
      heartbeatInterval: settings.heartbeatMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      maxWaitTimeInMs: settings.maxWaitMs,
      minBytes: 1,
      maxBytes: settings.maxBytes,
      maxBytesPerPartition: settings.maxBytesPerPartition,
      metadataMaxAge: 60_000,
      // A consumer that restarts by itself cannot be stopped while it does, and would live on unseen.
      retry: { retries: this.settings.retries, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** One each: clients of one kafkajs instance share what they know of committed offsets, and a rebuilt one must not. */
  #kafka(): kafkajs.Kafka {
    return new kafkajs.Kafka(configOf(this.settings, this.#logger));
  }
}

function configOf(settings: KafkaSettings, logger: Logger): KafkaConfig {
  const { tls, sasl } = settings;
  return {
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    connectionTimeout: settings.connectionTimeoutMs,
    authenticationTimeout: settings.requestTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 100, maxRetryTime: 5_000, retries: settings.retries },
    logLevel: kafkaLogLevel(logger),
    logCreator: kafkaLogs(logger),
    ...(tls === undefined || tls === false ? {} : { ssl: tls === true ? true : { ...tls } }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
  };
}

function saslOf({ mechanism, username, password }: KafkaSasl): NonNullable<KafkaConfig['sasl']> {
  return { mechanism, username, password } as NonNullable<KafkaConfig['sasl']>;
}
