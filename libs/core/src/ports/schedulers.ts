import type { JsonObject } from '../json/json-value.ts';
import type { Change, Removed, Saved } from './registry-admin.ts';

export type IntervalUnit = 'seconds' | 'minutes' | 'hours' | 'days' | 'weeks' | 'months';

/** Every so often, or at the times of a cron expression. */
export type ScheduleTiming =
  | { readonly kind: 'interval'; readonly count: number; readonly unit: IntervalUnit }
  /** Five fields, or a word such as `@daily`, in a time zone of the IANA database. */
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone: string };

/** A schedule as people see it: it says when messages of a type are to be emitted. */
export interface SchedulerView {
  readonly id: string;
  readonly store_id: string;
  /** The type of the messages. */
  readonly key: string;
  /** With `interval`: every so many of them. null where there is a cron expression, and the other way round. */
  readonly count: number | null;
  readonly interval: IntervalUnit | null;
  readonly cron: string | null;
  readonly time_zone: string | null;
  readonly enabled: boolean;
  /** When it comes round next; null while it is switched off. */
  readonly next_at: string | null;
  /** The store's revision that made it what it is. */
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface SchedulerStore {
  /** By message type, then by id. */
  list(store: string): Promise<readonly SchedulerView[]>;
  get(store: string, id: string): Promise<SchedulerView | undefined>;
  create(store: string, input: JsonObject, change?: Change): Promise<Saved<SchedulerView>>;
  /** Members that are not given stay as they are; a cron expression takes the place of count and interval, and they of it. */
  update(store: string, id: string, input: JsonObject, change?: Change): Promise<Saved<SchedulerView>>;
  remove(store: string, id: string, change?: Change): Promise<Removed>;
}
