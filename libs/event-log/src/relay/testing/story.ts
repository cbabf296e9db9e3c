import type { HubEvent, NewEvent } from '@crossdock/core';
import {
  accepted,
  bytesOf,
  messageArchived,
  neverProcessed,
  raised,
  received,
  repeated,
  requeued,
  routed,
  succeeded,
  validated,
} from '@crossdock/core/testing';

const DAY = 0x6b00_0000;

/** The n-th id of a day. */
export const idOfNumber = (n: number): string => `${DAY.toString(16)}${n.toString(16).padStart(16, '0')}`;

/** What the payload of the n-th message says. */
export const payloadOf = (n: number): string => `{"n":${n}}`;

/**
 * Events of all topics, as they come in a log: `picks` choose, each one event. A message that was not received yet is received
 * first.
 */
export class Story {
  readonly #versions = new Map<string, number>();
  #messages = 0;
  #at = 1_795_219_200_000;

  next(picks: readonly number[]): readonly NewEvent[] {
    return picks.map((pick) => this.#event(pick));
  }

  #event(pick: number): NewEvent {
    const n = Math.min(this.#messages, Math.floor(pick / KINDS));
    const message = idOfNumber(n * 2);
    const delivery = idOfNumber(n * 2 + 1);
    if (n === this.#messages || pick % KINDS === 0) return this.#received();
    const isAccepted = this.#versions.has(delivery);
    const root = { root: message };
    const later: readonly (readonly [string, HubEvent])[] = [
      [message, { ...validated(), ...root }],
      [message, { ...routed(), ...root }],
      [message, { ...neverProcessed(), ...root }],
      [message, { ...messageArchived('somebody'), ...root }],
      [delivery, isAccepted ? { ...requeued('somebody'), ...root } : accepted({ parent: message, ...root })],
      [delivery, isAccepted ? { ...succeeded(1), ...root } : accepted({ parent: message, ...root })],
      [idOfNumber(0x1000 + n), this.#versions.has(idOfNumber(0x1000 + n)) ? { ...repeated(), ...root } : { ...raised(), ...root }],
    ];
    const [stream, event] = later[(pick % KINDS) - 1] ?? [message, validated()];
    return this.#stamped(stream, event);
  }

  #received(): NewEvent {
    const n = this.#messages;
    this.#messages += 1;
    const stream = idOfNumber(n * 2);
    const payload = bytesOf(payloadOf(n));
    return { ...this.#stamped(stream, received({ root: stream, bytes: payload.length })), payload };
  }

  #stamped(stream: string, event: HubEvent): NewEvent {
    const version = (this.#versions.get(stream) ?? 0) + 1;
    this.#versions.set(stream, version);
    this.#at += 1;
    return { stream, version, at: this.#at, event };
  }
}

const KINDS = 8;
