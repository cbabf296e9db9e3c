import { isMatcher, type Expected, type JsonType, type Matcher } from './expected.ts';

const MOST_CHARACTERS = 160;

/** What differs from what was expected, a sentence each; none where all is well. `undefined` is what is not there. */
export function mismatches(expected: Expected, actual: unknown, where: string): readonly string[] {
  if (isMatcher(expected)) return againstMatcher(expected, actual, where);
  if (Array.isArray(expected)) return againstArray(expected, actual, where);
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, actual) ? [] : [differs(where, expected, actual)];
  if (!isObject(actual)) return [`${where}: expected an object, came ${shown(actual)}`];
  return Object.entries(expected).flatMap(([name, member]) => mismatches(member, own(actual, name), `${where}.${name}`));
}

function againstArray(expected: readonly Expected[], actual: unknown, where: string): readonly string[] {
  if (!Array.isArray(actual)) return [`${where}: expected an array, came ${shown(actual)}`];
  if (actual.length !== expected.length) return [`${where}: expected ${expected.length} elements, came ${actual.length}: ${shown(actual)}`];
  return expected.flatMap((element, index) => mismatches(element, actual[index], `${where}.${index}`));
}

function againstMatcher(matcher: Matcher, actual: unknown, where: string): readonly string[] {
  if (matcher.$ === 'all') return matcher.parts.flatMap((part) => mismatches(part, actual, where));
  if (matcher.$ === 'only') return [...mismatches(matcher.members, actual, where), ...surplus(matcher.members, actual, where)];
  if (matcher.$ === 'each') return againstEach(matcher.element, matcher.atLeast, actual, where);
  return passes(matcher, actual) ? [] : [differs(where, matcher, actual)];
}

function surplus(members: object, actual: unknown, where: string): readonly string[] {
  const extra = isObject(actual) ? Object.keys(actual).filter((name) => !Object.hasOwn(members, name)) : [];
  return extra.length === 0 ? [] : [`${where}: did not expect the members ${extra.join(', ')}`];
}

function againstEach(element: Expected, atLeast: number, actual: unknown, where: string): readonly string[] {
  if (!Array.isArray(actual)) return [`${where}: expected an array, came ${shown(actual)}`];
  if (actual.length < atLeast) return [`${where}: expected ${atLeast} elements at least, came ${actual.length}`];
  return actual.flatMap((one, index) => mismatches(element, one, `${where}.${index}`));
}

function passes(matcher: Exclude<Matcher, { readonly $: 'all' | 'only' | 'each' }>, actual: unknown): boolean {
  const like = (expected: Expected): boolean => mismatches(expected, actual, '').length === 0;
  const has = (element: Expected): boolean => Array.isArray(actual) && actual.some((one) => mismatches(element, one, '').length === 0);
  switch (matcher.$) {
    case 'anything':
      return actual !== undefined;
    case 'absent':
      return actual === undefined;
    case 'type':
      return isOfType(matcher.type, actual);
    case 'pattern':
      return typeof actual === 'string' && new RegExp(matcher.source).test(actual);
    case 'either':
      return matcher.options.some(like);
    case 'holding':
      return matcher.elements.every(has);
    case 'lacking':
      return Array.isArray(actual) && !matcher.elements.some(has);
    case 'not':
      return !like(matcher.value);
    case 'at least':
      return typeof actual === 'number' && actual >= matcher.number;
    case 'ascending':
      return Array.isArray(actual) && actual.every((one, index) => index === 0 || String(actual[index - 1]) < String(one));
  }
}

function isOfType(type: JsonType, actual: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(actual);
    case 'object':
      return isObject(actual);
    case 'integer':
      return Number.isInteger(actual);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof actual === type;
  }
}

/** What is expected, in words. */
export function inWords(expected: Expected): string {
  if (!isMatcher(expected)) return containsMatcher(expected) ? `something like ${shown(expected)}` : shown(expected);
  switch (expected.$) {
    case 'anything':
      return 'anything';
    case 'absent':
      return 'nothing';
    case 'type':
      return /^[aeiou]/.test(expected.type) ? `an ${expected.type}` : `a ${expected.type}`;
    case 'pattern':
      return expected.what;
    case 'either':
      return expected.options.map(inWords).join(' or ');
    case 'only':
      return `an object with ${Object.keys(expected.members).join(', ')} and nothing else`;
    case 'each':
      return `an array of ${inWords(expected.element)}`;
    case 'holding':
      return `an array with ${expected.elements.map(inWords).join(' and ')}`;
    case 'lacking':
      return `an array without ${expected.elements.map(inWords).join(' and ')}`;
    case 'not':
      return `anything but ${inWords(expected.value)}`;
    case 'at least':
      return `${expected.number} or more`;
    case 'ascending':
      return 'an array in ascending order';
    case 'all':
      return expected.parts.map(inWords).join(', and ');
  }
}

function containsMatcher(expected: Expected): boolean {
  if (typeof expected !== 'object' || expected === null) return false;
  return isMatcher(expected) || Object.values(expected).some((member) => containsMatcher(member));
}

/** A value for a line of a report. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value, (_, member: unknown) =>
    isObject(member) && typeof member['$'] === 'string' ? `‹${inWords(member as Expected)}›` : member,
  );
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}

const differs = (where: string, expected: Expected, actual: unknown): string =>
  `${where}: expected ${inWords(expected)}, came ${shown(actual)}`;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const own = (object: Readonly<Record<string, unknown>>, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);
