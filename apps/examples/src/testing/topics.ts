import { Kafka, logLevel, Partitioners, type Admin, type KafkaMessage } from 'kafkajs';

/** A message as it lies on a topic. */
export interface Raw {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** A look at the topics past every program under test. */
export class Topics {
  readonly #kafka: Kafka;
  readonly #admin: Admin;

  private constructor(kafka: Kafka, admin: Admin) {
    this.#kafka = kafka;
    this.#admin = admin;
  }

  static async open(brokers: readonly string[]): Promise<Topics> {
    const kafka = new Kafka({ clientId: 'spec', brokers: [...brokers], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    return new Topics(kafka, admin);
  }

  /** The offset behind the last record, by topic and partition: `<topic> <partition>`. */
  async ends(topics: readonly string[]): Promise<Readonly<Record<string, number>>> {
    const ends: Record<string, number> = {};
    for (const topic of topics) {
      for (const { partition, high } of await this.#admin.fetchTopicOffsets(topic)) ends[`${topic} ${partition}`] = Number(high);
    }
    return ends;
  }

  /** How many records a group has not committed yet. */
  async lag(group: string, topics: readonly string[]): Promise<number> {
    const ends = await this.ends(topics);
    const committed = await this.#admin.fetchOffsets({ groupId: group, topics: [...topics] });
    const done = committed.flatMap(({ partitions }) => partitions.map(({ offset }) => Math.max(0, Number(offset))));
    return sum(Object.values(ends)) - sum(done);
  }

  /** All records of a topic. */
  async read(topic: string): Promise<readonly Raw[]> {
    const wanted = sum(Object.values(await this.ends([topic])));
    const consumer = this.#kafka.consumer({ groupId: `spec.${topic}.${wanted}`, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const found: Raw[] = [];
    await new Promise<void>((resolve) => {
      void consumer.run({
        eachMessage: async ({ partition, message }) => {
          if (found.push({ partition, message }) === wanted) resolve();
        },
      });
    });
    await consumer.disconnect();
    return found;
  }

  async write(
    topic: string,
    records: readonly { readonly partition: number; readonly message: Pick<KafkaMessage, 'key' | 'value' | 'headers'> }[],
  ): Promise<void> {
    const producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, maxInFlightRequests: 1 });
    await producer.connect();
    await producer.send({
      topic,
      messages: records.map(({ partition, message: { key, value, headers } }) => ({
        partition,
        key,
        value,
        ...(headers === undefined ? {} : { headers }),
      })),
    });
    await producer.disconnect();
  }

  /** Takes the oldest records off a partition, as the retention does. */
  async forget(topic: string, partition: number, count: number): Promise<void> {
    await this.#admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(count) }] });
  }

  async close(): Promise<void> {
    await this.#admin.disconnect();
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
