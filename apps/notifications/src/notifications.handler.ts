import { topics } from '@crossdock/contracts';
import {
  childId,
  decideNotification,
  done,
  foldNotification,
  notificationId,
  type Clock,
  type EventLog,
  type LogRecord,
  type NewEvent,
  type ReceivedMessages,
  type RecordOutcome,
  type Sha256,
  type Transaction,
} from '@crossdock/core';
import { BatchPattern, CLOCK, EVENT_LOG, RECEIVED_MESSAGES, SHA256 } from '@crossdock/kit';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { fromDelivery, fromInvalid, fromMessage, notificationsOf, type Found } from './occurrences.ts';

/** Keeps notifications: the first of its kind is raised and pushed as a message, the others are counted. */
@Controller()
export class NotificationsHandler {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(RECEIVED_MESSAGES) private readonly received: ReceivedMessages,
    @Inject(SHA256) private readonly sha256: Sha256,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  @BatchPattern(topics.messageOutcomes, { isIrrelevant: (record) => !isNotable(record) })
  async onMessageOutcomes(@Payload() records: readonly LogRecord[], @Ctx() tx: Transaction): Promise<readonly RecordOutcome[]> {
    const relevant = records.filter(isNotable);
    if (relevant.length > 0) {
      const received = await this.received.get(relevant.map((record) => record.stream));
      const found = relevant.flatMap((record): readonly (Found | undefined)[] => {
        const message = received.get(record.stream);
        if (message === undefined) return [];
        const invalid = record.event.type === 'message.invalid' ? [fromInvalid(record, record.event, message)] : [];
        return [...invalid, isDecision(record) ? fromMessage(record, message) : undefined];
      });
      await this.#note(
        tx,
        records,
        found.filter((one) => one !== undefined),
      );
    }
    return records.map(() => done);
  }

  @BatchPattern(topics.deliveryOutcomes, { isIrrelevant: (record) => !notifies(record) })
  async onDeliveryOutcomes(@Payload() records: readonly LogRecord[], @Ctx() tx: Transaction): Promise<readonly RecordOutcome[]> {
    const relevant = records.filter(notifies);
    if (relevant.length > 0) {
      const streams = await this.log.load(relevant.map((record) => record.stream));
      const found = relevant.flatMap((record) => {
        const first = streams.get(record.stream)?.[0]?.event;
        return first?.type === 'delivery.accepted' ? fromDelivery(record, first) : [];
      });
      await this.#note(tx, records, found);
    }
    return records.map(() => done);
  }

  async #note(tx: Transaction, records: readonly LogRecord[], found: readonly Found[]): Promise<void> {
    const [first] = records;
    if (first === undefined || found.length === 0) return;
    const ids = found.map((one) => notificationId(this.sha256, one));
    const streams = await this.log.load(ids, tx);
    const versions = new Map(ids.map((id) => [id, foldNotification(streams.get(id) ?? []).version]));
    const events = found.flatMap((one, index) => {
      const id = ids[index];
      if (id === undefined) return [];
      const version = versions.get(id) ?? 0;
      versions.set(id, version + 1);
      return this.#events(id, version, one);
    });
    await this.log.append(tx, first.shard, events);
  }

  #events(id: string, version: number, found: Found): readonly NewEvent[] {
    const at = this.now();
    const pushed = childId(this.sha256, { kind: 'notification-message', parent: found.about, key: id });
    const decision = decideNotification(version, found, pushed);
    const event: NewEvent = { stream: id, version: version + 1, at, event: decision.event };
    return decision.push ? [event, this.#message(pushed, at, found)] : [event];
  }

  /** The message that a first notification is, for whoever is mapped to it. */
  #message(stream: string, at: number, { store, root, about, origin, entry, hops, trail }: Found): NewEvent {
    const message = `notification:${entry.level}`;
    const payload = Buffer.from(JSON.stringify({ subject: entry.subject, description: entry.description }));
    return {
      stream,
      version: 1,
      at,
      payload,
      event: {
        type: 'message.received',
        store,
        root,
        message,
        // Whatever comes of this message is of a notification's lineage, and pushes none.
        rootMessage: message,
        origin: 'notification',
        source: origin,
        parent: about,
        hops,
        ...(trail === undefined ? {} : { trail }),
        bytes: payload.length,
      },
    };
  }
}

/** A message that is invalid, or is itself a notification. */
function isNotable(record: LogRecord): boolean {
  const { event } = record;
  return event.type === 'message.invalid' || (isDecision(record) && 'message' in event && event.message.startsWith('notification:'));
}

/** What the hub itself decided of a message: once for each, while people may archive it and send it again. */
function isDecision({ event }: LogRecord): boolean {
  return event.type !== 'message.archived' && event.type !== 'message.resubmitted';
}

/** An attempt whose answer notified of something. */
function notifies({ event }: LogRecord): boolean {
  return event.type !== 'delivery.answered_late' && notificationsOf(event).length > 0;
}
