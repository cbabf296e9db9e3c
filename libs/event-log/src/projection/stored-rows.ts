import type { ItemState, NotificationLevel } from '@crossdock/core';
import { idOf } from '../database/object-id.ts';
import type { ItemRow, NotificationRow } from './item.ts';

export const itemColumns =
  'id, store_id, created_at, ended_at, next_at, version, attempts, failures, shard, root_id, parent_id, mapping_id, state, message, source, consumer, error_class, last_error';

/** A row of `item` as the driver gives it. */
export interface StoredItem extends Record<string, unknown> {
  readonly id: string;
  readonly store_id: string;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly next_at: number | null;
  readonly version: number;
  readonly attempts: number;
  readonly failures: number;
  readonly shard: number;
  readonly root_id: string;
  readonly parent_id: string | null;
  readonly mapping_id: string | null;
  readonly state: ItemState;
  readonly message: string;
  readonly source: string | null;
  readonly consumer: string | null;
  readonly error_class: string | null;
  readonly last_error: string | null;
}

export function itemOf(row: StoredItem): ItemRow {
  return {
    id: idOf(row.id),
    shard: row.shard,
    store: idOf(row.store_id),
    state: row.state,
    version: row.version,
    message: row.message,
    source: row.source ?? undefined,
    parent: row.parent_id === null ? undefined : idOf(row.parent_id),
    root: idOf(row.root_id),
    mapping: row.mapping_id === null ? undefined : idOf(row.mapping_id),
    consumer: row.consumer ?? undefined,
    createdAt: row.created_at,
    endedAt: row.ended_at ?? undefined,
    nextAt: row.next_at ?? undefined,
    attempts: row.attempts,
    failures: row.failures,
    errorClass: row.error_class ?? undefined,
    lastError: row.last_error ?? undefined,
  };
}

export const notificationColumns =
  'id, store_id, logged_on, last_update, occurrences, shard, message_id, level, subject, description, origin, reference_type, reference_id, reference_token, attributes';

/** A row of `notification` as the driver gives it. */
export interface StoredNotification extends Record<string, unknown> {
  readonly id: string;
  readonly store_id: string;
  readonly logged_on: number;
  readonly last_update: number;
  readonly occurrences: number;
  readonly shard: number;
  readonly message_id: string;
  readonly level: NotificationLevel;
  readonly subject: string;
  readonly description: string;
  readonly origin: string;
  readonly reference_type: string | null;
  readonly reference_id: string | null;
  readonly reference_token: string | null;
  readonly attributes: string | null;
}

export function notificationOf(row: StoredNotification): NotificationRow {
  return {
    id: idOf(row.id),
    shard: row.shard,
    store: idOf(row.store_id),
    version: row.occurrences,
    about: idOf(row.message_id),
    level: row.level,
    subject: row.subject,
    description: row.description,
    loggedOn: row.logged_on,
    lastUpdate: row.last_update,
    origin: row.origin,
    referenceType: row.reference_type ?? undefined,
    referenceId: row.reference_id ?? undefined,
    referenceToken: row.reference_token ?? undefined,
    attributes: row.attributes ?? undefined,
  };
}
