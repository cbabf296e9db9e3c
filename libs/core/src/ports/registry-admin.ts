import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { Mapping, MappingOptions } from '../routing/mapping.ts';
import type { Finding } from '../validation/finding.ts';
import type { ParameterType } from './registry.ts';

/** One thing wrong with what somebody wants to save. `pointer` leads into it, '' is the whole; `code` is of the error catalogue. */
export interface FieldProblem extends Finding {
  /** What to do now, as a sentence. */
  readonly hint: string;
}

/** How saving ends: all that is wrong is told at once. `stale`: it is not at the revision that the change was meant for. */
export type Saved<T> =
  | { readonly kind: 'saved'; readonly value: T }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'stale'; readonly revision: number }
  | { readonly kind: 'refused'; readonly problems: readonly FieldProblem[] };

export type Removed =
  | { readonly kind: 'removed' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'stale'; readonly revision: number }
  | { readonly kind: 'refused'; readonly problems: readonly FieldProblem[] };

/** Who changes something, and what they believe it to be. */
export interface Change {
  /** For people, in histories: `api`, `admin`, or the delivery whose answer it was. */
  readonly by?: string;
  /** The change is made only at this revision of the thing changed. */
  readonly expected?: number;
}

/** Which part of a list is asked for: what lies behind the key `after`, from the beginning where there is none. */
export interface ListPart<Key> {
  readonly after?: Key;
  readonly limit: number;
}

/** What a version is the beginning of. */
export type VersionKind = 'created' | 'changed' | 'removed';

export interface StoreRecord {
  readonly id: string;
  readonly name: string;
  /** ms since the epoch. */
  readonly createdAt: number;
}

export interface StoreDirectory {
  /** A new store with its first token, which is shown this once. */
  create(name: string): Promise<{ readonly store: StoreRecord; readonly token: string }>;
  find(store: string): Promise<StoreRecord | undefined>;
}

/** Whom a token stands for. */
export type Caller = { readonly kind: 'store'; readonly store: string } | { readonly kind: 'admin' } | { readonly kind: 'unknown' };

export interface TokenVerifier {
  /** What was true at most a second ago. */
  verify(token: string): Promise<Caller>;
}

export interface FilterView {
  readonly path: string;
  readonly operator: string;
  readonly value?: string | number | boolean;
  readonly match_rule: 'all' | 'any';
}

export interface MappingOptionsView {
  readonly retries_allowed: boolean;
  /** In all, the first included. */
  readonly max_attempts: number;
  readonly backoff: { readonly base_ms: number; readonly factor: number; readonly cap_ms: number };
  /** Seconds. */
  readonly timeout: number;
  readonly success: MappingOptions['success'];
  /** Attempts under way at once, per endpoint. */
  readonly concurrency: number;
}

/** What people say of a mapping, defaults filled in, without its token. */
export interface MappingDefinition {
  readonly name: string;
  readonly enabled: boolean;
  readonly paused: boolean;
  readonly url: string;
  readonly messages: readonly string[];
  readonly filters: readonly FilterView[];
  readonly identifiers: Readonly<Record<string, string>>;
  readonly parameters: readonly (string | { readonly name: string; readonly value: JsonValue })[];
  readonly options: MappingOptionsView;
  readonly required: boolean;
  readonly usage: string;
}

/** A mapping as people see it. */
export interface MappingView extends MappingDefinition {
  readonly id: string;
  readonly store_id: string;
  /** Null where it was made by hand. */
  readonly integration_id: string | null;
  /** Masked: `****` and the last four characters of a long one; null where there is none. */
  readonly token: string | null;
  /** The store's revision that made it what it is. */
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What a mapping was from a revision on. */
export interface MappingVersion {
  readonly revision: number;
  readonly kind: VersionKind;
  /** null: from before this was noted. */
  readonly changed_at: string | null;
  /** `api` or `admin`; null: from before this was noted. */
  readonly changed_by: string | null;
  /** Members that differ from the version before, those of `options` as `options.timeout`. Empty where it was made or removed. */
  readonly changed: readonly string[];
  /** null: removed. */
  readonly definition: MappingDefinition | null;
}

/** A mapping as saving would make it, ready to use; and the one that is saved, where it is a change of that. */
export type DraftedMapping =
  | { readonly kind: 'drafted'; readonly draft: Mapping; readonly saved: MappingView | undefined }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly problems: readonly FieldProblem[] };

export interface MappingStore {
  /** By name. */
  list(store: string): Promise<readonly MappingView[]>;
  get(store: string, id: string): Promise<MappingView | undefined>;
  /** Newest first, up to `limit`, those of removed mappings too; `after` is a revision. undefined: there never was such a mapping. */
  versions(store: string, id: string, part: ListPart<number>): Promise<readonly MappingVersion[] | undefined>;
  /** Reads what `create`, or `update` of that mapping, would take, and saves nothing: all that they would refuse is told. */
  draft(store: string, input: JsonObject, id?: string): Promise<DraftedMapping>;
  create(store: string, input: JsonObject, change?: Change): Promise<Saved<MappingView>>;
  /** Members that are not given stay as they are, those of `options` likewise. */
  update(store: string, id: string, input: JsonObject, change?: Change): Promise<Saved<MappingView>>;
  remove(store: string, id: string, change?: Change): Promise<Removed>;
}

/** A parameter as people see it. */
export interface ParameterView {
  readonly id: string;
  readonly store_id: string;
  readonly name: string;
  readonly data_type: ParameterType;
  /** A mask where it is secret. */
  readonly value: JsonValue;
  readonly secret: boolean;
  /** The store's revision that made it what it is. */
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** One change of a parameter: who made it, and from what to what. */
export interface ParameterChange {
  /** The parameter's own count of changes, from 1. */
  readonly number: number;
  /** The store's. */
  readonly revision: number;
  readonly kind: VersionKind;
  readonly changed_at: string;
  /** `api`, `admin`, or `answer`: then of `delivery_id`. null: from before this was noted. */
  readonly changed_by: string | null;
  /** The delivery whose answer brought the value. */
  readonly delivery_id: string | null;
  /** Members that this change changed. Empty where it was made or removed. */
  readonly changed: readonly string[];
  readonly name: string;
  readonly data_type: ParameterType;
  readonly secret: boolean;
  /** Masks where it was secret; null where there was no value, or it is not kept. */
  readonly from: JsonValue;
  readonly to: JsonValue;
  /** Which of `from` and `to` are not kept: they are too long, or from before the history. */
  readonly not_kept: readonly ('from' | 'to')[];
}

export interface ParameterStore {
  /** By name. */
  list(store: string): Promise<readonly ParameterView[]>;
  get(store: string, id: string): Promise<ParameterView | undefined>;
  /** Newest first, up to `limit`, of removed parameters too; `after` is a change's number. undefined: nothing is known of such a parameter. */
  history(store: string, id: string, part: ListPart<number>): Promise<readonly ParameterChange[] | undefined>;
  create(store: string, input: JsonObject, change?: Change): Promise<Saved<ParameterView>>;
  /** Members that are not given stay as they are. */
  update(store: string, id: string, input: JsonObject, change?: Change): Promise<Saved<ParameterView>>;
  remove(store: string, id: string, change?: Change): Promise<Removed>;
}
