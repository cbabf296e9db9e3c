import type { MessageReceived, NewEvent, Received, ReceivedMessages } from '@crossdock/core';
import type { Database } from '../database/database.ts';
import { idArray } from '../database/binary-arrays.ts';
import { eventColumns, eventOf, isReceived, type EventRow } from './event-row.ts';
import { byDay, partitionOf, type Partitions } from './partitions.ts';

/** What an entry costs beside its payload's bytes; a parsed payload costs a few times its text. */
const ENTRY_BYTES = 600;
const PARSED_FACTOR = 4;

class Entry implements Received {
  readonly event: MessageReceived;
  readonly shard: number;
  readonly at: number;
  readonly payload: Uint8Array;
  #parsed: { readonly value: unknown } | undefined;

  constructor(event: MessageReceived, shard: number, at: number, payload: Uint8Array, parsed?: unknown) {
    this.event = event;
    if (parsed !== undefined) this.#parsed = { value: parsed };
    this.shard = shard;
    this.at = at;
    this.payload = payload;
  }

  get bytes(): number {
    return ENTRY_BYTES + this.payload.length * (1 + PARSED_FACTOR);
  }

  parsed(): unknown {
    this.#parsed ??= { value: JSON.parse(Buffer.from(this.payload.buffer, this.payload.byteOffset, this.payload.length).toString('utf8')) };
    return this.#parsed.value;
  }
}

/** First events with their payloads: the newest from memory, within a bound of bytes, the others from the log. */
export class PgReceivedMessages implements ReceivedMessages {
  readonly #database: Database;
  readonly #partitions: Partitions;
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(database: Database, partitions: Partitions, maxBytes: number) {
    this.#database = database;
    this.#partitions = partitions;
    this.#maxBytes = maxBytes;
  }

  /** Keeps what was just committed. */
  remember(shard: number, events: readonly NewEvent[]): void {
    for (const event of events)
      if (isReceived(event)) this.#keep(event.stream, new Entry(event.event, shard, event.at, event.payload ?? EMPTY, event.parsed));
  }

  #keep(id: string, entry: Entry): void {
    if (this.#entries.has(id)) return;
    this.#entries.set(id, entry);
    this.#bytes += entry.bytes;
    for (const [oldest, held] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#entries.delete(oldest);
      this.#bytes -= held.bytes;
    }
  }

  async get(ids: readonly string[]): Promise<ReadonlyMap<string, Received>> {
    const found = new Map<string, Received>();
    const missing: string[] = [];
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry === undefined) missing.push(id);
      else found.set(id, entry);
    }
    if (missing.length > 0) for (const [id, entry] of await this.#read(missing)) found.set(id, entry);
    return found;
  }

  async #read(ids: readonly string[]): Promise<readonly (readonly [string, Entry])[]> {
    const read: (readonly [string, Entry])[] = [];
    for (const [day, dayIds] of byDay(ids)) {
      if (!(await this.#partitions.has(day))) continue;
      const rows = await this.#database.query<EventRow & { payload: string }>(
        `select ${eventColumns}, payload from ${partitionOf(day)} where stream_id = any($1::uuid[]) and version = 1`,
        [idArray(dayIds)],
      );
      for (const row of rows) {
        const { event, stream, shard, at } = eventOf(row);
        if (event.type === 'message.received') read.push([stream, new Entry(event, shard, at, Buffer.from(row.payload, 'utf8'))]);
      }
    }
    for (const [id, entry] of read) this.#keep(id, entry);
    return read;
  }
}

const EMPTY = Buffer.from('{}');
