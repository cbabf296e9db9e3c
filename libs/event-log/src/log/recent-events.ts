import type { StoredEvent } from '@crossdock/core';

/**
 * The newest events of one shard, as this process appended them: its consumers read from here, not from the database.
 * Always a range of positions without a gap; batches that commit out of order wait until the gap before them is filled.
 */
export class RecentEvents {
  readonly #capacity: number;
  #events: StoredEvent[] = [];
  #offset = 0;
  #low: number;
  #high: number;
  readonly #early = new Map<number, readonly StoredEvent[]>();

  constructor(capacity: number, position: number) {
    this.#capacity = capacity;
    this.#low = position;
    this.#high = position;
  }

  /** The last position held. */
  get high(): number {
    return this.#high;
  }

  /** Adds a committed batch that begins right after `base`. Answers whether the range grew. */
  add(base: number, events: readonly StoredEvent[]): boolean {
    if (base > this.#high) {
      this.#early.set(base, events);
      return false;
    }
    if (base < this.#high) return false;
    this.#push(events);
    for (let next = this.#early.get(this.#high); next !== undefined; next = this.#early.get(this.#high)) {
      this.#early.delete(this.#high);
      this.#push(next);
    }
    return true;
  }

  #push(events: readonly StoredEvent[]): void {
    for (const event of events) this.#events.push(event);
    this.#high += events.length;
    const held = this.#events.length - this.#offset;
    if (held <= this.#capacity) return;
    this.#offset += held - this.#capacity;
    this.#low += held - this.#capacity;
    if (this.#offset > this.#capacity) {
      this.#events = this.#events.slice(this.#offset);
      this.#offset = 0;
    }
  }

  /** Events after a position, at most `limit`; `undefined` when they are not (all) held here. */
  after(position: number, limit: number): readonly StoredEvent[] | undefined {
    if (position < this.#low || position > this.#high) return undefined;
    const start = this.#offset + (position - this.#low);
    return this.#events.slice(start, start + limit);
  }

  /** Begins anew behind a position: what lies before it is to be read from the database. */
  restart(position: number): void {
    this.#events = [];
    this.#offset = 0;
    this.#low = position;
    this.#high = position;
    for (const base of this.#early.keys()) if (base < position) this.#early.delete(base);
    const next = this.#early.get(position);
    if (next !== undefined) {
      this.#early.delete(position);
      this.add(position, next);
    }
  }
}
