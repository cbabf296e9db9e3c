import { isItemState, queueOf, type QueueName } from '@crossdock/core';
import type { ItemRow, NotificationRow } from './item.ts';

/** Which counter: notifications are counted per level. */
export interface CounterKey {
  readonly shard: number;
  readonly store: string;
  readonly queue: QueueName | 'notifications';
  readonly state: string;
}

export interface Counter extends CounterKey {
  readonly n: number;
}

/** What a batch of rows changes in the counters, added up. */
export class CounterDeltas {
  /** By shard, store and state; the state tells the queue. Nested, as a composed key would be a new text a row. */
  readonly #deltas = new Map<number, Map<string, Map<string, number>>>();

  #add(row: { readonly shard: number; readonly store: string }, state: string, n: number): void {
    const stores = valueAt(this.#deltas, row.shard, () => new Map<string, Map<string, number>>());
    const states = valueAt(stores, row.store, () => new Map<string, number>());
    states.set(state, (states.get(state) ?? 0) + n);
  }

  item(before: ItemRow | undefined, after: ItemRow): void {
    if (before?.state === after.state) return;
    if (before !== undefined) this.#add(before, before.state, -1);
    this.#add(after, after.state, 1);
  }

  notification(before: NotificationRow | undefined, after: NotificationRow): void {
    if (before === undefined) this.#add(after, after.level, 1);
  }

  /** Those that are not zero, in the order in which everybody locks them. */
  sorted(): readonly Counter[] {
    const counters: Counter[] = [];
    for (const [shard, stores] of this.#deltas) {
      for (const [store, states] of stores) {
        for (const [state, n] of states) {
          if (n !== 0) counters.push({ shard, store, queue: queueOfCounter(state), state, n });
        }
      }
    }
    return counters.sort(
      (a, b) => compare(a.store, b.store) || compare(a.queue, b.queue) || compare(a.state, b.state) || a.shard - b.shard,
    );
  }
}

function queueOfCounter(state: string): Counter['queue'] {
  return isItemState(state) ? queueOf[state] : 'notifications';
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function valueAt<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
