import {
  isJsonObject,
  parseFilters,
  parseIdentifiers,
  type CompileRegex,
  type FilterView,
  type JsonObject,
  type JsonValue,
  type MappingDefinition,
  type MappingOptionsView,
} from '@crossdock/core';
import { escapePointer, isList, type Problems } from '../input/problems.ts';
import { readToken } from '../input/read-token.ts';
import { readUrl, type UrlRules } from '../input/read-url.ts';
import { isParameterName, type ParameterLimits } from '../parameters/parameter-value.ts';
import type { MappingLimits } from './mapping-limits.ts';
import { readOptions } from './options-input.ts';

export interface MappingRules extends UrlRules {
  readonly compileRegex: CompileRegex;
  readonly isMessageType: (name: string) => boolean;
  readonly limits: MappingLimits;
  readonly parameterLimits: ParameterLimits;
  readonly defaults: MappingOptionsView;
}

/** What is to be saved. */
export interface ReadMapping {
  readonly definition: MappingDefinition;
  readonly token: string | undefined;
}

const MEMBERS = [
  'name',
  'enabled',
  'paused',
  'url',
  'token',
  'messages',
  'filters',
  'identifiers',
  'parameters',
  'options',
  'required',
  'usage',
];
const READ_ONLY = ['id', 'store_id', 'integration_id', 'waiting', 'revision', 'created_at', 'updated_at'];
const FILTER_MEMBERS = ['path', 'operator', 'value', 'match_rule'];
const NAME = /^(?=.{3,128}$)[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+$/;

/**
 * Reads a mapping as people send it. Without `before` it is a new one, and gets defaults; else what is not given stays as it was.
 * `null` counts as not given, but for `token`, which it removes. Everything that is wrong goes into `problems`.
 */
export function readMapping(input: JsonObject, before: ReadMapping | undefined, rules: MappingRules, problems: Problems): ReadMapping {
  problems.unknownMembers(input, '', MEMBERS, READ_ONLY);
  const old = before?.definition;
  // What is not given is not judged again: rules may have changed since, and switching a mapping off must always work.
  const part = <T>(name: string, kept: T | undefined, read: (value: JsonValue | undefined) => T): T => {
    const value = input[name] ?? undefined;
    return value === undefined && kept !== undefined ? kept : read(value);
  };
  const flag = (name: string, otherwise: boolean): boolean => problems.flag(input[name], `/${name}`, otherwise);
  const definition: MappingDefinition = {
    name: part('name', old?.name, (name) => readName(name, problems)),
    enabled: flag('enabled', old?.enabled ?? true),
    paused: flag('paused', old?.paused ?? false),
    url: part('url', old?.url, (url) => readUrl(url, rules, 'mapping', problems)),
    messages: part('messages', old?.messages, (messages) => readMessages(messages, rules, problems)),
    filters: part('filters', old?.filters ?? [], (filters) => readFilters(filters, rules, problems)),
    identifiers: part('identifiers', old?.identifiers ?? {}, (identifiers) => readIdentifiers(identifiers, problems)),
    parameters: part('parameters', old?.parameters ?? [], (parameters) => readParameters(parameters, rules, problems)),
    options: readOptions(input['options'], old?.options ?? rules.defaults, rules.limits, problems),
    required: flag('required', old?.required ?? false),
    usage: part('usage', old?.usage ?? '', (usage) => readUsage(usage, rules.limits, problems)),
  };
  return { definition, token: readToken(input['token'], before?.token, rules.limits.maxToken, problems) };
}

function readName(name: JsonValue | undefined, problems: Problems): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  const reason = name === undefined ? 'The mapping has no name.' : 'The name is not of the form integration.service.';
  problems.add(
    '/name',
    reason,
    'Send a name such as "mandrill.order_confirmation": lower case letters, digits, - and _, at most 128 characters.',
  );
  return '';
}

