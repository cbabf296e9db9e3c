import type { RejectedRecord, RejectedRecords } from '../ports/bus.ts';

/** Rejected records in memory: the newest, at most `keep`. */
export class MemoryRejectedRecords implements RejectedRecords {
  readonly #keep: number;
  #records: readonly RejectedRecord[] = [];

  constructor(keep = 10_000) {
    this.#keep = keep;
  }

  add(records: readonly RejectedRecord[]): Promise<void> {
    const kept = new Map(this.#records.map((record) => [keyOf(record), record]));
    for (const record of records) if (!kept.has(keyOf(record))) kept.set(keyOf(record), record);
    // Sorting is stable: of those of one moment, the last added comes first.
    this.#records = [...kept.values()]
      .reverse()
      .sort((a, b) => b.rejectedAt - a.rejectedAt)
      .slice(0, this.#keep)
      .reverse();
    return Promise.resolve();
  }

  list(limit: number): Promise<readonly RejectedRecord[]> {
    return Promise.resolve([...this.#records].reverse().slice(0, limit));
  }
}

const keyOf = ({ group, topic, partition, offset }: RejectedRecord): string => JSON.stringify([group, topic, partition, offset]);
