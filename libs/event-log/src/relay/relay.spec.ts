import { topics } from '@crossdock/contracts';
import type { NewEvent, RecordPublisher } from '@crossdock/core';
import { accepted, bytesOf, received, requeued, routed, validated } from '@crossdock/core/testing';
import { HubError } from '@crossdock/kit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RelayRig, type RelayProcess } from './testing/open-relays.ts';
import { withoutRepeats } from './testing/relay-world.ts';
import { idOfNumber, payloadOf } from './testing/story.ts';

let rig: RelayRig;
beforeEach(() => {
  rig = new RelayRig();
});
afterEach(() => rig.close());

const at = 1_795_219_200_000;
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 2 });
const health = ({ relay }: RelayProcess): unknown => relay.health();
const positions = (topic: string, shard = 0): readonly number[] => rig.topics.records(topic, shard).map(({ position }) => position);
const pushed = (n: number, payload = payloadOf(n)): NewEvent => {
  const stream = idOfNumber(n);
  const bytes = bytesOf(payload);
  return { stream, version: 1, at, event: received({ root: stream, bytes: bytes.length }), payload: bytes };
};
const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const push = (from: number, to: number, shard = 0): Promise<void> =>
  rig.append(
    range(from, to).map((n) => pushed(n)),
    shard,
  );
const text = (bytes: Uint8Array | undefined): string | undefined => (bytes === undefined ? undefined : Buffer.from(bytes).toString());

it('publishes what is there and what comes, each event to its topic, behind the topic’s one before', async () => {
  const [message, delivery] = [idOfNumber(1), idOfNumber(2)];
  await rig.append([pushed(1)]);
  const process = rig.start(1);
  await until(() => expect(positions(topics.received)).toEqual([1]));
  await rig.append([
    { stream: message, version: 2, at, event: validated() },
    { stream: message, version: 3, at, event: routed() },
    { stream: delivery, version: 1, at, event: accepted({ parent: message }) },
    pushed(3),
    { stream: delivery, version: 2, at, event: requeued('somebody') },
  ]);
  await until(() => expect(health(process)).toEqual([{ shard: 0, state: 'running', position: 6, lag: 0, lagMs: 0 }]));
  const published = Object.values(topics).flatMap((topic) =>
    rig.topics
      .records(topic, 0)
      .map(({ position, previous, epoch, payload, event }) => [position, previous, epoch, text(payload), event.type]),
  );
  expect(published).toEqual([
    [1, 0, 1, '{"n":1}', 'message.received'],
    [5, 1, 1, '{"n":3}', 'message.received'],
    [2, 0, 1, undefined, 'message.validated'],
    [3, 0, 1, undefined, 'message.routed'],
    [4, 0, 1, '{"n":1}', 'delivery.accepted'],
    [6, 4, 1, '{"n":1}', 'delivery.requeued'],
  ]);
  expect(await process.store.last(topics.accepted, 0)).toBe(6);
  expect(process.told.map(({ level, event }) => [level, event])).toEqual([
    ['info', 'relay_acquired'],
    ['info', 'relay_started'],
  ]);
});

it('publishes shards apart from each other, each to its own partition', async () => {
  rig = new RelayRig(2);
  await push(1, 3, 0);
  await push(4, 5, 1);
  const process = rig.start(1);
  await until(() =>
    expect([positions(topics.received, 0), positions(topics.received, 1)]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]),
  );
  await until(() =>
    expect(process.relay.health().map(({ shard, position }) => [shard, position])).toEqual([
      [0, 3],
      [1, 2],
    ]),
  );
});

it('repeats the end, and nothing else, when a call fails in its middle', async () => {
  await push(1, 4);
  rig.topics.breakNext({ written: 0.5 }, { written: 0 });
  const process = rig.start(1);
  await until(() => expect(positions(topics.received)).toEqual([1, 2, 1, 2, 3, 4]));
  await until(() => expect(health(process)).toMatchObject([{ state: 'running', position: 4 }]));
  const events = process.told.map(({ event }) => event);
  expect(events).toEqual(['relay_acquired', 'relay_started', 'relay_stalled', 'relay_recovered']);
});

