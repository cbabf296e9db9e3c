import type { Clock, DueDeliveries, EventLog, LogTail, NewEvent, UnitOfWork } from '@crossdock/core';
import { pause, type Logger } from '@crossdock/kit';

export interface LostAttemptsParts {
  readonly due: DueDeliveries;
  readonly log: EventLog;
  readonly unitOfWork: UnitOfWork;
  readonly shards: LogTail['shards'];
  readonly now: Clock;
  readonly logger: Logger;
  /** Whether an attempt is under way in this process. */
  holds(delivery: string, attempt: number): boolean;
  /** Called when deliveries became due again. */
  onTaken(): void;
}

const LOOK_MS = 1_000;
const PAGE = 500;
/** A lease that is younger may still be on its way to the dispatcher. */
const SETTLED_MS = 3_000;

/** Takes over what dead processes had leased: each is an attempt whose outcome nobody knows, and is made again. */
export class LostAttempts {
  readonly #parts: LostAttemptsParts;
  readonly #stop = new AbortController();
  #suspects: ReadonlySet<string> = new Set();
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
        await this.#giveBackUnknown();
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

  /**
   * A connection that broke between a commit and its answer leaves leases that this process does not know of: nothing was
   * sent for them, so they are given back. Only what is missing twice counts.
   */
  async #giveBackUnknown(): Promise<void> {
    const unknown = (await this.#parts.due.leases(SETTLED_MS)).filter(({ delivery, attempt }) => !this.#parts.holds(delivery, attempt));
    const keyOf = (lease: { readonly delivery: string; readonly attempt: number }): string => `${lease.delivery} ${lease.attempt}`;
    const twice = unknown.filter((lease) => this.#suspects.has(keyOf(lease)));
    this.#suspects = new Set(unknown.map(keyOf));
    if (twice.length === 0) return;
    this.#parts.logger.warn({ event: 'leases_given_back', count: twice.length }, 'leases of commits in doubt are given back');
    await this.#parts.due.release(twice);
    this.#parts.onTaken();
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
