import { createHash } from 'node:crypto';
import {
  notificationId,
  type Attempt,
  type DeliveryEvent,
  type HubEvent,
  type MessageReceived,
  type NewEvent,
  type NotificationEntry,
  type Origin,
  type RoutedTo,
} from '@crossdock/core';
import { seeded } from './random.ts';

export interface HistoryOptions {
  readonly seed: number;
  readonly messages: number;
  readonly stores: number;
  /** When the first message came in, ms; each of the others comes `everyMs` after the one before. */
  readonly from: number;
  readonly everyMs: number;
  /** Every message goes to one mapping and is completed at the first attempt. */
  readonly smooth?: boolean;
}

/** A legal life of many messages, in the order in which it happened, with everything that can happen in it. */
export function makeHistory(options: HistoryOptions): readonly NewEvent[] {
  const random = seeded(options.seed);
  const events: NewEvent[] = [];
  for (let index = 0; index < options.messages; index += 1) {
    const at = options.from + index * options.everyMs;
    const store = idOfNumber(0xaaaa0000, index % options.stores);
    const life = new Life({ random, store, number: options.seed * 10_000_000 + index, at, smooth: options.smooth === true });
    life.message(life.newId(), at, undefined);
    for (const event of life.events) events.push(event);
  }
  return events.sort((a, b) => a.at - b.at);
}

function idOfNumber(head: number, number: number): string {
  return head.toString(16).padStart(8, '0') + number.toString(16).padStart(16, '0');
}

interface LifeOptions {
  readonly random: () => number;
  readonly store: string;
  readonly number: number;
  readonly at: number;
  readonly smooth: boolean;
}

/** One message with everything that comes of it. */
class Life {
  readonly events: NewEvent[] = [];
  readonly #options: LifeOptions;
  readonly #versions = new Map<string, number>();
  #ids = 0;
  #root = '';

  constructor(options: LifeOptions) {
    this.#options = options;
  }

