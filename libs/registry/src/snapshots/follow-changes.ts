import type { Mapping, Parameter, RegisteredSchema, StoreSnapshot } from '@crossdock/core';
import { indexByType, namesOfTypes, type TypeAliases } from '../mappings/compile-mapping.ts';

/** What has changed, by id. Undefined: it is gone. */
export type Changes<T> = ReadonlyMap<string, T | undefined>;

type Routes = Pick<StoreSnapshot, 'mappings' | 'subscribed'>;

/** Beyond so large a part of all mappings, putting all in order anew is as fast. */
const MUCH = 0.25;

/** What a store's mappings are after these changes. Costs what has changed, and a copy of two maps. */
export function followMappings(former: Routes, changes: Changes<Mapping>, typeAliases: TypeAliases): Routes {
  if (changes.size === 0) return { mappings: former.mappings, subscribed: former.subscribed };
  const mappings = new Map(former.mappings);
  for (const [id, mapping] of changes) {
    if (mapping === undefined) mappings.delete(id);
    else mappings.set(id, mapping);
  }
  if (changes.size > MUCH * mappings.size) return { mappings, subscribed: indexByType(mappings, typeAliases) };
  const types = new Set<string>();
  for (const [id, mapping] of changes) {
    for (const each of [former.mappings.get(id), mapping]) {
      for (const type of each === undefined ? [] : namesOfTypes(each, typeAliases)) types.add(type);
    }
  }
  const subscribed = new Map(former.subscribed);
  for (const type of types) {
    const list = (subscribed.get(type) ?? []).filter(({ id }) => !changes.has(id));
    for (const mapping of changes.values()) {
      if (mapping !== undefined && namesOfTypes(mapping, typeAliases).has(type)) list.push(mapping);
    }
    if (list.length === 0) subscribed.delete(type);
    else
      subscribed.set(
        type,
        list.sort((a, b) => (a.id < b.id ? -1 : 1)),
      );
  }
  return { mappings, subscribed };
}

/** What a store's parameters are after these changes, by name. */
export function followParameters(former: ReadonlyMap<string, Parameter>, changes: Changes<Parameter>): ReadonlyMap<string, Parameter> {
  if (changes.size === 0) return former;
  const parameters = new Map<string, Parameter>();
  for (const [name, parameter] of former) if (!changes.has(parameter.id)) parameters.set(name, parameter);
  for (const parameter of changes.values()) if (parameter !== undefined) parameters.set(parameter.name, parameter);
  return parameters;
}

/** What a store's schemas are after these changes, which are by type, by every name of their type. */
export function followSchemas(
  former: ReadonlyMap<string, RegisteredSchema>,
  changes: Changes<RegisteredSchema>,
  typeAliases: TypeAliases,
): ReadonlyMap<string, RegisteredSchema> {
  if (changes.size === 0) return former;
  const schemas = new Map(former);
  for (const [type, schema] of changes) {
    for (const name of new Set([type, ...typeAliases(type)])) {
      if (schema === undefined) schemas.delete(name);
      else schemas.set(name, schema);
    }
  }
  return schemas;
}
