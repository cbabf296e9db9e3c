import { encodeRecord } from '@crossdock/contracts';
import type { RecordPublisher, RecordToPublish } from '@crossdock/core';
import { pause } from '@crossdock/kit';
import { EventEmitter } from 'node:events';
import type { Consumer, ConsumerRunConfig, EachBatchPayload, KafkaMessage, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import type { ConsumerSource, GroupConsumer, MembershipSettings } from '../kafka/kafka-client.ts';

/** An error as kafkajs makes them. */
export class FakeKafkaError extends Error {
  readonly type: string | undefined;
  readonly retriable: boolean;

  constructor(message: string, facts: { readonly name?: string; readonly type?: string; readonly retriable?: boolean } = {}) {
    super(message);
    this.name = facts.name ?? 'KafkaJSProtocolError';
    this.type = facts.type;
    this.retriable = facts.retriable ?? false;
  }
}

const rebalancing = (): FakeKafkaError =>
  new FakeKafkaError('The group is rebalancing, so a rejoin is needed', { type: 'REBALANCE_IN_PROGRESS' });
const unreachable = (): FakeKafkaError => new FakeKafkaError('connect ECONNREFUSED', { name: 'KafkaJSConnectionError', retriable: true });

/** What a test puts on a topic. */
export interface FakeRecord {
  readonly headers?: Readonly<Record<string, string>>;
  readonly value: Uint8Array | string | null;
}

/**
 * A broker in memory with the habits of Kafka and kafkajs that consumers have to live with: eager rebalances that a member hears
 * of by its heartbeat, the next fetch only when all batches of the last one have ended, offsets that are committed or not, and a
 * consumer that ends for good when a batch throws anything but kafkajs's own errors.
 */
export class FakeKafka implements ConsumerSource, RecordPublisher {
  readonly #topics = new Map<string, KafkaMessage[][]>();
  readonly #groups = new Map<string, FakeGroup>();
  readonly #partitions: number;
  /** Records of a partition in one fetch. */
  fetchSize = 1_000;
  isUnreachable = false;
  /** Every consumer that was ever made, the oldest first. */
  readonly consumers: FakeConsumer[] = [];

  constructor(partitions = 2) {
    this.#partitions = partitions;
  }

  topicName(topic: string): string {
    return topic;
  }

  groupName(group: string): string {
    return group;
  }

  consumer(group: string, settings: MembershipSettings): GroupConsumer {
    const consumer = new FakeConsumer(this, this.group(group), settings);
    this.consumers.push(consumer);
    return consumer;
  }

  group(name: string): FakeGroup {
    const known = this.#groups.get(name) ?? new FakeGroup();
    this.#groups.set(name, known);
    return known;
  }

  partitions(topic: string): readonly KafkaMessage[][] {
    const known = this.#topics.get(topic) ?? Array.from({ length: this.#partitions }, () => []);
    this.#topics.set(topic, known);
    return known;
  }

  /** Puts a record behind the others of a partition. */
  produce(topic: string, partition: number, { headers = {}, value }: FakeRecord): void {
    const messages = this.partitions(topic)[partition];
    if (messages === undefined) throw new RangeError(`${topic} has no partition ${partition}.`);
    messages.push({
      key: null,
      value: value === null ? null : Buffer.from(value),
      headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
      timestamp: '0',
      attributes: 0,
      offset: String(messages.length),
    });
  }

  identity(): Promise<string> {
    return Promise.resolve('fake');
  }

  publish(shard: number, records: readonly RecordToPublish[]): Promise<void> {
    for (const record of records) this.produce(record.topic, shard, encodeRecord(record, { maxValueBytes: 1 << 20 }));
    return Promise.resolve();
  }
}

/** Members, what they share out, and how far they say they are. */
class FakeGroup {
  members: readonly FakeConsumer[] = [];
  generation = 0;
  readonly committed = new Map<number, bigint>();

  join(member: FakeConsumer): void {
    if (this.members.includes(member)) return;
    this.members = [...this.members, member];
    this.generation += 1;
  }

  leave(member: FakeConsumer): void {
    if (!this.members.includes(member)) return;
    this.members = this.members.filter((other) => other !== member);
    this.generation += 1;
  }

  assignment(member: FakeConsumer, partitions: number): readonly number[] {
    const index = this.members.indexOf(member);
    return Array.from({ length: partitions }, (_, partition) => partition).filter((partition) => partition % this.members.length === index);
  }
}

const FETCH_MS = 2;

export class FakeConsumer implements GroupConsumer {
  readonly #kafka: FakeKafka;
  readonly #group: FakeGroup;
  readonly #settings: MembershipSettings;
  readonly #events = new EventEmitter();
  readonly #positions = new Map<number, bigint>();
  readonly #paused = new Set<number>();
  #topic = '';
  #config: ConsumerRunConfig = {};
  #assigned: readonly number[] = [];
  #generation = -1;
  #isRunning = false;
  #looping: Promise<void> = Promise.resolve();
  /** What the next heartbeat ends with. */
  #heartbeatError: Error | undefined;
  /** What the next fetch ends with. */
  #fetchError: Error | undefined;
  /** Answers nothing any more, and says nothing. */
  isSilent = false;
  isStale = false;
  isClosed = false;
  beats = 0;
  joins = 0;

  readonly on: Consumer['on'];

  constructor(kafka: FakeKafka, group: FakeGroup, settings: MembershipSettings) {
    this.#kafka = kafka;
    this.#group = group;
    this.#settings = settings;
    this.on = ((name: string, listener: (event: unknown) => void) => {
      this.#events.on(name, listener);
      return () => this.#events.off(name, listener);
    }) as Consumer['on'];
  }

  get isMember(): boolean {
    return this.#group.members.includes(this);
  }

  failHeartbeat(error: Error = rebalancing()): void {
    this.#heartbeatError = error;
  }

  failFetch(error: Error): void {
    this.#fetchError = error;
  }

  #emit(name: string, payload: unknown): void {
    this.#events.emit(`consumer.${name}`, { payload });
  }

  async connect(): Promise<void> {
    await pause(FETCH_MS);
    if (this.#kafka.isUnreachable) throw unreachable();
  }

  subscribe(subscription: Parameters<Consumer['subscribe']>[0]): Promise<void> {
    const topics = 'topics' in subscription ? subscription.topics : [];
    if (subscription.fromBeginning !== true) throw new FakeKafkaError('Records would be lost: fromBeginning is not set.');
    this.#topic = String(topics[0]);
    return Promise.resolve();
  }

  async run(config: ConsumerRunConfig = {}): Promise<void> {
    if (config.autoCommit !== false || config.eachBatchAutoResolve !== false) throw new FakeKafkaError('Offsets would move by themselves.');
    this.#config = config;
    this.#isRunning = true;
    await pause(FETCH_MS);
    this.#join();
    this.#looping = this.#loop();
  }

  #join(): void {
    this.#group.join(this);
    this.#generation = this.#group.generation;
    this.#assigned = this.#group.assignment(this, this.#kafka.partitions(this.#topic).length);
    this.#positions.clear();
    this.joins += 1;
    this.#emit('group_join', { memberAssignment: { [this.#topic]: [...this.#assigned] } });
  }

  async #loop(): Promise<void> {
    while (this.#isRunning) {
      await pause(FETCH_MS);
      if (this.isSilent) continue;
      try {
        await this.#fetch();
        await this.#heartbeat();
      } catch (error) {
        if (error instanceof FakeKafkaError && error.type !== undefined) this.#rejoin(error);
        else void this.#crash(error instanceof Error ? error : new TypeError(String(error)));
      }
    }
  }

  #rejoin({ type }: FakeKafkaError): void {
    if (!this.#isRunning) return;
    // A member that the group does not know any more is a new one.
    if (type === 'UNKNOWN_MEMBER_ID') this.#group.leave(this);
    this.#group.join(this);
    this.#join();
  }

  async #fetch(): Promise<void> {
    const error = this.#fetchError;
    this.#fetchError = undefined;
    if (error !== undefined) throw error;
    if (this.#kafka.isUnreachable) throw unreachable();
    const batches = this.#assigned.flatMap((partition) => this.#batch(partition));
    this.#emit('fetch', {});
    const ended = await Promise.allSettled(batches.map(async (payload) => await this.#config.eachBatch?.(payload)));
    const failed = ended.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #batch(partition: number): readonly EachBatchPayload[] {
    const all = this.#kafka.partitions(this.#topic)[partition] ?? [];
    const from = this.#positions.get(partition) ?? this.#group.committed.get(partition) ?? 0n;
    const messages = this.#paused.has(partition) ? [] : all.slice(Number(from), Number(from) + this.#kafka.fetchSize);
    const last = messages.at(-1);
    if (last === undefined) return [];
    const payload: EachBatchPayload = {
      batch: {
        topic: this.#topic,
        partition,
        highWatermark: String(all.length),
        messages,
        isEmpty: () => false,
        firstOffset: () => messages[0]?.offset ?? null,
        lastOffset: () => last.offset,
        offsetLag: () => '0',
        offsetLagLow: () => '0',
      },
      resolveOffset: (offset) => this.#positions.set(partition, BigInt(offset) + 1n),
      heartbeat: () => this.#heartbeat(),
      pause: () => {
        this.#paused.add(partition);
        return () => this.#paused.delete(partition);
      },
      commitOffsetsIfNecessary: (offsets) => this.#commit((offsets?.topics ?? []).flatMap(({ partitions }) => partitions)),
      uncommittedOffsets: () => ({ topics: [] }),
      isRunning: () => this.#isRunning,
      isStale: () => this.isStale,
    };
    return [payload];
  }

  // oxlint-disable-next-line typescript/require-await -- what is thrown is a rejection, as kafkajs's
  async #heartbeat(): Promise<void> {
    const error = this.#heartbeatError ?? (this.#generation < this.#group.generation ? rebalancing() : undefined);
    this.#heartbeatError = undefined;
    if (error !== undefined) throw error;
    if (this.isSilent) return;
    this.beats += 1;
    this.#emit('heartbeat', {});
  }

  // oxlint-disable-next-line typescript/require-await -- what is thrown is a rejection, as kafkajs's
  async #commit(partitions: readonly { readonly partition: number; readonly offset: string }[]): Promise<void> {
    if (this.#generation < this.#group.generation) throw new FakeKafkaError('The generation is over', { type: 'ILLEGAL_GENERATION' });
    for (const { partition, offset } of partitions) this.#group.committed.set(partition, BigInt(offset));
  }

  async commitOffsets(offsets: readonly TopicPartitionOffsetAndMetadata[]): Promise<void> {
    if (this.#isRunning) await this.#commit(offsets);
  }

  async disconnect(): Promise<void> {
    this.#isRunning = false;
    await this.#looping;
    this.#group.leave(this);
    this.isClosed = true;
  }

  /** What kafkajs does with an error that is not its own: it disconnects for good, and says so once. */
  async #crash(error: Error): Promise<void> {
    await this.disconnect();
    this.#emit('crash', { error, restart: false });
  }

  get settings(): MembershipSettings {
    return this.#settings;
  }
}
