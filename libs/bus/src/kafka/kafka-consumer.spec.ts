import { decodeRecord, encodeRecord } from '@crossdock/contracts';
import { done, poison, retry, type BatchHandler, type LogRecord, type RejectedRecord, type Subscription } from '@crossdock/core';
import { logConsumerContract, openMemoryWorld, type MemoryWorld } from '@crossdock/core/testing';
import { HubError } from '@crossdock/kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeKafka, FakeKafkaError } from '../testing/fake-kafka.ts';
import { kafkaConsumerOf, MemoryRejected, someTime } from '../testing/kafka-parts.ts';
import { Pump, recordsBehind } from '../testing/pump.ts';
import { messagesFrom, numberOf, received, streamOf } from '../testing/some-messages.ts';
import type { KafkaConsumer, KafkaConsumerParts } from './kafka-consumer.ts';

const worlds = new WeakMap<object, { readonly kafka: FakeKafka; readonly pump: Pump }>();

logConsumerContract(
  'Kafka, in memory',
  async () => {
    const world = await openMemoryWorld();
    const kafka = new FakeKafka();
    const pump = new Pump(world.one, kafka);
    for (const process of [world.one, world.two]) worlds.set(process, { kafka, pump });
    return { ...world, close: () => pump.stop() };
  },
  (process) => {
    const { kafka, pump } = worlds.get(process) ?? {};
    if (kafka === undefined || pump === undefined) throw new TypeError('This process is of another world.');
    const consumer = kafkaConsumerOf(process, { client: kafka, publications: pump });
    return {
      start: async (subscriptions) => {
        await pump.caughtUp();
        await consumer.start(subscriptions);
      },
      drain: (deadlineMs) => consumer.drain(deadlineMs),
      health: () => consumer.health(),
    };
  },
  'shared',
);

