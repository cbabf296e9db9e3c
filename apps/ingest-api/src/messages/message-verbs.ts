import { setTimeout as pause } from 'node:timers/promises';
import {
  decideVerb,
  foldDelivery,
  foldMessage,
  queueOf,
  type Clock,
  type DeliveryVerb,
  type DueDeliveries,
  type EventLog,
  type Identifiers,
  type ParkedRecords,
  type Registry,
  type StoredEvent,
  type Transaction,
  type UnitOfWork,
} from '@crossdock/core';
import { CLOCK, DUE_DELIVERIES, EVENT_LOG, IDENTIFIERS, PARKED_RECORDS, REGISTRY, UNIT_OF_WORK } from '@crossdock/kit';
import { Inject, Injectable } from '@nestjs/common';
import { HttpError } from '../http/http-error.ts';
import type { KnownDelivery } from './message-story.ts';

/** How long a verb waits for a delivery that was accepted just now to be taken up, ms. */
const TAKE_UP_MS = 2_000;
const LOOK_AGAIN_MS = 50;

/** What people do with messages and deliveries. The due row is locked first: it is the delivery's mutex. */
@Injectable()
export class MessageVerbs {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(DUE_DELIVERIES) private readonly due: DueDeliveries,
    @Inject(IDENTIFIERS) private readonly identifiers: Identifiers,
    @Inject(PARKED_RECORDS) private readonly parked: ParkedRecords,
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Does the verb, or throws the problem that forbids it. What is being taken up at this moment is waited for. */
  async perform(store: string, id: string, verb: DeliveryVerb): Promise<void> {
    const end = performance.now() + TAKE_UP_MS;
    for (;;) {
      try {
        return await this.#attempt(store, id, verb);
      } catch (error) {
        if (!(error instanceof HttpError && error.code === 'state_changed') || performance.now() >= end) throw error;
      }
      await pause(LOOK_AGAIN_MS);
    }
  }

  async #attempt(store: string, id: string, verb: DeliveryVerb): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await this.due.lock(tx, id);
      const events = (await this.log.load([id], tx)).get(id);
      const [first] = events ?? [];
      if (events === undefined || first === undefined || first.event.store !== store)
        throw new HttpError('message_not_found', { detail: `There is no message ${id}.` });
      const state = foldDelivery(events);
      if (state.status === 'unknown') return await this.#performOnMessage(tx, first, events, verb);
      const endpoint = await this.#endpointOf(state);
      const decision = decideVerb(state, row?.running === true, verb, endpoint);
      if (decision.kind === 'unknown') throw new HttpError('message_not_found', { detail: `There is no message ${id}.` });
      if (decision.kind === 'refused') throw new HttpError(decision.code, { detail: decision.detail });
      if (state.status === 'pending' && row === undefined) {
        if (verb.kind === 'attempt_now' && (await this.parked.requestRetry(tx, id))) return;
        throw new HttpError('state_changed', { detail: 'The delivery is being taken up at this moment. Try again.' });
      }
      const at = this.now();
      const version = state.version + 1;
      if (decision.event.type === 'delivery.requeued') {
        await this.due.reschedule(tx, {
          delivery: id,
          shard: first.shard,
          store,
          endpoint,
          message: state.accepted.parent,
          mapping: state.accepted.mapping,
          version,
          attempt: state.attempts,
          failures: 0,
          dueAt: at,
        });
      } else {
        await this.due.remove(tx, id);
        await this.identifiers.release(tx, [id]);
      }
      await this.log.append(tx, first.shard, [{ stream: id, version, at, event: decision.event }]);
    });
  }

  /** A message that still waits can be archived by hand; one that a step could not work with can be tried again. */
  async #performOnMessage(tx: Transaction, first: StoredEvent, events: readonly StoredEvent[], verb: DeliveryVerb): Promise<void> {
    const state = foldMessage(events);
    if (state.status === 'unknown') throw new HttpError('message_not_found', { detail: `There is no message ${first.stream}.` });
    if (verb.kind === 'attempt_now') {
      if (await this.parked.requestRetry(tx, first.stream)) return;
      throw new HttpError('delivery_not_retryable', {
        detail: 'This is an incoming message that no step has refused; its deliveries can be attempted.',
      });
    }
    if (queueOf[state.status] !== 'incoming')
      throw new HttpError('message_not_archivable', { detail: `The message is archived already, as ${state.status}.` });
    await this.parked.dismiss(tx, first.stream);
    const { store, root, message } = state.received;
    const reason = verb.reason === undefined ? {} : { reason: verb.reason };
    await this.log.append(tx, first.shard, [
      {
        stream: state.id,
        version: state.version + 1,
        at: this.now(),
        event: { type: 'message.archived', store, root, message, by: verb.by, ...reason },
      },
    ]);
  }

  /** The mapping may have moved to another endpoint since. */
  async #endpointOf({ accepted }: KnownDelivery): Promise<number> {
    const snapshot = (await this.registry.snapshots([accepted.store])).get(accepted.store);
    return snapshot?.mappings.get(accepted.mapping)?.endpoint ?? accepted.endpoint;
  }
}
