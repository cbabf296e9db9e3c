import type { Clock, EventLog, LogTail, ReceivedMessages, RecordPublisher, StoredEvent } from '@crossdock/core';
import { isWeather, type Logger } from '@crossdock/kit';
import { buildBatch, type RelayBatch } from './batch-builder.ts';
import { answerOf } from './answer-of.ts';
import type { Lag } from './lag-alarm.ts';
import type { RelayLease, RelayMove, RelayPlace, RelayStore } from './relay-store.ts';
import { restartPlace } from './restart-place.ts';

export interface ShardRelayParts {
  readonly tail: LogTail;
  /** Requeued deliveries name their message in their first event. */
  readonly log: Pick<EventLog, 'load'>;
  readonly received: ReceivedMessages;
  readonly publisher: RecordPublisher;
  readonly store: RelayStore;
  readonly logger: Logger;
  readonly now: Clock;
  readonly options: ShardRelayOptions;
}

export interface ShardRelayOptions {
  /** Records of one call. */
  readonly maxRecords: number;
  /** Bytes of one call, facts and payloads; one record may have more. */
  readonly maxBytes: number;
  /** A publisher that has not answered after this is asked again. */
  readonly publishTimeoutMs: number;
  /** How often to ask the broker who it is, even if nothing fails. */
  readonly identityEveryMs: number;
}

/** How a turn ended: records were published and there may be more; there was nothing; another process publishes the shard. */
export type TurnEnd = { readonly kind: 'published'; readonly records: number } | { readonly kind: 'idle' } | { readonly kind: 'standby' };

const standby: TurnEnd = { kind: 'standby' };

/**
 * Publishes one shard, a turn at a time: read behind the position, publish, and only when that is confirmed move the position,
 * if it is still this process's to move. So whatever ends where, records repeat and none is missing. It waits for nothing and
 * tries nothing again: that is its caller's.
 */
export class ShardRelay {
  readonly #parts: ShardRelayParts;
  readonly #shard: number;
  #lease: RelayLease | undefined;
  #place: RelayPlace = { position: 0, identity: undefined, topics: new Map() };
  /** Until when the broker counts as the one it was. */
  #identifiedUntil = 0;
  #oldestAt: number | undefined;
  #maxRecords: number;
  #warnedOfBare = false;

  constructor(parts: ShardRelayParts, shard: number) {
    this.#parts = parts;
    this.#shard = shard;
    this.#maxRecords = parts.options.maxRecords;
  }

  get lease(): RelayLease | undefined {
    return this.#lease;
  }

  get position(): number {
    return this.#place.position;
  }

