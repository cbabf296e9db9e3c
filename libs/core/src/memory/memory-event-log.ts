import { decodeUtf8 } from '../json/utf8.ts';
import type { MessageReceived } from '../message/events.ts';
import type { NewEvent } from '../message/hub-event.ts';
import type { EventLog, LogTail, Received, ReceivedMessages, StoredEvent } from '../ports/event-log.ts';
import type { Transaction } from '../ports/transaction.ts';
import { memoryOf } from './memory-transaction.ts';
import { StoreError } from './store-error.ts';

/** A log in memory, with its tail and its payloads. Reads are as immediate as commits. */
const EPOCH = 1;

export class MemoryEventLog implements EventLog, LogTail, ReceivedMessages {
  readonly #streams = new Map<string, readonly StoredEvent[]>();
  readonly #shards: ReadonlyMap<number, StoredEvent[]>;
  readonly #received = new Map<string, Received>();
  readonly #drafts = new WeakMap<Transaction, NewEvent[]>();
  readonly #listeners = new Set<(shard: number) => void>();

  constructor(shards = 1) {
    this.#shards = new Map(Array.from({ length: shards }, (_, shard) => [shard, []]));
  }

  get shards(): readonly number[] {
    return [...this.#shards.keys()];
  }

  /** What this stream holds. */
  events(stream: string): readonly StoredEvent[] {
    return this.#streams.get(stream) ?? [];
  }

  // oxlint-disable-next-line typescript/require-await -- what is thrown is a rejection, as it is of every other adapter
  async append(tx: Transaction, shard: number, events: readonly NewEvent[]): Promise<void> {
    this.#of(shard);
    const draft = this.#draftOf(tx, shard);
    for (const event of events) {
      const known = this.events(event.stream).some(({ version }) => version === event.version);
      const own = draft.some(({ stream, version }) => stream === event.stream && version === event.version);
      if (known || own) throw new StoreError('append_conflict', 'A newer event exists.', true);
      draft.push(event);
    }
  }

  /** What the transaction will append. Its transactions run one after another, so the positions are those that come next. */
  #draftOf(tx: Transaction, shard: number): NewEvent[] {
    const known = this.#drafts.get(tx);
    if (known !== undefined) return known;
    const draft: NewEvent[] = [];
    this.#drafts.set(tx, draft);
    memoryOf(tx).atCommit(() => this.#store(shard, draft));
    memoryOf(tx).onCommit(() => {
      if (draft.length > 0) for (const listener of this.#listeners) listener(shard);
    });
    return draft;
  }

  #store(shard: number, events: readonly NewEvent[]): void {
    const log = this.#of(shard);
    for (const { stream, version, at, event, payload = EMPTY } of events) {
      const stored = { stream, version, at, event, shard, position: log.length + 1 };
      log.push(stored);
      this.#streams.set(
        stream,
        [...this.events(stream), stored].sort((a, b) => a.version - b.version),
      );
      if (event.type === 'message.received') this.#received.set(stream, received(event, shard, at, payload));
    }
  }

  // oxlint-disable-next-line typescript/require-await -- a promise, as of every other adapter
  async load(streams: readonly string[]): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    return new Map([...new Set(streams)].flatMap((stream) => (this.#streams.has(stream) ? [[stream, this.events(stream)] as const] : [])));
  }

  head(shard: number): number {
    return this.#of(shard).length;
  }

  epoch(shard: number): number {
    this.#of(shard);
    return EPOCH;
  }

  // oxlint-disable-next-line typescript/require-await -- a promise, as of every other adapter
  async read(shard: number, after: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.#of(shard).slice(after, after + limit);
  }

  onAppend(listener: (shard: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get(ids: readonly string[]): Promise<ReadonlyMap<string, Received>> {
    const found = new Map<string, Received>();
    for (const id of ids) {
      const message = this.#received.get(id);
      if (message !== undefined) found.set(id, message);
    }
    return Promise.resolve(found);
  }

  #of(shard: number): StoredEvent[] {
    const log = this.#shards.get(shard);
    if (log === undefined) throw new RangeError(`There is no shard ${shard}.`);
    return log;
  }
}

const EMPTY = new Uint8Array([0x7b, 0x7d]);

function received(event: MessageReceived, shard: number, at: number, payload: Uint8Array): Received {
  let parsed: { readonly value: unknown } | undefined;
  return {
    event,
    shard,
    at,
    payload,
    parsed: () => {
      parsed ??= { value: JSON.parse(decodeUtf8(payload, 0, payload.length) ?? '') };
      return parsed.value;
    },
  };
}