it.each([
  ['was lost', 'before', [1, 2, 3, 1, 2, 3]],
  ['happened without an answer', 'behind', [1, 2, 3]],
] as const)('goes on from what the tables say when a move %s', async (_name, failing, expected) => {
  const process = rig.start(1);
  await until(() => expect(health(process)).toMatchObject([{ state: 'running' }]));
  process.store.failing = failing;
  await push(1, 3);
  await until(() => expect(health(process)).toMatchObject([{ state: 'running', position: 3 }]));
  expect(positions(topics.received)).toEqual(expected);
});

it('stands by while another process publishes, and takes over when that one dies', async () => {
  await push(1, 3);
  const first = rig.start(1);
  await until(() => expect(health(first)).toMatchObject([{ state: 'running', position: 3 }]));
  const second = rig.start(2);
  await until(() => expect(health(second)).toEqual([{ shard: 0, state: 'standby', position: 0, lag: 0, lagMs: 0 }]));
  await push(4, 5);
  await until(() => expect(positions(topics.received)).toEqual([1, 2, 3, 4, 5]));
  rig.relays.dead.add(1);
  await until(() => expect(health(second)).toMatchObject([{ state: 'running', position: 5 }]));
  await until(() => expect(health(first)).toMatchObject([{ state: 'standby', lag: 0 }]));
  await push(6, 7);
  await until(() => expect(positions(topics.received)).toEqual([1, 2, 3, 4, 5, 6, 7]));
  expect(first.told.at(-1)?.event).toBe('relay_lost');
});

it('leaves the shard to its new holder when it went on from where it stood still', async () => {
  let goOn = (): void => undefined;
  const stopping: RecordPublisher = {
    identity: () => rig.topics.identity(),
    publish: async (shard, records) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      await rig.topics.publish(shard, records);
    },
  };
  const zombie = rig.start(1, {}, stopping);
  await until(() => expect(health(zombie)).toMatchObject([{ state: 'running' }]));
  await push(1, 2);
  await until(() => expect(health(zombie)).toMatchObject([{ lag: 2 }]));
  const second = rig.open(2);
  rig.relays.dead.add(1);
  second.relay.start();
  await until(() => expect(health(second)).toMatchObject([{ state: 'running', position: 2 }]));
  await push(3, 4);
  await until(() => expect(health(second)).toMatchObject([{ position: 4 }]));
  goOn();
  await until(() => expect(health(zombie)).toMatchObject([{ state: 'standby' }]));
  await push(5, 5);
  await until(() => expect(health(second)).toMatchObject([{ position: 5 }]));
  expect(positions(topics.received)).toEqual([1, 2, 3, 4, 1, 2, 5]);
  expect(withoutRepeats(rig.topics.records(topics.received, 0)).map(({ position, previous }) => [position, previous])).toEqual(
    range(1, 5).map((n) => [n, n - 1]),
  );
});

it('asks for nothing but who holds the shards while there is nothing to do', async () => {
  await push(1, 2);
  const first = rig.start(1);
  const second = rig.start(2);
  await until(() => expect(health(first)).toMatchObject([{ state: 'running', position: 2 }]));
  await until(() => expect(health(second)).toMatchObject([{ state: 'standby' }]));
  for (const { store } of [first, second]) {
    store.calls.length = 0;
    await until(() => expect(store.calls.length).toBeGreaterThan(20));
    expect(new Set(store.calls)).toEqual(new Set(['holders']));
  }
});

it('ends what it publishes, and gives the shard up, when it is stopped', async () => {
  let confirm = (): void => undefined;
  const slow: RecordPublisher = {
    identity: () => rig.topics.identity(),
    publish: async (shard, records) => {
      await rig.topics.publish(shard, records);
      await new Promise<void>((resolve) => (confirm = resolve));
    },
  };
  const first = rig.start(1, {}, slow);
  await push(1, 3);
  await until(() => expect(positions(topics.received)).toEqual([1, 2, 3]));
  const stopped = first.relay.stop(10_000);
  await push(4, 4);
  confirm();
  await stopped;
  expect(health(first)).toEqual([{ shard: 0, state: 'stopped', position: 3, lag: 0, lagMs: 0 }]);
  const second = rig.start(2);
  await until(() => expect(health(second)).toMatchObject([{ state: 'running', position: 4 }]));
  expect(positions(topics.received)).toEqual([1, 2, 3, 4]);
});

