// Reads topics of a Crossdock hub, and prints one line of JSON for each event. Copy it, and put your own work into `work`.
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Kafka, logLevel, type EachBatchPayload, type KafkaMessage } from 'kafkajs';
import { isAfter, readEvent, type HubEvent, type Place } from './hub-event.ts';

const { brokers, topics, group } = readOptions();
// `ssl` and `sasl` belong here. kafkajs would write its log to stdout, which is for our lines: what matters of it is told below.
const kafka = new Kafka({ clientId: group, brokers, logLevel: logLevel.NOTHING });
const admin = kafka.admin();
// An end waits for the fetch that is under way: half a second at most while there is nothing new.
const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false, maxWaitTimeInMs: 500 });
const places = new Map<string, Place>();

// Other members may have worked on our partitions before they came to us.
consumer.on('consumer.group_join', () => places.clear());
consumer.on('consumer.crash', ({ payload: { error, restart } }) => {
  say(`${messageOf(error)}${restart ? '; trying again' : ''}`);
  if (!restart) void end(1);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(0));
// The work fails with it: that is enough.
process.stdout.on('error', () => undefined);

try {
  await admin.connect();
  const existing = await admin.listTopics();
  const missing = topics.filter((topic) => !existing.includes(topic));
  if (missing.length > 0) throw new TypeError(`There is no topic ${missing.join(', ')}. A hub makes its topics when it starts with Kafka.`);
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  // With kafkajs's own commits, what it fetched would count as done before it is.
  await consumer.run({ eachBatch, autoCommit: false, eachBatchAutoResolve: false });
} catch (error) {
  say(`Cannot read ${topics.join(', ')} from ${brokers.join(', ')}. ${messageOf(error)}`);
  say('Is Kafka running there? --brokers HOST:PORT,… names other brokers, --topics NAME,… other topics.');
  await end(1);
}

/** The work. It is done before the commit, so a crash may repeat it, and never loses it: let a second time do no harm. */
async function work(topic: string, partition: number, { payload, ...event }: HubEvent): Promise<void> {
  const bytes = payload && { payload_bytes: payload.length, payload_sha256: createHash('sha256').update(payload).digest('hex') };
  const line = `${JSON.stringify({ topic, partition, ...event, ...bytes })}\n`;
  await new Promise<void>((resolve, reject) => process.stdout.write(line, (error) => (error ? reject(error) : resolve())));
}

async function eachBatch(fetched: EachBatchPayload): Promise<void> {
  const { topic, partition, messages } = fetched.batch;
  const where = `${topic} ${partition}`;
  let place = places.get(where) ?? (await committedPlace(topic, partition));
  let next: bigint | undefined;
  try {
    for (const message of messages) {
      if (!fetched.isRunning()) break;
      const event = known(message, where);
      // Every event is published at least once. What does not come after our place was done before.
      if (event !== undefined && isAfter(event, place)) {
        warnOfGap(event, place, where);
        await work(topic, partition, event);
        place = { epoch: event.epoch, pos: event.pos };
      }
      next = BigInt(message.offset) + 1n;
      fetched.resolveOffset(message.offset);
      await fetched.heartbeat();
    }
  } finally {
    // Also when the work fails, or the group shares out its partitions anew: what is done is done.
    places.set(where, place);
    const metadata = `${place.epoch}:${place.pos}`;
    if (next !== undefined) await consumer.commitOffsets([{ topic, partition, offset: `${next}`, metadata }]);
  }
}

/** Up to where the work is done, as the last commit says. Who has a database keeps it there, in one transaction with the work. */
async function committedPlace(topic: string, partition: number): Promise<Place> {
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const metadata = committed?.partitions.find((one) => one.partition === partition)?.metadata ?? '';
  const [, epoch, pos] = /^(\d+):(\d+)$/.exec(metadata) ?? [];
  return { epoch: Number(epoch ?? 0), pos: Number(pos ?? 0) };
}

/** What this program cannot read is told and left out: it must not hold up the others. */
function known(message: KafkaMessage, where: string): HubEvent | undefined {
  try {
    return readEvent(message);
  } catch (error) {
    say(`${where}: the record at offset ${message.offset} is left out. ${messageOf(error)}`);
    return undefined;
  }
}

/** Every record tells the one before it. It is missed when nobody came for it in time. */
function warnOfGap({ prev }: HubEvent, { pos }: Place, where: string): void {
  if (prev > pos) say(`${where}: records after position ${pos}, up to ${prev}, were missed.`);
}

/** Ends when the event at hand is done and its commit made; without that where Kafka does not answer. */
async function end(exitCode: number): Promise<void> {
  setTimeout(() => process.exit(exitCode), 10_000).unref();
  await Promise.allSettled([consumer.disconnect(), admin.disconnect()]);
  process.exit(exitCode);
}

function readOptions(): { readonly brokers: string[]; readonly topics: string[]; readonly group: string } {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const options = { brokers: text('localhost:19092'), topics: text('crossdock.deliveries.outcomes'), group: text('topic-consumer') };
  try {
    const { values } = parseArgs({ options });
    return { brokers: values.brokers.split(','), topics: values.topics.split(','), group: values.group };
  } catch (error) {
    say(`${messageOf(error)}\nUsage: node main.js [--brokers HOST:PORT,…] [--topics NAME,…] [--group NAME]`);
    return process.exit(2);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
