import {
  childId,
  decideDelivery,
  trailThrough,
  type Answer,
  type Attempt,
  type Clock,
  type DeliveryDecision,
  type DueDeliveries,
  type DueDelivery,
  type EventLog,
  type HubEvent,
  type Identifiers,
  type Mapping,
  type NewEvent,
  type ParameterWrite,
  type Random,
  type Received,
  type Registry,
  type Settlement,
  type Sha256,
  type StoredEvent,
  type Transaction,
  type UnitOfWork,
} from '@crossdock/core';
import { codeOf, isWeather, Lane, lingerUnderLoad, messageOf, pause, type Logger } from '@crossdock/kit';

/** An attempt that has ended, and what it was about. */
export interface EndedAttempt {
  readonly due: DueDelivery;
  readonly received: Received;
  readonly mapping: Mapping;
  readonly attempt: Omit<Attempt, 'error' | 'warnings'>;
  readonly outcome: Answer;
  readonly retryAfterMs: number | undefined;
}

/** What a delivery without a mapping comes to. */
export interface OrphanedDelivery {
  readonly due: DueDelivery;
  readonly received: Received;
  readonly mapping: undefined;
}

export type Ended = (EndedAttempt | OrphanedDelivery) & { settled(): void };

interface Decided {
  readonly ended: Ended;
  readonly decision: DeliveryDecision;
}

const MAX_BATCH = 200;
const MAX_WARNINGS = 20;
const PAUSE_MS = 200;
/** Where an outcome cannot be stored for a reason of its own, its delivery is tried again after this. */
const SET_ASIDE_MS = 60_000;

export interface OutcomeWriterParts {
  readonly unitOfWork: UnitOfWork;
  readonly log: EventLog;
  readonly due: DueDeliveries;
  readonly identifiers: Identifiers;
  readonly registry: Registry;
  readonly sha256: Sha256;
  readonly now: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Stores outcomes, many a transaction: the due row goes or waits again, and with it, in the same commit, stand the event, the
 * messages and parameters of the answer. Only the owner of the row has an outcome; any other answer is merely recorded.
 */
export class OutcomeWriter {
  readonly #parts: OutcomeWriterParts;
  readonly #lanes = new Map<number, Lane<Decided>>();

  constructor(parts: OutcomeWriterParts) {
    this.#parts = parts;
  }

  add(ended: Ended): DeliveryDecision {
    const decided = { ended, decision: this.#decide(ended) };
    this.#lane(ended.due.shard).add(decided);
    return decided.decision;
  }

  async idle(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.idle()));
  }