export function readMessages(messages: JsonValue | undefined, rules: MappingRules, problems: Problems): readonly string[] {
  const code = 'mapping_messages_invalid';
  const hint = 'Send an array of message types such as ["order:new", "order:updated"]; [] for none yet.';
  if (!isList(messages)) {
    const reason = messages === undefined ? 'The mapping does not say which messages it wants.' : 'The messages are not an array.';
    problems.add('/messages', reason, hint, code);
    return [];
  }
  if (messages.length > rules.limits.maxMessages) {
    problems.add('/messages', `There are ${messages.length} types; ${rules.limits.maxMessages} are allowed.`, 'Subscribe to fewer.', code);
    return [];
  }
  const types = new Set<string>();
  for (const [index, type] of messages.entries()) {
    if (typeof type === 'string' && rules.isMessageType(type)) types.add(type);
    else
      problems.add(
        `/messages/${index}`,
        'This is not the name of a message type.',
        'Write a name such as "order:new": lower case, with a colon.',
        code,
      );
  }
  return [...types];
}

export function readFilters(filters: JsonValue | undefined, rules: MappingRules, problems: Problems): readonly FilterView[] {
  if (!isList(filters)) {
    problems.add('/filters', 'The filters are not an array.', 'Send an array of filters; [] for none.', 'filters_invalid');
    return [];
  }
  if (filters.length > rules.limits.maxFilters) {
    const reason = `There are ${filters.length} filters; ${rules.limits.maxFilters} are allowed.`;
    problems.add('/filters', reason, 'Join them with match, or use several mappings.', 'filters_invalid');
    return [];
  }
  for (const [index, filter] of filters.entries()) {
    if (isJsonObject(filter)) problems.unknownMembers(filter, `/filters/${index}`, FILTER_MEMBERS);
  }
  const parsed = parseFilters(filters, rules.compileRegex);
  if (parsed.ok) return filters.map((filter) => filterView(filter as unknown as FilterView));
  for (const { code, index, field, reason, hint } of parsed.problems) {
    problems.add(`/filters/${index}${field === '' ? '' : `/${field}`}`, reason, hint, code);
  }
  return [];
}

/** As `parseFilter` has read it. */
export function filterView({ path, operator, value, match_rule }: FilterView): FilterView {
  const valueless = operator === 'present' || operator === 'empty';
  return { path, operator, ...(valueless || value === undefined ? {} : { value }), match_rule: match_rule ?? 'all' };
}

export function readIdentifiers(identifiers: JsonValue | undefined, problems: Problems): Readonly<Record<string, string>> {
  const read = parseIdentifiers(identifiers);
  if (read.ok) return Object.fromEntries(read.identifiers.map(({ name, path }) => [name, path.text]));
  for (const { code, name, reason, hint } of read.problems) {
    problems.add(name === '' ? '/identifiers' : `/identifiers/${escapePointer(name)}`, reason, hint, code);
  }
  return {};
}

function readParameters(parameters: JsonValue | undefined, rules: MappingRules, problems: Problems): MappingDefinition['parameters'] {
  const { limits, parameterLimits } = rules;
  if (!isList(parameters) || parameters.length > limits.maxParameters) {
    const reason = isList(parameters)
      ? `There are ${parameters.length} parameters; ${limits.maxParameters} are allowed.`
      : 'The parameters are not an array.';
    problems.add('/parameters', reason, 'Send an array of names, or of {"name": …, "value": …}.');
    return [];
  }
  const seen = new Set<string>();
  return parameters.flatMap<MappingDefinition['parameters'][number]>((parameter, index) => {
    const pointer = `/parameters/${index}`;
    const name = isJsonObject(parameter) ? parameter['name'] : parameter;
    if (typeof name !== 'string' || !isParameterName(name, parameterLimits)) {
      problems.add(pointer, 'This names no parameter.', 'Send the name of a parameter, or {"name": …, "value": …} for a value of its own.');
      return [];
    }
    if (seen.has(name)) problems.add(pointer, `"${name}" is listed twice.`, 'List each name once.');
    seen.add(name);
    const value = isJsonObject(parameter) ? parameter['value'] : undefined;
    if (value === undefined) return [name];
    if (JSON.stringify(value).length > parameterLimits.maxValue) {
      problems.add(`${pointer}/value`, `The value is longer than ${parameterLimits.maxValue} characters.`, 'Send a shorter value.');
    }
    return [{ name, value }];
  });
}

function readUsage(usage: JsonValue | undefined, limits: MappingLimits, problems: Problems): string {
  if (typeof usage === 'string' && usage.length <= limits.maxUsage) return usage;
  problems.add('/usage', `The usage is not a text of at most ${limits.maxUsage} characters.`, 'Say in a sentence what the mapping is for.');
  return '';
}
