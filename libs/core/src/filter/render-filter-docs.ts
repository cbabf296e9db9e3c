import type { JsonValue } from '../json/json-value.ts';
import { MAX_STEPS } from './effort.ts';
import { explainFilter } from './explain.ts';
import { columns, pathRoot, pathsShown, reasonsShown, rowsShown, rulesShown, sameShown, severalShown } from './filter-docs-examples.ts';
import { DEFAULT_FILTER_LIMITS, FILTER_OPERATORS, parseFilters, type CompileRegex, type FilterOperator } from './filter.ts';
import { identifierKey, parseIdentifiers } from './identifiers.ts';
import { matches, type FilterReason, type FilterResult } from './matches.ts';
import { DEFAULT_WALK_CAPS, MAX_PATH_LENGTH, MAX_PATH_SEGMENTS, parsePath, walk } from './path.ts';

/** The text of docs/filters.md: every table in it is what the code answers. */
export function renderFilterDocs(compileRegex: CompileRegex): string {
  const ask = (filter: object, root: JsonValue): FilterResult => matches(read([filter], compileRegex), root);
  return [...intro, ...paths(), ...operators(ask), ...severalValues(ask), ...caps, ...regularExpressions, ...reasons(ask), ...identifiers()]
    .join('\n')
    .concat('\n');
}

type Ask = (filter: object, root: JsonValue) => FilterResult;

function read(definitions: readonly object[], compileRegex: CompileRegex): Parameters<typeof matches>[0] {
  const parsed = parseFilters(definitions, compileRegex);
  if (!parsed.ok) throw new TypeError(`The documents show a filter that is none: ${JSON.stringify(parsed.problems)}`);
  return parsed.filters;
}

const thousands = (number: number): string => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',');
const code = (text: string): string => `\`${text}\``;
const json = (value: unknown): string => code(JSON.stringify(value));
const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `|${'---|'.repeat(head.length)}`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
  '',
];

const MARKS = { filter_failed: '·', path_missing: '?', error: '!' } as const satisfies Record<FilterReason['code'], string>;
const markOf = (result: FilterResult): string => (result.pass ? '✓' : MARKS[result.reason.code]);
const legend = '✓ passes · `·` does not (`filter_failed`) · `?` the path finds nothing (`path_missing`) · `!` cannot be compared (`error`)';

const intro = [
  '# Filters and identifiers',
  '',
  '<!-- Generated from libs/core/src/filter: UPDATE_DOCS=1 npx vitest run --project unit libs/core/src/filter/render-filter-docs.spec.ts -->',
  '',
  'A mapping gets the messages of its types that pass **all** of its filters; a mapping without filters gets them all. A filter is',
  '`{"path": …, "operator": …, "value": …, "match_rule": "all" | "any"}`; `match_rule` is `all` where it is left out. The first filter that',
  'does not pass is the reason why the mapping did not get the message.',
  '',
];

function paths(): readonly string[] {
  const rows = pathsShown.map((text) => {
    const path = parsePath(text);
    if ('error' in path) throw new TypeError(`The documents show a path that is none: ${text}`);
    const found = walk(path, pathRoot).values.map(({ value, at }) => (path.several ? `${json(value)} at ${code(at)}` : json(value)));
    return [code(text), found.length === 0 ? 'nothing' : found.join(', ')];
  });
  return [
    '## Paths',
    '',
    "A path is dotted and starts at the message's root, which has `message`, `message_id`, `store_id`, `source` (null where nobody said it) and",
    '`payload`. A name is a member of an object; a number is a place in an array, from 0, and also a name in an object; `*` is every element of',
    'an array or every value of an object. What is missing on the way is no value; `null` is a value. Names that hold a dot, and a name `*`,',
    `cannot be written. At most ${MAX_PATH_LENGTH} characters and ${MAX_PATH_SEGMENTS} segments.`,
    '',
    `In ${json(pathRoot)}:`,
    '',
    ...table(['path', 'finds'], rows),
  ];
}

const meanings: Readonly<Record<FilterOperator, string>> = {
  eq: 'the texts are equal',
  neq: 'the texts differ, or nothing is found',
  gt: 'the number is greater',
  lt: 'the number is less',
  begin: 'the text begins so',
  end: 'the text ends so',
  contains: 'the text holds it',
  present: 'there is something, and it is not empty',
  empty: 'nothing is found, or it is empty',
  match: 'the regular expression finds something in the text',
};

function operators(ask: Ask): readonly string[] {
  const rows = rowsShown.map(([operator, value]) => [
    code(operator) + (value === undefined ? '' : ` ${json(value)}`),
    ...columns.map(([, found]) =>
      markOf(ask({ path: 'x', operator, ...(value === undefined ? {} : { value }) }, found === undefined ? {} : { x: found })),
    ),
  ]);
  return [
    '## Operators',
    '',
    ...table(
      ['operator', 'passes where'],
      FILTER_OPERATORS.map((operator) => [code(operator), meanings[operator]]),
    ),
    'The **text** of a string is itself. That of a number, `true`, `false` or `null` is its JSON text, numbers as JavaScript prints them: `10.0`',
    'is `10`, and integers beyond 2^53 have lost their last digits. That of an array or object is its JSON text without blanks, members',
    'ordered by name. So `10` and `"10"` are equal, `10` and `"10.0"` are not. Upper and lower case differ; blanks count.',
    '',
    'A **number** is a JSON number, or a string with a decimal number in it (`"12.5"`, `" 13 "`, `"1.3e1"`; not `"1,300"`, `"13 EUR"`, `"0x20"`),',
    'if it is finite. `gt` and `lt` do not pass for anything else.',
    '',
    '**Empty** are `null`, `""`, the string `"null"`, `[]` and `{}`; `0`, `false` and blanks are not. `begin`, `end`, `contains` and `match` never pass',
    'for `null`. A path that finds nothing passes `empty` and `neq` only.',
    '',
    'The `value` is a string, number or boolean and is compared as such a text or number; `present` and `empty` take none. `begin`, `end`, `contains` and',
    `\`match\` refuse an empty one. At most ${thousands(DEFAULT_FILTER_LIMITS.maxValue)} characters.`,
    '',
    legend,
    '',
    ...table(['operator and value', ...columns.map(([name]) => name)], rows),
  ];
}

