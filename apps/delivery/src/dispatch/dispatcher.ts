import { isMessageType } from '@crossdock/contracts';
import {
  buildRequest,
  classifyAnswer,
  holdsDeliveries,
  parseRetryAfter,
  type Answer,
  type Clock,
  type DueDeliveries,
  type DueDelivery,
  type JsonValue,
  type Mapping,
  type Received,
  type ReceivedMessages,
  type Registry,
  type RequestInput,
  type Sender,
  type SendResult,
  type StoreSnapshot,
  type WaitingMapping,
} from '@crossdock/core';
import { Signal, messageOf, pause, utf8, within, type Logger } from '@crossdock/kit';
import { describeAttempt, parseAnswer } from '../outcome/describe-attempt.ts';
import type { OutcomeWriter } from '../outcome/outcome-writer.ts';
import { allocate } from './allocate.ts';
import type { EndpointSlots } from './endpoint-slots.ts';

export interface DispatcherParts {
  readonly due: DueDeliveries;
  readonly received: ReceivedMessages;
  readonly registry: Registry;
  readonly sender: Sender;
  readonly outcomes: OutcomeWriter;
  readonly slots: EndpointSlots;
  /** A delivery came up whose mapping is paused or disabled: it waits. */
  onPaused(waiting: WaitingMapping): void;
  readonly now: Clock;
  readonly logger: Logger;
}

/** How often to look for what has become due, ms. */
const POLL_MS = 100;
/** Looking may take this share of the time at most. */
const POLL_SHARE = 20;
const READY_PAGE = 1_000;
const PAUSE_MS = 200;

type Snapshots = ReadonlyMap<string, StoreSnapshot>;

