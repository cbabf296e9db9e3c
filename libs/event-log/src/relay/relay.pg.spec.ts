import { topicOf, topics } from '@crossdock/contracts';
import { MemoryTopics } from '@crossdock/core/memory';
import { createLogger } from '@crossdock/kit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { PgWorlds, type PgProcess, type PgWorld } from '../../../../tools/testing/pg-world.ts';
import { Relay1764000000004 } from '../migrations/1764000000004-relay.ts';
import { migrate } from '../migrations/migrate.ts';
import { PgRelayStore } from './pg-relay-store.ts';
import { Relay, relayDefaults } from './relay.ts';
import { withoutRepeats } from './testing/relay-world.ts';
import { Story } from './testing/story.ts';

let worlds: PgWorlds;
beforeAll(async () => {
  worlds = await PgWorlds.prepare();
});
afterAll(() => worlds.drop());

let world: PgWorld;
let broker: MemoryTopics;
let relays: Relay[];
beforeEach(async () => {
  world = await worlds.open();
  await migrate(world.url, [Relay1764000000004]);
  broker = new MemoryTopics();
  relays = [];
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop(2_000)));
  await world.close();
});

function start({ database, worker, tail, log, received }: PgProcess): Relay {
  const relay = new Relay({
    tail,
    log,
    received,
    publisher: broker,
    store: new PgRelayStore(database, worker.id),
    logger: createLogger({ level: 'silent', service: 'test', destination: 2 }),
    now: Date.now,
    options: { ...relayDefaults, maxRecords: 9, lookoutMs: 20, firstPauseMs: 5, longestPauseMs: 20 },
  });
  relays.push(relay);
  relay.start();
  return relay;
}
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 5 });
const states = (relay: Relay): readonly string[] => relay.health().map(({ state }) => state);
const published = (): number =>
  [0, 1].reduce(
    (sum, shard) => sum + Object.values(topics).reduce((all, topic) => all + withoutRepeats(broker.records(topic, shard)).length, 0),
    0,
  );

it('publishes what all processes append, without a hole, while relays die and the connections break', async () => {
  const [first, second] = [start(world.one), start(world.two)];
  await until(() => expect([...states(first), ...states(second)].sort()).toEqual(['running', 'running', 'standby', 'standby']));
  const story = new Story();
  const picks = Array.from({ length: 300 }, (_, n) => (n * 37) % 400);
  const events = story.next(picks);
  let appended = 0;
  const append = async (count: number): Promise<void> => {
    for (const end = appended + count; appended < end; appended += 5) {
      const process = appended % 2 === 0 ? world.one : world.two;
      // The pool may still deal a connection that has just been broken; nothing of it can have been committed.
      await vi.waitFor(() => process.unitOfWork.run((tx) => process.log.append(tx, 0, events.slice(appended, appended + 5))), {
        timeout: 20_000,
        interval: 5,
      });
    }
  };
  await append(100);
  await until(() => expect(published()).toBe(100));
  broker.breakNext({ written: 0.4 });
  await append(50);
  await world.breakConnections();
  await until(() => expect(published()).toBe(150));
  const [dying, other] = states(first)[0] === 'standby' ? [world.two, first] : [world.one, second];
  await dying.die();
  await append(150);
  await until(() => expect(states(other)[0]).toBe('running'));
  await until(() => expect(published()).toBe(300));
  // A tail whose connection broke asks again after a pause: until then it knows less than the relay of the other process.
  await until(() => expect(world.one.tail.head(0)).toBe(300));
  const log = await world.one.tail.read(0, 0, 1_000);
  expect(log).toHaveLength(300);
  for (const topic of Object.values(topics)) {
    const positions = log.filter(({ event }) => topicOf[event.type] === topic).map(({ position }) => position);
    const records = withoutRepeats(broker.records(topic, 0));
    expect(records.map(({ position, previous }) => [position, previous])).toEqual(
      positions.map((position, index) => [position, positions[index - 1] ?? 0]),
    );
    expect(records.every(({ payload }) => (payload === undefined) === !(topic === topics.received || topic === topics.accepted))).toBe(
      true,
    );
  }
});