  #lane(shard: number): Lane<Decided> {
    let lane = this.#lanes.get(shard);
    if (lane === undefined) {
      lane = new Lane<Decided>({
        maxBatch: MAX_BATCH,
        maxWeight: MAX_BATCH,
        weigh: () => 1,
        linger: lingerUnderLoad,
        commit: (batch) => this.#store(shard, batch),
      });
      this.#lanes.set(shard, lane);
    }
    return lane;
  }

  #decide(ended: Ended): DeliveryDecision {
    const { store, root } = ended.received.event;
    if (ended.mapping === undefined) return { kind: 'parked', event: { type: 'delivery.parked', store, root, reason: 'mapping_gone' } };
    return decideDelivery({
      store,
      root,
      options: ended.mapping.options,
      failures: ended.due.failures,
      attempt: ended.attempt,
      outcome: ended.outcome,
      retryAfterMs: ended.retryAfterMs,
      now: this.#parts.now(),
      random: this.#parts.random(),
    });
  }

  /** Weather is waited out; a batch that fails for its own sake is taken apart, and a single outcome set aside. */
  async #store(shard: number, batch: readonly Decided[]): Promise<void> {
    for (;;) {
      try {
        await this.#parts.unitOfWork.run((tx) => this.#write(tx, shard, batch));
        for (const { ended } of batch) ended.settled();
        return;
      } catch (error) {
        this.#parts.logger.warn({ event: 'outcome_not_stored', err: error, batch: batch.length }, 'outcomes could not be stored');
        if (!canWait(error)) return await this.#takeApart(shard, batch, error);
        await pause(PAUSE_MS);
      }
    }
  }

  async #takeApart(shard: number, batch: readonly Decided[], error: unknown): Promise<void> {
    const [only] = batch;
    if (only === undefined) return;
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await this.#store(shard, batch.slice(0, middle));
      await this.#store(shard, batch.slice(middle));
      return;
    }
    const { due } = only.ended;
    this.#parts.logger.error(
      { event: 'outcome_set_aside', delivery_id: due.delivery, reason: messageOf(error) },
      'an outcome cannot be stored',
    );
    const later = { version: due.version, failures: due.failures, dueAt: this.#parts.now() + SET_ASIDE_MS };
    await this.#parts.unitOfWork
      .run((tx) => this.#parts.due.settle(tx, [{ delivery: due.delivery, attempt: due.attempt, next: later }]))
      .catch((failure: unknown) =>
        this.#parts.logger.error({ event: 'outcome_lost_lease', err: failure }, 'the lease stays until this process ends'),
      );
    only.ended.settled();
  }

  async #write(tx: Transaction, shard: number, batch: readonly Decided[]): Promise<void> {
    const versions = tx.repeated ? await this.#versions(tx, batch) : undefined;
    const versionOf = ({ ended }: Decided): number => versions?.get(ended.due.delivery) ?? ended.due.version;
    const owned = await this.#parts.due.settle(
      tx,
      batch.map((decided) => settlementOf(decided, versionOf(decided))),
    );
    const live = batch.filter(({ ended }) => owned.has(ended.due.delivery));
    const late = batch.filter(({ ended }) => !owned.has(ended.due.delivery));
    const parked = live.filter(({ decision }) => decision.kind === 'parked').map(({ ended }) => ended.due.delivery);
    if (parked.length > 0) await this.#parts.identifiers.release(tx, parked);
    const remarks = await this.#writeParameters(tx, live);
    const events = live.flatMap((decided) => this.#events(decided, versionOf(decided), remarks.get(decided) ?? []));
    await this.#parts.log.append(tx, shard, [...events, ...(await this.#lateEvents(tx, late, events))]);
  }

  /** A late answer has made a stream longer than its due row says: the log itself tells the version. */
  async #versions(tx: Transaction, batch: readonly Decided[]): Promise<ReadonlyMap<string, number>> {
    const streams = await this.#parts.log.load(
      batch.map(({ ended }) => ended.due.delivery),
      tx,
    );
    return versionsOf(streams);
  }

  /** Sets the answers' parameters; answers, by outcome, what did not fit. */
  async #writeParameters(tx: Transaction, live: readonly Decided[]): Promise<ReadonlyMap<Decided, readonly string[]>> {
    const remarks = new Map<Decided, string[]>();
    const writes: ParameterWrite[] = [];
    const writers: Decided[] = [];
    for (const decided of live) {
      if (decided.decision.kind !== 'succeeded') continue;
      const { store, delivery: by } = decided.ended.due;
      for (const { name, value } of decided.decision.parameters) {
        writes.push({ store, name, value, by });
        writers.push(decided);
      }
    }
    if (writes.length === 0) return remarks;
    for (const { index, problem } of await this.#parts.registry.writeParameters(tx, writes)) {
      const writer = writers[index];
      if (writer === undefined) continue;
      const known = remarks.get(writer);
      if (known === undefined) remarks.set(writer, [problem]);
      else known.push(problem);
    }
    return remarks;
  }

  #events({ ended, decision }: Decided, version: number, remarks: readonly string[]): readonly NewEvent[] {
    const { due } = ended;
    const at = this.#parts.now();
    const outcome = { stream: due.delivery, version: version + 1, at };
    if (decision.kind !== 'succeeded') return [{ ...outcome, event: decision.event }];
    const children = decision.messages.map((_, index) =>
      childId(this.#parts.sha256, { kind: 'answer', parent: due.delivery, key: String(index) }),
    );
    const attempt =
      remarks.length === 0
        ? decision.event.attempt
        : { ...decision.event.attempt, warnings: [...(decision.event.attempt.warnings ?? []), ...remarks].slice(0, MAX_WARNINGS) };
    const event: HubEvent = { ...decision.event, attempt, ...(children.length === 0 ? {} : { children }) };
    return [{ ...outcome, event }, ...this.#answerMessages(ended, decision, children, at)];
  }

  #answerMessages(
    ended: Ended,
    decision: Extract<DeliveryDecision, { kind: 'succeeded' }>,
    children: readonly string[],
    at: number,
  ): readonly NewEvent[] {
    const parent = ended.received.event;
    return decision.messages.flatMap((message, index) => {
      const stream = children[index];
      if (stream === undefined) return [];
      return [
        {
          stream,
          version: 1,
          at,
          payload: message.payload,
          event: {
            type: 'message.received' as const,
            store: parent.store,
            root: parent.root,
            message: message.message,
            rootMessage: parent.rootMessage,
            origin: 'answer' as const,
            ...(ended.mapping === undefined ? {} : { source: ended.mapping.name }),
            parent: ended.due.delivery,
            hops: parent.hops + 1,
            trail: trailThrough(parent.trail, ended.due.mapping),
            ...(message.attributes === undefined ? {} : { attributes: message.attributes }),
            bytes: message.payload.length,
          },
        },
      ];
    });
  }

  /** Answers to attempts that were declared lost: they change nothing but are part of the story, behind this batch's own events. */
  async #lateEvents(tx: Transaction, late: readonly Decided[], own: readonly NewEvent[]): Promise<readonly NewEvent[]> {
    if (late.length === 0) return [];
    const streams = await this.#parts.log.load(
      late.map(({ ended }) => ended.due.delivery),
      tx,
    );
    const versions = versionsOf(streams);
    for (const { stream, version } of own) if (versions.has(stream)) versions.set(stream, version);
    return late.flatMap(({ ended, decision }) => {
      const stream = ended.due.delivery;
      const before = versions.get(stream);
      const { attempt, store, root } = decision.event;
      if (attempt === undefined || before === undefined || isTold(streams.get(stream), attempt)) return [];
      const version = before + 1;
      versions.set(stream, version);
      return [{ stream, version, at: this.#parts.now(), event: { type: 'delivery.answered_late' as const, store, root, attempt } }];
    });
  }
}

/** The last version of each stream. */
function versionsOf(streams: ReadonlyMap<string, readonly StoredEvent[]>): Map<string, number> {
  return new Map([...streams].map(([id, events]) => [id, events.at(-1)?.version ?? 0]));
}

/** Whether the log has this very attempt already: its commit was in doubt, and had happened. */
function isTold(events: readonly StoredEvent[] = [], { number, startedAt }: Attempt): boolean {
  return events.some(({ event }) => 'attempt' in event && event.attempt?.number === number && event.attempt.startedAt === startedAt);
}

function settlementOf({ ended, decision }: Decided, version: number): Settlement {
  const { delivery, attempt } = ended.due;
  if (decision.kind !== 'failed') return { delivery, attempt };
  return { delivery, attempt, next: { version: version + 1, failures: decision.failures, dueAt: decision.dueAt } };
}

/** A conflict that repeating does not solve is no weather: it lies in these outcomes. */
function canWait(error: unknown): boolean {
  return isWeather(error) && codeOf(error) !== 'append_conflict';
}
