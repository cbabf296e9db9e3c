import {
  boundedText,
  type BatchHandler,
  type CheckpointKey,
  type LogRecord,
  type LogTail,
  type ParkedRecord,
  type ParkedRecords,
  type UnitOfWork,
} from '@crossdock/core';
import { isWeather, messageOf, type Logger } from '@crossdock/kit';

export interface ParkedRetryParts {
  readonly parked: ParkedRecords;
  readonly tail: LogTail;
  readonly unitOfWork: UnitOfWork;
  readonly logger: Logger;
}

const MAX_REASON = 1_000;

/** Tries parked records again, when a person asked for it: each alone, outside the checkpoint. */
export class ParkedRetry {
  readonly #parts: ParkedRetryParts;

  constructor(parts: ParkedRetryParts) {
    this.#parts = parts;
  }

  async run(key: CheckpointKey, handler: BatchHandler): Promise<void> {
    for (const parked of await this.#parts.parked.wanted(key)) await this.#retry(key, parked, handler);
  }

  async #retry(key: CheckpointKey, parked: ParkedRecord, handler: BatchHandler): Promise<void> {
    const [event] = await this.#parts.tail.read(key.shard, parked.position - 1, 1);
    if (event === undefined) return;
    const record: LogRecord = { ...event, topic: key.topic, previous: parked.position - 1 };
    try {
      await this.#parts.unitOfWork.run(async (tx) => {
        const [outcome] = await handler([record], tx);
        if (outcome?.kind !== 'done') throw new StillParked(outcome?.reason ?? 'The handler answered nothing.');
        await this.#parts.parked.remove(tx, parked);
      });
      this.#parts.logger.info(
        { event: 'parked_record_done', ...key, position: parked.position, message_id: parked.stream },
        'a parked record is done',
      );
    } catch (error) {
      if (isWeather(error)) throw error;
      await this.#parts.parked.refuse(parked, boundedText(messageOf(error), MAX_REASON));
    }
  }
}

/** Rolls the try back; the reason is kept with the record. */
class StillParked extends Error {}
