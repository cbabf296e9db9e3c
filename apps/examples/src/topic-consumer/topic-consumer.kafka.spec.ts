import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samples, topics } from '@crossdock/contracts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { KafkaCluster } from '../../../../tools/kafka/cluster.mjs';
import { createDatabase, type TestDatabase } from '../../../../tools/testing/database.ts';
import { startKafka } from '../../../../tools/testing/start-kafka.ts';
import { describeWithKafka } from '../../../../tools/testing/with-kafka.ts';
import { parseConsole, printAll } from '../testing/console-records.ts';
import { Program, root } from '../testing/program.ts';
import { isAllPublished, publishedRecords, type Published } from '../testing/published.ts';
import { RunningHub } from '../testing/running-hub.ts';
import { Topics, type Raw } from '../testing/topics.ts';

const all = Object.values(topics);
const outcomes = topics.deliveryOutcomes;
const SUFFIX = 5;
const patience = { timeout: 60_000, interval: 100 };
/** Whoever parses it and writes it again has changed it. */
const delicate = '{"big": 9007199254740993, "price":42.50,\n "twice": 1, "twice": 2, "\\u00e9": "é☃", "end": "}" }';

const consoleLines = [
  ...readFileSync(join(root, 'docs/topics.md'), 'utf8').matchAll(/^npm run -s kafka -- cli console-consumer .*$/gm),
].map(([line]) => line);
const example = (...args: readonly string[]): Program => Program.node('apps/examples/dist/topic-consumer/main.js', args);

