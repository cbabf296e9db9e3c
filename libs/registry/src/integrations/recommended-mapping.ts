import type { CompileRegex, FilterView, MappingDefinition, MappingOptionsView, ServiceDescription } from '@crossdock/core';
import { escapePointer, Problems } from '../input/problems.ts';
import { readFilters, readIdentifiers, readMessages, type MappingRules } from '../mappings/mapping-input.ts';
import { readOptions } from '../mappings/options-input.ts';
import { isParameterName } from '../parameters/parameter-value.ts';
import { serviceUrl } from './integration-input.ts';

/** As many as a mapping may have. */
const MAX_IDENTIFIERS = 16;

/** What a service's mapping is to be, as its description has it. Kept, so that the next signup knows what people have changed. */
export interface Recommended {
  readonly service: string;
  readonly path: string;
  readonly required: boolean;
  readonly messages: readonly string[];
  readonly filters: readonly FilterView[];
  readonly identifiers: Readonly<Record<string, string>>;
  readonly parameters: readonly string[];
  readonly options: MappingOptionsView;
  readonly usage: string;
}

/** The source of the description has tried its patterns already; a second time would cost milliseconds each, under the store's lock. */
const tried: CompileRegex = () => ({ test: () => false });

/** All that services recommend, made usable. What is not is left out and told in `warnings`, with pointers into the description. */
export function recommendedMappings(services: readonly ServiceDescription[], rules: MappingRules, warnings: Problems): Recommended[] {
  const usable = { ...rules, compileRegex: tried };
  return services.map((service, index) => recommended(service, new Sieve(service.name, `/services/${index}`, warnings), usable));
}

function recommended(service: ServiceDescription, sieve: Sieve, rules: MappingRules): Recommended {
  const { limits, parameterLimits } = rules;
  const { messages, filters, identifiers, options } = service.recommends;
  const usableMessages = sieve.each('/recommends/messages', messages, limits.maxMessages, (message, problems) =>
    readMessages([message], rules, problems),
  );
  const usableIdentifiers = sieve.each('/recommends/identifiers', identifiers, MAX_IDENTIFIERS, (path, problems, name) =>
    Object.entries(readIdentifiers({ [name]: path }, problems)),
  );
  return {
    service: service.name,
    path: service.path,
    required: service.required,
    messages: [...new Set(usableMessages)],
    filters: sieve.each('/recommends/filters', filters, limits.maxFilters, (filter, problems) =>
      readFilters([{ ...filter }], rules, problems),
    ),
    identifiers: Object.fromEntries(usableIdentifiers),
    parameters: sieve.each('/requires/parameters', service.requires.parameters, limits.maxParameters, ({ name }, problems) => {
      if (isParameterName(name, parameterLimits)) return [name];
      problems.add('', 'This names no parameter.', 'Name it without blanks.');
      return [];
    }),
    options: sieve.whole('/recommends', (problems) => readOptions(options, rules.defaults, limits, problems)),
    usage: service.description.slice(0, limits.maxUsage),
  };
}

/** Lets through what can be used, and warns of the rest. */
class Sieve {
  readonly #service: string;
  readonly #pointer: string;
  readonly #warnings: Problems;

  constructor(service: string, pointer: string, warnings: Problems) {
    this.#service = service;
    this.#pointer = pointer;
    this.#warnings = warnings;
  }

  /** Reads each part by itself, so that a wrong one takes no other along. */
  each<T, R>(
    at: string,
    parts: Readonly<Record<string, T>> | readonly T[],
    most: number,
    read: (part: T, problems: Problems, key: string) => readonly R[],
  ): R[] {
    const all: readonly (readonly [string, T])[] = Object.entries(parts);
    if (all.length > most) this.#warn(at, `there are ${all.length}; ${most} are used.`, 'Use several services.', 'mapping_invalid');
    return all.slice(0, most).flatMap(([key, part]) => {
      const problems = new Problems('mapping_invalid');
      const usable = read(part, problems, key);
      const [first] = problems.found;
      if (first === undefined) return usable;
      this.#warn(`${at}/${escapePointer(key)}`, first.reason, first.hint, first.code);
      return [];
    });
  }

  /** Reads what has usable parts whatever is wrong with the others. */
  whole<T>(at: string, read: (problems: Problems) => T): T {
    const problems = new Problems('mapping_invalid');
    const usable = read(problems);
    for (const { pointer, reason, hint, code } of problems.found) this.#warn(`${at}${pointer}`, reason, hint, code);
    return usable;
  }

  #warn(pointer: string, reason: string, hint: string, code: string): void {
    this.#warnings.add(`${this.#pointer}${pointer}`, `Service ${this.#service}, left out: ${reason}`, hint, code);
  }
}

export interface PlannedMapping {
  readonly integration: { readonly name: string; readonly url: string };
  readonly enabled: boolean;
  /** The mapping as it is, where there is one. */
  readonly current: MappingDefinition | undefined;
  /** What the last signup made of the service. */
  readonly before: Recommended | undefined;
}

/** A mapping after a signup: what people changed since the last one stays theirs, the rest is as recommended now. */
export function plannedMapping(now: Recommended, { integration, enabled, current, before }: PlannedMapping): MappingDefinition {
  const url = serviceUrl(integration.url, now.path);
  const name = `${integration.name}.${now.service}`;
  const { messages, filters, identifiers, parameters, options, usage, required } = now;
  if (current === undefined) {
    return { name, enabled, paused: false, url, messages, filters, identifiers, parameters, options, required, usage };
  }
  const theirs = <K extends keyof Recommended & keyof MappingDefinition>(member: K): boolean => !same(current[member], before?.[member]);
  return {
    ...current,
    enabled,
    required,
    url: before !== undefined && current.url === serviceUrl(integration.url, before.path) ? url : current.url,
    messages: theirs('messages') ? current.messages : messages,
    filters: theirs('filters') ? current.filters : filters,
    identifiers: theirs('identifiers') ? current.identifiers : identifiers,
    // A service gets what it requires in any case.
    parameters: theirs('parameters') ? withNames(current.parameters, parameters) : parameters,
    options: theirs('options') ? current.options : options,
    usage: theirs('usage') ? current.usage : usage,
  };
}

function withNames(current: MappingDefinition['parameters'], names: readonly string[]): MappingDefinition['parameters'] {
  const known = new Set(current.map((parameter) => (typeof parameter === 'string' ? parameter : parameter.name)));
  return [...current, ...names.filter((name) => !known.has(name))];
}

/** Both were written by the same code, members in the same order. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