it('gives the shard up after the deadline, whatever the broker still does', async () => {
  const silentBroker: RecordPublisher = { identity: () => rig.topics.identity(), publish: () => new Promise(() => undefined) };
  const first = rig.start(1, {}, silentBroker);
  await push(1, 3);
  await until(() => expect(health(first)).toMatchObject([{ lag: 3 }]));
  await first.relay.stop(5);
  const second = rig.start(2);
  await until(() => expect(health(second)).toMatchObject([{ state: 'running', position: 3 }]));
});

it('takes a broker that does not answer in time for one that refuses', async () => {
  let calls = 0;
  const deaf: RecordPublisher = {
    identity: () => rig.topics.identity(),
    publish: (shard, records) => {
      calls += 1;
      return calls === 1 ? new Promise(() => undefined) : rig.topics.publish(shard, records);
    },
  };
  await push(1, 2);
  const process = rig.start(1, { publishTimeoutMs: 20 }, deaf);
  await until(() => expect(health(process)).toMatchObject([{ state: 'running', position: 2 }]));
  expect(process.told.find(({ event }) => event === 'relay_stalled')?.facts['code']).toBe('broker_unreachable');
});

it('asks again who the broker is when that was not answered in time', async () => {
  let asked = 0;
  const deaf: RecordPublisher = {
    identity: () => {
      asked += 1;
      return asked === 1 ? new Promise(() => undefined) : rig.topics.identity();
    },
    publish: (shard, records) => rig.topics.publish(shard, records),
  };
  await push(1, 2);
  const process = rig.start(1, { publishTimeoutMs: 20 }, deaf);
  await until(() => expect(health(process)).toMatchObject([{ state: 'running', position: 2 }]));
});

it('stalls while the broker is away, says so once, raises the alarm once, and catches up', async () => {
  const process = rig.start(1, { lagAlarm: { records: 5, ms: 60_000 } });
  await until(() => expect(health(process)).toMatchObject([{ state: 'running' }]));
  rig.topics.isAway = true;
  await push(1, 3);
  rig.now += 2_000;
  await until(() =>
    expect(health(process)).toEqual([
      { shard: 0, state: 'stalled', position: 0, lag: 3, lagMs: 2_000, problem: 'The broker does not answer.' },
    ]),
  );
  await push(4, 6);
  await until(() => expect(process.told.map(({ event }) => event)).toContain('relay_lags'));
  rig.topics.isAway = false;
  await until(() => expect(process.told.map(({ event }) => event)).toContain('relay_caught_up'));
  expect(health(process)).toEqual([{ shard: 0, state: 'running', position: 6, lag: 0, lagMs: 0 }]);
  expect(process.told.filter(({ level }) => level === 'warn').map(({ event, facts }) => [event, facts['lag']])).toEqual([
    ['relay_stalled', undefined],
    ['relay_lags', 6],
    ['relay_caught_up', 0],
  ]);
});

it('raises the alarm for the age of what waits, even if the broker has never been there', async () => {
  rig.topics.isAway = true;
  await push(1, 1);
  const process = rig.start(1, { lagAlarm: { records: 1_000, ms: 30_000 } });
  await until(() => expect(health(process)).toMatchObject([{ state: 'stalled', lag: 1, lagMs: 0 }]));
  rig.now += 30_000;
  await until(() => expect(process.told.find(({ event }) => event === 'relay_lags')?.facts).toMatchObject({ lag: 1, lag_ms: 30_000 }));
});

