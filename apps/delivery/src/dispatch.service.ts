import type {
  Clock,
  DueDeliveries,
  EventLog,
  Identifiers,
  LogTail,
  Random,
  ReceivedMessages,
  Registry,
  Sender,
  Sha256,
  UnitOfWork,
} from '@crossdock/core';
import {
  CLOCK,
  DUE_DELIVERIES,
  EVENT_LOG,
  IDENTIFIERS,
  LOGGER,
  LOG_TAIL,
  RANDOM,
  RECEIVED_MESSAGES,
  REGISTRY,
  SENDER,
  SHA256,
  UNIT_OF_WORK,
  type Logger,
} from '@crossdock/kit';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { EndpointSlots, slotDefaults } from './dispatch/endpoint-slots.ts';
import { LostAttempts } from './dispatch/lost-attempts.ts';
import { PausedDeliveries } from './dispatch/paused-deliveries.ts';
import { OutcomeWriter } from './outcome/outcome-writer.ts';

/** How long a shutdown waits for attempts under way. */
const DEADLINE_MS = 10_000;

/** The delivery service's own parts, put together once the adapters are there. */
@Injectable()
export class DispatchService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly slots: EndpointSlots;
  readonly dispatcher: Dispatcher;
  readonly paused: PausedDeliveries;
  readonly #lost: LostAttempts;

  constructor(@Inject(ModuleRef) modules: ModuleRef) {
    const get = <T>(token: symbol): T => modules.get<T>(token, { strict: false });
    const due = get<DueDeliveries>(DUE_DELIVERIES);
    const now = get<Clock>(CLOCK);
    const random = get<Random>(RANDOM);
    const logger = get<Logger>(LOGGER);
    const log = get<EventLog>(EVENT_LOG);
    const unitOfWork = get<UnitOfWork>(UNIT_OF_WORK);
    const registry = get<Registry>(REGISTRY);
    this.slots = new EndpointSlots(slotDefaults, due, now, random);
    const outcomes = new OutcomeWriter({
      unitOfWork,
      log,
      due,
      identifiers: get<Identifiers>(IDENTIFIERS),
      registry,
      sha256: get<Sha256>(SHA256),
      now,
      random,
      logger,
    });
    this.dispatcher = new Dispatcher({
      due,
      received: get<ReceivedMessages>(RECEIVED_MESSAGES),
      registry,
      sender: get<Sender>(SENDER),
      outcomes,
      slots: this.slots,
      onPaused: (waiting) => this.paused.add(waiting),
      now,
      logger,
    });
    this.paused = new PausedDeliveries({ due, registry, now, logger, onResumed: () => this.dispatcher.wake() });
    const { shards } = get<LogTail>(LOG_TAIL);
    this.#lost = new LostAttempts({
      due,
      log,
      unitOfWork,
      shards,
      now,
      logger,
      holds: (delivery, attempt) => this.dispatcher.holds(delivery, attempt),
      onTaken: () => this.dispatcher.wake(),
    });
  }

  onApplicationBootstrap(): void {
    this.dispatcher.run();
    this.#lost.run();
    this.paused.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.paused.stop();
    await this.#lost.stop();
    await this.dispatcher.stop(DEADLINE_MS);
  }
}
