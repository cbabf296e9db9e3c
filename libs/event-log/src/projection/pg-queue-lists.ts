import {
  queueOf,
  statesOf,
  type ItemState,
  type ListedItem,
  type ListedNotification,
  type NewestMessages,
  type NotificationFilters,
  type Page,
  type QueueCounts,
  type QueueFilters,
  type QueueLists,
  type QueueName,
  type QueuePage,
} from '@crossdock/core';
import { HubError } from '@crossdock/kit';
import { idArray } from '../database/binary-arrays.ts';
import type { Database, Row } from '../database/database.ts';
import { idOf, uuidOf } from '../database/object-id.ts';
import * as sql from './list-statements.ts';
import { itemOf, notificationOf, type StoredItem, type StoredNotification } from './stored-rows.ts';

export interface QueueListsOptions {
  readonly perPage: number;
  /** Pages at most that are served. */
  readonly mostPages: number;
  /** Rows at most that a filtered list searches. */
  readonly mostScanned: number;
  /** Rows whose types and consumers are named as available. */
  readonly availableFrom: number;
}

export const queueListsDefaults: QueueListsOptions = { perPage: 25, mostPages: 400, mostScanned: 10_000, availableFrom: 250 };

/** States of messages that the validator let pass. */
const ROUTABLE: readonly ItemState[] = ['routed', 'never_processed', 'validated'];
/** Of messages alone: deliveries have other states. */
const CAME_IN: readonly ItemState[] = [...ROUTABLE, 'received', 'invalid'];

interface NewestMessageRow extends Row {
  readonly scanned: number;
  readonly id: string | null;
  readonly message: string | null;
  readonly created_at: number | null;
}

const levels = ['info', 'warn', 'error'] as const;

type Found<R> = R & { readonly scanned: number; readonly matched: number };

/** The lists, read from the projection. */
export class PgQueueLists implements QueueLists {
  readonly #database: Database;
  readonly #options: QueueListsOptions;

  constructor(database: Database, options: QueueListsOptions = queueListsDefaults) {
    this.#database = database;
    this.#options = options;
  }

  async counts(store: string): Promise<QueueCounts> {
    const rows = await this.#database.query<{ queue: string; state: string; n: number }>(sql.counts, [uuidOf(store)]);
    const sum = (queue: QueueName, state?: ItemState): number =>
      rows.reduce((total, row) => (row.queue === queue && (state === undefined || row.state === state) ? total + row.n : total), 0);
    return {
      incoming: sum('incoming'),
      archived: sum('archived'),
      pending: sum('accepted', 'pending'),
      failing: sum('accepted', 'failing'),
      scheduled: sum('accepted', 'scheduled'),
      parked: sum('accepted', 'parked'),
    };
  }

