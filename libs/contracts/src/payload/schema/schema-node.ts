import type { JsonObject } from '@crossdock/core';
import type { SchemaPattern } from './compile-pattern.ts';
import type { ListKeyword, NamedKeyword, SingleKeyword } from './schema-keywords.ts';

/** One subschema of a schema that was read: its own keywords in the spelling of 2020-12, and the subschemas in it. */
export interface SchemaNode {
  /** Its place in the order in which it was read; the root is 0. */
  readonly id: number;
  /** JSON Pointer into the schema as it was sent. */
  readonly pointer: string;
  /** `false` takes nothing. `true` is an object without keywords. */
  readonly isFalse: boolean;
  /** Keywords that hold no subschemas. */
  readonly own: JsonObject;
  readonly single: Readonly<Partial<Record<SingleKeyword, SchemaNode>>>;
  readonly list: Readonly<Partial<Record<ListKeyword, readonly SchemaNode[]>>>;
  readonly named: Readonly<Partial<Record<NamedKeyword, ReadonlyMap<string, SchemaNode>>>>;
  /** What `$ref` names. */
  readonly target: SchemaNode | undefined;
}

/** A node while it is read: its reference is resolved last. */
export interface OpenNode extends SchemaNode {
  target: SchemaNode | undefined;
}

/** A schema that was read without a problem. */
export interface SchemaDocument {
  readonly root: SchemaNode;
  /** By id. */
  readonly nodes: readonly SchemaNode[];
  /** Every pattern in it, ready to be run. */
  readonly patterns: ReadonlyMap<string, SchemaPattern>;
}

/** Subschemas that are applied to the very value that the node is applied to. */
export function inPlace(node: SchemaNode): readonly SchemaNode[] {
  const { single, list, named, target } = node;
  const found = [...(list.allOf ?? []), ...(list.anyOf ?? []), ...(list.oneOf ?? []), ...(named.dependentSchemas?.values() ?? [])];
  for (const one of [single.not, single.if, single.then, single.else, target]) if (one !== undefined) found.push(one);
  return found;
}
