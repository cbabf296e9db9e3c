import { encodeRecord, type EncodedRecord } from '@crossdock/contracts';
import type { RecordPublisher, RecordToPublish } from '@crossdock/core';
import { HubError, inTime, messageOf, within, type Logger } from '@crossdock/kit';
import type { Message, Producer, RecordMetadata, TopicMessages } from 'kafkajs';
import type { KafkaClient } from './kafka-client.ts';
import { isRefused, kafkaUnavailable } from './kafka-errors.ts';
import { topicIdentity } from './topic-identity.ts';

export interface KafkaPublisherParts {
  readonly client: Pick<KafkaClient, 'admin' | 'producer' | 'topicName'>;
  /** All topics that are published to: what `identity` tells of. */
  readonly topics: readonly string[];
  /** The topics' `max.message.bytes`: a record that would be larger goes without its payload. */
  readonly maxMessageBytes: number;
  readonly logger: Logger;
  /** For connecting, for asking who the broker is, and for each part of a `publish`. */
  readonly timeoutMs?: number;
}

/** One request: as much as brokers take by default, and no more than is done again at once. */
const MOST_BYTES = 900_000;
const MOST_RECORDS = 500;
const TIMEOUT_MS = 30_000;
/** How long a broker may wait for its replicas. */
const BROKER_MS = 15_000;
/** Room for the key, the headers and the framing of a record: ours need less than half. */
const RECORD_OVERHEAD = 2_048;
const RECORD_FRAME = 64;
const HEADER_FRAME = 4;
const ALL_REPLICAS = -1;

/** Puts records on Kafka's topics: partition = shard, in order, each confirmed by all replicas in sync. */
export class KafkaPublisher implements RecordPublisher {
  readonly #parts: KafkaPublisherParts;
  readonly #timeoutMs: number;
  /** Where each partition ended when we last wrote to it. */
  readonly #ends = new Map<string, bigint>();
  #producer: Promise<Producer> | undefined;
  #closed = false;

  constructor(parts: KafkaPublisherParts) {
    this.#parts = parts;
    this.#timeoutMs = parts.timeoutMs ?? TIMEOUT_MS;
  }