describe('KafkaConsumer', () => {
  let world: MemoryWorld;
  let kafka: FakeKafka;
  let rejected: MemoryRejected;
  let running: KafkaConsumer[];
  /** Numbers of the streams whose work was committed, in the order of the commits. */
  let committed: number[];
  let dead: Error[];
  /** Where each topic was published to, when a test says so. */
  let published: number;

  beforeEach(async () => {
    world = await openMemoryWorld();
    kafka = new FakeKafka();
    rejected = new MemoryRejected();
    running = [];
    committed = [];
    dead = [];
    published = 0;
  });
  afterEach(async () => {
    await Promise.all(running.map((consumer) => consumer.drain(5_000)));
  });

  const start = async (subscription: Partial<Subscription> = {}, more: Partial<KafkaConsumerParts> = {}): Promise<KafkaConsumer> => {
    const publications = { last: () => Promise.resolve(published) };
    const consumer = kafkaConsumerOf(
      world.one,
      { client: kafka, publications, rejected },
      { onDead: (error) => dead.push(error), ...more },
    );
    running.push(consumer);
    await consumer.start([{ group: 'validator', topic: received, maxRecords: 100, handler: noting(), ...subscription }]);
    return consumer;
  };
  const noting =
    (before: (records: readonly LogRecord[]) => Promise<void> = () => Promise.resolve()): BatchHandler =>
    async (records, tx) => {
      await before(records);
      tx.onCommit(() => committed.push(...records.map(numberOf)));
      return records.map(() => done);
    };
  const append = (from: number, count: number, shard = 0): Promise<void> =>
    world.one.unitOfWork.run((tx) => world.one.log.append(tx, shard, messagesFrom(from, count)));
  /** Puts events of the log on their topic, by their positions, in this order. */
  const publish = async (positions: readonly number[], { shard = 0, epoch = 1 } = {}): Promise<void> => {
    const records = await recordsBehind(world.one, shard, 0);
    for (const position of positions) {
      const record = records[position - 1];
      if (record === undefined) throw new RangeError(`There is no position ${position}.`);
      await kafka.publish(shard, [{ ...record, epoch }]);
    }
  };
  const until = (expectation: () => void | Promise<void>): Promise<void> => vi.waitFor(expectation, { timeout: 10_000, interval: 2 });
  const held = (): { readonly promise: Promise<void>; readonly letGo: () => void } => {
    let letGo = (): void => undefined;
    const promise = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    return { promise, letGo: () => letGo() };
  };
  const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const position = (shard = 0): Promise<number> => world.two.checkpoints.position({ group: 'validator', topic: received, shard });

  describe('what came and what did not', () => {
    it('skips what a relay sent again: a repeated end, or all of it', async () => {
      await append(1, 6);
      await publish([1, 2, 3, 2, 3, 4, 1, 2, 3, 4, 5, 4, 5, 6]);
      await start();
      await until(() => expect(committed).toEqual(range(1, 6)));
      expect(rejected.records).toEqual([]);
    });

    it('reads from the log what is missing before a record, and goes on with it', async () => {
      await append(1, 9);
      await publish([1, 2, 6, 7, 9]);
      await start({ maxRecords: 2 });
      await until(() => expect(committed).toEqual(range(1, 9)));
    });

    it('reads the last record from the log when it never comes', async () => {
      await append(1, 3);
      await publish([1, 2]);
      const consumer = await start({}, { settings: { idleMs: 100 } });
      await until(() => expect(committed).toEqual([1, 2]));
      published = 3;
      await until(() => expect(committed).toEqual([1, 2, 3]));
      await until(() => expect(consumer.health()[0]).toMatchObject({ state: 'running', checkpoint: 3, lag: 0 }));
      await publish([3]);
      await append(4, 1);
      await publish([4]);
      await until(() => expect(committed).toEqual([1, 2, 3, 4]));
    });

    it('does not read beside a batch that is under way', async () => {
      const { promise, letGo } = held();
      let isInside = false;
      const asked: (readonly [number, boolean])[] = [];
      const handler = noting(async () => {
        isInside = true;
        await promise;
        isInside = false;
      });
      const publications = {
        last: (_topic: string, shard: number): Promise<number> => {
          asked.push([shard, isInside]);
          return Promise.resolve(published);
        },
      };
      await start({ handler }, { settings: { idleMs: 1, tickMs: 1 }, publications });
      await until(() => expect(asked).toContainEqual([0, false]));
      await append(1, 4);
      await publish([1, 2, 3]);
      await until(() => expect(isInside).toBe(true));
      published = 4;
      const beats = kafka.consumers[0]?.beats ?? 0;
      await until(() => expect(kafka.consumers[0]?.beats).toBeGreaterThan(beats + 1));
      expect(asked).toContainEqual([1, true]);
      expect(asked).not.toContainEqual([0, true]);
      letGo();
      await until(() => expect(committed).toEqual([1, 2, 3, 4]));
    });

    it('goes on behind the place where another owner has moved the checkpoint', async () => {
      await append(1, 10);
      const { promise, letGo } = held();
      let batches = 0;
      await publish(range(1, 10));
      await start({
        maxRecords: 5,
        handler: noting(async () => {
          batches += 1;
          if (batches === 1) await promise;
        }),
      });
      await until(() => expect(batches).toBe(1));
      // In memory transactions run one after another: the other owner's is first if it is asked for before ours ends.
      const moved = world.two.unitOfWork.run(async (tx) => {
        await world.two.checkpoints.move(tx, { group: 'validator', topic: received, shard: 0 }, 5, 7);
      });
      letGo();
      await moved;
      await until(() => expect(committed).toEqual([1, 2, 3, 4, 5, 8, 9, 10]));
      expect(await position()).toBe(10);
    });

    it('stalls at a record that the log does not have, says so, and does not spin', async () => {
      await append(1, 2);
      const [first, second] = await recordsBehind(world.one, 0, 0);
      if (first === undefined || second === undefined) throw new RangeError('There are two.');
      await kafka.publish(0, [first, second, { ...second, position: 9, previous: 2 }]);
      let runs = 0;
      const consumer = await start({
        handler: noting(() => {
          runs += 1;
          return Promise.resolve();
        }),
      });
      await until(() =>
        expect(consumer.health()[0]).toMatchObject({ state: 'stalled', problem: 'Position 9 is not in the log of shard 0, or not yet.' }),
      );
      const before = runs;
      const beats = kafka.consumers[0]?.beats ?? 0;
      await until(() => expect(kafka.consumers[0]?.beats).toBeGreaterThan(beats + 3));
      expect(runs - before).toBeLessThan(4);
      expect(committed).toEqual([]);
    });

    it('passes over what another log left on the topic, whatever it says, and reads from its own what that was taken for', async () => {
      await append(1, 6);
      const [first] = await recordsBehind(world.one, 0, 0);
      if (first === undefined) throw new RangeError('There are six.');
      await publish([1, 2]);
      await kafka.publish(0, [{ ...first, stream: streamOf(99), position: 3, previous: 2, epoch: 7 }]);
      await publish([3, 4], { epoch: 2 });
      await publish([5, 6]);
      await start();
      await until(() => expect(committed).toEqual(range(1, 6)));
      expect(rejected.records).toEqual([]);
    });

    it('moves the checkpoint over records that are none of its business, when nothing else is to be done', async () => {
      await append(1, 5);
      await publish(range(1, 5));
      const consumer = await start({ isIrrelevant: () => true }, { settings: { idleMs: 60 } });
      published = 5;
      await until(async () => expect(await position()).toBe(5));
      expect(committed).toEqual([]);
      expect(consumer.health()[0]).toMatchObject({ state: 'running', checkpoint: 5, lag: 0 });
    });

    it('tells Kafka how far it is, the last time when it leaves', async () => {
      await append(1, 5);
      await publish(range(1, 5));
      const consumer = await start({ maxRecords: 2 }, { settings: { commitEveryMs: 60_000, tickMs: 60_000 } });
      await until(() => expect(committed).toHaveLength(5));
      await consumer.drain(5_000);
      expect(kafka.group(`validator.${received}`).committed.get(0)).toBe(5n);
    });

    it('tells Kafka of the batch too during which it was told to stop', async () => {
      await append(1, 5);
      await publish(range(1, 5));
      const { promise, letGo } = held();
      let batches = 0;
      const handler = noting(async () => {
        batches += 1;
        if (batches === 2) await promise;
      });
      const consumer = await start({ maxRecords: 2, handler }, { settings: { commitEveryMs: 60_000, tickMs: 60_000 } });
      await until(() => expect(batches).toBe(2));
      const drained = consumer.drain(5_000);
      letGo();
      await drained;
      expect(committed).toEqual([1, 2, 3, 4]);
      expect(kafka.group(`validator.${received}`).committed.get(0)).toBe(4n);
    });
  });

  describe('what cannot be read', () => {
    const offsets = (): readonly string[] => rejected.records.map(({ offset }) => offset);

    it('keeps it, with the reason, and goes on', async () => {
      await append(1, 2);
      await publish([1]);
      kafka.produce(received, 0, { headers: { from: 'elsewhere', 'n\0ul': 'a\0b' }, value: 'no JSON\0' });
      kafka.produce(received, 0, { value: null });
      await publish([2]);
      await start();
      await until(() => expect(committed).toEqual([1, 2]));
      const [first, second] = rejected.records;
      const expected: RejectedRecord = {
        group: 'validator',
        topic: received,
        partition: 0,
        offset: '1',
        reason: expect.stringContaining('The value is not JSON') as string,
        headers: { from: 'elsewhere', 'n\ufffdul': 'a\ufffdb' },
        excerpt: 'no JSON\ufffd',
        bytes: 8,
        rejectedAt: someTime,
      };
      expect(first).toEqual(expected);
      expect(second).toMatchObject({
        offset: '2',
        reason: expect.stringContaining('The value is null') as string,
        excerpt: '',
        bytes: 0,
        headers: {},
      });
    });

    it('reads from the log the event that hides behind it', async () => {
      await append(1, 3);
      const [, hidden] = await recordsBehind(world.one, 0, 0);
      if (hidden === undefined) throw new RangeError('There are three.');
      await publish([1]);
      const { headers, value } = encodeRecord(hidden, { maxValueBytes: 1_000_000 });
      kafka.produce(received, 0, { headers: { ...headers, ce_type: 'crossdock.message.received.v2' }, value });
      await publish([3]);
      await start();
      await until(() => expect(committed).toEqual([1, 2, 3]));
      expect(offsets()).toEqual(['1']);
    });

    it('keeps it before the offset moves on: what could not be kept comes again', async () => {
      kafka.produce(received, 0, { value: '[]' });
      let storms = 2;
      const add = rejected.add.bind(rejected);
      rejected.add = async (records) => {
        storms -= 1;
        if (storms >= 0) throw new HubError('database_unreachable', 'The database cannot be reached.', { retriable: true });
        await add(records);
      };
      const consumer = await start();
      await until(() => expect(offsets()).toEqual(['0']));
      await until(() => expect(consumer.health()[0]).toMatchObject({ state: 'running', lag: 0 }));
      expect(kafka.consumers).toHaveLength(1);
    });

    it('takes nothing from a partition that is no shard of the log', async () => {
      kafka = new FakeKafka(3);
      await append(1, 1);
      await publish([1]);
      const [record] = await recordsBehind(world.one, 0, 0);
      if (record === undefined) throw new RangeError('There is one.');
      kafka.produce(received, 2, encodeRecord({ ...record, shard: 2 }, { maxValueBytes: 1_000_000 }));
      const consumer = await start();
      await until(() =>
        expect(rejected.records.map(({ partition, reason }) => [partition, reason])).toEqual([[2, 'partition: the log has no shard 2.']]),
      );
      await until(() => expect(committed).toEqual([1]));
      expect(consumer.health().map(({ shard, state }) => [shard, state])).toEqual([
        [0, 'running'],
        [1, 'running'],
      ]);
    });

    it('bounds what it keeps of a large one', async () => {
      const headers = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`h${index}${'x'.repeat(500)}`, 'y'.repeat(5_000)]));
      kafka.produce(received, 0, { headers, value: 'é'.repeat(3_000_000) });
      await start();
      await until(() => expect(rejected.records).toHaveLength(1));
      const [record] = rejected.records;
      expect(record?.bytes).toBe(6_000_000);
      expect(record?.excerpt).toBe('é'.repeat(2_048));
      expect(Object.keys(record?.headers ?? {})).toHaveLength(32);
      expect(JSON.stringify(record?.headers).length).toBeLessThan(20_000);
    });
  });

  describe('while it has to wait', () => {
    it('holds up no other partition, though their batches come together', async () => {
      await append(1, 1, 0);
      await publish([1]);
      const consumer = await start({
        handler: (records, tx) =>
          records.some((record) => record.shard === 0) ? Promise.resolve([retry('not yet')]) : noting()(records, tx),
      });
      await until(() => expect(consumer.health()[0]?.problem).toBe('not yet'));
      for (const n of range(10, 14)) {
        await append(n, 1, 1);
        await publish([n - 9], { shard: 1 });
        await until(() => expect(committed).toEqual(range(10, n)));
      }
    });

    it('stays in its group, and does the rest when it may', async () => {
      await append(1, 5);
      await publish(range(1, 5));
      let asked = 0;
      await start(
        {
          handler: (records, tx) => {
            const outcomes = records.map((record) => (numberOf(record) === 3 && (asked += 1) < 6 ? retry('not yet') : done));
            const upTo = outcomes.findIndex(({ kind }) => kind === 'retry');
            tx.onCommit(() => committed.push(...records.slice(0, upTo < 0 ? records.length : upTo).map(numberOf)));
            return Promise.resolve(outcomes);
          },
        },
        { settings: { longestPauseMs: 250 } },
      );
      await until(() => expect(committed).toEqual(range(1, 5)));
      expect(kafka.consumers).toHaveLength(1);
      expect(kafka.consumers[0]?.beats).toBeGreaterThan(5);
    });

    it('beats while a handler takes its time', async () => {
      await append(1, 1);
      await publish([1]);
      const { promise, letGo } = held();
      await start({ handler: noting(() => promise) }, { settings: { heartbeatMs: 5 } });
      await until(() => expect(kafka.consumers[0]?.beats).toBeGreaterThan(3));
      expect(committed).toEqual([]);
      letGo();
      await until(() => expect(committed).toEqual([1]));
    });

    it('parks what is poison, and what throws whatever it throws, and stays alive', async () => {
      await append(1, 6);
      await publish(range(1, 6));
      await start({
        handler: (records, tx) => {
          const numbers = records.map(numberOf);
          if (numbers.includes(2)) throw new TypeError('undefined is not a function');
          if (numbers.includes(5)) throw 'a text';
          tx.onCommit(() => committed.push(...numbers.filter((n) => n !== 3)));
          return Promise.resolve(numbers.map((n) => (n === 3 ? poison('three') : done)));
        },
      });
      await until(() => expect(committed).toEqual([1, 4, 6]));
      expect((await world.parkedRecords()).map(({ position: at, reason }) => [at, reason])).toEqual([
        [2, 'undefined is not a function'],
        [3, 'three'],
        [5, 'a text'],
      ]);
      expect(kafka.consumers).toHaveLength(1);
    });
  });

  describe('when the group shares out anew', () => {
    it('ends the chunk that is under way, begins no other, and nothing is done twice', async () => {
      await append(1, 6);
      await publish(range(1, 6));
      const { promise, letGo } = held();
      const [joins, sizes]: readonly [number[], number[]] = [[], []];
      await start({
        maxRecords: 2,
        handler: noting(async (records) => {
          joins.push(kafka.consumers[0]?.joins ?? 0);
          sizes.push(records.length);
          if (sizes.length === 1) await promise;
        }),
      });
      await until(() => expect(sizes).toEqual([2]));
      const [first] = kafka.consumers;
      first?.failHeartbeat();
      const beats = first?.beats ?? 0;
      await until(() => expect(first?.beats).toBeGreaterThan(beats));
      letGo();
      await until(() => expect(committed).toEqual(range(1, 6)));
      expect(joins).toEqual([1, 2, 2]);
      expect(kafka.consumers).toHaveLength(1);
    });

    it('tells nothing any more of a partition that another has now', async () => {
      await append(1, 3, 1);
      await publish([1, 2, 3], { shard: 1 });
      const handler: BatchHandler = (records) => Promise.resolve(records.map(() => retry('not yet')));
      const first = await start({ handler });
      await until(() => expect(first.health()[1]).toMatchObject({ lag: 3, problem: 'not yet' }));
      await start({ handler });
      await until(() =>
        expect(first.health()[1]).toEqual({ group: 'validator', topic: received, shard: 1, state: 'standby', checkpoint: 0, lag: 0 }),
      );
    });

    it('goes on when the group has taken it for dead', async () => {
      await append(1, 3);
      await publish(range(1, 3));
      await start();
      await until(() => expect(committed).toHaveLength(3));
      kafka.consumers[0]?.failHeartbeat(new FakeKafkaError('The coordinator is not aware of this member', { type: 'UNKNOWN_MEMBER_ID' }));
      await append(4, 3);
      await publish(range(4, 6));
      await until(() => expect(committed).toEqual(range(1, 6)));
    });

    it('leaves the rest of a stale batch alone', async () => {
      await append(1, 6);
      await publish(range(1, 6));
      await start({
        maxRecords: 2,
        handler: noting((records) => {
          const [consumer] = kafka.consumers;
          if (consumer !== undefined) consumer.isStale = records.some((record) => numberOf(record) === 1);
          return Promise.resolve();
        }),
      });
      await until(() => expect(committed).toEqual([1, 2]));
      const [consumer] = kafka.consumers;
      if (consumer !== undefined) consumer.isStale = false;
      await until(() => expect(committed).toEqual(range(1, 6)));
    });
  });

  describe('when its consumer ends', () => {
    it('builds a new one, and goes on where it was', async () => {
      await append(1, 3);
      await publish(range(1, 3));
      const consumer = await start();
      await until(() => expect(committed).toHaveLength(3));
      kafka.consumers[0]?.failFetch(new TypeError('a defect of the client'));
      await append(4, 3);
      await publish(range(4, 6));
      await until(() => expect(committed).toEqual(range(1, 6)));
      expect(kafka.consumers).toHaveLength(2);
      expect(kafka.consumers.map(({ isMember }) => isMember)).toEqual([false, true]);
      expect(consumer.health().map(({ state }) => state)).toEqual(['running', 'running']);
      expect(dead).toEqual([]);
    });

    it('says so while there is none', async () => {
      const consumer = await start({}, { settings: { firstRebuildMs: 100, longestRebuildMs: 100 } });
      kafka.isUnreachable = true;
      await until(() =>
        expect(consumer.health().map(({ state, problem }) => [state, problem])).toEqual([
          ['stalled', 'connect ECONNREFUSED'],
          ['stalled', 'connect ECONNREFUSED'],
        ]),
      );
    });

    it('builds a new one when it hears nothing any more', async () => {
      await append(1, 1);
      await publish([1]);
      await start({}, { settings: { silenceMs: 150 } });
      await until(() => expect(committed).toEqual([1]));
      const [first] = kafka.consumers;
      if (first !== undefined) first.isSilent = true;
      await append(2, 1);
      await publish([2]);
      await until(() => expect(committed).toEqual([1, 2]));
      expect(kafka.consumers).toHaveLength(2);
    });

    it('waits for brokers however long they are away', async () => {
      await append(1, 1);
      await publish([1]);
      await start({}, { settings: { maxRebuilds: 2, firstRebuildMs: 1, longestRebuildMs: 2 } });
      await until(() => expect(committed).toEqual([1]));
      kafka.isUnreachable = true;
      await until(() => expect(kafka.consumers.length).toBeGreaterThan(10));
      expect(dead).toEqual([]);
      kafka.isUnreachable = false;
      await append(2, 1);
      await publish([2]);
      await until(() => expect(committed).toEqual([1, 2]));
    });

    it('is dead when new ones end again and again without a reason that passes', async () => {
      await append(1, 1);
      await publish([1]);
      const consumer = await start({}, { settings: { maxRebuilds: 3, firstRebuildMs: 1, longestRebuildMs: 1 } });
      await until(() => expect(committed).toEqual([1]));
      const breakAll = setInterval(() => {
        for (const one of kafka.consumers)
          one.failFetch(new FakeKafkaError('Snappy compression not implemented', { name: 'KafkaJSNotImplemented' }));
      }, 0);
      await until(() => expect(dead).toHaveLength(1));
      clearInterval(breakAll);
      expect(dead[0]).toMatchObject({ code: 'kafka_unavailable', cause: { message: 'Snappy compression not implemented' } });
      expect(consumer.health().map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    });
  });

  describe('at its start', () => {
    it('waits for brokers, and begins when they are there', async () => {
      kafka.isUnreachable = true;
      const starting = start({}, { settings: { firstRebuildMs: 1 } });
      await until(() => expect(kafka.consumers.length).toBeGreaterThan(3));
      kafka.isUnreachable = false;
      const consumer = await starting;
      expect(consumer.health().map(({ state }) => state)).toEqual(['running', 'running']);
    });

    it('gives up when there are none in time, and leaves nothing running', async () => {
      kafka.isUnreachable = true;
      await expect(start({}, { settings: { startWithinMs: 100, firstRebuildMs: 1 } })).rejects.toMatchObject({
        code: 'kafka_unavailable',
        retriable: true,
        message: 'No broker took validator.crossdock.messages.received into its group within 100 ms. connect ECONNREFUSED',
      });
      const made = kafka.consumers.length;
      kafka.isUnreachable = false;
      await until(() => expect(kafka.consumers.every(({ isClosed }) => isClosed)).toBe(true));
      expect(kafka.consumers.length).toBe(made);
      expect(kafka.consumers.some(({ isMember }) => isMember)).toBe(false);
    });

    it('gives up at once when waiting would not help', async () => {
      const refusing = {
        topicName: (topic: string) => topic,
        groupName: (group: string) => group,
        consumer: (...args: Parameters<FakeKafka['consumer']>) => {
          const consumer = kafka.consumer(...args);
          consumer.connect = () =>
            Promise.reject(new FakeKafkaError('SASL PLAIN authentication failed', { name: 'KafkaJSSASLAuthenticationError' }));
          return consumer;
        },
      };
      await expect(start({}, { client: refusing })).rejects.toMatchObject({
        code: 'kafka_unavailable',
        message: 'validator.crossdock.messages.received could not join its group: SASL PLAIN authentication failed',
      });
    });
  });

  it('does not decode what the handler never gets more often than it must', async () => {
    await append(1, 100);
    await publish(range(1, 100));
    let decodings = 0;
    await start(
      { maxRecords: 10 },
      {
        decode: (raw) => {
          decodings += 1;
          return decodeRecord(raw);
        },
      },
    );
    await until(() => expect(committed).toEqual(range(1, 100)));
    expect(decodings).toBe(100);
  });
});
