import { isErrorCode, isMessageType } from '@crossdock/contracts';
import {
  canonicalText,
  isJsonObject,
  parseFilters,
  parseIdentifiers,
  type DescriptorRead,
  type EndpointDescription,
  type FieldProblem,
  type JsonValue,
  type ServiceDescription,
} from '@crossdock/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isList, Problems } from '../../input/problems.ts';
import { regexCompiler } from '../../mappings/compile-regex.ts';
import { defaultOptions, mappingLimits } from '../../mappings/mapping-limits.ts';
import { readOptions } from '../../mappings/options-input.ts';
import { readDescriptor } from './read-descriptor.ts';
import { descriptorFiles } from './testing/descriptor-files.ts';

const rules = { compileRegex: regexCompiler(), isMessageType, url: 'https://apps.example/pigeon' };
const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const TYPES = ['string', 'integer', 'float', 'boolean', 'list'];

/** What of the findings nobody could use. */
function brokenFindings(found: readonly FieldProblem[]): readonly unknown[] {
  const usable = ({ pointer, code, reason, hint }: FieldProblem): boolean =>
    /^(\/([^~/]|~[01])*)*$/s.test(pointer) && isErrorCode(code) && reason !== '' && reason.length <= 400 && /^[A-Z<].*\.$/s.test(hint);
  return found.length > 50 ? ['too many'] : found.filter((finding) => !usable(finding));
}

/** What of a service no mapping could be made of. */
function brokenPart({ name, path, description, requires, recommends, produces }: ServiceDescription): readonly string[] {
  const { parameters } = requires;
  const problems = new Problems('mapping_options_invalid');
  readOptions(recommends.options, defaultOptions, { ...mappingLimits, capMs: { min: 1, max: Infinity } }, problems);
  const names = parameters.map((parameter) => parameter.name);
  const holds: Record<string, boolean> = {
    name: NAME.test(name),
    path: path.startsWith('/') && path.length <= 1_024 && new URL(`http://a.example/b${path}`).pathname.startsWith('/b/'),
    description: description.length <= 1_000,
    parameters: parameters.every((each) => TYPES.includes(each.data_type) && each.description.length <= 1_000),
    names: new Set(names).size === names.length && names.every((each) => /^\S{1,255}$/u.test(each)),
    messages: [...recommends.messages, ...produces].every(isMessageType),
    filters: parseFilters(recommends.filters, rules.compileRegex).ok,
    identifiers: parseIdentifiers(recommends.identifiers).ok,
    options: problems.found.length === 0,
  };
  return Object.keys(holds).filter((part) => holds[part] !== true);
}

/** Everything that the reader promises, of whatever it is given. */
function broken(result: DescriptorRead): readonly unknown[] {
  if (!result.ok) return [...brokenFindings(result.problems), ...(result.problems.length === 0 || result.retriable ? ['ending'] : [])];
  const { description, warnings } = result;
  const { services, name, display, help, icon_url } = description;
  const again = readDescriptor(JSON.stringify(description), rules);
  return [
    ...brokenFindings(warnings),
    ...services.flatMap(brokenPart),
    ...(NAME.test(name) && display.length <= 200 && help.length <= 4_000 ? [] : ['texts']),
    ...(icon_url === null || /^https?:/.test(icon_url) ? [] : ['icon']),
    ...(new Set(services.map((service) => service.name)).size === services.length && services.length <= 200 ? [] : ['names']),
    ...(/[\0\ud800-\udfff]/u.test(JSON.stringify(description).replaceAll(/\\u(0000|d[89a-f]..)/gi, '\0')) ? ['storage'] : []),
    // What was made regular is regular: it is read as it is, without a warning.
    ...(again.ok && isSame(again.description, description) && (again.warnings.length === 0 || services.length === 0) ? [] : ['again']),
  ];
}

const MAX_TEXT = 10_000_000;
const isSame = (one: EndpointDescription, other: EndpointDescription): boolean =>
  canonicalText(one as unknown as JsonValue, MAX_TEXT) === canonicalText(other as unknown as JsonValue, MAX_TEXT);

const text = fc.oneof(
  fc.constantFrom(
    'name',
    'Name It',
    'order:new',
    '/add',
    '../x',
    'payload.order.number',
    'eq',
    'match',
    'true',
    '(a',
    'password',
    'float',
    '1e5',
  ),
  fc.constantFrom('\0', 'a\ud800', 'payload.\udc00'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 300 }),
);
const names =
  'name display description icon_url help services consumers path required requires parameters paramaters recommends reccomends ' +
  'messages keys message identifiers event_key filters operator value match_rule options retries_allowed allow_retries backoff ' +
  'timeout produces data_type type optional default secret __proto__';
const member = fc.constantFrom(...names.split(' '));
/** Any JSON, but often with the names that are looked for. */
const { json } = fc.letrec<{ json: JsonValue; object: JsonValue; list: JsonValue; leaf: JsonValue }>((tie) => ({
  json: fc.oneof({ depthSize: 'medium' }, tie('leaf'), tie('object'), tie('list')),
  object: fc.dictionary(fc.oneof({ weight: 8, arbitrary: member }, { weight: 1, arbitrary: text }), tie('json'), { maxKeys: 8 }),
  list: fc.array(tie('json'), { maxLength: 5 }),
  leaf: fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
}));

