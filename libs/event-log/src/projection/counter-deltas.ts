import { queueOf, type ItemRow, type NotificationRow, type QueueName } from './item.ts';

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
  readonly #deltas = new Map<string, CounterKey & { n: number }>();

  add(key: CounterKey, n: number): void {
    const name = `${key.store} ${key.queue} ${key.state} ${key.shard}`;
    const known = this.#deltas.get(name);
    if (known === undefined) this.#deltas.set(name, { ...key, n });
    else known.n += n;
  }

  item(before: ItemRow | undefined, after: ItemRow): void {
    if (before?.state === after.state) return;
    if (before !== undefined) this.add(keyOfItem(before), -1);
    this.add(keyOfItem(after), 1);
  }

  notification(before: NotificationRow | undefined, after: NotificationRow): void {
    if (before === undefined) this.add(keyOfNotification(after), 1);
  }

  /** Those that are not zero, in the order in which everybody locks them. */
  sorted(): readonly Counter[] {
    return [...this.#deltas.entries()]
      .filter(([, delta]) => delta.n !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, delta]) => delta);
  }
}

export function keyOfItem(row: ItemRow): CounterKey {
  return { shard: row.shard, store: row.store, queue: queueOf[row.state], state: row.state };
}

export function keyOfNotification(row: NotificationRow): CounterKey {
  return { shard: row.shard, store: row.store, queue: 'notifications', state: row.level };
}
