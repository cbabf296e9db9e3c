import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { onLines } from '../prepare/child.mjs';
import { startKafka } from '../testing/start-kafka.ts';
import { describeWithKafka } from '../testing/with-kafka.ts';
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

describeWithKafka('startKafka', () => {
  let dir: string;
  beforeEach(() => {
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'crossdock-spec-')));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

  it('starts a broker whose records outlive kill -9, and leaves no process behind', async () => {
    const kafka = await startKafka({ dir, brokers: 1 });
    const pid = kafka.pid(1);
    const topic = 'orders';
    const admin = client(kafka.brokers).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    await admin.disconnect();
    await produce(client(kafka.brokers), topic, ['one', 'two']);

    await kafka.kill(1);
    expect([kafka.pid(1), await askMetadata(portOf(kafka.brokers))]).toEqual([undefined, undefined]);
    await kafka.start(1);
    expect(kafka.pid(1)).not.toBe(pid);
    await produce(client(kafka.brokers), topic, ['three']);
    expect(await consume(client(kafka.brokers), topic, 3)).toEqual(['one', 'two', 'three']);

    await kafka.down();
    expect(livingNodes(dir)).toEqual([]);
  });

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