describeWithKafka('who reads along', () => {
  let dir: string;
  let kafka: KafkaCluster;
  let database: TestDatabase;
  let looking: Topics;
  let pushed: ReadonlyMap<string, string>;
  let published: readonly Published[];
  let lost: Program;
  const undo: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    await compile();
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'crossdock-spec-')));
    kafka = await startKafka({ dir });
    undo.push(async () => {
      await kafka.down();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });
    database = await createDatabase();
    undo.push(() => database.drop());
    // Its tries take a while.
    lost = example('--brokers', '127.0.0.1:1');
    const hub = await RunningHub.start(database.url, { CROSSDOCK_KAFKA_BROKERS: kafka.brokers.join(','), CROSSDOCK_SHARDS: '2' });
    try {
      pushed = await pushEverything(hub);
      await untilQuiet(hub);
    } finally {
      // From here on nobody writes to the topics but the specs.
      await hub.stop();
    }
    published = await publishedRecords(database.url);
    looking = await Topics.open(kafka.brokers);
    undo.push(() => looking.close());
  }, 180_000);
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  }, 60_000);

  async function pushEverything(hub: RunningHub): Promise<ReadonlyMap<string, string>> {
    const types = [...new Set(samples().map(({ type }) => type))];
    await hub.map('warehouse.all', [...types, 'custom:thing']);
    await hub.map('broken.orders', ['order:new'], { options: { retries_allowed: false } });
    const payloads = samples().map(({ type, body }) => {
      const { payload } = JSON.parse(body) as { readonly payload?: unknown };
      return [type, JSON.stringify(payload ?? {}, undefined, 2)] as const;
    });
    const pushes = [...payloads, ['custom:thing', delicate], ['nobody:wants_it', '{}'], ['order:new', '{"order":7}']] as const;
    return new Map(await Promise.all(pushes.map(async ([type, payload]) => [await hub.push(type, payload), payload] as const)));
  }

  /** Until the deliveries have ended, those that are tried again included, and all of it is on the topics. */
  async function untilQuiet(hub: RunningHub): Promise<void> {
    const parked = samples().filter(({ type }) => type === 'order:new').length;
    const haveEnded = async (): Promise<void> => {
      expect(await hub.queues()).toMatchObject({ incoming: 0, pending: 0, failing: 0, scheduled: 0, parked });
    };
    await vi.waitFor(haveEnded, patience);
    for (const delivery of await hub.parked()) await hub.attemptNow(delivery);
    await vi.waitFor(haveEnded, patience);
    await vi.waitUntil(() => isAllPublished(database.url), patience);
  }

  const consoleConsumer = (line: string, records: number, more = ''): Program => {
    // Kafka 3.9 to 4.2 know the older name only.
    const named = kafka.version < '4.3' ? (text: string) => text.replaceAll('--formatter-property', '--property') : (text: string) => text;
    const env = { KAFKA_DATA: dir, KAFKA_VERSION: kafka.version };
    return Program.shell(named(`${line}${more} --max-messages ${records} --timeout-ms 30000`), env);
  };
  const of = (topic: string): readonly Published[] => published.filter((one) => one.topic === topic);

  it('has something to read: every topic and both partitions, pushed and delivered bytes as they were sent', () => {
    expect(new Set(published.map(({ topic, partition }) => `${topic} ${partition}`)).size).toBe(2 * all.length);
    expect(published.map(({ value }) => value.type)).toEqual(
      expect.arrayContaining(['message.invalid', 'message.never_processed', 'delivery.parked', 'delivery.requeued', 'notification.raised']),
    );
    const received = new Map(of(topics.received).map(({ value, payload }) => [value.stream, payload]));
    expect([...pushed].filter(([id, payload]) => received.get(id) !== payload)).toEqual([]);
  });

  it('sees every record of every topic in Kafka’s console consumer: in order, and self-contained where it has to be', async () => {
    const [, line = ''] = consoleLines;
    const ends = await looking.ends(all);
    expect(ends).toEqual(endsOf(published));
    const { code, stdout, stderr } = await consoleConsumer(line, published.length, printAll).ended;
    expect([code, stderr]).toEqual([0, expect.stringMatching(`Processed a total of ${published.length} messages`)]);
    const topicOfType = new Map(published.map(({ topic, value }) => [`crossdock.${value.type}.v1`, topic]));
    const seen = parseConsole(stdout).map(({ headers, ...record }) => ({
      ...record,
      topic: topicOfType.get(headers['ce_type'] ?? ''),
      id: headers['ce_id'],
      pos: headers['pos'],
      prev: headers['prev'],
    }));
    const wanted = published.map(({ topic, partition, index, prev, value, payload }) => ({
      partition,
      offset: index,
      key: value.facts.root,
      value,
      payload,
      topic,
      id: `${value.stream}.${value.version}`,
      pos: `${value.position}`,
      prev: `${prev}`,
    }));
    // Topics and partitions come in any order, the records of each in theirs.
    expect(byPlace(seen)).toEqual(byPlace(wanted));
  });

  it('sees one topic with the shortest line of the documentation', async () => {
    const [line = ''] = consoleLines;
    const wanted = of(topics.received);
    const { code, stdout } = await consoleConsumer(line, wanted.length).ended;
    const text = stdout.toString();
    expect(code).toBe(0);
    expect(wanted.filter(({ value, prev }) => !text.includes(`,pos:${value.position},prev:${prev},`))).toEqual([]);
    expect([...pushed.values()].filter((payload) => !text.includes(`,"payload":${payload}}\n`))).toEqual([]);
  });

  it('gets each event once from the example, whatever is published again, also after its restart', async () => {
    const args = ['--brokers', kafka.brokers.join(','), '--group', 'warehouse'];
    const first = example(...args, '--topics', all.join(','));
    await done(first, 'warehouse', all);
    const repeated = await repeatLast();
    await done(first, 'warehouse', all);
    const end = await first.stop('SIGTERM');
    expect([end.code, end.stderr]).toEqual([0, '']);
    expect(byPlace(linesOf(end.stdout))).toEqual(byPlace(published.map(lineOf)));

    const newer = { key: null, value: Buffer.from('{"facts":{}}'), headers: { ce_type: 'crossdock.delivery.succeeded.v2' } };
    const otherLog = { ...newer, headers: { ce_type: 'crossdock.delivery.succeeded.v1', epoch: '1', pos: '1', prev: '0' } };
    const records = [newer, otherLog].map((message) => ({ partition: 0, message }));
    await looking.write(outcomes, [...repeated, ...records]);
    const second = example(...args);
    await done(second, 'warehouse', [outcomes]);
    const { code, stdout, stderr } = await second.stop('SIGINT');
    expect([code, linesOf(stdout)]).toMatchObject([0, [{ topic: outcomes, partition: 0, type: 'delivery.succeeded', epoch: 1, pos: 1 }]]);
    expect(stderr).toMatch(
      /^crossdock\.deliveries\.outcomes 0: the record at offset \d+ is left out\. .* "crossdock\.delivery\.succeeded\.v2"\.\n$/,
    );
  });

  it('is told by the example which records it missed', async () => {
    const [before, after] = of(topics.validated).filter(({ partition, index }) => partition === 1 && [1, 2].includes(index));
    await looking.forget(topics.validated, 1, 2);
    const late = example('--brokers', kafka.brokers.join(','), '--group', 'late', '--topics', topics.validated);
    await done(late, 'late', [topics.validated]);
    const { code, stdout, stderr } = await late.stop('SIGTERM');
    expect([code, stderr]).toEqual([
      0,
      `crossdock.messages.validated 1: records after position 0, up to ${before?.value.position}, were missed.\n`,
    ]);
    expect(linesOf(stdout).find(({ partition }) => partition === 1)).toEqual(after && lineOf(after));
  });

  it('hears from the example what is wrong', async () => {
    const help = 'Is Kafka running there? --brokers HOST:PORT,… names other brokers, --topics NAME,… other topics.\n';
    const refused = 'Connection error: connect ECONNREFUSED 127.0.0.1:1';
    expect(await said(lost)).toEqual([1, '', `Cannot read crossdock.deliveries.outcomes from 127.0.0.1:1. ${refused}\n${help}`]);
    const [broker = ''] = kafka.brokers;
    const missing = 'There is no topic crossdock.orders. A hub makes its topics when it starts with Kafka.';
    expect(await said(example('--brokers', broker, '--topics', 'crossdock.orders,crossdock.notifications'))).toEqual([
      1,
      '',
      `Cannot read crossdock.orders, crossdock.notifications from ${broker}. ${missing}\n${help}`,
    ]);
    expect(await said(example('--borkers', broker))).toEqual([
      2,
      '',
      expect.stringMatching(/^Unknown option '--borkers'.*\nUsage: node main\.js/s),
    ]);
  });

  /** Until the group has committed all there is. */
  async function done(program: Program, group: string, read: readonly string[]): Promise<void> {
    await vi.waitFor(async () => {
      program.expectRunning();
      expect(await looking.lag(group, read)).toBe(0);
    }, patience);
  }

  /** As the hub's relay does when it did not hear that its last records had arrived. */
  async function repeatLast(): Promise<readonly Raw[]> {
    const records = await looking.read(outcomes);
    const suffix = [0, 1].flatMap((partition) => records.filter((one) => one.partition === partition).slice(-SUFFIX));
    expect(suffix).toHaveLength(2 * SUFFIX);
    await looking.write(outcomes, suffix);
    return suffix;
  }
});

