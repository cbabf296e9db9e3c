import {
  boundedText,
  fitValue,
  isJsonObject,
  typeOfValue,
  type JsonValue,
  type ParameterType,
  type WantedParameter,
} from '@crossdock/core';
import { isList } from '../../input/problems.ts';
import { isParameterName, parameterLimits } from '../../parameters/parameter-value.ts';
import type { DescriptorLimits } from './descriptor-limits.ts';
import { below, type Findings, type Place } from './findings.ts';
import { readFlag, readText } from './read-values.ts';

const TYPES: Readonly<Record<ParameterType, readonly string[]>> = {
  string: ['string', 'text', 'str', 'url', 'email', 'date', 'datetime', 'select'],
  integer: ['integer', 'int', 'fixnum', 'long'],
  float: ['float', 'number', 'numeric', 'decimal', 'double'],
  boolean: ['boolean', 'bool', 'checkbox'],
  list: ['list', 'array', 'hash', 'table'],
};
/** Types that are texts nobody may see. */
const SECRET = ['password', 'secret'];

/** The parameters of a service, wherever it lists them, each name once. */
export function readParameters(places: readonly Place[], limits: DescriptorLimits, findings: Findings): readonly WantedParameter[] {
  const parameters = new Map<string, WantedParameter>();
  for (const entry of places.flatMap((listed) => entriesOf(listed, limits, findings))) {
    const parameter = readParameter(entry, limits, findings);
    if (parameter === undefined) continue;
    if (!parameters.has(parameter.name)) parameters.set(parameter.name, parameter);
    else findings.warning(entry.place.pointer, `"${parameter.name}" is listed twice; the first counts.`, 'List each parameter once.');
  }
  findings.within(parameters.size, limits.maxParameters, 'parameters', places[0]?.pointer ?? '');
  return [...parameters.values()];
}

interface Entry {
  readonly place: Place;
  /** Its name, where parameters are members of an object. */
  readonly key: string | undefined;
}

function entriesOf({ value, pointer }: Place, limits: DescriptorLimits, findings: Findings): readonly Entry[] {
  const entries = isList(value)
    ? value.map((each, index) => ({ place: { value: each, pointer: below(pointer, index) }, key: undefined }))
    : isJsonObject(value)
      ? Object.entries(value).map(([key, each]) => ({ place: { value: each, pointer: below(pointer, key) }, key }))
      : undefined;
  if (entries === undefined) {
    findings.warning(pointer, 'The parameters are not a list, and left out.', 'Write an array of {"name": …, "data_type": …}.');
    return [];
  }
  return findings.within(entries.length, limits.maxParameters, 'parameters', pointer) ? entries : [];
}

/** An entry is an object; or the name alone; or, as a member, the description alone. */
function readParameter({ place, key }: Entry, limits: DescriptorLimits, findings: Findings): WantedParameter | undefined {
  const { value, pointer } = place;
  const object = isJsonObject(value) ? value : {};
  const name = readName(key ?? object['name'] ?? value, pointer, limits, findings);
  if (name === undefined) return undefined;
  const member = (...names: [string, ...string[]]): Place | undefined => findings.member(object, pointer, ...names);
  const standing = member('default');
  const type = readType(member('data_type', 'type'), standing?.value, findings);
  const secret = readFlag(member('secret'), findings) ?? type.secret;
  const fitting = readDefault(standing, type.name, limits, findings);
  const described = member('description', 'value') ?? (key === undefined || isJsonObject(value) ? undefined : place);
  return {
    name,
    description: readText(described, limits.maxDescription, findings),
    data_type: type.name,
    ...(secret ? { secret } : {}),
    optional: readFlag(member('optional'), findings) ?? readFlag(member('required'), findings) === false,
    ...(fitting === undefined ? {} : { default: fitting }),
  };
}

/** Sent and written back as it is, so nothing of it is changed but blanks around it. */
function readName(written: JsonValue, pointer: string, limits: DescriptorLimits, findings: Findings): string | undefined {
  const name = typeof written === 'string' || typeof written === 'number' ? String(written).trim() : '';
  if (isParameterName(name, { ...parameterLimits, maxName: limits.maxParameterName })) return name;
  const reason = name === '' ? 'The parameter has no name, and is left out.' : `"${boundedText(name, 64)}" is no name, and left out.`;
  findings.warning(pointer, reason, `Give it a name without blanks, of at most ${limits.maxParameterName} characters.`);
  return undefined;
}

function readType(
  place: Place | undefined,
  standing: JsonValue | undefined,
  findings: Findings,
): { readonly name: ParameterType; readonly secret: boolean } {
  if (place === undefined) return { name: standing === undefined ? 'string' : typeOfValue(standing), secret: false };
  const word = typeof place.value === 'string' ? place.value.trim().toLowerCase() : '';
  if (SECRET.includes(word)) return { name: 'string', secret: true };
  const name = (Object.keys(TYPES) as ParameterType[]).find((type) => TYPES[type].includes(word)) ?? 'string';
  if (place.value !== name) {
    const written = typeof place.value === 'string' ? `"${boundedText(place.value, 40)}"` : 'This';
    findings.warning(place.pointer, `${written} is read as ${name}.`, `Write one of ${Object.keys(TYPES).join(', ')}.`);
  }
  return { name, secret: false };
}

function readDefault(place: Place | undefined, type: ParameterType, limits: DescriptorLimits, findings: Findings): JsonValue | undefined {
  // Forms send '' where nothing was entered.
  if (place === undefined || (place.value === '' && type !== 'string')) return undefined;
  const size = JSON.stringify(place.value).length;
  if (size > limits.maxDefault) {
    const reason = `The default has ${size} characters, and is left out; ${limits.maxDefault} are allowed.`;
    findings.warning(place.pointer, reason, 'Give a shorter value.');
    return undefined;
  }
  const fitting = fitValue(place.value, type);
  if (fitting !== undefined) return fitting;
  findings.warning(place.pointer, `The default does not fit the data type ${type}, and is left out.`, 'Give a value of that type.');
  return undefined;
}
