import { consumers, topicOf, topics } from '@crossdock/contracts';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RelayPlace, TopicCheckpoint } from './relay-store.ts';
import { restartPlace } from './restart-place.ts';

const all = Object.values(topics);
const readers = Object.entries(consumers).flatMap(([group, read]) => read.map((topic) => ({ group, topic })));
const everywhere = (position: number): readonly TopicCheckpoint[] => readers.map((reader) => ({ ...reader, position }));
const at = (checkpoints: readonly TopicCheckpoint[], group: string, topic: string, position: number): readonly TopicCheckpoint[] => [
  ...checkpoints.filter((checkpoint) => checkpoint.group !== group || checkpoint.topic !== topic),
  { group, topic, position },
];

it('begins a new log at its beginning', () => {
  const fresh: RelayPlace = { position: 0, identity: undefined, topics: new Map() };
  expect(restartPlace(fresh, 'k1', [])).toEqual({ position: 0, identity: 'k1', topics: new Map() });
});

it('begins a log that was handled without topics where the slowest group stands', () => {
  const fresh: RelayPlace = { position: 0, identity: undefined, topics: new Map() };
  const checkpoints = at(everywhere(90), 'router', topics.validated, 70);
  expect(restartPlace(fresh, 'k1', checkpoints)).toEqual({
    position: 70,
    identity: 'k1',
    topics: new Map(all.map((topic) => [topic, 70])),
  });
  expect(restartPlace(fresh, 'k1', checkpoints.slice(1)).position).toBe(0);
});

it('goes back to the slowest group, and forgets what the new broker does not have', () => {
  const place: RelayPlace = {
    position: 100,
    identity: 'k1',
    topics: new Map([
      [topics.received, 95],
      [topics.validated, 99],
      [topics.notifications, 10],
    ]),
  };
  const checkpoints = at(at(everywhere(0), 'validator', topics.received, 95), 'router', topics.validated, 60);
  expect(restartPlace(place, 'k2', checkpoints)).toEqual({
    position: 60,
    identity: 'k2',
    topics: new Map([
      [topics.received, 60],
      [topics.validated, 60],
      [topics.notifications, 10],
    ]),
  });
});

it('does not go back for a group that had all of a topic which is quiet', () => {
  const place: RelayPlace = {
    position: 1_000,
    identity: 'k1',
    topics: new Map([
      [topics.received, 995],
      [topics.deliveryOutcomes, 3],
    ]),
  };
  const checkpoints = at(at(everywhere(0), 'validator', topics.received, 990), 'notifications', topics.deliveryOutcomes, 3);
  expect(restartPlace(place, 'k2', checkpoints)).toEqual({
    position: 990,
    identity: 'k2',
    topics: new Map([
      [topics.received, 990],
      [topics.deliveryOutcomes, 3],
    ]),
  });
});

it('counts groups that nobody knows here, and those that have yet to begin', () => {
  const place: RelayPlace = { position: 100, identity: 'k1', topics: new Map([[topics.received, 100]]) };
  expect(restartPlace(place, 'k2', [...everywhere(100), { group: 'newcomer', topic: topics.received, position: 40 }]).position).toBe(40);
  expect(restartPlace(place, 'k2', everywhere(100).slice(1)).position).toBe(0);
});

const types = Object.keys(topicOf) as (keyof typeof topicOf)[];

it('shows every group all that it has not had, chained to what it has, whatever the log and wherever the groups stand', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...types), { maxLength: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: readers.length, maxLength: readers.length }),
      fc.boolean(),
      (log, published, shares, isFirst) => {
        const topicAt = log.map((type) => topicOf[type]);
        const lastOf = (topic: string, to: number): number => topicAt.slice(0, to).lastIndexOf(topic as (typeof all)[number]) + 1;
        const position = isFirst ? 0 : Math.round(published * log.length);
        const known = all.map((topic) => [topic, lastOf(topic, position)] as const).filter(([, last]) => last > 0);
        const place: RelayPlace = { position, identity: isFirst ? undefined : 'k1', topics: new Map(known) };
        const checkpoints = readers.map((reader, index) => ({
          ...reader,
          position: Math.round((shares[index] ?? 0) * (isFirst ? log.length : position)),
        }));
        const next = restartPlace(place, 'k2', checkpoints);
        if (!isFirst) expect(next.position).toBeLessThanOrEqual(position);
        for (const { topic, position: checkpoint } of checkpoints) {
          const again = topicAt.flatMap((each, index) => (each === topic && index + 1 > next.position ? [index + 1] : []));
          const wanted = topicAt.flatMap((each, index) => (each === topic && index + 1 > checkpoint ? [index + 1] : []));
          expect(again.filter((each) => each > checkpoint)).toEqual(wanted);
          const previous = next.topics.get(topic) ?? 0;
          expect(previous).toBeLessThanOrEqual(checkpoint);
          expect(lastOf(topic, next.position)).toBeLessThanOrEqual(previous);
        }
      },
    ),
    { numRuns: 500 },
  );
});