type Line = Readonly<Record<string, unknown>> & { readonly topic: string; readonly partition: number };

const linesOf = (stdout: Buffer): readonly Line[] =>
  stdout
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

function lineOf({ topic, partition, prev, epoch, value, payload }: Published): Line {
  return {
    topic,
    partition,
    id: `${value.stream}.${value.version}`,
    type: value.type,
    time: new Date(value.at).toISOString(),
    store: value.facts.store,
    subject: value.stream,
    root: value.facts.root,
    epoch,
    pos: value.position,
    prev,
    facts: value.facts,
    ...(payload === undefined
      ? {}
      : { payload_bytes: Buffer.byteLength(payload), payload_sha256: createHash('sha256').update(payload).digest('hex') }),
  };
}

function byPlace<T extends { readonly topic: string | undefined; readonly partition: number }>(
  records: readonly T[],
): Readonly<Record<string, readonly T[]>> {
  const places: Record<string, T[]> = {};
  for (const one of records) (places[`${one.topic} ${one.partition}`] ??= []).push(one);
  return places;
}

const endsOf = (published: readonly Published[]): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(byPlace(published)).map(([place, records]) => [place, records.length]));

async function said(program: Program): Promise<readonly [number | null, string, string]> {
  const { code, stdout, stderr } = await program.ended;
  return [code, stdout.toString(), stderr];
}

/** The example is run as it is compiled. */
async function compile(): Promise<void> {
  const { code, stdout } = await Program.node('node_modules/typescript/bin/tsc', ['-b', '--pretty', 'false', 'apps/examples']).ended;
  if (code !== 0) throw new Error(`The example could not be compiled:\n${stdout.toString()}`);
}