  /** Of the shard's holder; what another process holds is not this one's to measure. */
  get lag(): Lag {
    const records = this.#lease === undefined ? 0 : Math.max(0, this.#parts.tail.head(this.#shard) - this.#place.position);
    return { records, ms: records === 0 || this.#oldestAt === undefined ? 0 : Math.max(0, this.#parts.now() - this.#oldestAt) };
  }

  /** One turn. Throws weather; what was under way then is done again by a later turn. */
  async turn(): Promise<TurnEnd> {
    const lease = this.#lease ?? (await this.#acquire());
    if (lease === undefined) return standby;
    const { position: after } = this.#place;
    const events = await this.#parts.tail.read(this.#shard, after, this.#maxRecords);
    this.#oldestAt = events[0]?.at;
    if (this.#parts.now() >= this.#identifiedUntil && !(await this.#identify(lease))) return standby;
    if (this.#place.position !== after) return { kind: 'published', records: 0 };
    return events.length === 0 ? { kind: 'idle' } : await this.#take(lease, events);
  }

  async #take(lease: RelayLease, events: readonly StoredEvent[]): Promise<TurnEnd> {
    const { topics } = this.#place;
    const batch = await buildBatch(this.#parts, events, { epoch: lease.epoch, topics, maxBytes: this.#parts.options.maxBytes });
    this.#warnOfBare(batch);
    // The lookout may have seen another holder meanwhile.
    if (this.#lease !== lease) return standby;
    await this.#publish(batch);
    const position = batch.records.at(-1)?.position ?? this.#place.position;
    if (!(await this.#move(lease, { position, topics: batch.topics }))) return standby;
    return { kind: 'published', records: batch.records.length };
  }

  /** Another process has taken the shard over: this one stops at once. */
  lose(): void {
    this.#forget();
    this.#parts.logger.info({ event: 'relay_lost', shard: this.#shard }, 'another process publishes this shard');
  }

  #forget(): void {
    this.#lease = undefined;
    this.#oldestAt = undefined;
  }

  /** Lets others have the shard. */
  async release(): Promise<void> {
    const lease = this.#lease;
    this.#forget();
    if (lease !== undefined) await this.#parts.store.release(lease);
  }

  async #acquire(): Promise<RelayLease | undefined> {
    const acquired = await this.#parts.store.acquire(this.#shard);
    if (acquired.kind === 'standby') return undefined;
    this.#lease = acquired.lease;
    this.#place = acquired.place;
    this.#identifiedUntil = 0;
    const facts = { shard: this.#shard, position: this.#place.position };
    this.#parts.logger.info({ event: 'relay_acquired', ...facts }, 'this process publishes a shard');
    return acquired.lease;
  }

  /** Asks the broker who it is. Another one has nothing of what was published: the shard begins where that hurts nobody. */
  async #identify(lease: RelayLease): Promise<boolean> {
    const identity = await answerOf(this.#parts.publisher.identity(), this.#parts.options.publishTimeoutMs, 'said who it is');
    if (identity !== this.#place.identity) {
      const from = this.#place;
      const to = restartPlace(from, identity, await this.#parts.store.checkpoints(this.#shard));
      if (!(await this.#move(lease, { position: to.position, topics: to.topics, identity }))) return false;
      const facts = { shard: this.#shard, from: from.position, to: to.position, before: from.identity, identity };
      if (from.identity === undefined)
        this.#parts.logger.info({ event: 'relay_started', ...facts }, 'a shard is published for the first time');
      else
        this.#parts.logger.warn(
          { event: 'relay_restarted', code: 'broker_changed', ...facts },
          'the broker is another one: what consumers need is published again',
        );
    }
    this.#identifiedUntil = this.#parts.now() + this.#parts.options.identityEveryMs;
    return true;
  }

  async #publish({ records }: RelayBatch): Promise<void> {
    const { publisher, options } = this.#parts;
    const { publishTimeoutMs, maxRecords } = options;
    try {
      await answerOf(publisher.publish(this.#shard, records), publishTimeoutMs, 'confirmed the records');
      this.#maxRecords = Math.min(maxRecords, this.#maxRecords * 2);
    } catch (error) {
      this.#identifiedUntil = 0;
      // What is refused for what it is would be refused for ever: a smaller call finds the record that it is about.
      if (!isWeather(error)) this.#maxRecords = Math.max(1, Math.floor(records.length / 2));
      throw error;
    }
  }

  /** Whoever holds the shard now, the tables say where it stands: after a failure, a move may have happened or not. */
  async #move(lease: RelayLease, to: RelayMove): Promise<boolean> {
    try {
      const moved = await this.#parts.store.move(lease, this.#place.position, to);
      if (moved) {
        this.#place = {
          position: to.position,
          identity: to.identity ?? this.#place.identity,
          topics: new Map([...this.#place.topics, ...to.topics]),
        };
      } else this.lose();
      return moved;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #warnOfBare({ bare: [first] }: RelayBatch): void {
    if (first === undefined || this.#warnedOfBare) return;
    this.#warnedOfBare = true;
    const facts = { shard: this.#shard, topic: first.topic, position: first.position, message_id: first.stream };
    this.#parts.logger.warn(
      { event: 'relay_payload_missing', ...facts },
      'a record is published without its payload, which is nowhere; further ones are not reported',
    );
  }
}