const file = fc.constantFrom<JsonValue>(...Object.values(descriptorFiles));
interface Mutation {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'rename' | 'wrap' | 'repeat';
  readonly by: JsonValue;
}
const mutations = fc.array(
  fc.record<Mutation>({ at: fc.nat(), how: fc.constantFrom('replace', 'remove', 'rename', 'wrap', 'repeat'), by: json }),
  { minLength: 1, maxLength: 4 },
);

const sizeOf = (value: JsonValue): number =>
  1 + (typeof value === 'object' && value !== null ? Object.values(value).reduce<number>((sum, each) => sum + sizeOf(each), 0) : 0);

/** Changes the value that is the `at`-th of the file, counted from its root. */
function mutated(value: JsonValue, { at, how, by }: Mutation): JsonValue {
  if (at === 0) return how === 'wrap' ? [value] : by;
  const entries = Object.entries(value ?? {}) as [string, JsonValue][];
  let before = 1;
  const changed = entries.flatMap(([name, each]): [string, JsonValue][] => {
    const place = at - before;
    before += sizeOf(each);
    if (place < 0 || place >= sizeOf(each)) return [[name, each]];
    if (place > 0 || how === 'replace' || how === 'wrap') return [[name, mutated(each, { at: place, how, by })]];
    if (how === 'remove') return [];
    return how === 'rename'
      ? [[name.toUpperCase(), each]]
      : [
          [name, each],
          [`${name}2`, each],
        ];
  });
  return isList(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed);
}

it('reads any bytes to an end that can be used', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, asObject) => {
      const given = asObject ? Uint8Array.from([0x7b, 0x22, ...bytes]) : bytes;
      expect(broken(readDescriptor(given, rules))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

it('reads any text to an end that can be used', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (given) => {
      expect(broken(readDescriptor(given, rules))).toEqual([]);
    }),
  );
});

it('reads any JSON to an end that can be used, and what it made regular to the same again', () => {
  fc.assert(
    fc.property(json, fc.boolean(), (value, asServices) => {
      const given = asServices
        ? { services: [{ name: 'add', path: '/add', ...(isJsonObject(value) ? value : { recommends: value }) }] }
        : value;
      expect(broken(readDescriptor(JSON.stringify(given), rules))).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

it('reads files of the field with mistakes in them to an end that can be used', () => {
  fc.assert(
    fc.property(file, mutations, (given, changes) => {
      const changed = changes.reduce((value, change) => mutated(value, { ...change, at: change.at % sizeOf(value) }), given);
      expect(broken(readDescriptor(JSON.stringify(changed), rules))).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

it('reads files of the field with broken bytes to an end that can be used', () => {
  fc.assert(
    fc.property(file, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }), (given, breaks) => {
      const bytes = new TextEncoder().encode(JSON.stringify(given));
      for (const [at, byte] of breaks) bytes[at % bytes.length] = byte;
      expect(broken(readDescriptor(bytes, rules))).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

const megabyte = (part: string): string => part.repeat(Math.floor(1_000_000 / part.length));
const service = (member: string): string => `{"services":[{"name":"add","path":"/add",${member}}]}`;
const pattern = JSON.stringify({ path: 'payload.a', operator: 'match', value: '\\pL{1000}'.repeat(28) });

it.each<[string, string]>([
  ['a long name', `{"name":"?a${megabyte('_')}a","services":[]}`],
  ['a long name of a service', `{"services":[{"name":"${megabyte('-_')}?","path":"/"}]}`],
  ['a long path', `{"services":[{"name":"a","path":"${megabyte('/..')}"}]}`],
  ['digits for a number', service(`"parameters":[{"name":"a","data_type":"float","default":"${megabyte('1')}x"}]`)],
  ['a long type', service(`"recommends":{"messages":["${megabyte('a.')}"]}`)],
  ['a long identifier', service(`"recommends":{"identifiers":{"a":"${megabyte('a.')}"}}`)],
  ['many identifiers', service(`"recommends":{"identifiers":{${Array.from({ length: 60_000 }, (_, at) => `"${at}":"a"`).join(',')}}}`)],
  [
    'patterns that take long to compile',
    `{"services":[${Array.from({ length: 100 }, (_, at) => `{"name":"a${at}","path":"/","recommends":{"filters":[${Array(30).fill(pattern).join(',')}]}}`).join(',')}]}`,
  ],
  [
    'warnings everywhere',
    `{"services":[${Array.from({ length: 200 }, (_, at) => `{"name":"a${at}","path":"/","parameters":[${Array(100).fill('{"name":"a b"}').join(',')}]}`).join(',')}]}`,
  ],
])('takes its time for no megabyte: %s', (_name, given) => {
  const started = performance.now();
  expect(broken(readDescriptor(given, rules))).toEqual([]);
  expect(performance.now() - started).toBeLessThan(3_000);
});
