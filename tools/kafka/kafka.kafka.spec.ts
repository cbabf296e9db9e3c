import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { onLines } from '../prepare/child.mjs';
import { startKafka } from '../testing/start-kafka.ts';
import { describeWithKafka } from '../testing/with-kafka.ts';
import type { KafkaCluster } from './cluster.mjs';
import { askMetadata } from './metadata.mjs';
import { findProcess, livingNodes } from './processes.mjs';

const client = (brokers: readonly string[]): Kafka =>
  new Kafka({ clientId: 'spec', brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, retries: 20 } });

async function produce(kafka: Kafka, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

async function consume(kafka: Kafka, topic: string, count: number): Promise<readonly string[]> {
  const consumer = kafka.consumer({ groupId: `read-${topic}-${count}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        if (values.push(String(message.value)) === count) resolve();
      },
    });
  });
  await consumer.disconnect();
  return values;
}

const temporaryFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'crossdock-spec-')));
const remove = (dir: string): void => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

describeWithKafka('a cluster', () => {
  let dir: string;
  let kafka: KafkaCluster;
  beforeAll(async () => {
    dir = temporaryFolder();
    kafka = await startKafka({ dir, brokers: 1 });
    const admin = client(kafka.brokers).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 1 }], waitForLeaders: true });
    await admin.disconnect();
  });
  afterAll(async () => {
    await kafka.down();
    remove(dir);
  });

  it('has its records still after kill -9', async () => {
    const pid = kafka.pid(1);
    await produce(client(kafka.brokers), 'orders', ['one', 'two']);
    await kafka.kill(1);
    expect([kafka.pid(1), await askMetadata(portOf(kafka.brokers))]).toEqual([undefined, undefined]);
    await kafka.start(1);
    expect(kafka.pid(1)).not.toBe(pid);
    await produce(client(kafka.brokers), 'orders', ['three']);
    expect(await consume(client(kafka.brokers), 'orders', 3)).toEqual(['one', 'two', 'three']);
  });

  it('answers nothing while it is paused, and everything afterwards', async () => {
    kafka.pause(1);
    expect(await askMetadata(portOf(kafka.brokers), 300)).toBeUndefined();
    kafka.resume(1);
    expect(await askMetadata(portOf(kafka.brokers))).toEqual({ brokers: [1], controller: 1 });
  });

  it('can be told what to do from the command line, and leaves no process behind', async () => {
    const [address = ''] = kafka.brokers;
    const env = { ...process.env, KAFKA_DATA: dir, KAFKA_PORT: String(portOf(kafka.brokers)), KAFKA_VERSION: kafka.version };
    const run = (...args: readonly string[]): readonly unknown[] => {
      const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, 'kafka.mjs'), ...args], { encoding: 'utf8', env });
      return [status, stdout];
    };
    expect(run('up')).toEqual([0, `${address}\n`]);
    expect(run('up', '3')).toEqual([1, '']);
    expect(run('status')).toEqual([0, `1  ${address}  process ${kafka.pid(1)}, sees 1\n`]);
    expect(run('cli', 'topics', '--list', '--exclude-internal')).toEqual([0, 'orders\n']);
    expect(run('kill', '2')).toEqual([1, '']);
    expect(run('down')).toEqual([0, '']);
    expect(run('status')).toEqual([3, `1  ${address}  down\n`]);
    expect(livingNodes(dir)).toEqual([]);
  });
});

describeWithKafka('startKafka', () => {
  let dir: string;
  beforeEach(() => {
    dir = temporaryFolder();
  });
  afterEach(() => remove(dir));

  it('ends with the process that started it, even if that is killed', async () => {
    const program = join(dir, 'start.mjs');
    const place = join(dir, 'kafka');
    const module = pathToFileURL(join(import.meta.dirname, 'cluster.mjs')).href;
    writeFileSync(
      program,
      `import { startKafka } from ${JSON.stringify(module)};
      await startKafka({ dir: ${JSON.stringify(place)} });
      console.log('ready');
      setInterval(() => undefined, 1000);`,
    );
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      onLines(child.stdout, (line) => line === 'ready' && resolve());
      child.once('close', () => reject(new Error('It ended before Kafka was ready.')));
    });
    expect(findProcess(place, 1)?.alive).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => livingNodes(place), { timeout: 10_000, interval: 20 }).toEqual([]);
  });

  it('stops waiting as soon as a broker has ended, and tells what it said last', async () => {
    const starting = startKafka({ dir, brokers: 1, properties: { 'num.io.threads': '-1' } });
    await expect(starting).rejects.toThrow(/num\.io\.threads/);
    expect(livingNodes(dir)).toEqual([]);
  });

  it('does not empty a folder that is somebody else’s', async () => {
    const theirs = join(dir, 'letter.txt');
    writeFileSync(theirs, 'Dear reader');
    await expect(startKafka({ dir })).rejects.toThrow(`${dir} holds something else than a local Kafka.`);
    expect(readFileSync(theirs, 'utf8')).toBe('Dear reader');
  });
});

describe.skipIf(inject('kafkaBrokers').length === 0)('the broker of the run', () => {
  it('answers, and does not make topics that nobody asked for', async () => {
    const brokers = inject('kafkaBrokers');
    expect(await askMetadata(portOf(brokers))).toEqual({ brokers: [1], controller: 1 });
    const producer = client(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner, retry: { retries: 0 } });
    await producer.connect();
    await expect(producer.send({ topic: 'nobody-made-me', messages: [{ value: 'x' }] })).rejects.toThrow();
    await producer.disconnect();
  });
});

const portOf = (brokers: readonly string[]): number => Number(brokers[0]?.split(':')[1]);
