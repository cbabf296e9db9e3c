import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { Finding } from '../validation/finding.ts';
import type { CheckPayload } from '../validation/check-message.ts';
import type { Change, FieldProblem, ListPart, Removed, Saved } from './registry-admin.ts';

/**
 * So long may a store that was seen to have no schemas be taken to have none. Whoever registers one answers when that is over: it is in
 * effect for every message that comes in after the answer.
 */
export const SCHEMALESS_TRUST_MS = 100;

/** `backward`: what was valid under the former version stays valid. `none`: the former version does not matter. */
export type SchemaCompatibility = 'backward' | 'none';

/** A version of a type's schema, without the schema. */
export interface SchemaVersion {
  /** The type's canonical name. */
  readonly type: string;
  readonly version: number;
  readonly compatibility: SchemaCompatibility;
  /** Whether messages are held to it. */
  readonly in_use: boolean;
  readonly created_at: string;
  /** Who registered it. */
  readonly by: string;
}

/** The schema that a store's messages of a type are held to, as the list shows it. */
export interface SchemaSummary extends SchemaVersion {
  readonly store_id: string;
  /** Every name of the type: messages of all of them are held to it. */
  readonly names: readonly string[];
  /** The store's revision that made it what it is. */
  readonly revision: number;
}

/** A version of a schema as people see it. */
export interface SchemaView extends SchemaSummary {
  readonly schema: JsonValue;
  /** What is odd about it. */
  readonly remarks: readonly FieldProblem[];
}

export interface SavedSchema {
  readonly schema: SchemaView;
  /** Messages of the type were not held to any schema before. */
  readonly isNew: boolean;
  /** Nothing changed: this was the schema already. */
  readonly isSame: boolean;
}

/** How registering ends. `incompatible`: it may refuse what was valid under the version in use, for these reasons. */
export type RegisteredOutcome =
  | Saved<SavedSchema>
  | { readonly kind: 'incompatible'; readonly version: number; readonly findings: readonly Finding[] };

/** What would come of registering a schema. */
export interface SchemaTrial {
  readonly remarks: readonly FieldProblem[];
  /** What it is compared with; absent where no schema is in use. */
  readonly against?: { readonly version: number; readonly findings: readonly Finding[]; readonly check: CheckPayload };
  readonly check: CheckPayload;
}

/** The schemas that stores hold their messages to, beside the rules of built-in types. A type may go by any of its names. */
export interface SchemaStore {
  /** Those in use, by type. */
  list(store: string, part: ListPart<string>): Promise<readonly SchemaSummary[]>;
  /** The one in use, or that version of it, which may be of a type whose schema was removed. */
  get(store: string, type: string, version?: number): Promise<SchemaView | undefined>;
  /** Newest first; undefined where there never was one. */
  versions(store: string, type: string, part: ListPart<number>): Promise<readonly SchemaVersion[] | undefined>;
  /** `{schema, compatibility?}`: registers the next version, unless the schema in use is the same. */
  put(store: string, type: string, input: JsonObject, change?: Change): Promise<RegisteredOutcome>;
  /** As `put` with that schema, without doing it. */
  try(store: string, type: string, schema: JsonValue): Promise<Saved<SchemaTrial>>;
  /** Messages of the type are not held to a schema any more. Its versions are kept. */
  remove(store: string, type: string, change?: Change): Promise<Removed>;
}
