import type { JsonValue, ServiceDescription, WantedParameter } from '@crossdock/core';
import { isParameterName, type ParameterLimits } from '../parameters/parameter-value.ts';

/** A parameter that services want, put together from all of them. */
export interface Wanted {
  readonly name: string;
  readonly description: string;
  readonly dataType: WantedParameter['data_type'];
  readonly secret: boolean;
  readonly value: JsonValue | undefined;
  /** The services that do not work without it. */
  readonly demandedBy: readonly string[];
}

/** The hub's own: nobody has to give it. */
const ALWAYS_SENT = 'store_id';

/** What services want, by name. Where they differ, the first one's word counts, and one that says secret is enough. */
export function wantedParameters(services: readonly ServiceDescription[], limits: ParameterLimits): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const service of services) {
    for (const { name, description, data_type, optional, default: value, secret = false } of service.requires.parameters) {
      if (name === ALWAYS_SENT || !isParameterName(name, limits)) continue;
      const first = wanted.get(name);
      const demandedBy = [...(first?.demandedBy ?? []), ...(optional ? [] : [service.name])];
      wanted.set(
        name,
        first === undefined
          ? { name, description, dataType: data_type, secret, value, demandedBy }
          : { ...first, secret: first.secret || secret, value: first.value ?? value, demandedBy },
      );
    }
  }
  return wanted;
}
