import type { RecordPublisher, RecordToPublish } from '../ports/bus.ts';
import { StoreError } from './store-error.ts';

/** What a broker does with one call: how much of it is written, per topic, and whether the caller hears of it. */
export interface BrokenCall {
  /** Share of each topic's records that is written, from 0 to 1: partitions fail on their own, and lose their ends. */
  readonly written: number;
}

/** Topics in memory: an append-only list for each partition, which knows nothing of what it holds, as a broker does. */
export class MemoryTopics implements RecordPublisher {
  readonly #partitions = new Map<string, RecordToPublish[]>();
  #broken: BrokenCall[] = [];
  #clusters = 1;
  /** While this is set, the broker answers nobody. */
  isAway = false;

  // oxlint-disable-next-line typescript/require-await -- what is thrown is a rejection, as it is of every other adapter
  async identity(): Promise<string> {
    this.#expectThere();
    return `cluster ${this.#clusters}`;
  }

  // oxlint-disable-next-line typescript/require-await -- what is thrown is a rejection, as it is of every other adapter
  async publish(shard: number, records: readonly RecordToPublish[]): Promise<void> {
    this.#expectThere();
    const broken = this.#broken.shift();
    this.write(shard, records, broken?.written ?? 1);
    if (broken !== undefined) throw away();
  }

  /** Appends so much of each topic's records. */
  write(shard: number, records: readonly RecordToPublish[], share = 1): void {
    for (const topic of new Set(records.map((record) => record.topic))) {
      const own = records.filter((record) => record.topic === topic);
      this.#of(topic, shard).push(...own.slice(0, Math.round(own.length * share)));
    }
  }

  /** What the next calls, one after another, make of their records; each of them is refused. */
  breakNext(...calls: readonly BrokenCall[]): void {
    this.#broken = [...this.#broken, ...calls];
  }

  /** Another cluster takes the place of this one: nothing of what was published is there. */
  replace(): void {
    this.#partitions.clear();
    this.#clusters += 1;
  }

  /** All that a partition holds, repeats included. */
  records(topic: string, partition: number): readonly RecordToPublish[] {
    return this.#of(topic, partition);
  }

  #of(topic: string, partition: number): RecordToPublish[] {
    const key = JSON.stringify([topic, partition]);
    const known = this.#partitions.get(key);
    if (known !== undefined) return known;
    const created: RecordToPublish[] = [];
    this.#partitions.set(key, created);
    return created;
  }

  #expectThere(): void {
    if (this.isAway) throw away();
  }
}

const away = (): StoreError => new StoreError('broker_unreachable', 'The broker does not answer.', true);
