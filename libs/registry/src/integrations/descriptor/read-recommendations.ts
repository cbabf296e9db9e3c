import {
  boundedText,
  isJsonObject,
  parseFilter,
  parseIdentifiers,
  type FilterView,
  type JsonObject,
  type JsonValue,
  type ServiceDescription,
} from '@crossdock/core';
import { isList, Problems } from '../../input/problems.ts';
import { defaultOptions, mappingLimits } from '../../mappings/mapping-limits.ts';
import { filterView } from '../../mappings/mapping-input.ts';
import { readOptions } from '../../mappings/options-input.ts';
import { below, type Place } from './findings.ts';
import type { Reading } from './reading.ts';

type Recommendations = ServiceDescription['recommends'];

/** What the mapping of a service should be like. All that cannot be used is left out with a warning. */
export function readRecommendations(place: Place | undefined, reading: Reading): Recommendations {
  const nothing = { messages: [], identifiers: {}, filters: [], options: {} };
  if (place === undefined) return nothing;
  const { findings } = reading;
  const { value, pointer } = place;
  if (isList(value)) return { ...nothing, messages: readMessages(place, reading) };
  if (!isJsonObject(value)) {
    findings.warning(pointer, 'The recommendations are not an object, and left out.', 'Write an object with "messages".');
    return nothing;
  }
  const schedule = findings.member(value, pointer, 'schedule');
  if (schedule !== undefined) {
    const hint = 'Make a schedule that emits one of its messages at the interval that the file gives.';
    findings.warning(schedule.pointer, 'The service is to be called at an interval. The hub makes no schedule by itself.', hint);
  }
  return {
    messages: readMessages(findings.member(value, pointer, 'messages', 'keys'), reading),
    identifiers: readIdentifiers(findings.member(value, pointer, 'identifiers', 'event_key'), reading),
    filters: readFilters(findings.member(value, pointer, 'filters'), reading),
    options: readOptionsOf(findings.member(value, pointer, 'options'), reading),
  };
}

/** Names of message types, as a list of names or of objects that hold one, or a single one; each once. */
export function readMessages(place: Place | undefined, { rules, limits, findings }: Reading): readonly string[] {
  if (place === undefined) return [];
  const { value, pointer } = place;
  const listed = isList(value) ? value : [value];
  if (!findings.within(listed.length, limits.maxMessages, 'message types', pointer)) return [];
  const types = new Set<string>();
  for (const [index, each] of listed.entries()) {
    const at = isList(value) ? below(pointer, index) : pointer;
    const written = isJsonObject(each) ? (each['message'] ?? each['key'] ?? each['name']) : each;
    const name = typeof written === 'string' ? written.trim().toLowerCase() : '';
    if (!rules.isMessageType(name)) {
      findings.warning(at, `${quoted(written)} names no message type, and is left out.`, 'Write a name such as "order:new".');
      continue;
    }
    if (name !== written) findings.warning(at, `${quoted(written)} is read as "${name}".`, 'Write names in lower case.');
    types.add(name);
  }
  return [...types];
}

const quoted = (value: JsonValue | undefined): string => (typeof value === 'string' ? `"${boundedText(value, 64)}"` : 'This');

function readIdentifiers(place: Place | undefined, { limits, findings }: Reading): Readonly<Record<string, string>> {
  if (place === undefined) return {};
  const { value, pointer } = place;
  if (!isJsonObject(value)) {
    findings.warning(pointer, 'The identifiers are not an object, and left out.', 'Write {"order_number": "payload.order.number"}.');
    return {};
  }
  const entries = Object.entries(value);
  if (!findings.within(entries.length, limits.maxIdentifiers, 'identifiers', pointer)) return {};
  const usable = entries.flatMap(([name, path]) => {
    const read = parseIdentifiers({ [name]: path });
    if (read.ok) return read.identifiers;
    for (const { reason, hint } of read.problems) findings.warning(below(pointer, name), `It is left out. ${reason}`, hint);
    return [];
  });
  return Object.fromEntries(usable.map(({ name, path }) => [name, path.text]));
}

function readFilters(place: Place | undefined, { rules, limits, findings }: Reading): readonly FilterView[] {
  if (place === undefined) return [];
  const { value, pointer } = place;
  if (!isList(value)) {
    findings.warning(pointer, 'The filters are not a list, and left out.', 'Write an array of {"path": …, "operator": …, "value": …}.');
    return [];
  }
  if (!findings.within(value.length, limits.maxFilters, 'filters', pointer)) return [];
  return value.flatMap((definition, index) => {
    const parsed = parseFilter(definition, index, rules.compileRegex);
    if (!Array.isArray(parsed)) return [filterView(definition as unknown as FilterView)];
    for (const { field, reason, hint } of parsed) {
      const at = field === '' ? below(pointer, index) : below(below(pointer, index), field);
      findings.warning(at, `The filter is left out, so that more messages are sent. ${reason}`, hint);
    }
    return [];
  });
}

/** Each option as a mapping's own would be read. */
function readOptionsOf(place: Place | undefined, { limits, findings }: Reading): JsonObject {
  if (place === undefined) return {};
  const { value, pointer } = place;
  if (!isJsonObject(value)) {
    findings.warning(pointer, 'The options are not an object, and left out.', 'Write an object such as {"retries_allowed": false}.');
    return {};
  }
  if (!findings.within(Object.keys(value).length, limits.maxOptions, 'options', pointer)) return {};
  const options: [string, JsonValue][] = [];
  for (const [written, option] of Object.entries(value)) {
    if (option === null) continue;
    const at = below(pointer, written);
    const older = written === 'allow_retries' && value['retries_allowed'] === undefined;
    const name = older ? 'retries_allowed' : written;
    if (older) findings.warning(at, '"allow_retries" is read as "retries_allowed".', 'Call it "retries_allowed".');
    const problems = new Problems('mapping_options_invalid');
    readOptions({ [name]: option }, defaultOptions, mappingLimits, problems);
    const [problem] = problems.found;
    if (problem === undefined) options.push([name, option]);
    else findings.warning(at, `It is left out. ${problem.reason}`, problem.hint);
  }
  return Object.fromEntries(options);
}
