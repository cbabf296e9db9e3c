import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewEvent } from '../message/hub-event.ts';
import {
  done,
  poison,
  retry,
  type BatchHandler,
  type ConsumerHealth,
  type LogConsumer,
  type LogRecord,
  type Subscription,
} from '../ports/bus.ts';
import { StoreError } from '../memory/store-error.ts';
import { archivedEvent, range, receivedEvent, streamOf, validatedEvent } from './contract-events.ts';
import type { OpenWorld, World, WorldProcess } from './world.ts';

const received = 'crossdock.messages.received';
const validated = 'crossdock.messages.validated';

const SHARED = ['running', 'standby'];

/** How two processes of a group divide its work: one has a shard as long as it lives and the other stands by, or they share them out. */
export type Division = 'standby' | 'shared';

/** What every LogConsumer does. `makeConsumer` makes a process's consumer, which is not started yet. */
export function logConsumerContract(
  name: string,
  open: OpenWorld,
  makeConsumer: (process: WorldProcess) => LogConsumer,
  division: Division = 'standby',
): void {
  describe(`LogConsumer: ${name}`, { timeout: 60_000 }, () => {
    let world: World;
    let one: WorldProcess;
    let two: WorldProcess;
    let running: LogConsumer[] = [];
    /** Whose work was committed, in the order of the commits: `<handler>:<n of the stream>`. */
    let committed: string[] = [];
    beforeEach(async () => {
      running = [];
      committed = [];
      world = await open();
      ({ one, two } = world);
    });
    afterEach(async () => {
      await Promise.all(running.map((consumer) => consumer.drain(5_000)));
      await world.close();
    });

    const start = async (process: WorldProcess, ...subscriptions: readonly Subscription[]): Promise<LogConsumer> => {
      const consumer = makeConsumer(process);
      running.push(consumer);
      await consumer.start(subscriptions);
      return consumer;
    };
    const subscribe = (handler: BatchHandler, facts: Partial<Subscription> = {}): Subscription => ({
      group: 'validator',
      topic: received,
      maxRecords: 100,
      handler,
      ...facts,
    });
    const append = (events: readonly NewEvent[], shard = 0, process = one): Promise<void> =>
      process.unitOfWork.run((tx) => process.log.append(tx, shard, events));
    const messages = (from: number, count: number): readonly NewEvent[] => range(from, count).map((n) => receivedEvent(streamOf(n)));
    const numberOf = (record: LogRecord): number => Number.parseInt(record.stream.slice(18), 16);
    /** Does each record, and says so when that is committed. */
    const noting =
      (handlerName = 'a', decide: (n: number) => ReturnType<typeof poison> = () => done): BatchHandler =>
      (records, tx) => {
        const outcomes = records.map((record) => decide(numberOf(record)));
        const ended = records.filter((_, index) => outcomes[index]?.kind === 'done');
        tx.onCommit(() => committed.push(...ended.map((record) => `${handlerName}:${numberOf(record)}`)));
        return Promise.resolve(outcomes);
      };
    const until = (expectation: () => void): Promise<void> => vi.waitFor(expectation, { timeout: 20_000, interval: 5 });
    const parked = async (): Promise<readonly (readonly [number, string])[]> =>
      (await world.parkedRecords()).map(({ position, reason }) => [position, reason]);
    const inShard = (consumer: LogConsumer, shard = 0): ConsumerHealth | undefined =>
      consumer.health().find((health) => health.shard === shard);

    it('hands a topic’s records over, each once, in their order, and none of another topic', async () => {
      const records: LogRecord[] = [];
      await append(messages(0, 5));
      await append([0, 2, 4].map((n) => validatedEvent(streamOf(n))));
      await append(messages(5, 3));
      await start(
        one,
        subscribe((batch, tx) => {
          tx.onCommit(() => records.push(...batch));
          return Promise.resolve(batch.map(() => done));
        }),
      );
      await until(() => expect(records).toHaveLength(8));
      await append(messages(8, 2));
      await until(() => expect(records).toHaveLength(10));
      const log = await one.tail.read(0, 0, 100);
      const wanted = log.filter(({ event }) => event.type === 'message.received');
      expect(records.map(({ topic: _topic, previous: _previous, ...event }) => event)).toEqual(wanted);
      expect(new Set(records.map(({ topic }) => topic))).toEqual(new Set([received]));
      for (const [index, { previous, position }] of records.entries()) {
        expect(previous).toBeLessThan(position);
        expect(previous).toBeGreaterThanOrEqual(records[index - 1]?.position ?? 0);
      }
    });

    it('reads all shards, and tells each group and topic apart', async () => {
      await append(messages(0, 3), 0);
      await append(messages(10, 3), 1);
      await append([validatedEvent(streamOf(0))], 0);
      await start(one, subscribe(noting('a')), subscribe(noting('b'), { group: 'audit' }), subscribe(noting('c'), { topic: validated }));
      await until(() => expect(committed).toHaveLength(13));
      const by = (handler: string): readonly string[] => committed.filter((entry) => entry.startsWith(handler)).sort();
      expect(by('a')).toEqual(['a:0', 'a:1', 'a:10', 'a:11', 'a:12', 'a:2']);
      expect(by('b')).toEqual(by('a').map((entry) => entry.replace('a', 'b')));
      expect(by('c')).toEqual(['c:0']);
    });

    it('hands over no more than the subscription takes', async () => {
      const sizes: number[] = [];
      const handler = noting();
      await append(messages(0, 10));
      await start(
        one,
        subscribe(
          (batch, tx) => {
            sizes.push(batch.length);
            return handler(batch, tx);
          },
          { maxRecords: 4 },
        ),
      );
      await until(() => expect(committed).toEqual(range(0, 10).map((n) => `a:${n}`)));
      expect(sizes).toEqual([4, 4, 2]);
    });

    it('goes on where it stopped: nothing is handed over twice', async () => {
      await append(messages(0, 5));
      const first = await start(one, subscribe(noting('first')));
      await until(() => expect(committed).toHaveLength(5));
      await first.drain(5_000);
      expect(first.health().map(({ state }) => state)).toEqual(['stopped', 'stopped']);
      await append(messages(5, 5));
      await start(two, subscribe(noting('second')));
      await until(() => expect(committed).toHaveLength(10));
      expect(committed).toEqual([...range(0, 5).map((n) => `first:${n}`), ...range(5, 5).map((n) => `second:${n}`)]);
    });

    it('says how far it is', async () => {
      const consumer = await start(one, subscribe(noting()));
      await append(messages(0, 7));
      await until(() =>
        expect(inShard(consumer)).toEqual({ group: 'validator', topic: received, shard: 0, state: 'running', checkpoint: 7, lag: 0 }),
      );
      expect(inShard(consumer, 1)).toEqual({ group: 'validator', topic: received, shard: 1, state: 'running', checkpoint: 0, lag: 0 });
    });

    it('parks what will never work, with the reason, and goes on with the rest of its batch', async () => {
      await append(messages(0, 6));
      await start(one, subscribe(noting('a', (n) => (n % 4 === 1 ? poison(`${n} is odd.`) : done))));
      await until(() => expect(committed).toEqual(['a:0', 'a:2', 'a:3', 'a:4']));
      const [first] = await world.parkedRecords();
      expect(first).toEqual({
        group: 'validator',
        topic: received,
        shard: 0,
        position: 2,
        stream: streamOf(1),
        version: 1,
        store: receivedEvent(streamOf(1)).event.store,
        reason: '1 is odd.',
      });
      expect(await parked()).toEqual([
        [2, '1 is odd.'],
        [6, '5 is odd.'],
      ]);
    });

    it('isolates a record at which the handler throws, and parks it alone', async () => {
      await append(messages(0, 33));
      const handler = noting();
      const throwing: BatchHandler = async (batch, tx) => {
        const outcomes = await handler(batch, tx);
        const bad = batch.map(numberOf).find((n) => n === 7 || n === 20);
        if (bad !== undefined) throw new TypeError(`${bad} cannot be read`);
        return outcomes;
      };
      await start(one, subscribe(throwing));
      await until(() => expect(committed).toHaveLength(31));
      expect(committed).toEqual(
        range(0, 33)
          .filter((n) => n !== 7 && n !== 20)
          .map((n) => `a:${n}`),
      );
      expect(await parked()).toEqual([
        [8, '7 cannot be read'],
        [21, '20 cannot be read'],
      ]);
    });

    it('parks a record for which the handler answers nothing', async () => {
      await append(messages(0, 2));
      const handler = noting();
      await start(
        one,
        subscribe(async (batch, tx) => (await handler(batch, tx)).filter((_, index) => batch[index]?.stream !== streamOf(0))),
      );
      await until(() => expect(committed).toEqual(['a:1']));
      expect(await parked()).toEqual([[1, '1 records had 0 outcomes.']]);
    });

    it('stops before a record that is not to be had yet, and comes again until it is', async () => {
      await append(messages(0, 6));
      let asked = 0;
      const consumer = await start(
        one,
        subscribe(
          noting('a', (n) => {
            if (n !== 3) return done;
            asked += 1;
            return asked < 4 ? retry('not yet') : done;
          }),
        ),
      );
      await until(() => expect(committed).toEqual(['a:0', 'a:1', 'a:2']));
      await until(() => expect(inShard(consumer)).toMatchObject({ checkpoint: 3, problem: 'not yet' }));
      await until(() => expect(committed).toEqual(range(0, 6).map((n) => `a:${n}`)));
      await until(() =>
        expect(inShard(consumer)).toEqual({ group: 'validator', topic: received, shard: 0, state: 'running', checkpoint: 6, lag: 0 }),
      );
      expect(await parked()).toEqual([]);
    });

    it('waits for better weather: parks nothing, loses nothing, and says what is wrong', async () => {
      await append(messages(0, 4));
      let storms = 3;
      const handler = noting();
      const consumer = await start(
        one,
        subscribe(async (batch, tx) => {
          const outcomes = await handler(batch, tx);
          storms -= 1;
          if (storms >= 0) throw new StoreError('database_unreachable', 'The database cannot be reached.', true);
          return outcomes;
        }),
      );
      await until(() => expect(inShard(consumer)).toMatchObject({ problem: 'The database cannot be reached.', checkpoint: 0 }));
      await until(() => expect(committed).toEqual(range(0, 4).map((n) => `a:${n}`)));
      await until(() =>
        expect(inShard(consumer)).toEqual({ group: 'validator', topic: received, shard: 0, state: 'running', checkpoint: 4, lag: 0 }),
      );
      expect(await parked()).toEqual([]);
    });

    it('holds up one shard only, when one has to wait', async () => {
      await append(messages(0, 1), 0);
      await append(messages(10, 3), 1);
      await start(one, subscribe(noting('a', (n) => (n === 0 ? retry('never') : done))));
      await until(() => expect(committed).toEqual(['a:10', 'a:11', 'a:12']));
    });

    it('runs the batch once more when somebody was faster with a stream', async () => {
      await append(messages(0, 3));
      await append([archivedEvent(streamOf(1), 2, 'a person')]);
      const runs: boolean[] = [];
      await start(
        one,
        subscribe(async (batch, tx) => {
          runs.push(tx.repeated);
          const streams = batch.map(({ stream }) => stream);
          const known = tx.repeated ? await one.log.load(streams, tx) : undefined;
          const open = streams.filter((stream) => (known?.get(stream)?.length ?? 1) === 1);
          await one.log.append(
            tx,
            0,
            open.map((stream) => validatedEvent(stream)),
          );
          tx.onCommit(() => committed.push(...open));
          return batch.map(() => done);
        }),
      );
      await until(() => expect(committed).toEqual([streamOf(0), streamOf(2)]));
      expect(runs).toEqual([false, true]);
      const loaded = await two.log.load(range(0, 3).map((n) => streamOf(n)));
      expect([...loaded.values()].map((events) => events.map(({ event }) => event.type))).toEqual([
        ['message.received', 'message.validated'],
        ['message.received', 'message.archived'],
        ['message.received', 'message.validated'],
      ]);
    });

    if (division === 'standby') {
      it('lets one process of a group work, and the other take over when it ends', async () => {
        const first = await start(one, subscribe(noting('one')));
        const second = await start(two, subscribe(noting('two')));
        expect(second.health().map(({ state }) => state)).toEqual(['standby', 'standby']);
        await append(messages(0, 3));
        await until(() => expect(committed).toEqual(['one:0', 'one:1', 'one:2']));
        await first.drain(5_000);
        await append(messages(3, 2), 0, two);
        await until(() => expect(committed.slice(3)).toEqual(['two:3', 'two:4']));
        await until(() => expect(second.health().map(({ state }) => state)).toEqual(['running', 'running']));
      });
    } else {
      it('shares the shards out among the processes of a group, and anew when one ends', async () => {
        const first = await start(one, subscribe(noting('one')));
        const second = await start(two, subscribe(noting('two')));
        const states = (consumer: LogConsumer): readonly string[] => consumer.health().map(({ state }) => state);
        await until(() => expect([states(first).toSorted(), states(second).toSorted()]).toEqual([SHARED, SHARED]));
        await append(messages(0, 3), 0);
        await append(messages(10, 3), 1);
        await until(() => expect(committed).toHaveLength(6));
        const owners = [states(first).indexOf('running'), states(second).indexOf('running')];
        const wanted = ['one', 'two'].flatMap((owner, index) => range(owners[index] === 0 ? 0 : 10, 3).map((n) => `${owner}:${n}`));
        expect(committed.toSorted()).toEqual(wanted.toSorted());
        await first.drain(5_000);
        await append(messages(3, 2), 0, two);
        await append(messages(13, 2), 1, two);
        await until(() => expect(committed.slice(6).toSorted()).toEqual(['two:13', 'two:14', 'two:3', 'two:4']));
        await until(() => expect(states(second)).toEqual(['running', 'running']));
      });
    }

    it('lets nothing happen twice when a process works on that was taken for dead', async () => {
      await start(one, subscribe(noting('one'), { maxRecords: 3 }));
      await append(messages(0, 10));
      await until(() => expect(committed).toHaveLength(10));
      await one.die();
      await start(two, subscribe(noting('two'), { maxRecords: 3 }));
      for (const turn of range(0, 20)) await append(messages(10 + 5 * turn, 5), 0, turn % 2 === 0 ? one : two);
      await until(() => expect(committed).toHaveLength(110));
      expect(committed.map((entry) => Number(entry.split(':')[1])).sort((a, b) => a - b)).toEqual(range(0, 110));
      expect(await parked()).toEqual([]);
    });

    it('lets a batch that is under way end when it drains, and begins no other', async () => {
      let begun = 0;
      let letGo = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const handler = noting();
      const consumer = await start(
        one,
        subscribe(
          async (batch, tx) => {
            begun += 1;
            await held;
            return await handler(batch, tx);
          },
          { maxRecords: 2 },
        ),
      );
      await append(messages(0, 6));
      await until(() => expect(begun).toBe(1));
      const drained = consumer.drain(5_000);
      letGo();
      await drained;
      expect(committed).toEqual(['a:0', 'a:1']);
      expect(begun).toBe(1);
    });

    it('does not wait longer for it than it is told to', async () => {
      let letGo = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      let begun = false;
      const consumer = await start(
        one,
        subscribe(async (batch) => {
          begun = true;
          await held;
          return batch.map(() => done);
        }),
      );
      await append(messages(0, 1));
      await until(() => expect(begun).toBe(true));
      await consumer.drain(20);
      expect(inShard(consumer)?.state).toBe('running');
      letGo();
      await until(() => expect(inShard(consumer)?.state).toBe('stopped'));
    });
  });
}