  async queue(store: string, queue: QueueName, filters: QueueFilters, page: number): Promise<QueuePage> {
    this.#checkPage(page);
    const states = statesAsked(queue, filters);
    const [found, [available]] = await Promise.all([
      this.#items(store, states, filters, page),
      this.#database.query<{ messages: string[] | null; consumers: string[] | null }>(sql.available, [
        uuidOf(store),
        statesOf[queue],
        this.#options.availableFrom,
      ]),
    ]);
    return { ...found, availableMessages: available?.messages ?? [], availableConsumers: available?.consumers ?? [] };
  }

  async #items(store: string, states: readonly ItemState[], filters: QueueFilters, page: number): Promise<Page<ListedItem>> {
    const { messageId, message, mappingId, consumer, source, startDate, endDate } = filters;
    if (states.length === 0) return this.#page([], page, 0);
    if ([messageId, message, mappingId, consumer, source, startDate, endDate].every((filter) => filter === undefined)) {
      const [total, rows] = await Promise.all([
        this.#total(store, states),
        this.#database.query<StoredItem>(sql.newestItems, [uuidOf(store), states, ...this.#offset(page)]),
      ]);
      return this.#page(rows.map(listedItem), page, total);
    }
    const matching = [message ?? null, source ?? null, consumer ?? null, mappingId === undefined ? null : uuidOf(mappingId)];
    if (messageId !== undefined) {
      const rows = await this.#database.query<Found<StoredItem>>(sql.itemsOfMessage, [
        uuidOf(store),
        states,
        ...between(filters),
        this.#options.mostScanned,
        ...this.#offset(page),
        ...matching,
        uuidOf(messageId),
        `${messageId.slice(0, 8)}${'0'.repeat(24)}`,
        `${messageId.slice(0, 8)}${'f'.repeat(24)}`,
      ]);
      return this.#searched(rows, listedItem, page);
    }
    const rows = await this.#database.query<Found<StoredItem>>(sql.matchingItems, [
      uuidOf(store),
      states,
      ...between(filters),
      this.#options.mostScanned,
      ...this.#offset(page),
      ...matching,
    ]);
    return this.#searched(rows, listedItem, page);
  }

  async notifications(store: string, filters: NotificationFilters, page: number): Promise<Page<ListedNotification>> {
    this.#checkPage(page);
    const { level, referenceType, referenceId, referenceToken } = filters;
    const asked = level === undefined ? levels : [level];
    if ([referenceType, referenceId, referenceToken].every((filter) => filter === undefined)) {
      const [total, rows] = await Promise.all([
        this.#total(store, asked),
        this.#database.query<StoredNotification>(sql.newestNotifications, [uuidOf(store), asked, ...this.#offset(page)]),
      ]);
      return this.#page(rows.map(listedNotification), page, total);
    }
    const rows = await this.#database.query<Found<StoredNotification>>(sql.matchingNotifications, [
      uuidOf(store),
      asked,
      this.#options.mostScanned,
      ...this.#offset(page),
      referenceType ?? null,
      referenceId ?? null,
      referenceToken ?? null,
    ]);
    return this.#searched(rows, listedNotification, page);
  }

  async newestMessages(
    store: string,
    types: readonly string[],
    limit: number,
    which: 'routable' | 'all' = 'routable',
  ): Promise<NewestMessages> {
    const rows = await this.#database.query<NewestMessageRow>(sql.newestMessages, [
      uuidOf(store),
      which === 'all' ? CAME_IN : ROUTABLE,
      types,
      this.#options.mostScanned,
      limit,
    ]);
    const messages = rows.flatMap(({ id, message, created_at: at }) =>
      id === null || message === null || at === null ? [] : [{ id: idOf(id), message, createdAt: at }],
    );
    return { messages, bounded: messages.length < limit && (rows[0]?.scanned ?? 0) >= this.#options.mostScanned };
  }

  async states(ids: readonly string[]): Promise<ReadonlyMap<string, { readonly state: ItemState; readonly queue: QueueName }>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#database.query<{ id: string; state: ItemState }>(sql.statesById, [idArray(ids)]);
    return new Map(rows.map((row) => [idOf(row.id), { state: row.state, queue: queueOf[row.state] }]));
  }

  #checkPage(page: number): void {
    if (Number.isInteger(page) && page >= 1 && page <= this.#options.mostPages) return;
    throw new HubError(
      'page_out_of_range',
      `Page ${page} is not served: it must be a number from 1 to ${this.#options.mostPages}. Narrow the list with start_date and end_date to reach older items.`,
    );
  }

  #offset(page: number): readonly [offset: number, limit: number] {
    return [(page - 1) * this.#options.perPage, this.#options.perPage];
  }

  async #total(store: string, states: readonly string[]): Promise<number> {
    const [row] = await this.#database.query<{ n: number }>(sql.total, [uuidOf(store), states]);
    return row?.n ?? 0;
  }

  #page<T>(items: readonly T[], page: number, total: number, bounded = false): Page<T> {
    return { items, page, pages: Math.max(1, Math.ceil(total / this.#options.perPage)), total, bounded };
  }

  /** The first row tells of the search; it has no id when the page is empty. */
  #searched<R extends Row, T>(rows: readonly Found<R>[], listed: (row: R) => T, page: number): Page<T> {
    const [first] = rows;
    const items = rows.filter((row) => row['id'] !== null).map(listed);
    return this.#page(items, page, first?.matched ?? 0, (first?.scanned ?? 0) >= this.#options.mostScanned);
  }
}

function statesAsked(queue: QueueName, { state, source }: QueueFilters): readonly ItemState[] {
  if (state === undefined) return queue === 'archived' && source === undefined ? ['completed'] : statesOf[queue];
  if (state === 'all' || (queue === 'incoming' && state === 'pending')) return statesOf[queue];
  const asked = state === 'retrying' ? 'failing' : state;
  return statesOf[queue].filter((known) => known === asked);
}

function between({ startDate, endDate }: QueueFilters): readonly [string, string] {
  return [
    startDate === undefined ? '-infinity' : new Date(startDate).toISOString(),
    endDate === undefined ? 'infinity' : new Date(endDate).toISOString(),
  ];
}

function listedItem(row: StoredItem): ListedItem {
  const { shard: _shard, version: _version, failures: _failures, ...shown } = itemOf(row);
  return { ...shown, kind: shown.mapping === undefined ? 'message' : 'delivery', queue: queueOf[shown.state] };
}

function listedNotification(row: StoredNotification): ListedNotification {
  const { shard: _shard, version, ...shown } = notificationOf(row);
  return { ...shown, occurrences: version };
}
