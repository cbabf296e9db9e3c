import type { CheckpointKey, Checkpoints, ParkedRecord } from '../ports/bus.ts';
import type { LogTail } from '../ports/event-log.ts';
import type { Transaction } from '../ports/transaction.ts';
import type { MemoryTable } from './memory-table.ts';
import type { MemoryUnitOfWork } from './memory-unit-of-work.ts';
import { isAlive, type MemoryWorker } from './memory-worker.ts';
import { StoreError } from './store-error.ts';

interface Checkpoint {
  readonly position: number;
  readonly owner: number | undefined;
}

const keyOf = ({ group, topic, shard }: CheckpointKey): string => JSON.stringify([group, topic, shard]);

/** Where the consumer groups stand. Moving compares, whoever owns the key. */
export class MemoryCheckpoints implements Checkpoints {
  readonly #database: MemoryUnitOfWork;
  readonly #log: Pick<LogTail, 'head'>;
  readonly #worker: MemoryWorker;
  readonly #rows: MemoryTable<Checkpoint>;
  readonly #parked: MemoryTable<ParkedRecord>;

  constructor(database: MemoryUnitOfWork, log: Pick<LogTail, 'head'>, worker: MemoryWorker) {
    this.#database = database;
    this.#log = log;
    this.#worker = worker;
    this.#rows = database.table('checkpoint');
    this.#parked = database.table('parked_record');
  }

  async position(key: CheckpointKey): Promise<number> {
    return await this.#database.run((tx) => {
      const row = this.#rows.get(keyOf(key), tx) ?? { position: 0, owner: undefined };
      this.#rows.set(tx, keyOf(key), row);
      return Promise.resolve(row.position);
    });
  }

  async acquire(key: CheckpointKey): ReturnType<Checkpoints['acquire']> {
    const position = await this.#database.run((tx) => Promise.resolve(this.#take(tx, key)));
    return position === undefined ? { kind: 'standby' } : { kind: 'owned', position };
  }

  #take(tx: Transaction, key: CheckpointKey): number | undefined {
    const { position, owner } = this.#rows.get(keyOf(key), tx) ?? { position: 0, owner: undefined };
    if (owner !== undefined && owner !== this.#worker.id && isAlive(this.#database, owner, tx)) return undefined;
    this.#rows.set(tx, keyOf(key), { position, owner: this.#worker.id });
    return position;
  }

  async release(key: CheckpointKey): Promise<void> {
    await this.#database.run((tx) => {
      const row = this.#rows.get(keyOf(key), tx);
      if (row?.owner === this.#worker.id) this.#rows.set(tx, keyOf(key), { ...row, owner: undefined });
      return Promise.resolve();
    });
  }

  // oxlint-disable-next-line typescript/require-await -- what is thrown is a rejection, as it is of every other adapter
  async move(tx: Transaction, key: CheckpointKey, expected: number, next: number): Promise<void> {
    const row = this.#rows.get(keyOf(key), tx);
    if (row?.position !== expected || next < expected || next > this.#log.head(key.shard)) {
      throw new StoreError('checkpoint_moved', 'Another owner moved the checkpoint.', true);
    }
    this.#rows.set(tx, keyOf(key), { ...row, position: next });
  }

  // oxlint-disable-next-line typescript/require-await -- a promise, as of every other adapter
  async park(tx: Transaction, records: readonly ParkedRecord[]): Promise<void> {
    for (const record of records) {
      const key = JSON.stringify([keyOf(record), record.position]);
      if (this.#parked.get(key, tx) === undefined) this.#parked.set(tx, key, record);
    }
  }

  /** What was parked, by position. */
  parked(): readonly ParkedRecord[] {
    return this.#parked
      .entries()
      .map(([, record]) => record)
      .sort((a, b) => (keyOf(a) === keyOf(b) ? a.position - b.position : keyOf(a) < keyOf(b) ? -1 : 1));
  }
}
