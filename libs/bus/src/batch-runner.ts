import type { BatchHandler, CheckpointKey, Checkpoints, Clock, LogRecord, ParkedRecord, UnitOfWork } from '@crossdock/core';
import { boundedText } from '@crossdock/core';
import { isWeather, messageOf, type Logger } from '@crossdock/kit';

const MAX_REASON = 1_000;

export interface BatchRunnerParts {
  readonly unitOfWork: UnitOfWork;
  readonly checkpoints: Checkpoints;
  readonly logger: Logger;
  readonly now: Clock;
}

/** How far a batch got. `again`: the record behind `position` is not to be had yet, for this reason. */
export type BatchEnd = { readonly position: number; readonly again?: string };

/** The handler asked to come again from this record on: the transaction is void, the records before it are done anew. */
class ComeAgain extends Error {
  readonly index: number;
  readonly reason: string;

  constructor(index: number, reason: string) {
    super(reason);
    this.index = index;
    this.reason = reason;
  }
}

/**
 * Runs batches: the handler's outputs, the parked records and the checkpoint are one transaction. Nothing that a record does
 * can stop its shard: what throws is isolated by halving the batch, and parked.
 */
export class BatchRunner {
  readonly #parts: BatchRunnerParts;

  constructor(parts: BatchRunnerParts) {
    this.#parts = parts;
  }

  /**
   * Handles records behind the checkpoint `expected`; the last one's checkpoint becomes `end`. Throws weather, and
   * `checkpoint_moved` when another owner was here.
   */
  async run(key: CheckpointKey, handler: BatchHandler, records: readonly LogRecord[], expected: number, end: number): Promise<BatchEnd> {
    try {
      await this.#commit(key, handler, records, expected, end);
      return { position: end };
    } catch (error) {
      if (error instanceof ComeAgain) return await this.#prefix(key, handler, records, expected, error);
      if (isWeather(error)) throw error;
      if (records.length > 1) return await this.#halves(key, handler, records, expected, end);
      return await this.#parkAlone(key, records, expected, end, error);
    }
  }

  async #commit(key: CheckpointKey, handler: BatchHandler, records: readonly LogRecord[], expected: number, end: number): Promise<void> {
    await this.#parts.unitOfWork.run(async (tx) => {
      await this.#parts.checkpoints.move(tx, key, expected, end);
      const outcomes = await handler(records, tx);
      if (outcomes.length !== records.length) throw new TypeError(`${records.length} records had ${outcomes.length} outcomes.`);
      const parked: ParkedRecord[] = [];
      for (const [index, record] of records.entries()) {
        const outcome = outcomes[index];
        if (outcome?.kind === 'retry') throw new ComeAgain(index, outcome.reason);
        if (outcome?.kind === 'poison') parked.push(this.#parked(key, record, outcome.reason));
      }
      await this.#parts.checkpoints.park(tx, parked);
    });
  }

  #parked(key: CheckpointKey, record: LogRecord, reason: string): ParkedRecord {
    this.#parts.logger.warn(
      { event: 'record_parked', ...key, position: record.position, message_id: record.stream, reason },
      'a record was parked',
    );
    return {
      ...key,
      position: record.position,
      stream: record.stream,
      version: record.version,
      store: record.event.store,
      reason: boundedText(reason, MAX_REASON),
      parkedAt: this.#parts.now(),
    };
  }

  async #prefix(
    key: CheckpointKey,
    handler: BatchHandler,
    records: readonly LogRecord[],
    expected: number,
    again: ComeAgain,
  ): Promise<BatchEnd> {
    const before = records.slice(0, again.index);
    const last = before.at(-1);
    if (last === undefined) return { position: expected, again: again.reason };
    const end = await this.run(key, handler, before, expected, last.position);
    return end.again === undefined ? { position: end.position, again: again.reason } : end;
  }

  async #halves(
    key: CheckpointKey,
    handler: BatchHandler,
    records: readonly LogRecord[],
    expected: number,
    end: number,
  ): Promise<BatchEnd> {
    const middle = Math.ceil(records.length / 2);
    const first = records.slice(0, middle);
    const begun = await this.run(key, handler, first, expected, first.at(-1)?.position ?? expected);
    return begun.again === undefined ? await this.run(key, handler, records.slice(middle), begun.position, end) : begun;
  }

  async #parkAlone(key: CheckpointKey, records: readonly LogRecord[], expected: number, end: number, error: unknown): Promise<BatchEnd> {
    this.#parts.logger.error({ event: 'record_failed', ...key, err: error }, 'a record could not be handled');
    await this.#parts.unitOfWork.run(async (tx) => {
      await this.#parts.checkpoints.move(tx, key, expected, end);
      await this.#parts.checkpoints.park(
        tx,
        records.map((record) => this.#parked(key, record, messageOf(error))),
      );
    });
    return { position: end };
  }
}