it('publishes to another broker what its readers have not had, and says so', async () => {
  await push(1, 6);
  const process = rig.start(1, { identityEveryMs: 1_000 });
  await until(() => expect(health(process)).toMatchObject([{ position: 6 }]));
  rig.relays.checkpoints.set(0, [{ group: 'validator', topic: topics.received, position: 4 }]);
  rig.topics.replace();
  rig.now += 1_000;
  await until(() => expect(positions(topics.received)).toEqual([5, 6]));
  expect(rig.topics.records(topics.received, 0)[0]?.previous).toBe(4);
  expect(process.told.find(({ event }) => event === 'relay_restarted')).toMatchObject({
    level: 'warn',
    facts: { shard: 0, from: 6, to: 4, before: 'cluster 1', identity: 'cluster 2' },
  });
});

it('asks who the broker is after a failure', async () => {
  await push(1, 3);
  const process = rig.start(1);
  await until(() => expect(health(process)).toMatchObject([{ position: 3 }]));
  rig.relays.checkpoints.set(0, [{ group: 'validator', topic: topics.received, position: 1 }]);
  rig.topics.replace();
  rig.topics.breakNext({ written: 0 });
  await push(4, 4);
  await until(() => expect(positions(topics.received)).toEqual([2, 3, 4]));
});

it('publishes without its payload what has none any more, and reports the first', async () => {
  const gone = idOfNumber(99);
  const events = [1, 2].map((n) => ({ stream: idOfNumber(n), version: 1, at, event: accepted({ parent: gone }) }));
  await rig.append([...events, { stream: idOfNumber(3), version: 1, at, event: requeued('somebody') }]);
  const process = rig.start(1);
  await until(() => expect(health(process)).toMatchObject([{ position: 3 }]));
  expect(rig.topics.records(topics.accepted, 0).map(({ payload }) => payload)).toEqual([undefined, undefined, undefined]);
  const warnings = process.told.filter(({ level }) => level === 'warn');
  expect(warnings.map(({ event, facts }) => [event, facts['message_id']])).toEqual([['relay_payload_missing', idOfNumber(1)]]);
});

/** Notes the positions of each call. */
const noting = (calls: (readonly number[])[], refuse?: number): RecordPublisher => ({
  identity: () => rig.topics.identity(),
  publish: async (shard, records) => {
    calls.push(records.map(({ position }) => position));
    if (records.some(({ position }) => position === refuse) && records.length > 1)
      throw new HubError('record_too_large', 'It is too large.');
    await rig.topics.publish(shard, records);
  },
});

it('keeps each call within its bounds, and gives what is beyond them a call of its own', async () => {
  const sizes = [100, 100, 9_000, 100, 3_000, 3_000, 3_000];
  await rig.append(sizes.map((size, index) => pushed(index, `"${'x'.repeat(size - 2)}"`)));
  const calls: (readonly number[])[] = [];
  const process = rig.start(1, { maxBytes: 8_000, maxRecords: 3 }, noting(calls));
  await until(() => expect(health(process)).toMatchObject([{ position: 7 }]));
  expect(calls).toEqual([[1, 2], [3], [4, 5], [6, 7]]);
});

it('reads no more payloads than may fit', async () => {
  const asked: number[] = [];
  const get = rig.log.get.bind(rig.log);
  rig.log.get = (ids) => {
    asked.push(ids.length);
    return get(ids);
  };
  await rig.append(range(1, 20).map((n) => pushed(n, `"${'x'.repeat(3_998)}"`)));
  const process = rig.start(1, { maxBytes: 10_000 });
  await until(() => expect(health(process)).toMatchObject([{ position: 20 }]));
  expect(Math.max(...asked)).toBeLessThanOrEqual(3);
});

it('finds the record that makes a call unacceptable, and goes on with the others', async () => {
  await push(1, 16);
  const calls: (readonly number[])[] = [];
  const process = rig.start(1, { maxRecords: 16 }, noting(calls, 3));
  await until(() => expect(health(process)).toMatchObject([{ position: 16 }]));
  expect(withoutRepeats(rig.topics.records(topics.received, 0)).map(({ position }) => position)).toEqual(range(1, 16));
  expect(calls.filter((call) => call.length === 1 && call[0] === 3)).toHaveLength(1);
  expect(calls.length).toBeLessThan(12);
});
