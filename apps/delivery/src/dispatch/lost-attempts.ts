import type { Clock, DueDeliveries, EventLog, LogTail, NewEvent, UnitOfWork } from '@crossdock/core';
import { pause, type Logger } from '@crossdock/kit';

export interface LostAttemptsParts {
  readonly due: DueDeliveries;
  readonly log: EventLog;
  readonly unitOfWork: UnitOfWork;
  readonly shards: LogTail['shards'];
  readonly now: Clock;
  readonly logger: Logger;
  /** Called when deliveries became due again. */
  onTaken(): void;
}

const LOOK_MS = 1_000;
const PAGE = 500;

/** Takes over what dead processes had leased: each is an attempt whose outcome nobody knows, and is made again. */
export class LostAttempts {
  readonly #parts: LostAttemptsParts;
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: LostAttemptsParts) {
    this.#parts = parts;
  }

  run(): void {
    this.#loop = this.#look();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #look(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        if (await this.#parts.due.hasLostLeases()) {
          for (const shard of this.#parts.shards) await this.#takeOver(shard);
          this.#parts.onTaken();
        }
      } catch (error) {
        this.#parts.logger.warn({ event: 'take_over_failed', err: error }, 'lost attempts could not be taken over');
      }
      await pause(LOOK_MS, this.#stop.signal);
    }
  }

  async #takeOver(shard: number): Promise<void> {
    for (let taken = PAGE; taken === PAGE;) {
      taken = await this.#parts.unitOfWork.run(async (tx) => {
        const rows = await this.#parts.due.takeOver(tx, shard, PAGE);
        const at = this.#parts.now();
        const streams = await this.#parts.log.load(
          rows.map((row) => row.delivery),
          tx,
        );
        const events: NewEvent[] = [];
        for (const row of rows) {
          const stream = streams.get(row.delivery);
          const first = stream?.[0]?.event;
          // The row's version may be behind: a late answer does not move it.
          const version = (stream?.at(-1)?.version ?? 0) + 1;
          if (first === undefined) continue;
          events.push({
            stream: row.delivery,
            version,
            at,
            event: { type: 'delivery.attempt_lost', store: first.store, root: first.root, number: row.attempt },
          });
          await this.#parts.due.reschedule(tx, { ...row, version, dueAt: at });
        }
        await this.#parts.log.append(tx, shard, events);
        return rows.length;
      });
      if (taken > 0) this.#parts.logger.info({ event: 'attempts_taken_over', shard, count: taken }, 'took over lost attempts');
    }
  }
}