/** Makes the attempts: of what it is handed, leased, and of what has become due. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #signal = new Signal();
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #cursor = 0;
  /** Attempts begun and not yet settled, by delivery. */
  readonly #held = new Map<string, number>();
  /** Something due was left for want of slots: the next free one is a reason to look again. */
  #backlog = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  run(): void {
    this.#loop = this.#poll();
  }

  /** There may be something due. */
  wake(): void {
    this.#signal.wake();
  }

  /**
   * Begins attempts whose rows are leased to this process; `snapshots` are those that the lease was made with. Batches of several
   * shards are leased beside each other, each by the slots that were free then: what there is no slot for any more is given back.
   */
  start(jobs: readonly DueDelivery[], snapshots?: Snapshots): void {
    const { slots } = this.#parts;
    const begun: DueDelivery[] = [];
    const excess: DueDelivery[] = [];
    for (const job of jobs) {
      if (slots.free() === 0 || slots.freeOf(job.endpoint) === 0) {
        excess.push(job);
        continue;
      }
      this.#held.set(job.delivery, job.attempt);
      slots.begin(job.endpoint);
      begun.push(job);
    }
    if (begun.length > 0) void this.#prepare(begun, snapshots);
    if (excess.length > 0) void this.#giveBack(excess);
  }

  async #giveBack(jobs: readonly DueDelivery[]): Promise<void> {
    this.#backlog = true;
    try {
      await this.#parts.due.release(jobs);
    } catch (error) {
      this.#parts.logger.warn({ event: 'leases_not_given_back', err: error }, 'leases without a slot are given back later');
    }
  }

  /** Rows that waited for slots wait in the table. */
  leftBacklog(): void {
    this.#backlog = true;
  }

  async #poll(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const begun = performance.now();
      try {
        await this.#claim();
      } catch (error) {
        this.#parts.logger.warn({ event: 'claim_failed', err: error }, 'what is due could not be claimed');
        await pause(PAUSE_MS, this.#stop.signal);
      }
      await this.#signal.wait(Math.max(POLL_MS, (performance.now() - begun) * POLL_SHARE));
    }
  }

  async #claim(): Promise<void> {
    const { due, slots, now } = this.#parts;
    const free = slots.free();
    if (free === 0) return;
    this.#backlog = false;
    const at = now();
    const ready = await due.ready(at, this.#cursor, READY_PAGE);
    this.#cursor = ready.length < READY_PAGE ? 0 : (ready.at(-1)?.endpoint ?? 0);
    const wanted = allocate(
      ready.map((entry) => ({ ...entry, free: slots.freeOf(entry.endpoint) })),
      free,
    );
    if (wanted.length === 0) return;
    const jobs = await due.claim(wanted, at);
    const claimed = new Map<number, number>();
    for (const job of jobs) claimed.set(job.endpoint, (claimed.get(job.endpoint) ?? 0) + 1);
    if (wanted.some(({ endpoint, limit }) => claimed.get(endpoint) === limit)) this.#backlog = true;
    this.start(jobs);
  }

  /** What the attempts need is read for all of them at once; a lease is kept until it can be. */
  async #prepare(jobs: readonly DueDelivery[], given: Snapshots | undefined): Promise<void> {
    for (;;) {
      try {
        const [received, snapshots] = await Promise.all([
          this.#parts.received.get(jobs.map((job) => job.message)),
          given ?? this.#parts.registry.snapshots([...new Set(jobs.map((job) => job.store))]),
        ]);
        for (const job of jobs) this.#begin(job, received.get(job.message), snapshots.get(job.store));
        return;
      } catch (error) {
        this.#parts.logger.warn({ event: 'attempt_not_prepared', err: error }, 'attempts wait for the database');
        await pause(PAUSE_MS);
      }
    }
  }

  #begin(due: DueDelivery, received: Received | undefined, snapshot: StoreSnapshot | undefined): void {
    if (received === undefined) {
      this.#parts.logger.error(
        { event: 'payload_missing', delivery_id: due.delivery, message_id: due.message },
        'a delivery has no payload',
      );
      this.#parts.slots.answered(due.endpoint);
      return this.#settled(due, 0);
    }
    const bytes = received.payload.length;
    this.#parts.slots.hold(bytes);
    const mapping = snapshot?.mappings.get(due.mapping);
    if (mapping === undefined || snapshot === undefined) {
      this.#parts.slots.answered(due.endpoint);
      this.#parts.outcomes.add({ due, received, mapping: undefined, settled: () => this.#settled(due, bytes) });
      return;
    }
    this.#parts.slots.learn(mapping.endpoint, mapping.options.concurrency);
    if (holdsDeliveries(mapping)) void this.#postpone(due, bytes);
    else void this.#attempt(due, received, mapping, snapshot);
  }

  /** Whether this attempt is under way here. */
  holds(delivery: string, attempt: number): boolean {
    return this.#held.get(delivery) === attempt;
  }

  #settled(due: DueDelivery, bytes: number): void {
    if (this.holds(due.delivery, due.attempt)) this.#held.delete(due.delivery);
    this.#parts.slots.settled(bytes);
  }

  /** Gives the lease back, to wait without a time. */
  async #postpone(due: DueDelivery, bytes: number): Promise<void> {
    this.#parts.slots.answered(due.endpoint);
    try {
      await this.#parts.due.postpone(due);
      this.#parts.onPaused(due);
    } catch (error) {
      this.#parts.logger.warn(
        { event: 'postpone_failed', delivery_id: due.delivery, err: error },
        'a delivery that should wait keeps its lease until it is given back',
      );
    } finally {
      this.#settled(due, bytes);
    }
  }

  async #attempt(due: DueDelivery, received: Received, mapping: Mapping, snapshot: StoreSnapshot): Promise<void> {
    const { slots, outcomes, now } = this.#parts;
    const startedAt = now();
    const bytes = received.payload.length;
    const result = await this.#send({ delivery: due.delivery, received, mapping, snapshot });
    slots.answered(due.endpoint);
    if (this.#backlog) this.#signal.wake();
    // Cut off by the shutdown: whether the endpoint saw it is unknown, and the next owner of the row says so.
    if (result.kind === 'failed' && result.failure === 'aborted') return this.#settled(due, bytes);
    const json = result.kind === 'answered' ? parseAnswer(result.body) : undefined;
    const outcome = outcomeOf(result, json, due, received, mapping);
    const retryAfter = result.kind === 'answered' ? result.headers['retry-after'] : undefined;
    outcomes.add({
      due,
      received,
      mapping,
      attempt: describeAttempt({ number: due.attempt, startedAt, url: mapping.url }, result, json),
      outcome,
      retryAfterMs: retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, now()),
      settled: () => this.#settled(due, bytes),
    });
    await this.#judge(due.endpoint, outcome);
  }

  /** A message of which no request can be made must not end the process, which would only meet it again. */
  async #send(input: RequestInput): Promise<SendResult> {
    try {
      return await this.#parts.sender.send(buildRequest(input, utf8));
    } catch (error) {
      this.#parts.logger.error({ event: 'request_not_made', delivery_id: input.delivery, err: error }, 'a request could not be made');
      return { kind: 'failed', failure: 'network', detail: `The request could not be made: ${messageOf(error)}`, durationMs: 0 };
    }
  }

  /** An endpoint that does not answer, or answers that it is broken, is left alone for a while. */
  async #judge(endpoint: number, outcome: Answer): Promise<void> {
    const broken = outcome.kind === 'failure' && (outcome.class === 'http_5xx' || UNREACHABLE.has(outcome.class));
    try {
      await (broken ? this.#parts.slots.failed(endpoint) : this.#parts.slots.succeeded(endpoint));
    } catch (error) {
      this.#parts.logger.warn({ event: 'gate_not_moved', endpoint, err: error }, 'an endpoint’s gate could not be moved');
    }
  }

  /** Begins nothing more, and waits for what is under way. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stop.abort();
    this.#signal.wake();
    await this.#loop;
    const end = performance.now() + deadlineMs;
    while (this.#parts.slots.inFlight > 0 && performance.now() < end) await pause(20);
    await within(Math.max(0, end - performance.now()), this.#parts.outcomes.idle());
  }
}

const UNREACHABLE: ReadonlySet<string> = new Set(['timeout', 'connection_refused', 'connection_reset', 'dns', 'tls', 'network']);

function outcomeOf(
  result: SendResult,
  json: ReturnType<typeof parseAnswer> | undefined,
  due: DueDelivery,
  received: Received,
  mapping: Mapping,
): Answer {
  if (result.kind === 'failed' || json === undefined) {
    const text = result.kind === 'failed' ? result.detail : '';
    return { kind: 'failure', class: result.kind === 'failed' ? result.failure : 'network', text, notifications: [], warnings: [] };
  }
  return classifyAnswer(
    { status: result.status, body: result.body, json },
    {
      messageId: due.delivery,
      message: received.event.message,
      payload: () => received.parsed() as JsonValue,
      success: mapping.options.success,
      isMessageType,
    },
  );
}