  /**
   * The cluster's id and a mark of each topic that changes when the topic is made anew (see `topicIdentity`).
   * Rejects with `kafka_unavailable`.
   */
  async identity(): Promise<string> {
    const admin = this.#parts.client.admin();
    try {
      const asked = admin.connect().then(() => topicIdentity(admin, this.#parts.topics, (topic) => this.#parts.client.topicName(topic)));
      return await this.#inTime(asked);
    } catch (cause) {
      throw kafkaUnavailable('Kafka did not say which cluster and topics it has', cause);
    } finally {
      void admin.disconnect().catch(() => undefined);
    }
  }

  /**
   * Publishes a shard's records, in parts of at most 500 records and 900 KB. Rejects with `kafka_unavailable`. Order holds within
   * each topic; where a part fails, any of its topics may have got it.
   */
  async publish(shard: number, records: readonly RecordToPublish[]): Promise<void> {
    for (const part of this.#partsOf(shard, records)) await this.#send(part);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#drop();
  }

  *#partsOf(shard: number, records: readonly RecordToPublish[]): Generator<TopicMessages[]> {
    let byTopic = new Map<string, Message[]>();
    let bytes = 0;
    let count = 0;
    const maxValueBytes = this.#parts.maxMessageBytes - RECORD_OVERHEAD;
    for (const record of records) {
      const encoded = encodeRecord(record, { maxValueBytes });
      const size = sizeOf(encoded);
      if (count > 0 && (bytes + size > Math.min(MOST_BYTES, this.#parts.maxMessageBytes) || count >= MOST_RECORDS)) {
        yield topicMessages(byTopic);
        byTopic = new Map();
        bytes = 0;
        count = 0;
      }
      const topic = this.#parts.client.topicName(record.topic);
      const messages = byTopic.get(topic) ?? [];
      messages.push(toMessage(encoded, shard));
      byTopic.set(topic, messages);
      bytes += size;
      count += 1;
    }
    if (count > 0) yield topicMessages(byTopic);
  }

  async #send(part: TopicMessages[]): Promise<void> {
    try {
      const producer = await this.#inTime(this.#connected());
      const sent = producer.sendBatch({ acks: ALL_REPLICAS, timeout: Math.min(BROKER_MS, this.#timeoutMs), topicMessages: part });
      const answers = await this.#inTime(sent);
      this.#notice(part, answers);
      refuseUnconfirmed(part, answers);
    } catch (cause) {
      // What is still under way must not arrive behind what comes next: its connection goes with it.
      void this.#drop();
      throw cause instanceof HubError ? cause : publishError(cause);
    }
  }

  /** A partition that ends before our own records has been made anew: what it held is gone. */
  #notice(sent: readonly TopicMessages[], answers: readonly RecordMetadata[]): void {
    let shorter: string | undefined;
    for (const { topicName, partition, baseOffset } of answers) {
      if (baseOffset === undefined) continue;
      const key = `${topicName} ${partition}`;
      const count = sent.find(({ topic }) => topic === topicName)?.messages.length ?? 0;
      if (BigInt(baseOffset) < (this.#ends.get(key) ?? 0n)) shorter = topicName;
      this.#ends.set(key, BigInt(baseOffset) + BigInt(count));
    }
    if (shorter === undefined) return;
    this.#parts.logger.warn({ event: 'topic_made_anew', topic: shorter }, 'a topic has lost what was published to it');
    throw new HubError('kafka_unavailable', `${shorter} is shorter than what was published to it: it was made anew.`, { retriable: true });
  }

  #connected(): Promise<Producer> {
    if (this.#closed) throw new HubError('kafka_unavailable', 'This process does not publish any more.', { retriable: true });
    this.#producer ??= this.#connect();
    return this.#producer;
  }

  async #connect(): Promise<Producer> {
    const producer = this.#parts.client.producer();
    await producer.connect();
    return producer;
  }

  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    if (producer === undefined) return;
    const gone = producer.then((connected) => connected.disconnect()).catch(() => undefined);
    await within(this.#timeoutMs, gone);
  }

  #inTime<T>(work: Promise<T>): Promise<T> {
    const late = (): HubError =>
      new HubError('kafka_unavailable', `Kafka did not answer within ${this.#timeoutMs} ms.`, { retriable: true });
    return inTime(this.#timeoutMs, work, late);
  }
}

/** What a topic refuses for what it is would be refused for ever: it is no weather. */
function publishError(cause: unknown): HubError {
  if (!isRefused(cause)) return kafkaUnavailable('Records could not be published', cause);
  return new HubError('kafka_topic_unusable', `A topic does not take what is published to it: ${messageOf(cause)}`, { cause });
}

function sizeOf({ key, headers, value }: EncodedRecord): number {
  let size = RECORD_FRAME + key.length + value.length;
  for (const [name, text] of Object.entries(headers)) size += name.length + text.length + HEADER_FRAME;
  return size;
}

function toMessage({ key, headers, value }: EncodedRecord, partition: number): Message {
  return { key, headers: { ...headers }, value: Buffer.from(value.buffer, value.byteOffset, value.length), partition };
}

/**
 * A call that ended well may have left a topic out: where another broker leads a partition when kafkajs tries again, and that
 * broker has had its request already, nothing is sent to it.
 */
function refuseUnconfirmed(sent: readonly TopicMessages[], answers: readonly RecordMetadata[]): void {
  const confirmed = new Set(answers.map(({ topicName }) => topicName));
  const missing = sent.flatMap(({ topic }) => (confirmed.has(topic) ? [] : [topic]));
  if (missing.length === 0) return;
  throw new HubError('kafka_unavailable', `No broker has confirmed the records for ${missing.join(', ')}.`, { retriable: true });
}

function topicMessages(byTopic: ReadonlyMap<string, Message[]>): TopicMessages[] {
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
}