  /** All of one life bear its second of birth. */
  newId(): string {
    const id = idOfNumber(Math.floor(this.#options.at / 1000), this.#options.number * 64 + this.#ids);
    this.#ids += 1;
    if (this.#root === '') this.#root = id;
    return id;
  }

  #chance(of: number): boolean {
    return !this.#options.smooth && this.#options.random() < of;
  }

  #lineage(): { store: string; root: string } {
    return { store: this.#options.store, root: this.#root };
  }

  #say(stream: string, at: number, event: HubEvent): number {
    const version = (this.#versions.get(stream) ?? 0) + 1;
    this.#versions.set(stream, version);
    const payload = event.type === 'message.received' ? Buffer.from('{"order":{"number":"R1"}}') : undefined;
    this.events.push({ stream, version, at, event, ...(payload === undefined ? {} : { payload }) });
    return at + 1 + Math.floor(this.#options.random() * 40);
  }

  message(id: string, at: number, parent: string | undefined, origin: Origin = parent === undefined ? 'push' : 'answer'): void {
    const lineage = this.#lineage();
    const message = `order:${['new', 'updated', 'canceled'][this.#options.number % 3] ?? 'new'}`;
    const received: MessageReceived = {
      type: 'message.received',
      ...lineage,
      message,
      rootMessage: message,
      origin,
      hops: parent === undefined ? 0 : 1,
      bytes: 25,
      ...(parent === undefined ? {} : { parent }),
      ...(this.#chance(0.5) ? { source: 'shop' } : {}),
    };
    let now = this.#say(id, at, received);
    if (this.#chance(0.03)) return;
    if (this.#chance(0.05)) {
      now = this.#say(id, now, { type: 'message.invalid', ...lineage, message, errors: [] });
      if (origin !== 'edit' && this.#chance(0.5)) this.#resubmit(id, now, message);
      return;
    }
    now = this.#say(id, now, { type: 'message.validated', ...lineage, message });
    if (this.#chance(0.02)) return;
    if (this.#chance(0.02)) {
      this.#say(id, now, { type: 'message.archived', ...lineage, message, by: 'ann' });
      return;
    }
    if (this.#chance(0.1)) {
      this.#say(id, now, { type: 'message.never_processed', ...lineage, message, revision: 1, reasons: [] });
      return;
    }
    this.#route(id, now, received, parent === undefined);
  }

  #resubmit(id: string, at: number, message: string): void {
    const child = this.newId();
    const now = this.#say(id, at, { type: 'message.resubmitted', ...this.#lineage(), message, child, by: 'ann' });
    this.message(child, now, id, 'edit');
  }

  #route(id: string, at: number, { message, source }: MessageReceived, mayAnswer: boolean): void {
    const sent = Array.from({ length: this.#chance(0.3) ? 2 : 1 }, (_, index) => ({
      mapping: idOfNumber(0xbbbb0000, index),
      name: `erp.orders-${index}`,
      delivery: this.newId(),
    }));
    this.#say(id, at, { type: 'message.routed', ...this.#lineage(), message, revision: 1, sent, reasons: [] });
    for (const { delivery, mapping, name } of sent) {
      const accepted: DeliveryEvent = {
        type: 'delivery.accepted',
        ...this.#lineage(),
        message,
        rootMessage: message,
        parent: id,
        ...(source === undefined ? {} : { source }),
        mapping,
        name,
        revision: 1,
        endpoint: 1,
        hops: 0,
      };
      const now = this.#say(delivery, at, accepted);
      this.#deliver({ delivery, mapping, name }, now, mayAnswer);
    }
  }

  #attempt(number: number, at: number, text?: string): Attempt {
    const attempt = { number, startedAt: at, durationMs: 12, url: 'http://erp.example/orders', status: text === undefined ? 200 : 500 };
    return text === undefined ? attempt : { ...attempt, error: { class: 'http_5xx', text } };
  }

  #deliver({ delivery: id, name }: RoutedTo, accepted: number, mayAnswer: boolean): void {
    const lineage = this.#lineage();
    let at = accepted;
    let number = 1;
    if (this.#chance(0.05)) return;
    if (this.#chance(0.05))
      at = this.#say(id, at, { type: 'delivery.scheduled', ...lineage, attempt: this.#attempt(number, at), until: at + 60_000 });
    while (this.#chance(0.3)) {
      const text = `Error ${number}`;
      const attempt = this.#attempt(number, at, text);
      at = this.#say(id, at, { type: 'delivery.failed', ...lineage, attempt, retryAt: at + 1000, notifications: [entry] });
      this.#notify(id, at, name);
      number += 1;
      if (this.#chance(0.1)) at = this.#say(id, at, { type: 'delivery.attempt_lost', ...lineage, number: number++ });
      if (this.#chance(0.1)) return;
    }
    if (this.#chance(0.08)) {
      at = this.#say(id, at, {
        type: 'delivery.parked',
        ...lineage,
        reason: 'attempts_exhausted',
        attempt: this.#attempt(number, at, 'Error'),
      });
      number += 1;
      if (this.#chance(0.4)) return;
      if (this.#chance(0.4)) {
        this.#say(id, at, { type: 'delivery.archived', ...lineage, by: 'ann', reason: 'no longer needed' });
        return;
      }
      at = this.#say(id, at, { type: 'delivery.requeued', ...lineage, by: 'ann', endpoint: 1 });
    }
    const children = mayAnswer && this.#chance(0.2) ? [this.newId()] : [];
    this.#say(id, at, {
      type: 'delivery.succeeded',
      ...lineage,
      attempt: this.#attempt(number, at),
      ...(children.length === 0 ? {} : { children }),
    });
    for (const child of children) this.message(child, at, id);
    if (this.#chance(0.02)) this.#say(id, at + 500, { type: 'delivery.answered_late', ...lineage, attempt: this.#attempt(number, at) });
  }

  #notify(about: string, at: number, origin: string): void {
    const lineage = this.#lineage();
    const id = notificationId(sha256, { about, origin, entry });
    if (this.#versions.has(id)) this.#say(id, at, { type: 'notification.repeated', ...lineage, about });
    else this.#say(id, at, { type: 'notification.raised', ...lineage, about, origin, ...entry });
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const entry: NotificationEntry = {
  level: 'error',
  subject: 'Error',
  description: 'It failed.',
  referenceType: 'order',
  attributes: { number: 'R1' },
};
