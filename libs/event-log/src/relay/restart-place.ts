import { consumers, topics } from '@crossdock/contracts';
import type { RelayPlace, TopicCheckpoint } from './relay-store.ts';

/**
 * Where a shard begins when the broker is another one than that of `place`, or the first: nothing is there, and the groups
 * need what lies behind their checkpoints.
 *
 * The start S is the lowest of those checkpoints, and never ahead of the relay's position P where it has one:
 * - A group whose checkpoint c is at or behind the topic's last published event l (c ≥ l) has had all of that topic up to P.
 *   It needs nothing before P, and so does not count: a topic that has been quiet for a year must not bring back a year.
 * - Any other group counts with c. One that is known to read a topic and has no checkpoint yet counts with 0.
 * - The first time, P says nothing: what the groups have had, they have had from the log itself, so each counts with its c.
 *
 * Each topic's last event is then taken to be at min(l, S). The first record behind S is published with that as `previous`, and
 *   (a) no event of the topic lies between it and that record: where it is l ≤ S, the topic's events behind l are behind P ≥ S;
 *       where it is S, the record is the topic's first behind S;
 *   (b) it is at or below the checkpoint c of every group that reads the topic, so that none sees a hole where there is none:
 *       a group that counted has S ≤ c; one that did not has l ≤ c; and min(l, S) is neither above S nor above l.
 * The first time l is not known for any topic; S serves for all, as every group counts. If S is 0, nothing has been before it.
 *
 * S is no event of the topic then, but (a) is all that `previous` promises, and `Publications.last` may fall: it says what can
 * be had from the broker, and a consumer that stands at or behind it misses nothing.
 */
export function restartPlace(place: RelayPlace, identity: string, checkpoints: readonly TopicCheckpoint[]): RelayPlace {
  const needed = [...checkpoints, ...missing(checkpoints)];
  if (place.identity === undefined) {
    const start = Math.min(...needed.map(({ position }) => position));
    return { position: start, identity, topics: new Map(start === 0 ? [] : Object.values(topics).map((topic) => [topic, start])) };
  }
  const behind = needed.filter(({ topic, position }) => position < (place.topics.get(topic) ?? 0));
  const start = Math.min(place.position, ...behind.map(({ position }) => position));
  return { position: start, identity, topics: new Map([...place.topics].map(([topic, last]) => [topic, Math.min(last, start)])) };
}

/** Groups that have yet to begin. */
function missing(checkpoints: readonly TopicCheckpoint[]): readonly TopicCheckpoint[] {
  const known = new Set(checkpoints.map(({ group, topic }) => `${group} ${topic}`));
  const all = Object.entries(consumers).flatMap(([group, read]) => read.map((topic) => ({ group, topic, position: 0 })));
  return all.filter(({ group, topic }) => !known.has(`${group} ${topic}`));
}