function severalValues(ask: Ask): readonly string[] {
  const rows = severalShown.map(([what, root]) => [
    what,
    json(root),
    ...rulesShown.map((rule) => markOf(ask({ path: 'items.*.sku', ...rule }, root))),
  ]);
  return [
    '## Several values',
    '',
    'A path with `*` may find several values. With `all` every one of them has to pass, with `any` one is enough. An element that lacks the',
    'rest of the path is no value: it neither fails `all` nor passes `any`. Where no value is found at all, the rule does not count, and only',
    '`empty` and `neq` pass.',
    '',
    'With `all` the first value that does not pass is the reason. With `any`, a value that cannot be compared does no harm as long as another passes;',
    'otherwise the code is `error`. `neq` with `all` says *none is*, `neq` with `any` says *one is not*.',
    '',
    `The path \`items.*.sku\` with the value \`"A"\`; ${legend}`,
    '',
    ...table(['found', 'message', ...rulesShown.map(({ match_rule, operator }) => `${match_rule} \`${operator}\``)], rows),
  ];
}

const caps = [
  '## Caps',
  '',
  `For each filter at most ${thousands(DEFAULT_WALK_CAPS.maxVisited)} places of a message are stepped into and ${thousands(DEFAULT_WALK_CAPS.maxValues)} values looked at. Beyond, those that were seen decide if they can: one`,
  'that fails under `all`, one that passes under `any`. Otherwise the filter does not pass, with the code `error` and a note that says how',
  `many values were looked at. \`match\` looks into texts of at most ${thousands(DEFAULT_FILTER_LIMITS.maxText)} characters; \`begin\`, \`end\` and \`contains\` into the texts of arrays and objects`,
  'up to that length, and into strings of any. Beyond: `error`.',
  '',
  `All filters and identifiers of all mappings together take at most ${thousands(MAX_STEPS)} steps for one message: a step is a place stepped into, or a character of a text that`,
  'was written down or matched. Ordinary messages take a few hundred. What is left then is not looked at, with the code `error`.',
  '',
];

const regularExpressions = [
  '## Regular expressions',
  '',
  'RE2 syntax: no look-around and no back-references, so that a test takes time in proportion to the text, whatever the pattern. The pattern may be found',
  `anywhere: write \`^…$\` for the whole text. At most ${DEFAULT_FILTER_LIMITS.maxPattern} characters; a pattern whose repetitions make it too large is refused when the mapping is saved, and the`,
  'refusal says by how much. Patterns are compiled once per revision of a mapping.',
  '',
];

function reasons(ask: Ask): readonly string[] {
  const rows = reasonsShown.map(([filter, root]) => {
    const result = ask(filter, root);
    if (result.pass) throw new TypeError(`The documents show a reason where there is none: ${JSON.stringify(filter)}`);
    return [code(result.reason.code), json(filter), explainFilter(result.reason)];
  });
  return [
    '## Reason codes',
    '',
    'A filter that does not pass says why: `code`, `index` (its place, from 0), `path`, `operator`, `expected`, `actual` (JSON text, bounded), `matchRule`, and where',
    'it helps `at` (the place of the value) and `note`. `filter_failed`: a value was compared and did not pass. `path_missing`: the path finds nothing. `error`: what was',
    'found could not be compared, or was too much; that is a no, never an exception.',
    '',
    ...table(['code', 'filter', 'sentence'], rows),
  ];
}

function identifiers(): readonly string[] {
  const parsed = parseIdentifiers({ number: 'number', lines: 'lines.*' });
  if (!parsed.ok) throw new TypeError('The documents show identifiers that are none.');
  const keyOf = (root: JsonValue): string | undefined => {
    const key = identifierKey(parsed.identifiers, root);
    return key.kind === 'key' ? key.text : undefined;
  };
  const verdict = (left: JsonValue, right: JsonValue): string => {
    if (keyOf(left) === undefined || keyOf(right) === undefined) return 'no key: both are sent';
    return keyOf(left) === keyOf(right) ? 'the same' : 'different';
  };
  return [
    '## Identifiers',
    '',
    '`{name: path}`: the values that the paths find, all together, make a message unique for the mapping. A message whose values were already sent for that mapping,',
    'and completed or are under way, is not sent again; the reason is `duplicate_identifier`. A delivery that is parked or archived by hand lets go of its values.',
    '',
    'Values compare as texts, as in filters. Empty ones identify nothing: an identifier that finds only such is missing. If all are missing, there is no key and the message',
    'is sent; if some are, the others make the key, and which are missing counts. Values under `*` count in their order. What cannot be told apart for sure makes no key: more',
    'values than the caps, an array or object with a very long text, a number beyond 2^53 (as a string it is fine). In doubt a message is sent twice rather than lost.',
    '',
    'With `{"number": "number", "lines": "lines.*"}`:',
    '',
    ...table(
      ['a message', 'another', 'they are'],
      sameShown.map(([left, right]) => [json(left), json(right), verdict(left, right)]),
    ).slice(0, -1),
  ];
}
