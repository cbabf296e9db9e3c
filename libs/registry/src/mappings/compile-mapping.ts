import { parseFilters, parseIdentifiers, type CompileRegex, type Mapping, type MappingDefinition } from '@crossdock/core';
import { optionsOf, parametersOf } from './mapping-definition.ts';

export interface StoredMapping {
  readonly id: string;
  readonly revision: number;
  readonly endpoint: number;
  readonly token: string | undefined;
  readonly definition: MappingDefinition;
}

export type CompiledMapping =
  | { readonly ok: true; readonly mapping: Mapping }
  /** Was legal when it was saved, is not now. The mapping is switched off. */
  | { readonly ok: false; readonly mapping: Mapping; readonly problem: string };

/** Limits are for those who save: what was within them once stays so. */
const anyLength = { maxPattern: 65_536, maxValue: 65_536, maxText: 65_536 };

/** Makes a stored mapping ready to use. Costs microseconds to milliseconds: do it once a revision. */
export function compileMapping(stored: StoredMapping, compileRegex: CompileRegex): CompiledMapping {
  const { definition } = stored;
  const filters = parseFilters(definition.filters, compileRegex, anyLength);
  const identifiers = parseIdentifiers(definition.identifiers);
  const mapping: Mapping = {
    id: stored.id,
    revision: stored.revision,
    name: definition.name,
    enabled: definition.enabled,
    paused: definition.paused,
    url: definition.url,
    token: stored.token,
    endpoint: stored.endpoint,
    messages: definition.messages,
    filters: filters.ok ? filters.filters : [],
    identifiers: identifiers.ok && identifiers.identifiers.length > 0 ? identifiers.identifiers : undefined,
    parameters: parametersOf(definition.parameters),
    options: optionsOf(definition.options),
  };
  if (filters.ok && identifiers.ok) return { ok: true, mapping };
  const reasons = [filters, identifiers].flatMap((part) => (part.ok ? [] : part.problems.map((problem) => problem.reason)));
  return { ok: false, mapping: { ...mapping, enabled: false }, problem: reasons.join(' ') };
}

/** All names that a type goes by, itself included. */
export type TypeAliases = (type: string) => readonly string[];

/** The types that a mapping is subscribed to, by every name that they go by. */
export function namesOfTypes({ messages }: Mapping, typeAliases: TypeAliases): ReadonlySet<string> {
  return new Set(messages.flatMap((type) => [type, ...typeAliases(type)]));
}

/** Which mappings are subscribed to a type, by every name the type goes by; each list ordered by id. */
export function indexByType(mappings: ReadonlyMap<string, Mapping>, typeAliases: TypeAliases): ReadonlyMap<string, readonly Mapping[]> {
  const byType = new Map<string, Mapping[]>();
  const ordered = [...mappings.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const mapping of ordered) {
    for (const name of namesOfTypes(mapping, typeAliases)) {
      const list = byType.get(name);
      if (list === undefined) byType.set(name, [mapping]);
      else list.push(mapping);
    }
  }
  return byType;
}
