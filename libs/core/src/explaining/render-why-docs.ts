import { explainAbsence, explainChange, type Absence } from './explain-change.ts';
import { explainLine } from './explain-line.ts';
import type { LineCode } from './routing-line.ts';
import { exampleType, whyExamples } from './why-docs-examples.ts';

const MEANINGS: Readonly<Record<LineCode | Absence, string>> = {
  sent: 'a delivery was made; with its state now. With the remark `mapping_paused` it waits until the mapping is resumed',
  filter_failed: 'the first filter that did not pass compared a value',
  path_missing: 'its path finds nothing in this message',
  error: 'what it finds could not be compared, or there is too much of it: that is no',
  mapping_disabled: 'the mapping was off',
  duplicate_identifier: 'an earlier delivery of the mapping holds the same identifying values, and is completed or under way',
  loop_guard: 'the lineage looks like a loop',
  type_not_subscribed: 'the mapping wants other types. Derived: decisions do not store it',
  not_derivable: 'only counted, and by today’s code the mapping would get the message',
  mapping_not_made_yet: 'asked for by name: it came after the decision',
  mapping_deleted_before: 'asked for by name: it was gone before the decision',
};

/** The text of docs/why.md: every sentence in it is what the code answers. */
export function renderWhyDocs(): string {
  const { summary, lines } = whyExamples();
  const about = { mapping: '', name: 'erp.sync' };
  const told: readonly (readonly [string, string])[] = [
    ...lines.map(([{ code }, sentence]) => [code, sentence] as const),
    ['not_derivable', explainLine({ code: 'not_derivable', ...about }, { tense: 'past', message: exampleType, standing: () => undefined })],
    ...[
      { made: 9, removed: undefined },
      { made: 2, removed: 5 },
    ].map((life) => {
      const { code, explanation } = explainAbsence({ id: '', name: '', ...life }, 7);
      return [code, explanation] as const;
    }),
  ];
  const rows = Object.entries(MEANINGS).flatMap(([code, meaning]) =>
    told
      .filter(([each]) => each === code)
      .map(([, sentence], index) => `| ${index === 0 ? `\`${code}\`` : ''} | ${index === 0 ? meaning : ''} | ${sentence} |`),
  );
  const changed = explainChange({ change: 'changed', revision: 9, name: null });
  return [...intro(summary), '| code | meaning | example |', '|---|---|---|', ...rows, '', ...rest(changed)].join('\n').concat('\n');
}

const intro = (summary: string): readonly string[] => [
  '# Why a message went where it went',
  '',
  '<!-- Generated from libs/core/src/explaining: UPDATE_DOCS=1 npx vitest run --project unit libs/core/src/explaining/render-why-docs.spec.ts -->',
  '',
  'The hub says of every message and every mapping of its store what became of the two. All answers are JSON; with `Accept: text/plain`',
  'they are lines to read.',
  '',
  '| question | request |',
  '|---|---|',
  '| Why did it go there, and nowhere else? | `GET …/messages/:id/routing`, of one mapping `?mapping=name-or-id` |',
  '| Where would it go? | `POST …/messages/try` with the body of a push |',
  '| What would this mapping get? | `POST …/mappings/test` with a mapping that is not saved |',
  '| What came of it? | `GET …/messages/:id/lineage` |',
  '',
  '## Why',
  '',
  `> ${summary}`,
  '',
  'The line of a mapping has a code, what was compared, and a sentence. Sent ones come first, then those that are subscribed to the type,',
  'then the others; 50 a page, `limit` up to 200, `after` is the `next` of the page before. The id may be that of a delivery: its message is explained.',
  '',
];

const rest = (changed: string): readonly string[] => [
  '* A decision is explained with the mappings **of then**: it stores the revision of the store that decided, and versions of mappings are kept as',
  `  long as the log. Where a mapping is another now, \`since\` says so, and its sentence ends: ${changed}`,
  '* A decision stores the reasons of the first 100 mappings that did not get the message and counts the others per code. These are worked out again',
  '  with that revision and the stored payload (`derived: true`). What lies outside of both is not: which delivery held the identifying values.',
  '* A message that is not routed yet, is invalid, or was archived by hand has no lines: `summary` says what it waits for, or why it ended.',
  '',
  '## Dry run',
  '',
  '`POST …/messages/try` takes what a push takes and stores, claims and sends nothing. It answers what the validator would find, a line for every',
  'mapping as above, and the requests that would be sent, made by the code that makes them for deliveries: byte for byte, but for `<message_id>`, which',
  'is allotted later, and `****` for tokens and secret parameters. Identifiers are looked up as they are held now. At most 20 requests or',
  '4 MiB of them are shown a page; `?mapping=` shows that of one mapping.',
  '',
  '## Mapping test',
  '',
  '`POST …/mappings/test` takes `{"mapping": …}` as for creating one, or with an `id` what to change of it, and `"messages": [{"message", "payload"}]` or',
  '`"last": 100`, at most 1,000, of the types that the mapping wants. It answers which messages the mapping would get, which newly and which no longer',
  'against the saved version, what each filter did, and hints: a path that finds nothing, texts that are compared as numbers, values that differ by their case.',
  'Of messages with the same identifiers the first is sent; what earlier deliveries hold does not count. A test reads at most 16 MiB of payloads and takes',
  'at most 5 s, the newest messages first; `stopped` says where it ended. What creating would refuse is refused with 422, all of it at once.',
  '',
  '## Lineage',
  '',
  '`GET …/messages/:id/lineage` is the tree from the root of the lineage on, whichever member is asked for: messages, their deliveries, the messages of answers,',
  'of notifications and of corrections, each with its state. It is folded from the log, so it is exact at once. An answer holds at most 1,000 members and 50',
  'generations; where one has more children, its `more` says how many, and the address that goes on there.',
];
